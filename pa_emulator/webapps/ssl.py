"""`webapps/{domain}/ssl/`, also for v1: the certificate of a site."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rest_framework.response import Response

from pa_emulator.webapps import rules
from pa_emulator.webapps.base import OneWebappView
from pa_emulator.webapps.errors import CertificateRefused
from pa_emulator.webapps.models import Certificate

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

    from pa_emulator.webapps.certificates import Facts

AUTOMATIC = "letsencrypt-auto-renew"


class SslView(OneWebappView):
    """A subdomain of PythonAnywhere's has its certificate from the start (API page, 2019)."""

    def get(self, _request: Request, domain: str) -> Response:
        webapp = self.webapp(domain)
        if rules.is_subdomain(webapp.domain_name):
            return Response({"cert_type": "pythonanywhere-subdomain"})
        certificate = Certificate.objects.filter(webapp=webapp).first()
        if certificate is None:
            return Response({"cert_type": "none"})
        return Response(shown(certificate))

    def post(self, request: Request, domain: str) -> Response:
        webapp = self.webapp(domain)
        facts = facts_of(request, webapp.domain_name, self.machine.clock.now())
        Certificate.objects.update_or_create(webapp=webapp, defaults=asdict(facts))
        return Response({"status": "OK"})

    def delete(self, _request: Request, domain: str) -> Response:
        Certificate.objects.filter(webapp=self.webapp(domain)).delete()
        return Response({"status": "OK"})


def shown(certificate: Certificate | Facts) -> dict[str, object]:
    """Return a certificate as the API shows it."""
    return {
        "cert_type": certificate.cert_type,
        "not_after": certificate.not_after.strftime("%Y%m%dT%H%M%SZ"),
        "issuer_name": certificate.issuer_name,
        "subject_name": certificate.subject_name,
        "subject_alternate_names": certificate.subject_alternate_names,
    }


def facts_of(request: Request, domain: str, now: datetime) -> Facts:
    # Imported here, because cryptography is slow to load and most runs never need it.
    from pa_emulator.webapps.certificates import BadCertificate, lets_encrypt, read  # noqa: PLC0415

    data = request.data if isinstance(request.data, dict) else {}
    if data.get("cert_type") == AUTOMATIC:
        return lets_encrypt(domain, now)
    try:
        return read(str(data.get("cert", "")), str(data.get("private_key", "")))
    except BadCertificate as error:
        raise CertificateRefused from error
