"""From a TOML value to the text that the input's parser reads, so that there is one parser."""

from __future__ import annotations

import json

from pa_deploy.inputs import BadValue, Input


def text_of(each: Input, value: object) -> str:
    """The text; raises BadValue for a value of a type that the input does not have."""
    match value:
        case str():
            return value
        case bool():
            return _from_scalar(each, str(value).lower(), "true or false")
        case float() if each.name == "python-version":
            said = f"it is the number {value}. As a number, 3.10 would be 3.1."
            raise BadValue.because(said, f'Write it in quotes, for example {each.name} = "3.10".')
        case int() | float():
            return _from_scalar(each, str(value), "a number")
        case list() | dict():
            return _from_several(each, value)
        case _:
            raise _no_dates()


def _from_scalar(each: Input, text: str, kind: str) -> str:
    """A number or a truth value is for inputs that mean one, and does not pass for a text."""
    if isinstance(each.read(text).value, str):
        raise BadValue.because(f"it is {kind}, but must be a text.", f'Write "{text}", in quotes.')
    return text


def _from_several(each: Input, value: list[object] | dict[str, object]) -> str:
    """A list of texts becomes lines, or JSON if the input says so; tables become JSON."""
    if not value and each.is_list:
        may_be_none = each.read("none").value == ()
        advice = 'Write "none" if there must be none, or leave the key out.'
        raise BadValue.because(
            "nothing is listed in it.", advice if may_be_none else "Leave the key out."
        )
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        text = _json(value) if each.json_list else "\n".join(str(item) for item in value)
    elif isinstance(value, dict) or all(isinstance(item, dict) for item in value):
        text = _json(value)
    else:
        raise BadValue.because(
            "the list must contain only texts, or only tables.",
            "Make all its items texts, or all of them tables.",
        )
    if not value or not isinstance(each.read(text).value, tuple | None):
        said = "a list" if isinstance(value, list) else "a table"
        raise BadValue.because(f"it is {said}, but must be one value.", "Write it as a text.")
    return text


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except TypeError:
        raise _no_dates() from None


def _no_dates() -> BadValue:
    return BadValue.because("a date or a time is not allowed here.", "Write it in quotes.")
