"""Import the app of a release."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from typing import Any, Callable, List, Optional

from .files import read_bytes
from .interface import ASGI, ASGI2, NotAnApp, interface_of
from .releases import Release
from .target import find_app

App = Callable[..., Any]
TRANSLATOR = "a2wsgi"
"""The package by which an ASGI app is served."""
NOT_FOUND = "404.html"


def load(release: Release) -> App:
    """Import a release's app, and let each of its answers name the release."""
    if not release.record:
        raise RuntimeError("the record of release %s is missing or damaged" % release.id)
    try:
        variables = release.variables()
    except RuntimeError as error:
        raise RuntimeError("release %s does not start: %s" % (release.id, error)) from None
    release.environment.activate()
    sys.path[:0] = release.search_path(variables)
    os.environ.update(variables)
    os.chdir(release.code)
    name = release.record["app"]
    app = import_app(name) if name else static_only(release.code)

    def application(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, *error: Any) -> Any:
            others = [each for each in headers if each[0].lower() != "x-release"]
            return start_response(status, [*others, ("X-Release", release.id)], *error)

        return app(environ, start)

    return application


def import_app(name: str) -> App:
    """The app that the input `app` names, as a WSGI app."""
    app = find_app(name)
    made = getattr(sys.modules.get(TRANSLATOR), "ASGIMiddleware", None)
    if made and type(app) is made:  # its thread would not outlive the fork
        return _translated(app.app, name, wait_time=app.wait_time)
    is_asgi = interface_of(app) in (ASGI, ASGI2)
    return _translated(app, name) if is_asgi else app


def _translated(app: Any, name: str, **options: Any) -> App:
    """An ASGI app as a WSGI app, with options of a2wsgi."""
    try:
        middleware = importlib.import_module(TRANSLATOR).ASGIMiddleware
    except ModuleNotFoundError as error:
        if error.name != TRANSLATOR:
            raise
        raise NotAnApp(
            "%s is an ASGI app. PythonAnywhere serves WSGI apps. The package a2wsgi, which "
            "translates, is not installed. Add the line `a2wsgi` to your requirements" % name
        ) from None
    from .asgi import Translated, of_one_call  # noqa: PLC0415 - asyncio is not for every app

    if interface_of(app) == ASGI2:
        app = of_one_call(app)
    return Translated(app, functools.partial(middleware, **options))


def static_only(code: str) -> App:
    """The app of a release that has static files only: it is asked for what is not there."""

    def application(_environ: Any, start: Any) -> List[bytes]:
        page = _own_page(code)
        kind = "text/plain" if page is None else "text/html"
        start("404 Not Found", [("Content-Type", kind)])
        return [b"Not Found\n" if page is None else page]

    return application


def _own_page(code: str) -> Optional[bytes]:
    """The release's 404.html; None if it has none. A link must not lead out of the release."""
    path = os.path.realpath(os.path.join(code, NOT_FOUND))
    if not path.startswith(os.path.join(os.path.realpath(code), "")):
        return None
    try:
        return read_bytes(path)
    except OSError:
        return None
