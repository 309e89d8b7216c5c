"""Reads a certificate and its key, and checks that they belong together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.types import (
        CertificatePublicKeyTypes,
        PublicKeyTypes,
    )

LETS_ENCRYPT_DAYS = 90


class BadCertificate(Exception):
    """The texts are not a certificate and its unencrypted key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts that the API shows about a certificate."""

    cert_type: str
    not_after: datetime
    issuer_name: str
    subject_name: str
    subject_alternate_names: list[str]


def read(certificate: str, key: str) -> Facts:
    """Read PEM texts; a chain begins with the site's own certificate.

    Raises BadCertificate.
    """
    try:
        leaf = x509.load_pem_x509_certificates(certificate.encode())[0]
        private = load_pem_private_key(key.encode(), password=None)
        names = _names(leaf)
    except (ValueError, TypeError, x509.InvalidVersion) as error:
        raise BadCertificate(str(error)) from error
    if _bytes(leaf.public_key()) != _bytes(private.public_key()):
        raise BadCertificate("the key is not the certificate's")
    return Facts(
        cert_type="custom",
        not_after=leaf.not_valid_after_utc,
        issuer_name=_common_name(leaf.issuer),
        subject_name=_common_name(leaf.subject),
        subject_alternate_names=names,
    )


def lets_encrypt(domain: str, now: datetime) -> Facts:
    """Return the facts of an automatic certificate; none is really issued."""
    return Facts(
        cert_type="letsencrypt-auto-renew",
        not_after=(now + timedelta(days=LETS_ENCRYPT_DAYS)).replace(microsecond=0),
        issuer_name="Let's Encrypt",
        subject_name=domain,
        subject_alternate_names=[domain],
    )


def _names(leaf: x509.Certificate) -> list[str]:
    try:
        extension = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return list(extension.value.get_values_for_type(x509.DNSName))


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _bytes(key: PublicKeyTypes | CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
