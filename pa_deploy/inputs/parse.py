"""From an input's text to its value. Pure; a text that cannot be used raises BadValue."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from pa_deploy.model import StaticFile, StaticHeader

Complaint = tuple[int | None, str, str]
"""Line within the value (from 1) or None, what is wrong, and the next step."""

TRUE_WORDS = ("true", "yes", "on", "1")
FALSE_WORDS = ("false", "no", "off", "0")
NONE_WORD = "none"


class BadValue(Exception):
    """A value that cannot be used, with every complaint about it."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__(complaints)
        self.complaints = complaints

    @classmethod
    def because(cls, message: str, advice: str = "") -> BadValue:
        return cls((None, message, advice))


def did_you_mean(word: str, candidates: tuple[str, ...]) -> str:
    """A question that offers the nearest candidate, or ""."""
    near = get_close_matches(word.lower(), candidates, n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else ""


def text(value: str) -> str:
    return value


def text_or_none(value: str) -> str:
    """`none` clears: the empty text is the value that stands for nothing."""
    return "" if value.lower() == NONE_WORD else value


def boolean(value: str) -> bool:
    word = value.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise BadValue.because(f'"{value}" is neither true nor false.', "Write true or false.")


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        word = value.lower()
        if word in choices:
            return word
        offer = did_you_mean(word, choices) or f"Choose one of: {', '.join(choices)}."
        raise BadValue.because(f'"{value}" is not one of the choices.', offer)

    return parse


def positive_seconds(value: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m)?", value.lower())
    seconds = float(match[1]) * (60 if match[2] == "m" else 1) if match else 0
    if 0 < seconds <= 24 * 3600:
        return seconds
    raise BadValue.because(
        f'"{value}" is not a number of seconds between 0 and 86400.',
        "Write for example 90, 90s or 2m.",
    )


def token(value: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", value):
        raise BadValue.because(
            "it has spaces or other characters that no token has.",
            "Copy it again from the Account page of PythonAnywhere, tab API token.",
        )
    return value


def username(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", value):
        advice = "Give the name you log in with, not an e-mail address or a URL."
        raise BadValue.because(f'"{value}" is not a PythonAnywhere user name.', advice)
    return value


def domain(value: str) -> str:
    name = value.lower()
    if re.fullmatch(r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", name):
        return name
    bare = _hostname(name)
    offer = f'Did you mean "{bare}"?' if bare not in ("", name) else "Write www.example.com."
    raise BadValue.because(f'"{value}" is not a domain name.', offer)


def _hostname(value: str) -> str:
    try:
        return urlsplit(value if "//" in value else f"//{value}").hostname or ""
    except ValueError:
        return ""


def python_version(value: str) -> str:
    """Any of `3.13`, `python313`, `python3.13` as `3.13`."""
    match = re.fullmatch(r"(?:python)?\s*([23])\.?(\d{1,2})", value.lower())
    if not match:
        raise BadValue.because(
            f'"{value}" is not a Python version.', 'Write for example "3.13", in quotes.'
        )
    if match[1] == "3" and int(match[2]) < 3:
        advice = f"In YAML, {match[1]}.{match[2]}0 without quotes is the number {value}: quote it."
        raise BadValue.because(f"there is no Python {value} on PythonAnywhere.", advice)
    return f"{match[1]}.{int(match[2])}"


def static_files(value: str) -> tuple[StaticFile, ...]:
    """Lines `URL = PATH`, a JSON object, or `none`; in order, each URL once."""
    if value.lower() == NONE_WORD:
        return ()
    if value.startswith("{"):
        return _mappings(_json_pairs(value))
    return _mappings(_line_pairs(value))


def static_headers(value: str) -> tuple[StaticHeader, ...]:
    """Lines `URL  Name: value`, a JSON list of objects, or `none`; each URL and name once."""
    if value.lower() == NONE_WORD:
        return ()
    rows = _json_headers(value) if value.startswith("[") else _line_headers(value)
    complaints: list[Complaint] = []
    seen = set()
    for line, row in rows:
        if not row.url.startswith("/"):
            complaints.append((line, f'the URL "{row.url}" must begin with a slash.', ""))
        if not re.fullmatch(HEADER_NAME, row.name):
            complaints.append((line, f'"{row.name}" is not the name of a header.', ""))
        if "\n" in row.value or "\r" in row.value:
            complaints.append((line, f"the value of {row.name} has more than one line.", ""))
        key = (row.url, row.name.lower())
        if key in seen:
            said = f'the header "{row.name}" for "{row.url}" is listed twice.'
            complaints.append((line, said, "Keep one of the two."))
        seen.add(key)
    if complaints:
        raise BadValue(*complaints)
    return tuple(row for _, row in rows)


HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"


def _line_headers(value: str) -> list[tuple[int | None, StaticHeader]]:
    rows: list[tuple[int | None, StaticHeader]] = []
    complaints: list[Complaint] = []
    for number, line in _lines(value):
        match = re.fullmatch(r"(\S+)\s+([^\s:]+)\s*:\s*(.*)", line)
        if match:
            rows.append((number, StaticHeader(match[1], match[2], match[3])))
        else:
            advice = "Write URL Name: value, for example: /static/ Cache-Control: max-age=3600"
            complaints.append((number, f'"{line}" is not a header.', advice))
    if complaints:
        raise BadValue(*complaints)
    return rows


def _json_headers(value: str) -> list[tuple[int | None, StaticHeader]]:
    items = _json(value)
    keys = {"url", "name", "value"}
    for item in items:
        strings = isinstance(item, dict) and all(isinstance(text, str) for text in item.values())
        if not strings or set(item) != keys:
            raise BadValue.because('each header must be an object with "url", "name" and "value".')
    return [(None, StaticHeader(item["url"], item["name"], item["value"])) for item in items]


def _json(value: str, **options: Any) -> Any:  # noqa: ANN401 - whatever the user wrote
    try:
        return json.loads(value, **options)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise BadValue((line, f"this is not valid JSON ({error}).", "")) from None


def _lines(value: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers from 1."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", value), start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield number, stripped


Pair = tuple[int | None, str, str]


def _line_pairs(value: str) -> list[Pair]:
    pairs: list[Pair] = []
    complaints: list[Complaint] = []
    for number, line in _lines(value):
        url, equals, path = (part.strip() for part in line.partition("="))
        if equals and url and path:
            pairs.append((number, url, path))
        else:
            advice = "Write URL = PATH, for example: /static/ = ~/mysite/static"
            complaints.append((number, f'"{line}" is not a mapping.', advice))
    if complaints:
        raise BadValue(*complaints)
    return pairs


def _json_pairs(value: str) -> list[Pair]:
    pairs = _json(value, object_pairs_hook=list)
    if all(isinstance(path, str) for _, path in pairs):
        return [(None, url.strip(), path.strip()) for url, path in pairs]
    raise BadValue.because("the values of the JSON object must be paths, as strings.")


def mapping(url: str, path: str) -> StaticFile:
    """One mapping, by the same rules as those in a list."""
    return _mappings([(None, url.strip(), path.strip())])[0]


def _mappings(pairs: list[Pair]) -> tuple[StaticFile, ...]:
    complaints: list[Complaint] = []
    first_line: dict[str, int | None] = {}
    for line, url, path in pairs:
        if not url.startswith("/"):
            complaints.append((line, f'the URL "{url}" must begin with a slash.', ""))
        if not path.startswith(("/", "~/")):
            advice = "Begin it with / or ~/; it is a path on PythonAnywhere."
            complaints.append((line, f'the path "{path}" is not absolute.', advice))
        if url in first_line:
            complaints.append((line, f'the URL "{url}" is listed twice.', "Keep one of the two."))
        first_line.setdefault(url, line)
    if complaints:
        raise BadValue(*complaints)
    return tuple(StaticFile(url, path) for _, url, path in pairs)


def digest(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", value.lower()):
        advice = "Give the whole output `digest` of a run with mode: plan, 64 characters."
        raise BadValue.because(f'"{value}" is not a digest.', advice)
    return value.lower()


def health_check(value: str) -> str | None:
    """A path, a URL, or None for `none`."""
    if value.lower() == NONE_WORD:
        return None
    if value.startswith("/") and not value.startswith("//"):
        return value
    if re.match(r"https?://[^/\s@?#]+([/?]|$)", value):
        return value
    raise BadValue.because(
        f'"{value}" is neither a path nor a URL.',
        "Write for example /health, https://www.example.com/health, or none.",
    )


def statuses(value: str) -> tuple[tuple[int, int], ...]:
    """Statuses and ranges of them, `200-399,401`, as inclusive ranges."""
    ranges = []
    for part in value.split(","):
        match = re.fullmatch(r"\s*([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?\s*", part)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if low > high:
            raise BadValue.because(
                f'"{part.strip()}" is not an HTTP status or a range of them.',
                "Write for example 200-399 or 200,401.",
            )
        ranges.append((low, high))
    return tuple(ranges)
