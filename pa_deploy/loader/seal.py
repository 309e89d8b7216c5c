"""Digests by which a record and the secrets of a release show that somebody has changed them.

pa-deploy uses this module too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from contextlib import suppress
from typing import Any, Dict, List, Mapping

from .files import Home, read_bytes

SEAL = "seal"
OF_SECRETS = "secrets_seal"
KEY = "seal-key"
"""The file with the key of the secrets' digests: without it nobody can guess a value by one."""


def sealed(record: Mapping[str, Any]) -> Dict[str, Any]:
    """A record with a digest of all that is in it."""
    return {**record, SEAL: _digest(record)}


def is_as_sealed(record: Mapping[str, Any]) -> bool:
    """Whether nobody has changed it by hand. An earlier loader has sealed none."""
    return SEAL not in record or record[SEAL] == _digest(record)


def _digest(record: Mapping[str, Any]) -> str:
    told = {name: record[name] for name in record if name != SEAL}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def seal_of_secrets(home: Home, release: str, names: List[str]) -> str:
    """What a record has of the secrets with these names: a keyed digest, and which key that is."""
    if not names:
        return ""
    with suppress(FileNotFoundError):
        return _seal(read_bytes(home.at(KEY)), home, release, names)
    home.write_bytes(KEY, os.urandom(32))
    return _seal(read_bytes(home.at(KEY)), home, release, names)


def are_secrets_as_sealed(home: Home, release: str, record: Mapping[str, Any]) -> bool:
    """Whether nobody has changed them by hand; also if that is not known."""
    told = record.get(OF_SECRETS)
    try:
        key = read_bytes(home.at(KEY))
    except OSError:
        return True
    if not isinstance(told, str) or not told.startswith(_id(key) + ":"):
        return True
    return hmac.compare_digest(told, _seal(key, home, release, record.get("env", [])))


def _seal(key: bytes, home: Home, release: str, names: List[str]) -> str:
    values = home.read("secrets/%s.json" % release)
    told = json.dumps([[name, values.get(name)] for name in sorted(names)])
    return "%s:%s" % (_id(key), hmac.new(key, told.encode(), hashlib.sha256).hexdigest())


def _id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:16]
