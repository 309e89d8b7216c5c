"""Recognize the pages that PythonAnywhere itself shows, which are nobody's site."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pa_deploy.model import Trouble
from pa_deploy.transport import Answer

TITLE = re.compile(r"<title[^>]*>\s*(.*?)\s*</title>", re.IGNORECASE | re.DOTALL)

TITLE_CHARACTERS = 16 * 1024
"""How far into a page a title is looked for."""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of PythonAnywhere, and its name for messages."""

    trouble: Trouble
    name: str


DEFAULT = OwnPage("default-page", "PythonAnywhere's default page")
COMING_SOON = OwnPage("coming-soon", 'PythonAnywhere\'s page "Coming Soon!"')
ERROR = OwnPage("error-page", "PythonAnywhere's error page")
TITLES = (
    ("pythonanywhere hosted web application", DEFAULT),
    ("coming soon: pythonanywhere", COMING_SOON),
    ("something went wrong :-(", ERROR),
)
"""How the titles of the pages begin (saved copies of the WSGI file, help pages)."""
STARTERS = (b"Hello from Flask!", b"Hello from Bottle!", b"Page not found.")
"""Whole answers of the apps that the Web tab makes, and of the default one at other paths."""


def own_page(answer: Answer, text: str) -> OwnPage | None:
    """The page of PythonAnywhere that the answer is; None if it is the site's own.

    A short answer that an app may well give is taken for the app's, if a release made it.
    """
    found = TITLE.search(text[:TITLE_CHARACTERS])
    title = found[1].lower() if found else ""
    for beginning, page in TITLES:
        if title.startswith(beginning):
            return page
    is_starter = answer.body.strip() in STARTERS and "x-release" not in answer.headers
    return DEFAULT if is_starter else None
