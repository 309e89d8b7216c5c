"""Objects of the project's classes, and the settings classes of pydantic."""

from __future__ import annotations

import ast

from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.environment import NEEDED, read
from pa_deploy.detect.evaluate.libraries import CONFIGURED
from pa_deploy.detect.evaluate.run import Run
from pa_deploy.detect.evaluate.values import Class, Function, Instance, Value, settled
from pa_deploy.detect.evaluate.watching import MOST_NOTED

PYDANTIC = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings")


def make_instance(of: Class, call: Call) -> Value:
    """The object of a class of the project, as far as its `__init__` tells."""
    instance = Instance(of, dict(call.named))
    watching = call.run.watching
    if watching and len(watching.instances) < MOST_NOTED:
        watching.instances.append(instance)
    start = of.find("__init__")
    if isinstance(start, Function):
        start.call(call.with_args(instance, *call.args))
    return instance


def read_fields(run: Run, node: ast.ClassDef, made: Class) -> None:
    """Fields that are variables, of pydantic or django-configurations, get their values."""
    for name, value in made.attributes.items():
        if isinstance(value, Instance) and value.of == CONFIGURED:
            mark = len(run.reads)
            made.attributes[name] = _configured(run, name, value, node.lineno)
            made.sources[name] = frozenset(each.name for each in run.reads[mark:])
    if not made.comes_from(PYDANTIC):
        return
    prefix = _prefix(made)
    for each in node.body:
        match each:
            case ast.AnnAssign(target=ast.Name(id=name)) if name != "model_config":
                default = made.attributes.get(name, NEEDED) if each.value else NEEDED
                made.attributes[name] = read(run, f"{prefix}{name}".upper(), each.lineno, default)


def _configured(run: Run, name: str, value: Instance, line: int) -> Value:
    """A value of django-configurations: the variable has the name of the setting."""
    given = value.attributes
    prefix = given.get("environ_prefix", "DJANGO")
    variable = given.get("environ_name") or (f"{prefix}_{name}" if prefix else name)
    is_needed = given.get("kind") == "SecretValue" or given.get("environ_required") is True
    found = read(run, variable, line, NEEDED if is_needed else given.get("default"))
    return settled(found)


def _prefix(made: Class) -> str:
    config = made.attributes.get("model_config")
    inner = made.attributes.get("Config")
    found = config.get("env_prefix") if isinstance(config, dict) else None
    if isinstance(inner, Class):
        found = inner.attributes.get("env_prefix")
    return found if isinstance(found, str) else ""
