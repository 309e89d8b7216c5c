"""Warn if the settings of Django do not allow the domain: each page would answer 400."""

from __future__ import annotations

from collections.abc import Iterator

from pa_deploy.detect.django import Hints, django_roots, find_django
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.model import WantedRelease

SETTINGS = "DJANGO_SETTINGS_MODULE"
HOSTS = "ALLOWED_HOSTS"


def host_cautions(wanted: WantedRelease, tree: Tree, domain: str) -> Iterator[Problem]:
    """At most one; none if the files do not tell for sure."""
    if not wanted.app or "" not in django_roots(tree):
        return
    env = ((name, secret.reveal()) for name, secret in wanted.env)
    given = (*wanted.variables, *env)
    settings = dict(given).get(SETTINGS, "")
    found = find_django(tree, "", Hints(settings, "variables", given, domain))
    for problem in found.problems if found else ():
        if problem.message.startswith(f"{HOSTS} does not have"):
            yield problem
            return
    for value in found.values if found else ():
        name, _, text = value.value.partition("=")
        if value.input_name == "variables" and domain in text and name not in dict(given):
            said = f"{HOSTS} ({value.place}) has {domain} only if {name} is set."
            yield Problem("variables", said, advice=f"Add {name}={text} to `variables`.")
            return
