"""Variables of the environment: PythonAnywhere's, those that are given, and those asked for."""

from __future__ import annotations

import ast
import json
import re

from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.operators import FAILURES, truth
from pa_deploy.detect.evaluate.run import Read, Run
from pa_deploy.detect.evaluate.values import Absent, Environ, Unknown, Value

NEEDED = object()
"""Instead of a default: the code raises if the variable is not set."""
TRUE = ("true", "1", "yes", "on", "t", "y", "ok")
FALSE = ("false", "0", "no", "off", "f", "n", "")


def _of_pythonanywhere(user: str) -> dict[str, str]:
    return {
        "PYTHONANYWHERE_DOMAIN": "pythonanywhere.com",
        "PYTHONANYWHERE_SITE": "www.pythonanywhere.com",
        "HOME": f"/home/{user}",
        "USER": user,
        "LOGNAME": user,
    }


def known(run: Run, name: str) -> Value | None:
    """The value of a variable that is set; None if it is not."""
    if name in run.environ:
        return run.environ[name]
    if name in run.variables:
        return run.variables[name]
    return _of_pythonanywhere(run.user).get(name)


def read(run: Run, name: Value, line: int, default: Value = NEEDED) -> Value:
    """The value of a variable, which is noted. `default` is what the code says for one unset."""
    if not isinstance(name, str):
        return name if isinstance(name, Unknown) else Unknown("the name of a variable is not known")
    run.spend()
    found = known(run, name)
    if name not in run.environ and name not in _of_pythonanywhere(run.user):
        is_needed = default is NEEDED and not run.doubts and not run.catches(*MISSING)
        noted = None if default is NEEDED else default
        run.reads.append(Read(name, run.place(line), noted, is_needed))
    if found is not None:
        return found
    if default is NEEDED:
        return run.fail(MISSING, f"{name} is not set", name)
    return Absent(name) if default is None else default


MISSING = ("KeyError", "ImproperlyConfigured", "UndefinedValueError", "EnvError", "LookupError")
"""What the libraries raise for a variable that is not set."""


def environ_method(name: str, call: Call) -> Value:
    """The result of `os.environ.name(…)`."""
    run = call.run
    key = call.get(0, "key")
    match name:
        case "get":
            return read(run, key, call.line, call.get(1, "default"))
        case "pop":
            return read(run, key, call.line, call.args[1] if len(call.args) > 1 else NEEDED)
        case "setdefault":
            return _set_default(run, key, call.get(1, "default"))
        case "copy":
            return Environ()
        case "update":
            for each, value in {**_texts(key), **call.named}.items():
                run.environ[each] = value
            return None
        case "__contains__":
            return contains(run, key, call.line)
        case _:
            return Unknown("the variables are not known")


def _texts(value: Value) -> dict[str, Value]:
    items = value.items() if isinstance(value, dict) else ()
    return {key: each for key, each in items if isinstance(key, str)}


def _set_default(run: Run, name: Value, value: Value) -> Value:
    if not isinstance(name, str):
        return Unknown("the name of a variable is not known")
    found = known(run, name)
    if found is None:
        run.environ[name] = found = value
    return found


def contains(run: Run, name: Value, line: int) -> Value:
    """`name in os.environ`."""
    if not isinstance(name, str):
        return Unknown("the name of a variable is not known")
    if known(run, name) is not None:
        return True
    run.reads.append(Read(name, run.place(line), ""))
    return False


def as_bool(value: Value, *, is_strict: bool = False) -> Value:
    """A text as libraries read a bool from it. `is_strict`: other texts are errors, not false."""
    if not isinstance(value, str):
        found = truth(value)
        return value if found is None else found
    word = value.strip().lower()
    if word in TRUE:
        return True
    if word in FALSE or not is_strict:
        return False
    return Unknown(f"{value!r} is not a bool")


def as_list(value: Value, delimiter: str = ",") -> Value:
    if isinstance(value, list | tuple):
        return list(value)
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(delimiter) if part.strip()]


def as_int(value: Value) -> Value:
    try:
        return int(value)
    except FAILURES:
        return value if isinstance(value, Unknown) else Unknown("it is not a number")


def from_json(value: Value) -> Value:
    """`json.loads`, or the same for a literal of Python."""
    if not isinstance(value, str | bytes) or _is_deep(value):
        return value if isinstance(value, Unknown) else Unknown("the JSON cannot be read")
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return Unknown("the JSON cannot be read")


def from_literal(value: Value) -> Value:
    if not isinstance(value, str) or _is_deep(value):
        return value if isinstance(value, Unknown) else Unknown("the literal cannot be read")
    try:
        return ast.literal_eval(value.strip())
    except (*FAILURES, SyntaxError, RecursionError, MemoryError):
        return Unknown("the literal cannot be read")


def _is_deep(text: str | bytes) -> bool:
    """Whether it may have more levels than are read without a limit of their own."""
    data = text if isinstance(text, str) else text.decode("utf-8", "replace")
    return len(re.findall(r"[\[({+\-*]", data)) > 2000 or len(data) > 1_000_000
