"""The apps that a project may deploy: each once, with how likely it is."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pa_deploy.detect.apps import ENDS, App, find_apps, score
from pa_deploy.detect.kinds import APPS, Kind, Kinds
from pa_deploy.detect.modules import find_elsewhere, find_module, searched_for
from pa_deploy.detect.names import names_of
from pa_deploy.detect.ranking import is_aside
from pa_deploy.detect.reached import reached_from
from pa_deploy.detect.start_lines import Start, are_literal
from pa_deploy.detect.tree import Tree

PROCFILE_SCORE = 40
START_SCORE = 25
MOST_REACHED = 8
"""Of this many files each counts; more make no difference."""
CLOSE = 5
"""Candidates whose scores differ by no more are told of, as the choice may be wrong."""
FACTORY_KINDS = ("factory", "factory with arguments")
DASH_PAGES = "index"
"""The file of a Dash app with several pages that imports all of them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An app, its score, and where that is said: a start line, or the app's own file.

    `is_named`: a Procfile names it.
    """

    app: App
    score: int
    place: str
    is_named: bool = False


def find_candidates(tree: Tree, starts: Sequence[Start]) -> tuple[Candidate, ...]:
    """The most likely first; an app that several files offer is there once."""
    kinds = Kinds(tree)
    named: dict[tuple[str, str], tuple[Start, App]] = {}
    for start in starts:
        app = None if start.other else app_of(tree, start)
        if app:
            named.setdefault((app.path, app.name), (start, app))
    found = [_candidate(tree, app, named.get((app.path, app.name))) for app in find_apps(tree)]
    seen = {(each.app.path, each.app.name) for each in found}
    found += [
        _candidate(tree, app, (start, app))
        for key, (start, app) in named.items()
        if key not in seen
    ]
    if len(found) > 1:
        found = [_with_reach(tree, each) for each in found]
    found.sort(key=lambda each: (-each.score, each.app.path, each.app.name))
    return tuple(_once(found, kinds))


def _with_reach(tree: Tree, candidate: Candidate) -> Candidate:
    """With more points if it imports more of the project: helpers import little."""
    app = candidate.app
    reached = reached_from(tree, (app.path,), app.root).paths
    return replace(candidate, score=candidate.score + min(len(reached), MOST_REACHED))


def app_of(tree: Tree, start: Start) -> App | None:
    """The app that a start line names; None if it is not there."""
    roots = tuple(dict.fromkeys((start.folder, "")))
    found = find_module(tree, start.module, roots)
    path = found.path
    root = next((each for each in roots if _is_below(tree, start.module, each, path)), "")
    if not path:
        path = next(iter(find_elsewhere(tree, start.module)), "")
        root = searched_for(path, start.module) if path else ""
    code = tree.parse(path) if path else None
    if code is None:
        return None
    called, _, rest = start.name.partition("(")
    arguments = rest.removesuffix(")").strip()
    names = [called.partition(".")[0]] if called else ["application", "app"]
    bindings = names_of(code)
    name = next((each for each in names if each in bindings.bindings), "")
    if not name:
        return None
    kind = Kinds(tree, (root,)).of(path, name)
    if kind == "unknown":
        kind = "factory" if rest else "asgi" if start.is_asgi else "wsgi"
    if arguments and kind in FACTORY_KINDS:
        given = arguments if are_literal(arguments) else ""
        return App(path, root, start.module, name, "factory with arguments", given)
    return App(path, root, start.module, name, kind) if kind in (*APPS, *ENDS) else None


def _is_below(tree: Tree, module: str, root: str, path: str) -> bool:
    return bool(path) and find_module(tree, module, (root,)).path == path


def _candidate(tree: Tree, app: App, named: tuple[Start, App] | None) -> Candidate:
    points = score(app, tree)
    if named is None:
        return Candidate(app, points, place_of(tree, app))
    start, told = named
    points += PROCFILE_SCORE if start.is_procfile else START_SCORE
    kind = told.kind if told.kind == "factory with arguments" else app.kind
    return Candidate(replace(told, kind=kind), points, start.place, is_named=start.is_procfile)


def place_of(tree: Tree, app: App) -> str:
    """The file and the line that give an app its name."""
    code = tree.parse(app.path)
    if code is None:
        return app.path
    for binding in names_of(code).bindings.get(app.name, ()):
        line = getattr(binding, "lineno", 0)
        if line:
            return f"{app.path}:{line}"
    return app.path


def _once(found: Iterable[Candidate], kinds: Kinds) -> Iterable[Candidate]:
    """Without those that are an app that comes before under another name, or in another file."""
    groups: dict[tuple[str, str], list[Candidate]] = {}
    files: set[str] = set()
    for each in found:
        origin = kinds.origin(each.app.path, each.app.name)
        if origin not in groups and each.app.path in files:
            continue
        files.add(each.app.path)
        groups.setdefault(origin, []).append(each)
    return [_of_group(group) for group in groups.values()]


def _of_group(group: Sequence[Candidate]) -> Candidate:
    """The best of equal apps; of a Dash app the file that knows all its pages."""
    pages = (
        each
        for each in group
        if each.app.kind == "dash" and posixpath.basename(each.app.path) == f"{DASH_PAGES}.py"
    )
    return next(pages, group[0])


def is_serious(candidate: Candidate) -> bool:
    """Whether it is not just a test or an example."""
    return candidate.is_named or not is_aside(candidate.app.path)


def is_ahead(candidates: Sequence[Candidate], by: int) -> bool:
    """Whether the first is ahead of all others by more."""
    return len(candidates) == 1 or candidates[0].score - candidates[1].score > by


def is_web(kind: Kind) -> bool:
    return kind in APPS or kind == "factory"
