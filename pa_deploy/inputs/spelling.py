"""How messages write an input and its value: as a workflow does, or as the config file does."""

from __future__ import annotations

import json
import re

from pa_deploy.inputs.input import Input
from pa_deploy.inputs.table import BY_NAME

SETTING = re.compile(r"`([a-z]+(?:-[a-z]+)*): ([^`\n]+)`")
"""As messages write them: `shared: db.sqlite3`."""
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def in_toml(text: str) -> str:
    """The text, with each setting as a line of the config file that can be copied into it."""
    return SETTING.sub(_line, text)


def _line(found: re.Match[str]) -> str:
    each = BY_NAME.get(found[1])
    if each is None or each.scope == "nowhere":
        return found[0]
    return f"`{each.name} = {_value(each, found[2])}`"


def _value(each: Input, text: str) -> str:
    value = text[1:-1] if text[0] == text[-1] == '"' and len(text) > 1 else text
    if each.is_boolean and value in each.offered:
        return value
    if NUMBER.fullmatch(value) and not isinstance(each.read(value).value, str):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return f"[{quoted}]" if each.is_list else quoted
