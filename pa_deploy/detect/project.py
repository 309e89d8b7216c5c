"""A whole project: what it is, and all that a config file needs to say about it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pa_deploy.detect.app_files import (
    Project,
    foreign_paths,
    static_mappings,
    what_will_not_work,
)
from pa_deploy.detect.app_variables import app_variables, besides_settings
from pa_deploy.detect.apps import CALLER, App
from pa_deploy.detect.dependency_files import MADE, Listing, find_listing
from pa_deploy.detect.django import Hints, find_django
from pa_deploy.detect.entry import Entry, find_entry
from pa_deploy.detect.exposed import env_files, keys_in_code
from pa_deploy.detect.findings import Choice, Finding, Findings, NewFile, Variable
from pa_deploy.detect.kept_files import kept_files, uses_of
from pa_deploy.detect.own_keys import own_keys
from pa_deploy.detect.pages import page_of_app
from pa_deploy.detect.python_version import find_python
from pa_deploy.detect.reached import (
    Reached,
    code_files,
    implied_modules,
    installed_apps,
    named_modules,
    reached_from,
    surely_wanted,
)
from pa_deploy.detect.table_commands import table_commands
from pa_deploy.detect.tree import Tree

FRAMEWORKS = (
    *("django", "dash", "flask", "fastapi", "litestar", "quart", "sanic", "starlette", "bottle"),
    *("falcon", "pyramid", "cherrypy", "webpy"),
)
WITH_ROUTES = ("flask", "fastapi", "bottle", "quart", "starlette")
TITLES = {"fastapi": "FastAPI"}
NO_CHOICE = Choice()
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NAMING = ("variables", "generate")
"""Inputs whose values begin with the name of a variable."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the user has said: `domain` and `username` may be ""."""

    username: str = ""
    domain: str = ""
    choice: Choice = NO_CHOICE


@dataclass(frozen=True, slots=True)
class Detected:
    """`what` it is, for people; `choices` are equals, of which the user has to take one."""

    what: str
    findings: Findings
    choices: tuple[tuple[Choice, str], ...] = ()


def find_project(tree: Tree, known: Known) -> Detected:
    """What the project is. A text that cannot be the name of a variable is none."""
    found = _find(tree, known)
    findings = found.findings
    values = tuple(
        each
        for each in findings.values
        if each.input_name not in NAMING or VARIABLE.fullmatch(each.value.partition("=")[0])
    )
    variables = tuple(each for each in findings.variables if VARIABLE.fullmatch(each.name))
    notes = (*findings.notes, *env_files(tree))
    return replace(
        found, findings=replace(findings, values=values, variables=variables, notes=notes)
    )


def _find(tree: Tree, known: Known) -> Detected:
    entry = find_entry(tree, known.choice)
    match entry.kind:
        case "nothing":
            return Detected("", Findings(problems=entry.problems, notes=entry.notes))
        case "static":
            return Detected("a static site", _static_site(entry))
        case "django":
            found = _django(tree, entry, known)
        case "app":
            found = _app(tree, entry, known)
    if entry.confidence == "open":
        own = Choice(entry.root or ".", entry.app.target if entry.app else "")
        return replace(found, choices=((own, entry.place), *entry.others))
    return found


def _source(entry: Entry) -> Finding:
    """The folder; it is sure if only the app in it is not."""
    own = entry.root or "."
    elsewhere = tuple((each.source, place) for each, place in entry.others if each.source != own)
    if entry.kind != "app":
        return Finding("source", own, entry.place, entry.confidence, elsewhere)
    is_sure = entry.confidence == "likely" and not elsewhere and not entry.hand_made
    return Finding("source", own, entry.place, "sure" if is_sure else entry.confidence)


def _static_site(entry: Entry) -> Findings:
    values = (
        _source(entry),
        Finding("static-files", "/ = .", entry.place),
        Finding("python-version", "3.13", "PythonAnywhere asks for one even if nothing uses it"),
    )
    return Findings(values, notes=entry.notes)


def _django(tree: Tree, entry: Entry, known: Known) -> Detected:
    root = entry.root
    found = find_django(tree, root, _hints(entry, known)) or Findings()
    reached = reached_from(tree, code_files(tree, root), root)
    installed = installed_apps(tree, reached.paths, root)
    implied = implied_modules(tree, reached.paths)
    modules = (*reached.wanted, *named_modules(tree, reached.paths), *implied, *installed)
    needed = (*installed, *implied, *surely_wanted(reached))
    listing = find_listing(tree, root, modules, "django", needed=needed)
    values = (
        _source(entry),
        *_of_listing(tree, root, listing),
        *(each for each in found.values if each.input_name != "source"),
    )
    notes = (*entry.notes, *found.notes, *what_will_not_work([each.module for each in modules]))
    files = (listing.file,) if listing.file else ()
    more = besides_settings(tree, reached.paths, found.variables)
    return Detected(
        "a Django project",
        replace(
            found,
            values=values,
            variables=_with_given((*found.variables, *more), entry),
            problems=(*entry.problems, *found.problems, *listing.problems),
            notes=tuple(dict.fromkeys(notes)),
            files=files,
        ),
    )


def _hints(entry: Entry, known: Known) -> Hints:
    hand_made = entry.hand_made
    if hand_made is None:
        return Hints(domain=known.domain, username=known.username)
    given = tuple((each.name, each.value) for each in hand_made.variables if each.value is not None)
    return Hints(hand_made.settings, hand_made.place, given, known.domain, known.username)


def _app(tree: Tree, entry: Entry, known: Known) -> Detected:
    app = entry.app
    if app is None:
        named = Finding("app", known.choice.app, "given")
        python = find_python(tree, entry.root, "", "")
        return Detected("a web app", Findings((_source(entry), named, python)))
    reached = reached_from(tree, (app.path,), entry.root)
    framework = _framework(reached)
    implied = implied_modules(tree, reached.paths)
    listing = find_listing(
        tree,
        entry.root,
        (*reached.wanted, *implied),
        framework,
        needed=(*implied, *surely_wanted(reached)),
        beside=posixpath.dirname(app.path),
        is_asgi=app.kind == "asgi",
    )
    uses = uses_of(tree, entry.root, reached.paths)
    project = Project(tree, entry.root, app, reached.paths, listing.text, uses)
    shared = tuple(kept_files(project))
    others = tuple((each.app, place) for each, place in entry.others)
    values = (
        _source(entry),
        Finding("app", app.target, entry.place, entry.confidence, others),
        *_of_listing(tree, entry.root, listing),
        *table_commands(project, {each.module for each in reached.wanted}, shared),
        *static_mappings(project),
        *shared,
        *(page_of_app(tree, reached.paths) if framework in WITH_ROUTES else ()),
    )
    notes = (
        *entry.notes,
        *what_will_not_work([each.module for each in reached.wanted]),
        *keys_in_code(tree, reached.paths),
    )
    problems = (*entry.problems, *listing.problems, *foreign_paths(project))
    variables = _with_given(app_variables(tree, reached.paths), entry)
    values = (*values, *_generated(variables, own_keys(tree, reached.paths, variables)))
    files = tuple(each for each in (listing.file, _caller(entry, app)) if each)
    title = TITLES.get(framework, framework.capitalize())
    what = f"a {title} app" if framework else "a web app"
    return Detected(what, Findings(values, variables, problems, notes, files))


def _caller(entry: Entry, app: App) -> NewFile | None:
    """A file that calls a factory with the arguments that a start line gives it."""
    if not app.arguments:
        return None
    line = f"application = {app.name}({app.arguments})"
    said = f"{MADE}: {entry.place} calls it in the same way."
    text = f"{said}\nfrom {app.module} import {app.name}\n\n{line}\n"
    return NewFile(posixpath.join(entry.root, CALLER), text)


def _framework(reached: Reached) -> str:
    names = {each.module for each in reached.wanted}
    return next((each for each in FRAMEWORKS if each in names), "")


def _of_listing(tree: Tree, root: str, listing: Listing) -> Iterator[Finding]:
    place = listing.finding.value if listing.finding else ""
    yield find_python(tree, root, listing.text, place)
    if listing.finding:
        yield listing.finding


def _generated(variables: Sequence[Variable], keys: frozenset[str]) -> Iterator[Finding]:
    """Keys of the app alone. One with a default in the code is everybody's, so it is made too."""
    for each in variables:
        if each.name in keys and each.value is None:
            yield Finding(
                "generate", each.name, each.place, "sure" if not each.default else "likely"
            )


def _with_given(variables: Sequence[Variable], entry: Entry) -> tuple[Variable, ...]:
    """With the values that a WSGI file for PythonAnywhere sets."""
    found = {each.name: each for each in variables}
    for given in entry.hand_made.variables if entry.hand_made else ():
        before = found.get(given.name)
        is_secret = given.value is None
        default = before.default if before else None
        found[given.name] = Variable(given.name, given.place, default, is_secret, given.value)
    return tuple(found.values())
