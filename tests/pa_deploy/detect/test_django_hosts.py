"""Which values of ALLOWED_HOSTS and CSRF_TRUSTED_ORIGINS have the domain."""

from __future__ import annotations

import pytest

from pa_deploy.detect.django import Hints, find_django
from pa_deploy.detect.findings import Findings
from tests.pa_deploy.detect.project import tree
from tests.pa_deploy.detect.shape import startproject


def found_in(more: str, domain: str = "alice.pythonanywhere.com") -> Findings:
    found = find_django(tree(startproject("mysite", more)), None, Hints(domain=domain))
    assert found
    return found


@pytest.mark.parametrize(
    "hosts",
    ["['*']", "['.pythonanywhere.com']", "('Alice.PythonAnywhere.com',)",
     "{'alice.pythonanywhere.com'}", "['.alice.pythonanywhere.com']",
     "['a.com'] + ['*']", "['*'] + nobody_knows()"],
)  # fmt: skip
def test_the_domain_is_allowed(hosts: str) -> None:
    assert not found_in(f"ALLOWED_HOSTS = {hosts}").problems


@pytest.mark.parametrize(
    "hosts",
    ["[]", "['pythonanywhere.com']", "['bob.pythonanywhere.com']", "['*.pythonanywhere.com']",
     "'*'", "None", "nobody_knows()", "['a.com'] + nobody_knows()"],
)  # fmt: skip
def test_the_domain_is_not_allowed(hosts: str) -> None:
    (problem,) = found_in(f"ALLOWED_HOSTS = {hosts}").problems

    assert "alice.pythonanywhere.com" in str(problem)
    assert problem.source == "mysite/settings.py:12"


@pytest.mark.parametrize(
    ("origins", "is_said"),
    [
        ("['https://alice.pythonanywhere.com']", False),
        ("['https://*.pythonanywhere.com']", False),
        ("[]", False),
        ("['http://alice.pythonanywhere.com']", True),
        ("['https://bob.pythonanywhere.com']", True),
        ("['https://*.a.com']", True),
    ],
)
def test_the_domain_is_among_the_trusted_origins(origins: str, *, is_said: bool) -> None:
    notes = [str(each) for each in found_in(f"CSRF_TRUSTED_ORIGINS = {origins}").notes]

    assert any("CSRF_TRUSTED_ORIGINS" in each for each in notes) is is_said


def test_a_domain_of_its_own_is_compared() -> None:
    assert not found_in("ALLOWED_HOSTS = ['www.example.com']", "www.example.com").problems
