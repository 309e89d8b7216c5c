"""What a call gives."""

from __future__ import annotations

from pathlib import PurePosixPath

from pa_deploy.detect.evaluate import environment
from pa_deploy.detect.evaluate.app_config import config_method, note_use
from pa_deploy.detect.evaluate.attributes import attribute
from pa_deploy.detect.evaluate.builtins import FUNCTIONS, call_builtin
from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.imports import import_module, include
from pa_deploy.detect.evaluate.libraries import (
    call_external,
    content,
    file_method,
)
from pa_deploy.detect.evaluate.methods import call_method
from pa_deploy.detect.evaluate.models import make_instance
from pa_deploy.detect.evaluate.operators import spread
from pa_deploy.detect.evaluate.paths import path_method
from pa_deploy.detect.evaluate.readers import call_instance, instance_method
from pa_deploy.detect.evaluate.values import (
    Absent,
    Class,
    Either,
    Environ,
    External,
    File,
    Function,
    Instance,
    Method,
    Scope,
    Unknown,
    Value,
)
from pa_deploy.detect.evaluate.watching import is_config
from pa_deploy.detect.tree import parse_source

KEEP_OPTIONS = {"append", "insert", "extend", "update", "setdefault"}
"""Methods that put their argument somewhere: one of several values stays one."""


def call_value(function: Value, call: Call, scope: Scope) -> Value:
    """The result of calling the value."""
    match function:
        case Unknown():
            return function
        case Function():
            return function.call(call)
        case Class():
            return make_instance(function, call)
        case Instance():
            return call_instance(function, call)
        case Method():
            return _method(function, call, scope)
        case External():
            return _external(function.name, call, scope)
        case Absent():
            call.run.require(frozenset({function.variable}))
            return Unknown(f"{function.variable} is not set", function.variable)
        case _:
            return Unknown("the result of a call")


def _external(name: str, call: Call, scope: Scope) -> Value:
    note_use(name, call, scope)
    if name in ("importlib.import_module", "__import__"):
        return import_module(call, scope)
    if name == "split_settings.tools.include":
        return include(call, scope)
    if name == "exec":
        return _exec(call, scope)
    if name == "django_heroku.settings":
        return _heroku(call)
    if name in ("sys.exit", "exit", "quit"):
        call.run.refuse(call.line, "the code exits")
        return Unknown("the code exits")
    if name in ("getattr", "hasattr"):
        return _getattr(name, call)

    def apply(*args: Value) -> Value:
        given = call.with_args(*args)
        return call_builtin(name, given) if name in FUNCTIONS else call_external(name, given)

    if not any(isinstance(each, Either) for each in call.args):
        return apply(*call.args)
    return spread(call.run, call.args, apply)


def _method(method: Method, call: Call, scope: Scope) -> Value:
    owner, name = method.owner, method.name
    if isinstance(owner, PurePosixPath):
        note_use(f"pathlib.Path.{name}", call.with_args(owner, *call.args), scope)
    if is_config(owner):
        return config_method(name, call, scope)
    if name in KEEP_OPTIONS or not any(isinstance(each, Either) for each in call.args):
        return _call_method(owner, name, call)
    return spread(
        call.run, call.args, lambda *args: _call_method(owner, name, call.with_args(*args))
    )


def _call_method(owner: Value, name: str, call: Call) -> Value:
    match owner:
        case Environ():
            return environment.environ_method(name, call)
        case PurePosixPath() if name in ("open", "read_text", "read_bytes"):
            return _path_content(owner, name, call)
        case PurePosixPath():
            return path_method(owner, name, call)
        case File():
            return file_method(owner, name, call)
        case Instance(of=str()):
            return instance_method(owner, name, call)
        case Instance(of=Class() as of):
            found = of.find(name)
            inner = call.with_args(owner, *call.args)
            return found.call(inner) if isinstance(found, Function) else Unknown(name)
        case _:
            pass
    try:
        return call_method(owner, name, call)
    except LookupError:
        return call.run.fail(("KeyError", "LookupError"), "a key is not there")


def _path_content(path: PurePosixPath, name: str, call: Call) -> Value:
    file = call_external("open", Call(call.run, (path, *call.args), call.named, call.line))
    return content(call.run, file) if isinstance(file, File) and name != "open" else file


def _getattr(name: str, call: Call) -> Value:
    key = call.get(1, "name")
    if not isinstance(key, str):
        return Unknown("the name of an attribute is not known")
    found = attribute(call.run, call.get(0, "object"), key)
    if name == "getattr":
        is_default = isinstance(found, Unknown) and len(call.args) > 2
        return call.args[2] if is_default else found
    return Unknown("whether it has an attribute") if isinstance(found, Unknown) else True


def _exec(call: Call, scope: Scope) -> Value:
    """`exec(open("local.py").read())` is an import by another name."""
    text = call.get(0, "source")
    code = parse_source(text.encode()) if isinstance(text, str) else None
    if code is None:
        scope.globals.is_open = True
    else:
        with call.run.deeper():
            call.run.execute(code.body, scope)
    return None


def _heroku(call: Call) -> Value:
    """What `django_heroku.settings(locals())` sets on a server that is not Heroku."""
    names = call.get(0, "config")
    if isinstance(names, dict) and "BASE_DIR" in names:
        root = call.with_args(names["BASE_DIR"], "staticfiles")
        names["STATIC_ROOT"] = call_external("os.path.join", root)
        names["ALLOWED_HOSTS"] = ["*"]
    return None
