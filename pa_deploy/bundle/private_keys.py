"""Whether the content of a file is a private key, or has one in it. Pure."""

from __future__ import annotations

import codecs
import json
import re

from pa_deploy.bundle.copies import originals

KEY_BYTES = 64 * 1024
"""How much of a key file is searched: a certificate or attributes may stand before the key."""
UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

KEY_NAMES = re.compile(r"(.*\.(pem|key|der|p8|pk8|ppk|crt|cer|asc|gpg)|id_.*)", re.DOTALL)
JSON_NAMES = re.compile(r".*\.(json[c5l]?|ndjson)", re.DOTALL)
PRIVATE_KEY = re.compile(
    rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----"
    rb"|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"
    rb"|PuTTY-User-Key-File-\d"
)
BINARY_KEY = re.compile(
    rb"\x30([\x00-\x7f]|\x81.|\x82..|\x83...)"
    rb"(\x02\x01[\x00\x01][\x02\x04\x30]|\x30.\x06.\x2a\x86\x48\x86\xf7\x0d\x01[\x05\x0c])",
    re.DOTALL,
)
"""ASN.1: a sequence that begins with version 0 or 1 and goes on as PKCS #1, PKCS #8 or SEC 1
does, or with the algorithm of an encrypted PKCS #8.
"""
KEY_NAME = re.compile(r"private[_-]?key", re.IGNORECASE)
KEY_IN_JSON = re.compile(
    rb"""(?<![\w-])private[_-]?key["']?\s*:\s*\[?\s*"""
    rb"""["'](\s*-----BEGIN|([^"'\s\\]|\\[nrt/])+["'])""",
    re.IGNORECASE,
)
"""For what cannot be parsed: JSON with comments, one object a line, or only its beginning."""
ESCAPED = re.compile(rb"\\u00([2-7][0-9a-f])", re.IGNORECASE)


def is_private_key(name: str, head: bytes) -> bool:
    """Whether the beginning of a file shows that it is a private key, or holds one.

    Any file may begin as one. In key files and JSON it may stand further behind.
    """
    names = originals(name)
    text = _as_utf_8(head)
    if PRIVATE_KEY.match(text[:KEY_BYTES].lstrip()):
        return True
    if any(KEY_NAMES.fullmatch(each) for each in names):
        return bool(PRIVATE_KEY.search(text, 0, KEY_BYTES) or BINARY_KEY.match(head))
    return any(JSON_NAMES.fullmatch(each) for each in names) and _is_in_json(text)


def _as_utf_8(head: bytes) -> bytes:
    encoding = UTF_16.get(head[:2])
    if encoding:
        return head[2:].decode(encoding, "replace").encode()
    return head.removeprefix(codecs.BOM_UTF8)


def _is_in_json(text: bytes) -> bool:
    try:
        # A name may be there twice, so an object stays the pairs that it is written as.
        whole = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        plain = ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), text)
        return bool(KEY_IN_JSON.search(plain))
    return _has_key(whole)


def _has_key(whole: object) -> bool:
    waiting = [("", whole)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, tuple):
            waiting += value
        elif isinstance(value, list):
            waiting += ((name, each) for each in value)
        elif isinstance(value, str) and _is_key(name, value):
            return True
    return False


def _is_key(name: str, value: str) -> bool:
    """Whether a text of JSON is a key: by its beginning, or by its name unless it is a sentence."""
    text = value.strip()
    begin = PRIVATE_KEY.match(text.encode("utf-8", "replace"))
    if begin and begin.end() < len(text):
        return True
    is_word = bool(text) and " " not in text
    return KEY_NAME.fullmatch(name) is not None and (is_word or text.startswith("-----BEGIN"))
