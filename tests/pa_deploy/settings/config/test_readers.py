"""What is read from the file beside the settings of a deploy."""

from __future__ import annotations

import pytest

from pa_deploy.errors import InputError
from pa_deploy.model import WantedRelease
from pa_deploy.settings import resolve_one, resolve_report, resolve_source
from pa_deploy.settings.reading import RunInputs, read_inputs
from pa_deploy.settings.sources import Given
from tests.pa_deploy.settings.config.repository import ACCOUNT, TWO, Repository


def told(repo: Repository, **flags: str) -> RunInputs:
    return read_inputs(Given.of(flags, ACCOUNT, repo.directory))


def test_the_account_may_come_from_the_file(repo: Repository) -> None:
    found = repo.settings(
        'username = "bob"\nhost = "eu.pythonanywhere.com"', INPUT_USERNAME=""
    ).target

    assert (found.username, found.domain) == ("bob", "bob.eu.pythonanywhere.com")


def test_what_is_missing_may_be_written_into_the_file(repo: Repository) -> None:
    assert "or write username into the config file" in repo.problem(INPUT_USERNAME="")


def test_summary_and_report_come_from_the_file(repo: Repository) -> None:
    repo.write('summary = false\nreport = "r.json"\n')

    found = resolve_report(Given.of({}, {}, repo.directory), repo.read().shared)

    assert (found.summary, found.file) == (False, repo.directory / "r.json")


def test_a_command_reads_the_account_and_the_domain(repo: Repository) -> None:
    repo.write('domain = "www.example.com"\nhealth-check = "/up"\nreload = "x"\n')

    found = resolve_one(told(repo), needs_domain=True)

    assert found.health_check is not None
    assert found.health_check.url == "https://www.example.com/up"


def test_a_command_needs_one_of_several_web_apps(repo: Repository) -> None:
    repo.write(TWO)
    with pytest.raises(InputError) as caught:
        resolve_one(told(repo), needs_domain=True)
    chosen = resolve_one(
        told(repo, domain="b.example.com"),
        needs_domain=True,
    )
    account = resolve_one(told(repo), needs_domain=False)

    assert str(caught.value) == (
        "domain: the config file has several web apps: a.example.com, b.example.com. "
        "Name one of them with --domain."
    )
    assert chosen.target.domain == "b.example.com"
    assert account.target.username == "alice"


def test_a_command_needs_a_web_app_that_the_file_has(repo: Repository) -> None:
    repo.write(TWO)

    with pytest.raises(InputError, match="has the domain"):
        resolve_one(
            told(repo, domain="c.example.com"),
            needs_domain=True,
        )


def test_a_command_refuses_a_file_that_is_wrong(repo: Repository) -> None:
    repo.write("mod = 1\n")

    with pytest.raises(InputError, match="there is no such key here"):
        resolve_one(told(repo), needs_domain=True)


def test_what_is_shipped_is_settled_without_an_account(repo: Repository) -> None:
    repo.write('source = "."\ninclude = ["a"]\nexclude = ["file"]\nkeep-releases = "x"\n')

    found = resolve_source(
        Given.of({"exclude": "flag"}, {"PA_INCLUDE": "b"}, repo.directory), repo.read()
    )

    assert found == WantedRelease(
        source=repo.directory,
        app="",
        workspace=repo.directory,
        include=("b",),
        exclude=("flag",),
    )


@pytest.mark.parametrize(
    "asked", [({"domain": "b.example.com"}, {}), ({}, {"PA_DOMAIN": "B.example.com"})]
)
def test_what_is_shipped_may_be_of_one_entry(
    repo: Repository, asked: tuple[dict[str, str], dict[str, str]]
) -> None:
    (repo.directory / "b").mkdir()
    repo.write(f'{TWO}source = "b"\n')

    assert resolve_source(Given.of(*asked, repo.directory), repo.read()) == WantedRelease(
        source=repo.directory / "b", app="", workspace=repo.directory
    )


@pytest.mark.parametrize(
    ("text", "flags", "said"),
    [
        ("", {}, ["source: it was not given. Name the folder: --source ."]),
        (
            'source = "none"',
            {},
            [
                (
                    "pa-deploy.toml, line 1: source: There is no folder none in the workspace. "
                    "The path is relative to the workspace, WORKSPACE. Was the code checked out?"
                )
            ],
        ),
        (
            "mod = 1",
            {"source": "."},
            ['pa-deploy.toml, line 1: mod: there is no such key here. Did you mean "mode"?'],
        ),
        (
            "mod = 1",
            {},
            [
                'pa-deploy.toml, line 1: mod: there is no such key here. Did you mean "mode"?',
                "source: it was not given. Name the folder: --source .",
            ],
        ),
        (
            "",
            {"source": "\x01"},
            ["source: it has a control character, '\\x01'. Type it again."],
        ),
        (
            TWO,
            {"source": ".", "domain": "xyz.org"},
            [
                (
                    'domain: no [[webapp]] of the config file has the domain "xyz.org". '
                    "It has: a.example.com, b.example.com."
                )
            ],
        ),
    ],
)
def test_what_cannot_be_shipped(
    repo: Repository, text: str, flags: dict[str, str], said: list[str]
) -> None:
    repo.write(text)

    with pytest.raises(InputError) as caught:
        resolve_source(Given.of(flags, {}, repo.directory), repo.read())

    assert [str(problem) for problem in caught.value.problems] == [
        each.replace("WORKSPACE", str(repo.directory)) for each in said
    ]
