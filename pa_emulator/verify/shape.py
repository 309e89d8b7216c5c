"""Describes an answer for a public report: kinds of values, but no contents of lists."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pa_emulator.verify.match import groups_of, kind_of

if TYPE_CHECKING:
    from pa_emulator.verify.cases import Answer
    from pa_emulator.verify.match import Reply

SAID = ("status", "error", "error_type")
TITLE = re.compile("<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)


def found(wanted: Answer, reply: Reply) -> str:
    """Return status, type and body in a line.

    An answer may have data that the account's owner does not want to publish. So only texts that
    the contract expects are shown, and unknown keys are only counted. A page may have a key for
    forms, and a log the addresses of visitors. Of those, only the title and the groups of the
    case's `pattern` are shown.
    """
    parts = [str(reply.status), reply.type.partition(";")[0], _body(wanted, reply)]
    return " ".join(part for part in parts if part)


def _body(wanted: Answer, reply: Reply) -> str:
    if wanted.pattern:
        return ", ".join(groups_of(wanted, reply) or ())
    if not reply.body:
        return "no body"
    if isinstance(reply.data, (dict, list)):
        known = dict(wanted.includes) if wanted.includes else wanted.body
        return json.dumps(_outline(known, reply.data), ensure_ascii=False)
    title = TITLE.search(reply.text)
    return f"page {title[1].strip()!r}" if title else f"{len(reply.body)} bytes"


def _outline(wanted: object, value: object) -> object:
    if isinstance(value, list):
        return _of_list(wanted, value)
    if not isinstance(value, dict):
        return kind_of(value) if isinstance(value, str) and wanted is None else value
    known = wanted if isinstance(wanted, dict) else {}
    shown = {key: _outline(known[key], item) for key, item in value.items() if key in known}
    # The API's own words in an error.
    said = {key: value[key] for key in SAID if isinstance(value.get(key), str)} if known else {}
    others = len(value.keys() - shown.keys() - said.keys())
    return {**shown, **said, **({f"{others} other keys": "any"} if others else {})}


def _of_list(wanted: object, value: list[object]) -> object:
    if not value:
        return value
    first = value[0]
    if not isinstance(first, dict):
        return [f"{len(value)} items", kind_of(first)]
    known = wanted[0] if isinstance(wanted, list) and wanted else {}
    keys = known if isinstance(known, dict) else {}
    shown: dict[str, str] = {key: kind_of(item) for key, item in first.items() if key in keys}
    others = len(first) - len(shown)
    return [f"{len(value)} items", {**shown, **({f"{others} other keys": "any"} if others else {})}]
