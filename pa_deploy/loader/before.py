"""What is served before the first release is live."""

from __future__ import annotations

import importlib
import sys
import traceback
from typing import Any, Iterable, Optional

from .app import App
from .files import Home, read_bytes
from .status import read_status

NAME = "wsgi_before"
DEFAULT_PAGE = (b"HELLO_WORLD", b"PythonAnywhere hosted web application")
"""What PythonAnywhere's WSGI file of a new web app has. It is no site that a visitor would miss."""
RETRY_SECONDS = "10"
TEXT = b"This site is being deployed. Try again in a moment.\n"


def former_site(home: Home) -> App:
    """The site of before. If there was none, visitors are told to come again, while one is made."""
    site = _import_former(home)
    if site and not is_default_page(home):
        return site

    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        if site and read_status(home)["state"] not in ("preparing", "ready"):
            answer: Iterable[bytes] = site(environ, start_response)
            return answer
        start_response(
            "503 Service Unavailable",
            [("Content-Type", "text/plain"), ("Retry-After", RETRY_SECONDS)],
        )
        return [TEXT]

    return application


def _import_former(home: Home) -> Optional[App]:
    sys.path.append(home.at("before"))
    try:
        return importlib.import_module(NAME).application  # type: ignore[no-any-return]
    except Exception:  # it may have been broken
        traceback.print_exc()
        return None


def is_default_page(home: Home) -> bool:
    """Whether the WSGI file of before is the one that PythonAnywhere makes for a new web app."""
    text = read_bytes(home.at("before", NAME + ".py"))
    return all(part in text for part in DEFAULT_PAGE)
