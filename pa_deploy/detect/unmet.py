"""What the code of a release needs, and its inputs do not give: what `init` would find."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pa_deploy.detect.app_cautions import roots_of
from pa_deploy.detect.app_files import Project
from pa_deploy.detect.app_variables import (
    app_variables,
    besides_settings,
    read_at_import,
)
from pa_deploy.detect.apps import App
from pa_deploy.detect.django import Hints, django_roots, find_django
from pa_deploy.detect.exposed import ENV_FILE
from pa_deploy.detect.findings import Finding, Findings, Variable
from pa_deploy.detect.kept import share
from pa_deploy.detect.kept_files import kept_files, uses_of
from pa_deploy.detect.modules import find_module
from pa_deploy.detect.own_keys import own_keys
from pa_deploy.detect.reached import code_files, reached_from
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.loader.paths import covers
from pa_deploy.model import WantedRelease

SETTINGS = "DJANGO_SETTINGS_MODULE"
HOSTS = "ALLOWED_HOSTS"
IN_CODE = "the app uses the key in its code. Everybody who can read the code knows that key."
COLLECT = "collectstatic"
SETS_ANY = re.compile(r"environ\s*\|=|environ\.update\(|environ\[[^\"'\]]+\]\s*=[^=]|\bputenv\(")
SETS_IF_NOT_SET = re.compile(r"environ\.setdefault\(\s*[\"'](\w+)")


@dataclass(frozen=True, slots=True)
class Given:
    """A release, its files, and the variables that its inputs set."""

    wanted: WantedRelease
    tree: Tree
    variables: tuple[tuple[str, str], ...]

    def sets(self, name: str) -> bool:
        """Pydantic takes a variable in lower case, too."""
        names = (*dict(self.variables), *self.wanted.generate)
        return name in names or name.lower() in names

    @property
    def may_set_more(self) -> bool:
        """Whether a file that is shipped or shared may set variables too."""
        paths = (*self.tree.paths, *self.wanted.shared)
        return any(map(ENV_FILE.fullmatch, paths))


def unmet_needs(wanted: WantedRelease, tree: Tree, domain: str) -> Iterator[Problem]:
    """Each with the line to add; none that the files do not tell for sure."""
    if not wanted.app:
        return
    env = ((name, secret.reveal()) for name, secret in wanted.env)
    given = Given(wanted, tree, (*wanted.variables, *env))
    django = django_roots(tree)
    root = next((each for each in roots_of(wanted) if each in django), None)
    if root is None:
        yield from _of_findings(given, _of_app(given), "")
    else:
        settings = dict(given.variables).get(SETTINGS, "")
        hints = Hints(settings, "variables", given.variables, domain)
        found = find_django(tree, root, hints) or Findings()
        paths = reached_from(tree, code_files(tree, root), root).paths
        more = besides_settings(tree, paths, found.variables)
        found = replace(found, variables=(*found.variables, *_surely(tree, paths, more)))
        yield from _of_settings(given, found)
        yield from _of_findings(given, found, root)


def _of_app(given: Given) -> Findings:
    """What an app needs that is not one of Django."""
    module, _, name = given.wanted.app.partition(":")
    roots = roots_of(given.wanted)
    path = find_module(given.tree, module, roots).path
    if not path:
        return Findings()
    app = App(path, roots[0], module, name, "wsgi")
    paths = reached_from(given.tree, (path,), roots[0]).paths
    uses = uses_of(given.tree, roots[0], paths, dict(given.variables))
    kept = tuple(kept_files(Project(given.tree, "", app, paths, "", uses)))
    variables = _surely(given.tree, paths, app_variables(given.tree, paths))
    keys = own_keys(given.tree, paths, variables)
    generated = (Finding("generate", each.name, each.place) for each in variables)
    return Findings((*kept, *(each for each in generated if each.value in keys)), variables)


def _surely(
    tree: Tree, paths: tuple[str, ...], variables: tuple[Variable, ...]
) -> tuple[Variable, ...]:
    """Those without which the import is sure to fail.

    None, if there was code that was not parsed, or that sets variables whose names it does not say.
    """
    texts = [tree.text(path) for path in paths]
    if tree.passed_over or any(map(SETS_ANY.search, texts)):
        return ()
    own = {name for text in texts for name in SETS_IF_NOT_SET.findall(text)}
    sure = read_at_import(tree, paths) - own
    return tuple(each for each in variables if each.name in sure)


def _of_settings(given: Given, found: Findings) -> Iterator[Problem]:
    """What the settings of Django lack."""
    lines = (*given.wanted.run, *given.wanted.first_run)
    collected = ("static-files",) if any(COLLECT in line for line in lines) else ()
    for problem in found.problems:
        if problem.input in collected or problem.message.startswith(f"{HOSTS} does not have"):
            yield problem
    for each in found.values:
        name, _, text = each.value.partition("=")
        if each.input_name == "variables" and name != SETTINGS and not given.sets(name):
            said = f"{each.place} reads {name}, which is not set."
            yield Problem("variables", said, advice=f"Add {name}={text} to `variables`.")


def _of_findings(given: Given, found: Findings, root: str) -> Iterator[Problem]:
    if not given.may_set_more:
        yield from _not_set(given, found)
    yield from _not_shared(given, found, root)


def _not_set(given: Given, found: Findings) -> Iterator[Problem]:
    """The variables that are needed, in one message for each input that would set them."""
    known = {_name(each) for each in found.values if each.input_name == "variables"}
    keys = {each.value for each in found.values if each.input_name == "generate"}
    needed: dict[str, list[Variable]] = {}
    for each in found.variables:
        if given.sets(each.name) or each.name in known:
            continue
        if each.default is None and each.value is None:
            name = "generate" if each.name in keys else "env" if each.is_secret else "variables"
            needed.setdefault(name, []).append(each)
        elif each.name in keys:
            so = IN_CODE if each.default else "the app has no key."
            said = f"{each.name} ({each.place}) is not set, so {so}"
            yield Problem("generate", said, advice=f"Add {each.name} to `generate`.")
    for name, variables in needed.items():
        places = ", ".join(f"{each.name} ({each.place})" for each in variables)
        names = ", ".join(each.name for each in variables)
        yield Problem(
            name,
            f"The code needs variables that nothing sets: {places}.",
            advice=f"Add {names} to `{name}`.",
        )


def _name(finding: Finding) -> str:
    return finding.value.partition("=")[0]


def _not_shared(given: Given, found: Findings, root: str) -> Iterator[Problem]:
    """Databases and uploads that the app will keep in its release. What is in the files already,
    is told elsewhere.
    """
    kept = (each for each in found.values if each.input_name == "shared")
    for each in kept:
        path = posixpath.join(root, each.value)
        is_known = path in given.tree.paths or covers(given.wanted.shared, path)
        if each.confidence == "sure" and not is_known:
            said = f"The app keeps {path} in the release ({each.place}). Once it writes there, the "
            said += "next deploy stops, so that nothing is lost."
            yield Problem("shared", said, advice=f"{share(path, given.wanted)}.")
