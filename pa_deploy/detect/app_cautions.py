"""Warn if the release cannot serve its `app` as the input names it, and say what to write."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pa_deploy.bundle import pattern_for
from pa_deploy.detect.apps import App, find_apps, folder_entered
from pa_deploy.detect.kinds import Kinds
from pa_deploy.detect.modules import Found, find_elsewhere, find_module, module_of
from pa_deploy.detect.names import names_of
from pa_deploy.detect.ranking import is_aside, listed
from pa_deploy.detect.scripts import is_made
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.model import WantedRelease

SHIMS = ("wsgi.py", "pythonanywhere_wsgi.py", "pa_deploy_wsgi.py")
"""Names for a file to add. The first free one is used."""
INSTALLS_SOURCE = re.compile(
    r"\bpip\S*\s+install\b.*\s(-e\s*)?\.{1,2}(/\S*|\[\S*)?(\s|$)"
    r"|\b(uv\s+sync|(poetry|pdm|hatch|flit)\s+install|setup\.py)\b"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The `app` of a release, and the folders `roots` in which Python looks for it."""

    wanted: WantedRelease
    tree: Tree
    roots: tuple[str, ...]
    module: str
    name: str

    @property
    def kinds(self) -> Kinds:
        return Kinds(self.tree, self.roots)

    def problem(self, said: str, advice: str) -> Problem:
        return Problem("app", said, advice=advice)


def app_cautions(wanted: WantedRelease, tree: Tree) -> Iterator[Problem]:
    """At most one warning; none if the files do not tell enough."""
    module, _, name = wanted.app.partition(":")
    if not wanted.app or _comes_later(wanted, module):
        return
    target = Target(wanted, tree, roots_of(wanted), module, name)
    found = find_module(tree, module, target.roots)
    if found.state in ("missing", "elsewhere"):
        yield _no_module(target, found)
    elif found.path and (caution := _no_app(target, found.path) or _elsewhere(target, found.path)):
        yield caution


def roots_of(wanted: WantedRelease) -> tuple[str, ...]:
    """The folders of the release that Python searches."""
    return tuple("" if folder == "." else folder for folder in (*wanted.python_path, "."))


def _comes_later(wanted: WantedRelease, module: str) -> bool:
    """Whether a command or a shared folder may bring the module, or a variable lead to it."""
    place = module.replace(".", "/")
    lines = (*wanted.run, *wanted.first_run)
    return (
        any(f"{place}/".startswith(f"{path.rstrip('/')}/") for path in wanted.shared)
        or is_made(f"{posixpath.basename(place)}.py", lines)
        or any(INSTALLS_SOURCE.search(line) for line in lines)
        or "PYTHONPATH" in {name for name, _ in (*wanted.variables, *wanted.env)}
    )


def _no_module(target: Target, found: Found) -> Problem:
    said = f"the module {target.module} is not in the release."
    others = find_elsewhere(target.tree, target.module)
    if others:
        advice = _ways_to(target, others[0])
        return target.problem(f"{said} Found: {listed(others)}.", advice)
    left_out = _left_out(target)
    if left_out:
        said += f" The source has {left_out}, but it is left out."
        return target.problem(said, f"Add {pattern_for(left_out)} to `include`.")
    advice = _another(target)
    if found.state == "elsewhere":
        said += " Only an installed package can provide it."
        advice = advice and f"If it is your own code: {advice}"
    check = f"Check the spelling, and check that the file of {target.module} is committed."
    return target.problem(said, advice or check)


def _ways_to(target: Target, path: str) -> str:
    """How to name a module that is found in another place."""
    root, module = module_of(target.tree, path)
    app = "" if module == target.module else f"`app: {module}:{target.name}`"
    if root in target.roots:
        return f"Set {app}."
    if target.wanted.python_path:
        way = f"Add {root} to `python-path`"
    else:
        source = posixpath.normpath(posixpath.join(target.wanted.source_as_given, root))
        way = f"Set `source: {source}` or `python-path: {root}`"
    return f"{way}, and set {app}." if app else f"{way}."


def _left_out(target: Target) -> str:
    """A file of the source that would be the module if it were shipped; "" if there is none."""
    place = target.module.replace(".", "/")
    ends = (f"{place}.py", f"{place}/__init__.py")
    paths = (posixpath.join(root, end) for root in target.roots for end in ends)
    return next((path for path in paths if target.tree.read(path) is not None), "")


def _no_app(target: Target, path: str) -> Problem | None:
    """The problem with the name in an existing file."""
    code = target.tree.parse(path)
    if code is None:
        return None
    name, _, attributes = target.name.partition(".")
    names = names_of(code)
    kind = target.kinds.of(path, name)
    if name not in names.bindings and kind == "unknown":
        return None if names.is_open else _no_name(target, path, name)
    if attributes:
        return None
    if kind == "module":
        said = f"`{name}` in {path} is a module, not an app."
        return target.problem(said, _another(target) or "Set `app` to an app in it.")
    if kind in ("factory", "function"):
        said = f"`{name}` in {path} is a function that "
        said += (
            "makes an app" if kind == "factory" else "does not take the two arguments of a WSGI app"
        )
        own = _shim_for(target.tree, App(path, "", target.module, name, "factory"))
        said += ". PythonAnywhere would call it for each request, so every page would fail."
        return target.problem(said, _another(target, "wsgi", "dash") or own)
    if kind == "asgi":
        said = f"`{name}` in {path} is an ASGI app. PythonAnywhere calls it as WSGI, so every page "
        own = _shim_for(target.tree, App(path, "", target.module, name, "asgi"))
        advice = _another(target, "wsgi", "dash") or own
        return target.problem(f"{said}would fail.", advice)
    return None


def _elsewhere(target: Target, path: str) -> Problem | None:
    """The problem with a file that was made for code in one folder of an account."""
    folder = folder_entered(target.tree, path)
    if not folder:
        return None
    said = (
        f"{path} changes to {folder}, or adds it to Python's path. It seems to be made for "
        "`wsgi-file`. A release has its code in another folder."
    )
    apps = (each for each in find_apps(target.tree, target.roots) if not is_aside(each.path))
    best = next(apps, None)
    is_other = best is not None and best.path != path
    own = "Remove that folder from the file."
    return target.problem(said, _another(target) if is_other else own)


def _no_name(target: Target, path: str, name: str) -> Problem:
    said = f"{path} has no `{name}` at its top level."
    here = next((each for each in find_apps(target.tree, target.roots) if each.path == path), None)
    if here and here.kind in ("wsgi", "dash"):
        right = f"{target.module}:{here.target.partition(':')[2]}"
        return target.problem(f"{said} It has `{here.name}`.", f"Set `app: {right}`.")
    advice = _another(target) or (
        f'Define `{name}` there, outside of functions and of `if __name__ == "__main__"`.'
    )
    return target.problem(said, advice)


def _another(target: Target, *kinds: str) -> str:
    """How to serve the most likely app of the release, of these kinds if any are given; or ""."""
    apps = [
        each
        for each in find_apps(target.tree, target.roots)
        if not is_aside(each.path) and (not kinds or each.kind in kinds)
    ]
    if not apps:
        return ""
    app = apps[0]
    if app.kind in ("factory", "asgi"):
        what = "a function that makes an app" if app.kind == "factory" else "an ASGI app"
        return f"{app.path} has `{app.name}`, {what}. {_shim_for(target.tree, app)}"
    path = "" if app.root in target.roots else f" and `python-path: {app.root}`"
    return f"{app.path} has an app. Set `app: {app.target}`{path}."


def _shim_for(tree: Tree, app: App) -> str:
    """Advice to add a file that defines a WSGI app."""
    shim = next((name for name in SHIMS if name not in tree.paths), SHIMS[-1])
    module = shim.removesuffix(".py")
    line = f"from {app.module} import {app.name}; "
    if app.kind == "asgi":
        line = f"from a2wsgi import ASGIMiddleware; {line}application = ASGIMiddleware({app.name})"
        need = "Add a2wsgi to your requirements, and a file"
    else:
        line += f"application = {app.name}()"
        need = "Add a file"
    path = f" and `python-path: {app.root}`" if app.root else ""
    return f"{need} {shim} with `{line}`. Set `app: {module}:application`{path}."
