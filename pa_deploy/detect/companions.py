"""Versions that an old pinned package needs of others, which its list leaves open.

The list worked when it was written. A fresh installation takes the newest of what is open, and an
old Flask cannot be imported with it.
"""

from __future__ import annotations

import re

from pa_deploy.detect.python_version import PIN

RULES = (
    ("flask", (2,), ("Jinja2<3.1", "itsdangerous<2.1", "MarkupSafe<2.1", "Werkzeug<2.1")),
    ("dash", (2,), ("Flask<2.2", "Werkzeug<2.1")),
    ("flask", (2, 3), ("Werkzeug<3",)),
    ("flask-sqlalchemy", (3,), ("Flask<2.3", "SQLAlchemy<2", "Werkzeug<3")),
    ("flask-login", (0, 6, 3), ("Werkzeug<3",)),
    ("flask-wtf", (1,), ("Werkzeug<3",)),
)
"""A package that is older than a version needs these, the strictest first."""
NAME = re.compile(r"[\w.-]+")


def companions(text: str) -> tuple[str, ...]:
    """Lines to add to a list of packages: for each that has no limit there."""
    limited = {_normal(name): (sign, _parts(version)) for name, sign, version in PIN.findall(text)}
    found: dict[str, str] = {}
    for package, below, lines in RULES:
        sign, version = limited.get(package, ("", ()))
        if sign not in ("==", "~=") or version >= below:
            continue
        for line in lines:
            name = NAME.match(line)
            if name and _normal(name[0]) not in limited:
                found.setdefault(name[0].lower(), line)
    return tuple(found.values())


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def _parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
