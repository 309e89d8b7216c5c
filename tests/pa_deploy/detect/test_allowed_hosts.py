"""A deploy warns of a domain that Django would refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.detect import Tree, host_cautions
from pa_deploy.model import Secret, WantedRelease
from tests.pa_deploy.detect.project import tree
from tests.pa_deploy.detect.shape import startproject

Pairs = tuple[tuple[str, str], ...]
DOMAIN = "alice.pythonanywhere.com"
BY_VARIABLE = 'import os\nALLOWED_HOSTS = os.environ["HOSTS"].split(",")\n'
WITH_DEFAULT = 'import os\nALLOWED_HOSTS = os.environ.get("HOSTS", "x.org").split(",")\n'


def project(more: str) -> Tree:
    return tree(startproject("mysite", more))


def said(more: str, variables: Pairs = (), env: Pairs = ()) -> str:
    wanted = WantedRelease(
        source=Path("/nowhere"),
        app="mysite.wsgi:application",
        variables=variables,
        env=tuple((name, Secret(value)) for name, value in env),
    )
    return " ".join(map(str, host_cautions(wanted, project(more), DOMAIN)))


@pytest.mark.parametrize("hosts", ['["example.com"]', "[]", '["bob.pythonanywhere.com"]'])
def test_a_list_without_the_domain_is_told_with_the_line_to_write(hosts: str) -> None:
    assert f'"{DOMAIN}"]' in said(f"ALLOWED_HOSTS = {hosts}\n")


@pytest.mark.parametrize("settings", [BY_VARIABLE, WITH_DEFAULT])
def test_a_variable_that_is_not_set_is_named(settings: str) -> None:
    assert f"Add HOSTS={DOMAIN} to `variables`." in said(settings)


@pytest.mark.parametrize("hosts", ['["*"]', '[".pythonanywhere.com"]', f'["{DOMAIN}"]'])
def test_a_domain_that_is_allowed_is_no_problem(hosts: str) -> None:
    assert said(f"ALLOWED_HOSTS = {hosts}\n") == ""


@pytest.mark.parametrize("settings", [BY_VARIABLE, WITH_DEFAULT])
@pytest.mark.parametrize("where", ["variables", "env"])
def test_a_variable_that_has_it_counts(settings: str, where: str) -> None:
    assert said(settings, **{where: (("HOSTS", f"example.com,{DOMAIN}"),)}) == ""


def test_a_project_without_django_is_no_matter() -> None:
    wanted = WantedRelease(source=Path("/nowhere"), app="app:app")

    assert not list(host_cautions(wanted, tree({"app.py": "app = 1\n"}), DOMAIN))
