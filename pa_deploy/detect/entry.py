"""What a project is, and what is deployed of it: the first sign that holds decides."""

from __future__ import annotations

import ast
import posixpath
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pa_deploy.detect.apps import FILE_SCORES, OTHER_FILES, PYTHON_2, App
from pa_deploy.detect.candidates import (
    CLOSE,
    Candidate,
    app_of,
    find_candidates,
    is_ahead,
    is_serious,
)
from pa_deploy.detect.django import django_roots, root_finding, template_of
from pa_deploy.detect.findings import Choice, Confidence, Finding
from pa_deploy.detect.hand_made import HandMade, find_hand_made
from pa_deploy.detect.ignored import ignored_modules
from pa_deploy.detect.ranking import ranked
from pa_deploy.detect.start_lines import Start, find_starts
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem

SITE_FOLDERS = {"": "sure", "public": "sure", "docs": "likely", "dist": "likely", "build": "likely"}
OF_BUILDER = re.compile(r"/src/|%PUBLIC_URL%|%VITE_|<%=")
BUILT_FOLDERS = ("_site", "site", "output", "out", "www", "htdocs", "html", "web")
BUILDERS = {
    "package.json": "npm ci && npm run build",
    "mkdocs.yml": "mkdocs build",
    "_config.yml": "bundle exec jekyll build",
    "pelicanconf.py": "pelican content",
    "hugo.toml": "hugo",
    "config.toml": "hugo",
}
OUTPUTS = {"mkdocs.yml": "site", "_config.yml": "_site", "pelicanconf.py": "output"}
FRAMEWORKS_ELSEWHERE = re.compile(
    r"^[ \t]*(?:import|from)\s+(streamlit|gradio|chainlit|aiohttp|nicegui|otree|tornado|shiny)\b",
    re.MULTILINE,
)
MAKES_APP = re.compile(
    r"^[ \t]+(\w+)\s*=\s*(Flask|FastAPI|Dash|Bottle|Quart|Starlette)\(", re.MULTILINE
)
OF_BOTTLE = re.compile(r"^from bottle import .*\broute\b|^ *@?bottle\.route\(", re.MULTILINE)
"""Routes of the app that Bottle makes by itself."""
RUNS_BOTTLE = re.compile(r"^(?:bottle\.)?run\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is deployed: `root` is a folder of the repository, `app` the value of that input.

    `path` is the app's file. `others` are what might be meant as well, each with its folder.
    """

    kind: Literal["django", "app", "static", "nothing"]
    root: str = ""
    app: App | None = None
    place: str = ""
    confidence: Confidence = "sure"
    others: tuple[tuple[Choice, str], ...] = ()
    hand_made: HandMade | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def find_entry(tree: Tree, chosen: Choice) -> Entry:
    """`chosen` is what the user has said already; empty texts are open."""
    hand_made = find_hand_made(tree)
    if chosen.app or chosen.source:
        return _chosen(tree, chosen, hand_made)
    if hand_made and (entry := _by_hand(tree, hand_made)):
        return entry
    project = root_finding(tree)
    if project:
        return _django(project)
    starts = find_starts(tree)
    candidates = find_candidates(tree, starts)
    if candidates:
        return _among(tree, candidates, starts)
    return _static(tree) or _nothing(tree, starts)


def _chosen(tree: Tree, chosen: Choice, hand_made: HandMade | None) -> Entry:
    root = "" if chosen.source in ("", ".") else posixpath.normpath(chosen.source)
    if not chosen.app:
        below = tree.below(root)
        found = find_entry(below, Choice())
        return _moved(found, root)
    module, _, name = chosen.app.partition(":")
    app = app_of(tree, Start("", module, name, root))
    if root in django_roots(tree) and (not app or "wsgi" in module.rpartition(".")[2]):
        return Entry("django", root, place="given", hand_made=hand_made)
    problems = tuple(_needs_arguments(app)) if app else ()
    return Entry("app", root, app, "given", problems=problems)


def _moved(entry: Entry, root: str) -> Entry:
    """An entry of the folder `root`, as one of the whole repository."""

    def at(path: str) -> str:
        return posixpath.join(root, path) if path else root

    app = entry.app and replace(entry.app, path=at(entry.app.path), root=at(entry.app.root))
    place = at(entry.place) if entry.place else root
    return replace(entry, root=at(entry.root), app=app, place=place)


def _by_hand(tree: Tree, found: HandMade) -> Entry | None:
    confidence: Confidence = "likely" if found.is_page else "sure"
    if found.settings:
        return Entry("django", found.root, None, found.place, confidence, hand_made=found)
    module, _, name = found.app.partition(":")
    called = f"{name}({found.arguments})" if found.arguments else name
    app = app_of(tree, Start(found.place, module, called, found.root))
    if app is None:
        return None
    problems = tuple(_needs_arguments(app))
    return Entry(
        "app", found.root, app, found.place, confidence, hand_made=found, problems=problems
    )


def _django(project: Finding) -> Entry:
    root = "" if project.value == "." else project.value
    others = tuple((Choice(folder), place) for folder, place in project.others)
    return Entry("django", root, None, project.place, project.confidence, others)


def _among(tree: Tree, candidates: Sequence[Candidate], starts: Sequence[Start]) -> Entry:
    first, *rest = candidates
    serious = [each for each in candidates if is_serious(each)]
    if not serious or not is_ahead(candidates, 0) or _has_neighbours(first, serious):
        confidence: Confidence = "open"
    else:
        is_told = first.place.partition(":")[0] != first.app.path and len(serious) > 1
        is_clear = is_ahead(candidates, CLOSE) and not is_told
        confidence = "sure" if first.is_named or is_clear else "likely"
    shown = [each for each in rest if is_serious(each) or not serious]
    others = tuple((Choice(each.app.root or ".", each.app.target), each.place) for each in shown)
    app = first.app
    problems = (*_of_name(app), *_relative(tree, app), *_needs_arguments(app))
    notes = tuple(_missing(tree, starts))
    return Entry(
        "app", app.root, app, first.place, confidence, others, problems=problems, notes=notes
    )


def _has_neighbours(first: Candidate, serious: Sequence[Candidate]) -> bool:
    """Whether a folder beside that of the first one has an app too, and no start line decides."""
    folder = posixpath.dirname(first.app.path)
    folders = {posixpath.dirname(each.app.path) for each in serious} - {folder, ""}
    is_told = first.place.partition(":")[0] != first.app.path
    beside = (posixpath.dirname(each) == posixpath.dirname(folder) for each in folders)
    return bool(folder) and not is_told and any(beside)


def _of_name(app: App) -> Iterator[Problem]:
    """A module that Python cannot import by that name."""
    first = app.module.partition(".")[0]
    file = app.path
    if not all(part.isidentifier() for part in app.module.split(".")):
        bare = re.sub(r"\W+", "_", posixpath.basename(file).removesuffix(".py")).strip("_")
        better = f"{bare if bare.isidentifier() else 'app'}.py"
        said = f"Python cannot import {file}: its name is not a valid module name."
        yield Problem("app", said, advice=f"Rename it to {better}, and run init again.")
    elif first in sys.stdlib_module_names or first in ("flask", "django", "bottle", "dash"):
        said = f"{file} has the same name as a module of Python or of a framework, and hides it."
        yield Problem("app", said, advice="Rename it to app.py, and run init again.")
    elif app.module == "__init__":
        said = "The app is in __init__.py at the top of the repository, so no `app` can name it."
        yield Problem("app", said, advice="Rename __init__.py to app.py, and run init again.")


def _relative(tree: Tree, app: App) -> Iterator[Problem]:
    """A relative import of a module that is in no package."""
    code = tree.parse(app.path) if "." not in app.module else None
    if code is None or app.path.endswith("__init__.py"):
        return
    for node in code.body:
        if isinstance(node, ast.ImportFrom) and node.level:
            module = "." * node.level + (node.module or "")
            names = ", ".join(alias.name for alias in node.names)
            said = (
                f"{app.path}:{node.lineno} imports from {module}, but {app.path} is not in a "
                "package when it is served."
            )
            advice = f"Write `from {node.module} import {names}`." if node.module else ""
            yield Problem("app", said, advice=advice or f"Write `import {names}`.")
            return


def _needs_arguments(app: App) -> Iterator[Problem]:
    if app.kind != "factory with arguments" or app.arguments:
        return
    said = f"`{app.name}` in {app.path} makes the app, but needs arguments."
    line = f"from {app.module} import {app.name}; application = {app.name}(…)"
    advice = f"Add a file wsgi.py with `{line}`, and run init again."
    yield Problem("app", said, advice=advice)


def _missing(tree: Tree, starts: Sequence[Start]) -> Iterator[Problem]:
    """Start lines that name what is not there."""
    for start in starts:
        if start.is_procfile and not start.other and app_of(tree, start) is None:
            target = f"{start.module}:{start.name}" if start.name else start.module
            said = f"{start.place} names `{target}`, which was not found."
            yield Problem("app", said, advice="Correct the line, or remove it.")


def _static(tree: Tree) -> Entry | None:
    """A folder with an index.html, of files alone."""
    for folder in (*SITE_FOLDERS, *BUILT_FOLDERS):
        page = posixpath.join(folder, "index.html")
        if page not in tree.paths:
            continue
        if _is_source(tree, page):
            continue
        confidence: Confidence = "sure" if SITE_FOLDERS.get(folder) == "sure" else "likely"
        return Entry("static", folder, None, page, confidence)
    return None


def _is_source(tree: Tree, page: str) -> bool:
    """Whether a page is a template of a tool that builds the site, as React's and Vite's are."""
    return "package.json" in tree.paths and OF_BUILDER.search(tree.text(page)) is not None


def _nothing(tree: Tree, starts: Sequence[Start]) -> Entry:
    return Entry("nothing", confidence="open", problems=(_why_nothing(tree, starts),))


def _why_nothing(tree: Tree, starts: Sequence[Start]) -> Problem:
    paths = ranked(path for path in tree.paths if path.endswith(".py"))[:200]
    found = (problem for path in paths if (problem := _no_app_in(tree, path)))
    return (
        next(found, None)
        or _of_bottle(tree, paths)
        or next(_of_starts(starts), None)
        or _unmade(tree)
        or next(_left_out(tree), None)
        or Problem(
            "app",
            "No web app was found: no manage.py of Django, no Procfile or similar file that starts "
            "an app, no Flask, FastAPI, Dash or Bottle app at the top level of a file, and no "
            "index.html.",
            advice="If it has one: pa-deploy init --app MODULE:NAME.",
        )
    )


def _no_app_in(tree: Tree, path: str) -> Problem | None:
    """Why a file has no app that can be deployed, if it seems to have one."""
    text = tree.text(path)
    old = PYTHON_2.search(text)
    if old and tree.parse(path) is None:
        said = f"{path}:{_line(text, old.start(1))} is code of Python 2, which PythonAnywhere no "
        return Problem("app", f"{said}longer offers.", advice=f"Convert it: 2to3 --write {path}")
    inside = MAKES_APP.search(text)
    if inside:
        said = f"{path}:{_line(text, inside.start())} makes a {inside[2]} app inside a function "
        advice = f"Make it at the top level of {path}, such as `app = create_app()`."
        advice = f"{advice} Then run init again."
        return Problem("app", f"{said}or a condition.", advice=advice)
    other = FRAMEWORKS_ELSEWHERE.search(text)
    if other:
        said = f"{path} uses {other[1]}, which cannot run as a WSGI app on PythonAnywhere."
        return Problem("app", said, advice="Choose another host, or add a WSGI app.")
    return None


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _of_bottle(tree: Tree, paths: Sequence[str]) -> Problem | None:
    """Routes without a name for the app that has them: the file that is started can give it one."""
    routes = [path for path in paths if OF_BOTTLE.search(tree.text(path))]
    if not routes:
        return None
    start = max(
        (path for path in paths if _is_of_app(path)),
        key=lambda path: (-path.count("/"), FILE_SCORES.get(_stem(path), 0)),
        default=routes[0],
    )
    said = f"{routes[0]} has routes of Bottle, but no file gives the app of these routes a name."
    line = "import bottle; application = bottle.default_app()"
    advice = f"Add `{line}` at the end of {start}, and run init again."
    if RUNS_BOTTLE.search(tree.text(start)):
        advice = f'{advice} Put `run(…)` below `if __name__ == "__main__":`.'
    return Problem("app", said, advice=advice)


def _is_of_app(path: str) -> bool:
    """Whether a file has a name that people give to the file of an app."""
    return _stem(path) in (*FILE_SCORES, *OTHER_FILES) and _stem(path) != "__init__"


def _stem(path: str) -> str:
    return posixpath.basename(path).removesuffix(".py")


def _of_starts(starts: Sequence[Start]) -> Iterator[Problem]:
    for start in starts:
        if start.other:
            said = f"{start.place} starts {start.other}, which is not a WSGI app."
            yield Problem("app", said, advice="Choose another host, or add a WSGI app.")


def _unmade(tree: Tree) -> Problem | None:
    """What a project or a site has to be made of first."""
    template = template_of(tree)
    if template:
        said = f"{template} is a template for cookiecutter, not a project."
        return Problem("source", said, advice="First make a project from it: cookiecutter .")
    for file, command in BUILDERS.items():
        if file in tree.paths and (file != "config.toml" or "content" in tree.folders):
            output = OUTPUTS.get(file, "dist")
            said = f"{file} says that the site has to be built first."
            advice = (
                f"Run `{command}` in a step of the workflow before the deploy. Then set "
                f'source = "{output}" and static-files = ["/ = ."].'
            )
            return Problem("source", said, advice=advice)
    return None


def _left_out(tree: Tree) -> Iterator[Problem]:
    """Files that have the name of an app's file, and that .gitignore names."""
    for path, place in ignored_modules(tree):
        if path not in tree.paths and _is_of_app(path):
            said = f"{path} is not in the repository: {place} ignores it. It may be the app."
            advice = f"Commit {path}, without its secrets, and run init again."
            yield Problem("app", said, advice=advice)
