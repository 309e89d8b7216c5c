"""Which interface an app has: WSGI, ASGI, or none. The app is looked at and not called."""

from __future__ import annotations

import functools
import inspect
from typing import Any, List

WSGI = "WSGI"
ASGI = "ASGI"
ASGI2 = "ASGI2"
"""The first form of ASGI: `app(scope)` returns what is called with `receive` and `send`."""
NEITHER = ""


class NotAnApp(Exception):
    """The input `app` does not lead to an app. The text is for people."""


def interface_of(app: Any) -> str:
    """One of the constants above. What cannot be known counts as WSGI."""
    if not callable(app):
        return NEITHER
    called = _called(app)
    try:
        parameters = inspect.signature(called, follow_wrapped=False)
    except (TypeError, ValueError):  # compiled code may not tell
        return ASGI if _is_async(called) else WSGI
    counts = [count for count in range(4) if _takes(parameters, count)]
    if inspect.isclass(app):
        return _of_class(app, counts)
    if counts == [2] and not inspect.iscoroutinefunction(called):
        return WSGI  # also if it wraps an async function
    if _is_async(called):
        return ASGI if 3 in counts else NEITHER
    return _of_function(parameters, counts)


def is_named_like_an_app(value: Any) -> bool:
    """Whether it takes parameters with the usual names of those of an app."""
    try:
        names = list(inspect.signature(_called(value)).parameters)
    except Exception:  # `flask.request` and its like raise anything
        return False
    return _is_wsgi(names) or names == ["scope", "receive", "send"]


def can_be_called_without_arguments(value: Any) -> bool:
    try:
        return _takes(inspect.signature(_called(value)), 0)
    except (TypeError, ValueError):
        return True


def parameters_of(value: Any) -> str:
    """As they are written in its code: `(config, debug=False)`."""
    return str(inspect.signature(_called(value)))


def _called(app: Any) -> Any:
    """What tells the parameters: a function or class itself, `__call__` of another object."""
    is_told = inspect.isroutine(app) or inspect.isclass(app) or isinstance(app, functools.partial)
    return app if is_told else app.__call__  # an object may have a `__call__` of its own


def _takes(parameters: inspect.Signature, count: int) -> bool:
    try:
        parameters.bind(*[None] * count)
    except TypeError:
        return False
    return True


def _is_async(called: Any) -> bool:
    """Whether it is an async function, or wraps one."""
    return any(map(inspect.iscoroutinefunction, (called, inspect.unwrap(called))))


def _of_class(app: Any, counts: List[int]) -> str:
    """A class is an app if what it makes is the answer."""
    if 3 in counts and hasattr(app, "__await__"):
        return ASGI
    if 2 in counts and (hasattr(app, "__iter__") or counts == [2]):
        return WSGI
    if 1 in counts and inspect.iscoroutinefunction(app.__call__):
        return ASGI2
    return NEITHER


def _of_function(parameters: inspect.Signature, counts: List[int]) -> str:
    names = list(parameters.parameters)
    kinds = [each.kind for each in parameters.parameters.values()]
    if 2 in counts:
        has_any = inspect.Parameter.VAR_POSITIONAL in kinds
        return WSGI if 0 not in counts or has_any or _is_wsgi(names) else NEITHER
    if 3 in counts:
        return ASGI if {"receive", "send"} & set(names) else NEITHER
    return ASGI2 if 1 in counts and names[0] == "scope" else NEITHER


def _is_wsgi(names: List[str]) -> bool:
    return len(names) == 2 and names[1].strip("_").startswith("start")
