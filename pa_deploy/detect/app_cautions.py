"""Why the release's `app` cannot be served as the input names it, and what to write."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from pa_deploy.detect.apps import App, find_apps
from pa_deploy.detect.kinds import Kinds
from pa_deploy.detect.modules import Found, find_elsewhere, find_module, module_of
from pa_deploy.detect.names import names_of
from pa_deploy.detect.ranking import is_aside
from pa_deploy.detect.scripts import is_made
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.model import WantedRelease

MOST_NAMED = 3
SHIMS = ("wsgi.py", "pythonanywhere_wsgi.py", "pa_deploy_wsgi.py")


def app_cautions(wanted: WantedRelease, tree: Tree) -> Iterator[Problem]:
    """At most one; nothing if it cannot be told."""
    module, _, names = wanted.app.partition(":")
    if not wanted.app or _comes_later(wanted, module):
        return
    roots = roots_of(wanted)
    found = find_module(tree, module, roots)
    if found.state in ("missing", "elsewhere"):
        yield _no_module(wanted, tree, module, found, roots)
    elif found.path:
        yield from _no_app(wanted, tree, found.path, names)


def roots_of(wanted: WantedRelease) -> tuple[str, ...]:
    """The folders of the release that Python searches."""
    return tuple("" if folder == "." else folder for folder in (*wanted.python_path, "."))


def _comes_later(wanted: WantedRelease, module: str) -> bool:
    """Whether a command or a shared folder may bring the module."""
    place = module.replace(".", "/")
    in_shared = any(f"{place}/".startswith(f"{path.rstrip('/')}/") for path in wanted.shared)
    return in_shared or is_made(f"{posixpath.basename(place)}.py", (*wanted.run, *wanted.first_run))


def _no_module(
    wanted: WantedRelease, tree: Tree, module: str, found: Found, roots: Sequence[str]
) -> Problem:
    name = wanted.app.partition(":")[2]
    said = f"the module {module} is not in the release."
    others = find_elsewhere(tree, module)
    if others:
        said += f" Found: {listed(others)}."
        return _problem(said, _ways_to(wanted, tree, module, name, others[0], roots), others)
    left_out = _left_out(tree, module, roots)
    if left_out:
        said += f" The source has {left_out}, but it is left out."
        return _problem(said, f"Add {left_out} to `include`.", (left_out,))
    apps = find_apps(tree, roots)
    if found.state == "elsewhere":
        said += " It can only come from a package that is installed."
    if apps and apps[0].kind == "wsgi":
        own = "If it is to be your own code" if found.state == "elsewhere" else "Perhaps"
        advice = f"{own}: found {apps[0].path}. {_ways_to_app(apps[0], roots)}"
        return _problem(said, advice, (apps[0].path, apps[0].target))
    return _problem(said, "Check its spelling, and that its file is committed.", ())


def _ways_to(
    wanted: WantedRelease, tree: Tree, module: str, name: str, path: str, roots: Sequence[str]
) -> str:
    """How the module in another place is named."""
    root, full = module_of(tree, path)
    if root in roots:
        return f"Set `app: {full}:{name}`."
    way = f"`python-path: {root}`"
    if len(wanted.python_path) > 0:
        return f"Add {root} to `python-path`" + (
            "." if full == module else f" and set `app: {full}:{name}`."
        )
    source = posixpath.normpath(posixpath.join(wanted.source_as_given, root))
    also = "" if full == module else f", and `app: {full}:{name}`"
    return f"Set `source: {source}` or {way}{also}."


def _ways_to_app(app: App, roots: Sequence[str]) -> str:
    if app.root in roots:
        return f"Set `app: {app.target}`."
    return f"Set `app: {app.target}` and `python-path: {app.root}`."


def _left_out(tree: Tree, module: str, roots: Sequence[str]) -> str:
    """A file of the source that would be the module, were it shipped; "" if there is none."""
    place = module.replace(".", "/")
    ends = (f"{place}.py", f"{place}/__init__.py")
    paths = (posixpath.join(root, end) for root in roots for end in ends)
    return next((path for path in paths if tree.read(path) is not None), "")


def _no_app(wanted: WantedRelease, tree: Tree, path: str, names: str) -> Iterator[Problem]:
    """What is wrong with a name in a file that is there."""
    code = tree.parse(path)
    if code is None:
        return
    module = wanted.app.partition(":")[0]
    name = names.partition(".")[0]
    kinds = Kinds(tree, roots_of(wanted))
    there = names_of(code)
    kind = kinds.of(path, name)
    if name not in there.bindings and kind == "unknown":
        if not there.is_open:
            yield _no_name(kinds, path, module, name)
        return
    if names != name:
        return
    if kind == "module":
        said = f"`{name}` in {path} is a module, and no app."
        yield _problem(said, _another(kinds) or "Name an app in it.", (path, name))
    elif kind in ("factory", "function"):
        yield _factory(kinds, path, module, name, makes_app=kind == "factory")
    elif kind == "asgi":
        yield _asgi(kinds, path, module, name)


def _no_name(kinds: Kinds, path: str, module: str, name: str) -> Problem:
    said = f"{path} has no `{name}` at its top level."
    code = kinds.tree.parse(path)
    apps = (
        [each for each in names_of(code).bindings if kinds.of(path, each) == "wsgi"] if code else []
    )
    if apps:
        return _problem(said, f"It has `{apps[0]}`. Set `app: {module}:{apps[0]}`.", (path, *apps))
    advice = _another(kinds) or (
        f"Python sees only names that are set when {path} is imported, outside of functions and of "
        '`if __name__ == "__main__"`.'
    )
    return _problem(said, advice, (path, name))


def _factory(kinds: Kinds, path: str, module: str, name: str, *, makes_app: bool) -> Problem:
    said = f"`{name}` in {path} is a function that makes an app, and no app itself."
    if not makes_app:
        said = f"`{name}` in {path} is a function that cannot be called as a WSGI app is."
    said += " Every page would be an error."
    shim = _shim(kinds.tree)
    own = (
        f"Add a file {shim} with `from {module} import {name}; app = {name}()`, and set "
        f"`app: {shim.removesuffix('.py')}:app`."
    )
    return _problem(said, _another(kinds) or own, (path, name, module))


def _asgi(kinds: Kinds, path: str, module: str, name: str) -> Problem:
    said = f"`{name}` in {path} is an ASGI app. The web app calls it by WSGI, so every page would "
    shim = _shim(kinds.tree)
    own = (
        f"Add a2wsgi to your requirements and a file {shim} with `from a2wsgi import "
        f"ASGIMiddleware; from {module} import {name}; application = ASGIMiddleware({name})`, and "
        f"set `app: {shim.removesuffix('.py')}:application`."
    )
    return _problem(f"{said}be an error.", _another(kinds) or own, (path, name, module))


def _another(kinds: Kinds) -> str:
    """How to name a WSGI app that is found, or ""."""
    apps = [each for each in find_apps(kinds.tree, kinds.roots) if each.kind == "wsgi"]
    usable = [each for each in apps if each.root in kinds.roots and not is_aside(each.path)]
    if not usable:
        return ""
    return f"{usable[0].path} has an app. Set `app: {usable[0].target}`."


def _shim(tree: Tree) -> str:
    """The name of a file that is not there yet."""
    return next((name for name in SHIMS if name not in tree.paths), SHIMS[-1])


def listed(paths: Sequence[str]) -> str:
    more = len(paths) - MOST_NAMED
    return ", ".join(paths[:MOST_NAMED]) + (f", and {more} more" if more > 0 else "")


def _problem(said: str, advice: str, cites: Sequence[str]) -> Problem:
    return Problem("app", said, advice=advice, cites=" ".join(cites))
