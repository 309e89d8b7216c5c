"""What `owner.name` is."""

from __future__ import annotations

from pathlib import PurePosixPath

from pa_deploy.detect.evaluate.libraries import constant
from pa_deploy.detect.evaluate.paths import path_attribute
from pa_deploy.detect.evaluate.run import Run
from pa_deploy.detect.evaluate.values import (
    Absent,
    Class,
    Environ,
    External,
    File,
    Function,
    Instance,
    Method,
    Module,
    Unknown,
    Value,
)


def attribute(run: Run, owner: Value, name: str) -> Value:
    found = _attribute(run, owner, name)
    if run.watching and isinstance(found, Unknown | External):
        of_app = run.watching.of_app(name)
        return found if of_app is None else of_app
    return found


def _attribute(run: Run, owner: Value, name: str) -> Value:
    match owner:
        case Unknown():
            return owner
        case Absent():
            run.require(frozenset({owner.variable}))
            return Unknown(f"{owner.variable} is not set", owner.variable)
        case External():
            dotted = f"{owner.name}.{name}"
            found = constant(run, dotted)
            return External(dotted) if found is None else found
        case Module():
            return of_module(run, owner, name)
        case _:
            return _of_object(owner, name)


def _of_object(owner: Value, name: str) -> Value:
    match owner:
        case Class():
            found = owner.find(name)
            return Unknown(f"{owner.name}.{name}") if found is None else found
        case Instance():
            return _of_instance(owner, name)
        case PurePosixPath():
            return path_attribute(owner, name)
        case Environ() | File() | str() | bytes() | list() | tuple() | dict() | set():
            return Method(owner, name)
        case _:
            return Unknown(f"the attribute {name}")


def of_module(run: Run, module: Module, name: str) -> Value:
    if module.scope is not None and name in module.scope.names:
        return module.scope.names[name]
    dotted = f"{module.name}.{name}"
    if dotted in run.modules:
        return Module(dotted, run.modules[dotted])
    return Unknown(f"{dotted} is not known")


def _of_instance(owner: Instance, name: str) -> Value:
    if name in owner.attributes:
        return owner.attributes[name]
    if isinstance(owner.of, str):
        return Method(owner, name)
    found = owner.of.find(name)
    if isinstance(found, Function):
        return Method(owner, name)
    return Unknown(f"{owner.of.name}.{name}") if found is None else found
