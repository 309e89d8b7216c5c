"""`app.config` of Flask: which settings the code gives it, and reads from it."""

from __future__ import annotations

import posixpath

from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.imports import execute_file, load
from pa_deploy.detect.evaluate.operators import either
from pa_deploy.detect.evaluate.run import Run
from pa_deploy.detect.evaluate.values import Place, Scope, Unknown, Value
from pa_deploy.detect.evaluate.watching import Use, is_config


def note_use(name: str, call: Call, scope: Scope) -> None:
    """Note a call of a function of a package, and the app that it may make."""
    watching = call.run.watching
    if watching:
        watching.note_use(Use(name, call.args, call.named, Place(scope.path, call.line)))
        if name.endswith(".Flask"):
            watching.folders = _folders(call.run, call, scope)


def _folders(run: Run, call: Call, scope: Scope) -> dict[str, Value]:
    """`root_path` and `instance_path` of the app that the call `Flask(…)` makes."""
    name = call.get(0, "import_name")
    module = run.modules.get(name) if isinstance(name, str) else None
    found = folders_of_app(run, module.path if module else scope.path)
    given = call.named.get("instance_path")
    return {**found, "instance_path": given} if isinstance(given, str) else found


def folders_of_app(run: Run, path: str) -> dict[str, Value]:
    """The same if the app is made in the file `path`. Flask looks beside its whole package."""
    own = above = posixpath.dirname(path)
    while above and f"{above}/__init__.py" in run.tree.paths:
        above = posixpath.dirname(above)
    instance = posixpath.join(run.absolute(above), "instance")
    return {"root_path": run.absolute(own), "instance_path": instance}


def note_setting(run: Run, owner: Value, name: Value, value: Value, place: Place) -> None:
    """Note what the code puts into an object, if that is the settings of an app."""
    if run.watching and is_config(owner) and isinstance(name, str):
        run.watching.note_setting(name, value, place)


def setting(run: Run, name: Value) -> Value:
    """What the app's setting may be: every value that the project gives it."""
    found = run.watching.settings.get(name) if run.watching and isinstance(name, str) else None
    return either(run, found.values()) if found else Unknown(f"the setting {name}")


def config_method(name: str, call: Call, scope: Scope) -> Value:
    """The result of `app.config.name(…)`."""
    first = call.get(0, "key")
    match name:
        case "get":
            found = setting(call.run, first)
            return call.get(1, "default") if isinstance(found, Unknown) else found
        case "setdefault" if isinstance(first, str):
            note(call, {first: call.get(1, "default")}, scope)
            return setting(call.run, first)
        case "from_mapping" | "update":
            note(call, {**(first if isinstance(first, dict) else {}), **call.named}, scope)
        case "from_object":
            _load(call.run, first)
        case "from_pyfile":
            _execute(call.run, first, scope)
        case _:
            pass
    return Unknown(f"the result of {name}")


def note(call: Call, settings: dict[Value, Value], scope: Scope) -> None:
    for name, value in settings.items():
        if isinstance(name, str) and call.run.watching:
            call.run.watching.note_setting(name, value, Place(scope.path, call.line))


def _load(run: Run, name: Value) -> None:
    """A module by its name, or the module of a class. To evaluate it is to note what it sets."""
    if isinstance(name, str) and not load(run, name):
        load(run, name.rpartition(".")[0])


def _execute(run: Run, file: Value, scope: Scope) -> None:
    folders = run.watching.folders.values() if run.watching else ()
    for folder in folders if isinstance(file, str) else ():
        path = run.relative(posixpath.join(str(folder), str(file)))
        if path in run.tree.paths:
            execute_file(run, path, Scope(path, scope.module))
            return
