"""What probably helps, found in what an app or a command has said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PACKAGES = {
    "bs4": "beautifulsoup4",
    "corsheaders": "django-cors-headers",
    "crispy_bootstrap5": "crispy-bootstrap5",
    "crispy_forms": "django-crispy-forms",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "decouple": "python-decouple",
    "dj_database_url": "dj-database-url",
    "django_filters": "django-filter",
    "dotenv": "python-dotenv",
    "environ": "django-environ",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "jwt": "PyJWT",
    "MySQLdb": "mysqlclient",
    "PIL": "Pillow",
    "rest_framework": "djangorestframework",
    "sklearn": "scikit-learn",
    "telebot": "pyTelegramBotAPI",
    "yaml": "PyYAML",
}
"""Packages whose modules have another name."""
LAST_LINES = 60
"""How much of the end of the output counts."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence for what one of the patterns finds; its groups stand in the sentence."""

    sentence: str
    patterns: tuple[str, ...]

    def about(self, said: str) -> str:
        """The sentence; "" if no pattern is found."""
        for pattern in self.patterns:
            found = re.search(pattern, said, re.MULTILINE)
            if found:
                return self.sentence.format(*found.groups())
        return ""


HINTS = (
    Hint(
        "Django refuses its own address. Add '{}' to ALLOWED_HOSTS.",
        (r"(?:Invalid HTTP_HOST header|not in ALLOWED_HOSTS): '([^']+)'",),
    ),
    Hint(
        "The app refuses its own address. Add it to `allowed_hosts` of TrustedHostMiddleware.",
        (r"^Invalid host header$",),
    ),
    Hint(
        "The app refuses its own address. Add '{}' to its trusted hosts.",
        (r"Host ['\"]([^'\"]+)['\"] is not trusted",),
    ),
    Hint(
        'Django has no STATIC_ROOT. Add to the settings: STATIC_ROOT = BASE_DIR / "staticfiles"',
        (r"without having set the STATIC_ROOT",),
    ),
    Hint(
        "collectstatic wrote to {}: map that folder, or change STATIC_ROOT.",
        (r"static files? copied to '[^']*/code/([^']+)'[\s\S]*after the commands",),
    ),
    Hint(
        "Static files were not collected. Add to `run`: python manage.py collectstatic --no-input",
        (r"Missing staticfiles manifest entry",),
    ),
    Hint(
        "The database has no table or column {}. Add to `run` the command that makes it. For "
        "Django: python manage.py migrate --no-input",
        (
            r"no such (?:table|column): ([\w.]+)",
            r"relation \"([\w.]+)\" does not exist",
            r"Table '([\w$.]+)' doesn't exist",
            r"Unknown column '([\w.]+)'",
        ),
    ),
    Hint(
        "The variable {} is probably not set. Add it to `env` if it is a secret, else to "
        "`variables`.",
        (
            r"(?:<frozen os>|/os\.py)\", line \d+, in __getitem__\n(?:.*\n){0,3}KeyError: '(\w+)'",
            r"Set the (\w+) environment variable",
            r"UndefinedValueError: (\w+) not found",
            r"[Ee]nvironment variable ['\"](\w+)['\"] (?:is )?not set",
            r"Config '(\w+)' is missing",
            r"validation errors? for \w*(?:Settings|Config)\w*\n(\w+)\n +Field required",
            r"KeyError: '([A-Z][A-Z0-9_]*)'",
        ),
    ),
    Hint(
        "Django's SECRET_KEY is empty. The variable from which the settings read it is probably "
        "not set. Add it to `env`.",
        (r"SECRET_KEY setting must not be empty",),
    ),
    Hint(
        "Python cannot read {1}, line {2}: {0}. If the file works on your machine, it needs a "
        "newer `python-version`.",
        (r"(?:Syntax|Indentation|Tab)Error: (.+) \((.+), line (\d+)\)$",),
    ),
    Hint(
        "Two modules import each other, so {} is not there yet. Move one of the imports.",
        (r"cannot import name '(\w+)' from partially initialized module",),
    ),
    Hint(
        "The installed {1} has no {0}. Either the name is wrong, or the code needs another version "
        "of the package: write that version in `requirements`.",
        (r"ImportError: cannot import name '(\w+)' from '([\w.]+)'",),
    ),
    Hint(
        "The module {0} has no {1}. Either the name is wrong, or the package has another version, "
        "or a file of yours has the name of a package.",
        (r"AttributeError: (?:partially initialized )?module '([\w.]+)' has no attribute '(\w+)'",),
    ),
    Hint(
        "PythonAnywhere does not have the system library {}, which a package needs.",
        (r"ImportError: (lib[\w.+-]+): cannot open shared object file",),
    ),
)


def hints(said: str) -> Iterator[str]:
    """A sentence for each thing that was recognized."""
    end = "\n".join(said.splitlines()[-LAST_LINES:])
    found = (_no_module(end), *(hint.about(end) for hint in HINTS))
    yield from (sentence for sentence in found if sentence)


def _no_module(said: str) -> str:
    found = re.search(r"ModuleNotFoundError: No module named '([^']+)'", said)
    if not found:
        return ""
    package = PACKAGES.get(found[1].partition(".")[0])
    if package:
        return f"The module {found[1]} is part of the package {package}. Add it to `requirements`."
    return (
        f"Python finds no module {found[1]}. If a package has it, add the package to "
        "`requirements`. If it is your own, add its folder to `python-path`."
    )
