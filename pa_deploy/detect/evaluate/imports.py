"""Imports between the files of the tree. What is not in it is the name of a package, or missing."""

from __future__ import annotations

import ast
import fnmatch
import posixpath
import re
import sys

from pa_deploy.detect.evaluate.attributes import of_module
from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.libraries import PACKAGES, STAR_NAMES, constant
from pa_deploy.detect.evaluate.run import LARGEST_SOURCE, MOST_IMPORTED, ExhaustedError, Run
from pa_deploy.detect.evaluate.values import External, Instance, Module, Scope, Unknown, Value
from pa_deploy.detect.modules import find_module

PRIVATE = re.compile(
    r"local|secret|private|credential|password|(^|_)(settings?|keys?|config)($|_)", re.IGNORECASE
)
"""Modules that a project often keeps out of its repository."""
LISTS = re.compile(
    r"([^/]+/){0,3}([^/]*req[^/]*\.(txt|in)|pyproject\.toml|Pipfile(\.lock)?|setup\.(py|cfg)"
    r"|(poetry|uv|pdm)\.lock|environment\.ya?ml)",
    re.IGNORECASE,
)
"""Files that name packages."""
MOST_LISTS = 20
ERRORS = ("ImportError", "ModuleNotFoundError")


def load(run: Run, name: str) -> Module | None:
    """A module of the tree, evaluated once; None if it is not there."""
    if name in run.modules:
        return Module(name, run.modules[name])
    above = name.rpartition(".")[0]
    if above:
        load(run, above)
    found = find_module(run.tree, name, run.roots())
    if found.state != "here":
        return None
    if not found.path:
        return Module(name, None)
    scope = Scope(found.path, name, is_package=found.path.endswith("/__init__.py"))
    run.modules[name] = scope
    _evaluate(run, scope)
    return Module(name, scope)


def _evaluate(run: Run, scope: Scope) -> None:
    """Evaluate a module with steps of its own, so that a large one does not stop the others."""
    data = run.tree.read(scope.path) or b""
    code = run.tree.parse(scope.path) if len(data) <= LARGEST_SOURCE else None
    if code is None or run.importing >= MOST_IMPORTED:
        scope.is_open = True
        if code is None:
            run.unreadable[scope.path] = None
        return
    run.spend(len(data) // 64)
    kept = run.steps // 2 if run.importing else 0
    outer, run.path = run.path, scope.path
    calls, run.calls = run.calls, []
    run.steps -= kept
    run.importing += 1
    try:
        run.execute(code.body, scope)
    except ExhaustedError:
        scope.is_open = True
        run.steps = 0
        if not kept:
            raise
    finally:
        run.importing -= 1
        run.steps += kept
        run.path = outer
        run.calls = calls


def execute_import(run: Run, node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        found = _imported(run, alias.name, node.lineno)
        if alias.asname:
            scope.names[alias.asname] = found
        else:
            first = alias.name.partition(".")[0]
            whole = _top(run, first) if isinstance(found, Module) else External(first)
            scope.names[first] = found if isinstance(found, Unknown) else whole


def _top(run: Run, name: str) -> Value:
    return load(run, name) or External(name)


def _imported(run: Run, name: str, line: int, *, is_relative: bool = False) -> Value:
    """A module of the tree, the name of a package, or `Unknown` for one that is missing."""
    found = load(run, name)
    if found is not None:
        return found
    if is_relative or _is_missing(run, name):
        if not run.catches(*ERRORS):
            run.miss(line, name)
        return run.fail(ERRORS, f"{name} is not in the repository")
    return External(name)


def _is_missing(run: Run, name: str) -> bool:
    first = name.partition(".")[0]
    if find_module(run.tree, first, run.roots()).state == "here":
        return find_module(run.tree, name, run.roots()).state == "missing"
    if first in sys.stdlib_module_names or first in PACKAGES:
        return False
    listed = _listed(run)
    if not listed and not PRIVATE.search(first):
        return False
    if re.sub(r"[-_.]", "", first.lower()) in listed:
        return False
    return bool(PRIVATE.search(first)) or run.catches(*ERRORS)


def _listed(run: Run) -> str:
    """The text of the files that name packages, without dashes and dots."""
    if run.packages is None:
        paths = sorted(path for path in run.tree.paths if LISTS.fullmatch(path))[:MOST_LISTS]
        texts = [(run.tree.read(path) or b"")[:LARGEST_SOURCE] for path in paths]
        text = b"\n".join(texts).replace(b"\0", b"").decode("utf-8", "replace")
        run.packages = re.sub(r"[-_.]", "", text.lower())
    return run.packages


def execute_import_from(run: Run, node: ast.ImportFrom, scope: Scope) -> None:
    name = _absolute(node, scope)
    found = _imported(run, name, node.lineno, is_relative=bool(node.level))
    for alias in node.names:
        if alias.name == "*":
            _bind_all(found, scope)
            continue
        target = alias.asname or alias.name
        scope.names[target] = _member(run, found, alias.name, node)
        if isinstance(found, Module) and found.scope is not None:
            _copy_origin(found.scope, alias.name, scope, target)


def _absolute(node: ast.ImportFrom, scope: Scope) -> str:
    if not node.level:
        return node.module or ""
    parts = scope.globals.module.split(".")
    up = node.level - 1 if scope.globals.is_package else node.level
    package = parts[: len(parts) - up] if up else parts
    return ".".join([*package, *([node.module] if node.module else [])])


def _member(run: Run, owner: Value, name: str, node: ast.ImportFrom) -> Value:
    if isinstance(owner, External):
        dotted = f"{owner.name}.{name}"
        found = constant(run, dotted)
        return External(dotted) if found is None else found
    if not isinstance(owner, Module):
        return owner
    if owner.scope is not None and name in owner.scope.names:
        return owner.scope.names[name]
    inner = load(run, f"{owner.name}.{name}")
    if inner is not None:
        return inner
    is_known = node.level > 0 and owner.scope is None
    if is_known:
        return _imported(run, f"{owner.name}.{name}", node.lineno, is_relative=True)
    return of_module(run, owner, name)


def _bind_all(owner: Value, scope: Scope) -> None:
    if isinstance(owner, External):
        for name in STAR_NAMES.get(owner.name, ()):
            scope.names[name] = External(f"{owner.name}.{name}")
    if not isinstance(owner, Module) or owner.scope is None:
        scope.is_open = scope.is_open or not _is_django(owner)
        return
    given = owner.scope.names.get("__all__")
    public = [name for name in owner.scope.names if not name.startswith("_")]
    for name in given if isinstance(given, list | tuple) else public:
        if isinstance(name, str) and name in owner.scope.names:
            scope.names[name] = owner.scope.names[name]
            _copy_origin(owner.scope, name, scope, name)
    scope.is_open = scope.is_open or owner.scope.is_open


def _is_django(owner: Value) -> bool:
    return isinstance(owner, External) and owner.name.startswith("django.")


def _copy_origin(origin: Scope, name: str, scope: Scope, target: str) -> None:
    if name in origin.places:
        scope.places[target] = origin.places[name]
        scope.sources[target] = origin.sources.get(name, frozenset())


def import_module(call: Call, scope: Scope) -> Value:
    """`importlib.import_module(name)`."""
    name = call.get(0, "name")
    if not isinstance(name, str):
        return Unknown("the name of a module is not known")
    if name.startswith("."):
        package = call.get(1, "package")
        base = package if isinstance(package, str) else scope.globals.module
        name = f"{base}{name}"
    return _imported(call.run, name, call.line)


def include(call: Call, scope: Scope) -> Value:
    """`include("base.py", optional("local.py"))` of split_settings."""
    run = call.run
    folder = posixpath.dirname(scope.globals.path)
    for each in call.args:
        is_optional = isinstance(each, Instance)
        pattern = each.attributes["path"] if isinstance(each, Instance) else each
        if not isinstance(pattern, str) or len(pattern) > 200:
            scope.globals.is_open = True
            continue
        place = posixpath.normpath(posixpath.join(folder, pattern))
        found = sorted(fnmatch.filter(run.tree.paths, place))
        if not found and not is_optional:
            run.miss(call.line, place)
        for path in found:
            execute_file(run, path, scope.globals)
    return None


def execute_file(run: Run, path: str, scope: Scope) -> None:
    """Evaluate a file as if it stood in the scope."""
    inner = Scope(path, scope.module, scope.names, scope.places, scope.sources)
    _evaluate(run, inner)
    scope.is_open = scope.is_open or inner.is_open
