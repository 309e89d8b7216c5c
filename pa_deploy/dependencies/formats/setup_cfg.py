"""setup.cfg: `install_requires` and the chosen extras."""

from __future__ import annotations

import re
from collections.abc import Iterator
from configparser import (
    DuplicateOptionError,
    DuplicateSectionError,
    Error,
    MissingSectionHeaderError,
    ParsingError,
    RawConfigParser,
)

from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats import chosen
from pa_deploy.dependencies.formats.document import refuse_conflict
from pa_deploy.dependencies.formats.listing import Asked, Line, Listing, Misread, PythonLimit

DEPENDENCIES = "options"
EXTRAS = "options.extras_require"
NONE_LISTED = "Name the file that lists your dependencies. `setup.py` is not read."
COMMENT = re.compile(r"(?:^|\s)#.*$")


def read(text: str, asked: Asked) -> Listing:
    """Raises Misread."""
    refuse_conflict(text)
    file = _parsed(text)
    extras = dict(file.items(EXTRAS)) if file.has_section(EXTRAS) else {}
    listed = file.get(DEPENDENCIES, "install_requires", fallback="")
    if not listed and not extras:
        raise Misread(0, "it lists no dependencies in `install_requires`.", NONE_LISTED)
    chosen.check(asked.chosen, extras=extras, groups=())
    wanted = [
        value for key, value in extras.items() if canonicalize_name(key) in asked.chosen.extras
    ]
    values = [listed, *wanted]
    limit = file.get(DEPENDENCIES, "python_requires", fallback="").strip()
    return Listing(
        lines=tuple(
            Line(each, _line_of(text, each))
            for value in values
            if not value.strip().startswith("file:")
            for each in _rows(value)
        ),
        includes=tuple(
            Line(each.strip(), _line_of(text, value.strip().splitlines()[0]))
            for value in values
            if value.strip().startswith("file:")
            for each in value.strip().removeprefix("file:").split(",")
        ),
        python=(PythonLimit("python_requires", limit, limit, _line_of(text, limit)),)
        if limit
        else (),
    )


def _parsed(text: str) -> RawConfigParser:
    file = RawConfigParser()
    try:
        file.read_string(text)
    except (DuplicateOptionError, DuplicateSectionError) as error:
        why = "a section or a key is there twice."
        raise Misread(error.lineno or 0, why, "Remove one of them.") from None
    except (MissingSectionHeaderError, ParsingError) as error:
        rows = getattr(error, "errors", None) or [(getattr(error, "lineno", 0), "")]
        why = "this is not `key = value`, nor a section in brackets."
        raise Misread(rows[0][0], why, "Correct it.") from None
    except Error:
        raise Misread(0, "it is not a settings file of setuptools.", "Correct it.") from None
    return file


def _rows(value: str) -> Iterator[str]:
    """A requirement a line; in a value of one line they are parted by `;`, as setuptools has it."""
    lines = value.strip().splitlines() if "\n" in value else value.split(";")
    for line in lines:
        row = COMMENT.sub("", line).strip()
        if row:
            yield row


def _line_of(text: str, row: str) -> int:
    at = text.find(row)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
