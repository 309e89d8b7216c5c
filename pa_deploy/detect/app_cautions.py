"""Warn if the release cannot serve its `app` as the input names it, and say what to write."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pa_deploy.bundle import pattern_for
from pa_deploy.detect.apps import App, find_apps, folder_entered
from pa_deploy.detect.kinds import Kind, Kinds
from pa_deploy.detect.modules import Found, find_elsewhere, find_module, module_of
from pa_deploy.detect.names import names_of
from pa_deploy.detect.ranking import is_aside, listed
from pa_deploy.detect.scripts import is_made
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.model import WantedRelease

SHIMS = ("wsgi.py", "pythonanywhere_wsgi.py", "pa_deploy_wsgi.py")
"""Names for a file to add. The first free one is used."""
CALL = "()"
TRANSLATOR = "a2wsgi"
"""The package by which PythonAnywhere serves ASGI apps."""
LISTS = (".txt", ".in", ".lock", ".toml", "Pipfile")
"""So end the names of files that list packages."""
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
    is_called: bool

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
    is_called = name.endswith(CALL)
    target = Target(
        wanted, tree, roots_of(wanted), module, name.removesuffix(CALL), is_called=is_called
    )
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
    return _called(target, path, kind) if target.is_called else _not_called(target, path, kind)


def _called(target: Target, path: str, kind: Kind) -> Problem | None:
    """The problem with what is called, as `create_app()`."""
    said = f"`{target.name}` in {path} is "
    if kind in ("wsgi", "asgi", "dash"):
        app = App(path, "", target.module, target.name, kind)
        return target.problem(f"{said}the app itself, not a factory.", f"Set `app: {app.target}`.")
    if kind == "factory with arguments":
        return _needs_arguments(target, path)
    if kind == "function with arguments":
        said += "a function that needs arguments, but `app` calls it without any."
        return target.problem(said, _another(target) or "Set `app` to an app.")
    return None


def _not_called(target: Target, path: str, kind: Kind) -> Problem | None:
    said = f"`{target.name}` in {path} is "
    if kind == "factory":
        advice = f"Set `app: {target.module}:{target.name}{CALL}`."
        return target.problem(f"{said}a function that makes an app.", advice)
    if kind == "factory with arguments":
        return _needs_arguments(target, path)
    if kind in ("function", "function with arguments"):
        said += "a function that does not take the two arguments of a WSGI app."
        call = f"If it makes the app, set `app: {target.module}:{target.name}{CALL}`."
        own = call if kind == "function" else "Set `app` to an app."
        return target.problem(said, _another(target) or own)
    if kind == "asgi" and _lacks_translator(target):
        said += f"an ASGI app. PythonAnywhere serves it through the package {TRANSLATOR}, which "
        own = f"Add the line `{TRANSLATOR}` to your requirements."
        advice = _another(target, "wsgi", "dash") or own
        return target.problem(f"{said}is not in your requirements.", advice)
    return None


def _needs_arguments(target: Target, path: str) -> Problem:
    said = f"`{target.name}` in {path} makes an app, but needs arguments. `app` cannot give any."
    own = _shim_for(
        target.tree, App(path, "", target.module, target.name, "factory with arguments")
    )
    return target.problem(said, _another(target, "wsgi", "dash", "factory") or own)


def _lacks_translator(target: Target) -> bool:
    """Whether the requirements are known not to have the package a2wsgi."""
    wanted = target.wanted
    if wanted.requirements is None or not wanted.requirements.is_relative_to(wanted.source):
        return False
    own = wanted.requirements.relative_to(wanted.source).as_posix()
    lists = {own, *(path for path in target.tree.paths if path.endswith(LISTS))}
    texts = [target.tree.read(path) for path in lists]
    lines = "\n".join((*wanted.run, *wanted.first_run)).encode()
    return None not in texts and not any(
        TRANSLATOR.encode() in (text or b"").replace(b"\0", b"") for text in (*texts, lines)
    )


def _elsewhere(target: Target, path: str) -> Problem | None:
    """The problem with a file that was made for code in one folder of an account."""
    folder = folder_entered(target.tree, path)
    if not folder:
        return None
    said = (
        f"{path} seems to be a WSGI file for one account: it changes to {folder}, or adds that "
        "folder to Python's path. A release has its code in another folder."
    )
    apps = (each for each in find_apps(target.tree, target.roots) if not is_aside(each.path))
    best = next(apps, None)
    is_other = best is not None and best.path != path
    own = "Remove that folder from the file."
    return target.problem(said, _another(target) if is_other else own)


def _no_name(target: Target, path: str, name: str) -> Problem:
    said = f"{path} has no `{name}` at its top level."
    here = next((each for each in find_apps(target.tree, target.roots) if each.path == path), None)
    if here and here.kind != "factory with arguments":
        right = f"{target.module}:{here.target.partition(':')[2]}"
        return target.problem(f"{said} It has `{here.name}`.", f"Set `app: {right}`.")
    advice = _another(target) or (
        f'Define `{name}` there, outside functions and `if __name__ == "__main__"`.'
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
    if app.kind == "factory with arguments":
        what = "a function that makes an app"
        return f"{app.path} has `{app.name}`, {what}. {_shim_for(target.tree, app)}"
    path = "" if app.root in target.roots else f" and `python-path: {app.root}`"
    said = f"{app.path} has an app. Set `app: {app.target}`{path}."
    if app.kind == "asgi" and _lacks_translator(target):
        said += f" Add the line `{TRANSLATOR}` to your requirements."
    return said


def _shim_for(tree: Tree, app: App) -> str:
    """Advice to add a file that calls a factory with arguments."""
    shim = next((name for name in SHIMS if name not in tree.paths), SHIMS[-1])
    line = f"from {app.module} import {app.name}; application = {app.name}(…)"
    path = f" and `python-path: {app.root}`" if app.root else ""
    target = f"{shim.removesuffix('.py')}:application"
    return f"Add a file {shim} with `{line}`. Set `app: {target}`{path}."
