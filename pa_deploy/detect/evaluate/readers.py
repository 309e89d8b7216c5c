"""Objects of packages that read variables: `config` of decouple, `env` of environ and environs."""

from __future__ import annotations

from pathlib import PurePosixPath

from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.casts import cast, of_type
from pa_deploy.detect.evaluate.environment import NEEDED, read
from pa_deploy.detect.evaluate.paths import is_path
from pa_deploy.detect.evaluate.values import Instance, Unknown, Value

ENV = "environ.Env"
ENVIRONS = "environs.Env"
CONFIG = "decouple.config"
ENV_PATH = "environ.Path"


def call_instance(instance: Instance, call: Call) -> Value:
    """The result of calling an object of a library: `config(…)` or `env(…)`."""
    match instance.of:
        case "decouple.config":
            return _config(call)
        case "environ.Env":
            return _env(instance, call)
        case "environs.Env":
            prefix = instance.attributes.get("prefix", "")
            return read(call.run, _prefixed(prefix, call.get(0, "name")), call.line, _second(call))
        case "environ.Path":
            parts = [each for each in call.args if is_path(each)]
            return str(instance.attributes["path"].joinpath(*parts))
        case "decouple.Csv":
            return cast(call.get(0, "value"), instance, call)
        case _:
            return Unknown(f"the result of {instance.of}")


def instance_method(instance: Instance, name: str, call: Call) -> Value:
    """The result of `env.bool(…)` and the like."""
    if instance.of == ENV_PATH and name in ("path", "__call__"):
        inner = call_instance(instance, call)
        return Instance(ENV_PATH, {"path": PurePosixPath(inner)}) if name == "path" else inner
    if instance.of not in (ENV, ENVIRONS):
        return Unknown(f"the result of {name}")
    if name in ("read_env", "read_envfile", "seal"):
        return None
    if name == "prefixed":
        return Instance(ENVIRONS, {"prefix": call.get(0, "prefix")})
    is_database = name in ("db", "db_url", "dj_db_url")
    variable = call.get(0, "var", call.named.get("name", "DATABASE_URL" if is_database else None))
    if name in ("cache", "cache_url", "email", "email_url", "search_url"):
        variable = variable or f"{name.removesuffix('_url').upper()}_URL"
    variable = _prefixed(instance.attributes.get("prefix", ""), variable)
    default = _second(call)
    schema = instance.attributes.get("schema", {})
    if default is NEEDED and isinstance(variable, str) and variable in schema:
        default = _scheme(schema[variable])[1]
    found = of_type(read(call.run, variable, call.line, default), name, call)
    as_class = name == "path" and instance.of == ENVIRONS and isinstance(found, str)
    return PurePosixPath(found) if as_class else found


def _prefixed(prefix: Value, name: Value) -> Value:
    return prefix + name if isinstance(prefix, str) and isinstance(name, str) else name


def _second(call: Call) -> Value:
    """The default, as the second argument or by name."""
    for name in ("default", "fallback"):
        if name in call.named:
            return call.named[name]
    return call.args[1] if len(call.args) > 1 else NEEDED


def _config(call: Call) -> Value:
    found = read(call.run, call.get(0, "option"), call.line, _second(call))
    how = call.get(2, "cast")
    return cast(found, how, call, is_strict=True)


def _env(instance: Instance, call: Call) -> Value:
    variable = call.get(0, "var")
    default = call.get(2, "default", NEEDED)
    how = call.get(1, "cast")
    schema = instance.attributes.get("schema", {})
    if isinstance(variable, str) and variable in schema:
        scheme, otherwise = _scheme(schema[variable])
        how = scheme if how is None else how
        default = otherwise if default is NEEDED else default
    return cast(read(call.run, variable, call.line, default), how, call)


def _scheme(given: Value) -> tuple[Value, Value]:
    """The type and the default in `Env(NAME=(type, default))` or `Env(NAME=type)`."""
    if isinstance(given, tuple) and len(given) == 2:
        return given[0], given[1]
    return given, NEEDED
