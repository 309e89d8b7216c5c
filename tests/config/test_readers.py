"""What is read from the file beside the settings of a deploy."""

from __future__ import annotations

import pytest

from pa_deploy.errors import InputError
from pa_deploy.settings import resolve_one, resolve_report
from tests.config.repository import ACCOUNT, TWO, Repository


def test_the_account_may_come_from_the_file(repo: Repository) -> None:
    found = repo.settings(
        'username = "bob"\nhost = "eu.pythonanywhere.com"', INPUT_USERNAME=""
    ).target

    assert (found.username, found.domain) == ("bob", "bob.eu.pythonanywhere.com")


def test_what_is_missing_may_be_written_into_the_file(repo: Repository) -> None:
    assert "or write username into the config file" in repo.problem(INPUT_USERNAME="")


def test_summary_and_report_come_from_the_file(repo: Repository) -> None:
    repo.write('summary = false\nreport = "r.json"\n')

    found = resolve_report({}, {}, repo.directory, repo.read().shared)

    assert (found.summary, found.file) == (False, repo.directory / "r.json")


def test_a_command_reads_the_account_and_the_domain(repo: Repository) -> None:
    repo.write('domain = "www.example.com"\nhealth-check = "/up"\nreload = "x"\n')

    found = resolve_one({}, ACCOUNT, repo.read(), needs_domain=True)

    assert found.health_check is not None
    assert found.health_check.url == "https://www.example.com/up"


def test_a_command_needs_one_of_several_web_apps(repo: Repository) -> None:
    repo.write(TWO)
    config = repo.read()

    with pytest.raises(InputError) as caught:
        resolve_one({}, ACCOUNT, config, needs_domain=True)
    chosen = resolve_one({"domain": "b.example.com"}, ACCOUNT, config, needs_domain=True)
    account = resolve_one({}, ACCOUNT, config, needs_domain=False)

    assert str(caught.value) == (
        "domain: the config file has several web apps: a.example.com, b.example.com. "
        "Name one of them by --domain."
    )
    assert chosen.target.domain == "b.example.com"
    assert account.target.username == "alice"


def test_a_command_needs_a_web_app_that_the_file_has(repo: Repository) -> None:
    repo.write(TWO)

    with pytest.raises(InputError, match="has the domain"):
        resolve_one({"domain": "c.example.com"}, ACCOUNT, repo.read(), needs_domain=True)


def test_a_command_refuses_a_file_that_is_wrong(repo: Repository) -> None:
    repo.write("mod = 1\n")

    with pytest.raises(InputError, match="there is no such key here"):
        resolve_one({}, ACCOUNT, repo.read(), needs_domain=True)
