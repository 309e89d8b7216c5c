"""What an answer looked like, fit for a public report: kinds of values, and no list's contents."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pa_emulator.verify.match import groups_of, kind_of

if TYPE_CHECKING:
    from pa_emulator.verify.cases import Answer
    from pa_emulator.verify.match import Reply

_LONGEST = 300
_TITLE = re.compile("<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)


def found(wanted: Answer, reply: Reply) -> str:
    """Status, type and body in a line.

    A list may hold what the account's owner did not mean to publish, so its items are told by their
    keys. A page may hold a key for forms, and a log the addresses of visitors: of those only the
    title and what the case's `pattern` looks for is told.
    """
    parts = [str(reply.status), reply.type.partition(";")[0], _body(wanted, reply)]
    text = " ".join(part for part in parts if part)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _body(wanted: Answer, reply: Reply) -> str:
    if wanted.pattern:
        return ", ".join(groups_of(wanted, reply) or ())
    if not reply.body:
        return "no body"
    if isinstance(reply.data, (dict, list)):
        return json.dumps(_outline(reply.data), ensure_ascii=False)
    title = _TITLE.search(reply.text)
    return f"page {title[1].strip()!r}" if title else f"{len(reply.body)} bytes"


def _outline(value: object) -> object:
    if isinstance(value, dict):
        return {key: _outline(item) for key, item in value.items()}
    if not isinstance(value, list) or not value:
        return value
    if all(isinstance(item, dict) for item in value):
        return [f"{len(value)} items", {key: kind_of(item) for key, item in value[0].items()}]
    return [f"{len(value)} items", kind_of(value[0])]
