"""From the text of the input `app` to the app: `module:name`, or `module:factory()`."""

from __future__ import annotations

import functools
import importlib
import inspect
import types
from typing import Any, List

from .interface import (
    NEITHER,
    NotAnApp,
    can_be_called_without_arguments,
    interface_of,
    is_named_like_an_app,
    parameters_of,
)

CALL = "()"
FACTORIES = ("create_app", "make_app", "app_factory", "application_factory", "build_app")
"""What functions that make an app are usually called."""


def find_app(text: str) -> Any:
    """Import the module, and call the factory if it is one. NotAnApp says what to write instead."""
    module_name, _, name = text.partition(":")
    module = _imported(module_name)
    if name.endswith(CALL):
        return _made(text, _attribute(module, name[: -len(CALL)]))
    app = _attribute(module, name)
    if interface_of(app) == NEITHER:
        raise NotAnApp(_why_not(text, app))
    return app


def _imported(name: str) -> types.ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not error.name or not (name + ".").startswith(error.name + "."):
            raise  # another module, which that one imports
        raise NotAnApp("%s. Check `app`, `source` and `python-path`" % error.msg) from None


def _attribute(module: types.ModuleType, names: str) -> Any:
    try:
        return functools.reduce(getattr, names.split("."), module)
    except AttributeError:
        first, _, rest = names.partition(".")
        if rest and first in vars(module):
            raise
        raise NotAnApp(_no_name(module, names)) from None


def _no_name(module: types.ModuleType, name: str) -> str:
    said = "the module %s has no %s" % (module.__name__, name)
    others = _apps_in(module)
    if not others:
        return said
    return "%s. Set %s" % (said, " or ".join("`app: %s`" % each for each in others))


def _apps_in(module: types.ModuleType) -> List[str]:
    """Values of the input `app` that a module offers."""
    values = [each for each in vars(module).items() if not inspect.isclass(each[1])]
    apps = [name for name, value in values if callable(value) and is_named_like_an_app(value)]
    made = [
        name + CALL
        for name, value in values
        if name in FACTORIES and callable(value) and can_be_called_without_arguments(value)
    ]
    return ["%s:%s" % (module.__name__, each) for each in [*apps, *made]]


def _made(text: str, factory: Any) -> Any:
    """What the factory returns."""
    name = text[: -len(CALL)]
    if not callable(factory):
        raise NotAnApp("%s is %s, which cannot be called" % (name, _what(factory)))
    if not can_be_called_without_arguments(factory):
        if is_named_like_an_app(factory):
            raise NotAnApp("%s is the app itself. Set `app: %s`" % (name, name))
        raise NotAnApp(
            "%s needs arguments: %s. Add a function without arguments that calls it"
            % (name, parameters_of(factory))
        )
    app = factory()
    if inspect.iscoroutine(app):
        app.close()
        raise NotAnApp("%s is an async function. A factory must be a plain function" % name)
    if interface_of(app) == NEITHER:
        raise NotAnApp("%s returned %s, not an app" % (text, _what(app)))
    return app


def _why_not(text: str, value: Any) -> str:
    server = getattr(value, "server", None)
    if not inspect.isroutine(value) and interface_of(server) != NEITHER:  # of Dash
        return "%s is %s, and the app is its `server`. Set `app: %s.server`" % (
            text,
            _what(value),
            text,
        )
    if not callable(value):
        return "%s is %s, not an app" % (text, _what(value))
    if can_be_called_without_arguments(value):
        return "%s is %s, not an app. If it makes the app, set `app: %s()`" % (
            text,
            _what(value),
            text,
        )
    return (
        "%s takes %s. A WSGI app takes (environ, start_response), an ASGI app is async and takes "
        "(scope, receive, send)"
    ) % (text, parameters_of(value))


def _what(value: Any) -> str:
    """What it is, in a few words."""
    if value is None:
        return "None"
    if inspect.ismodule(value):
        return "a module"
    if inspect.isclass(value):
        return "a class"
    if inspect.isroutine(value):
        return "a function"
    return "an object of the class %s" % type(value).__name__
