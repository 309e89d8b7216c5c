"""Import the app of a release."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from typing import Any, Callable, List

from .releases import Release

App = Callable[..., Any]


def load(release: Release) -> App:
    """Import a release's app, and let each of its answers name the release."""
    if not release.record:
        raise RuntimeError("the record of release %s is missing or damaged" % release.id)
    try:
        variables = release.variables()
    except RuntimeError as error:
        raise RuntimeError("release %s does not start: %s" % (release.id, error)) from None
    sys.path[:0] = release.search_path(variables)
    os.environ.update(variables)
    os.chdir(release.code)
    app = _import_app(release.record["app"])

    def application(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, *error: Any) -> Any:
            return start_response(status, [*headers, ("X-Release", release.id)], *error)

        return app(environ, start)

    return application


def _import_app(name: str) -> App:
    if not name:
        return _no_app
    module, _, names = name.partition(":")
    app: Any = functools.reduce(getattr, names.split("."), importlib.import_module(module))
    if not callable(app):
        raise TypeError("%s is not callable" % name)
    return app  # type: ignore[no-any-return]


def _no_app(_environ: Any, start: Any) -> List[bytes]:
    """The answer of a release that has static files only."""
    start("404 Not Found", [("Content-Type", "text/plain")])
    return [b"Not Found\n"]
