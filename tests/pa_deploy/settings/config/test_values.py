"""From TOML to values."""

from __future__ import annotations

import pytest

from pa_deploy.model import StaticFile, StaticHeader
from tests.pa_deploy.settings.config.repository import Repository


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("force-https = true", True),
        ("force-https = false", False),
        ('force-https = "true"', True),
    ],
)
def test_a_truth_value_is_one_of_toml(repo: Repository, text: str, value: object) -> None:
    assert repo.settings(text).wanted.force_https is value


@pytest.mark.parametrize(
    ("text", "seconds"), [("timeout = 90", 90), ("timeout = 1.5", 1.5), ('timeout = "2m"', 120)]
)
def test_a_number_is_one_of_toml(repo: Repository, text: str, seconds: float) -> None:
    assert repo.settings(text).timeout_seconds == seconds


def test_a_status_may_be_a_number(repo: Repository) -> None:
    check = repo.settings("health-status = 204").health_check

    assert check is not None
    assert check.statuses == ((204, 204),)


@pytest.mark.parametrize(
    "text",
    [
        '[static-files]\n"/static/" = "~/s"\n"/m/" = "/m"',
        'static-files = { "/static/" = "~/s", "/m/" = "/m" }',
        'static-files = ["/static/ = ~/s", "/m/ = /m"]',
        'static-files = """\n/static/ = ~/s\n/m/ = /m\n"""',
        'static-files = [{ url = "/static/", path = "~/s" }, { url = "/m/", path = "/m" }]',
    ],
)
def test_static_files_have_five_spellings(repo: Repository, text: str) -> None:
    assert repo.settings(text).wanted.static_files == (
        StaticFile("/static/", "/home/alice/s"),
        StaticFile("/m/", "/m"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('shared = ["db.sqlite3", "media/"]', ("db.sqlite3", "media/")),
        ('shared = ["my file.db", "a,b", "# c", "d*"]', ("my file.db", "a,b", "# c", "d*")),
        ("shared = ['a\\b', 'é\"']", ("a\\b", 'é"')),
        ('shared = """\ndb.sqlite3\n# media\nmedia/\n"""', ("db.sqlite3", "media/")),
    ],
)
def test_each_text_of_a_list_of_shared_paths_is_taken_as_it_is(
    repo: Repository, text: str, expected: tuple[str, ...]
) -> None:
    release = repo.settings(f'source = "."\n{text}').release

    assert release is not None
    assert release.shared == expected


@pytest.mark.parametrize("text", ['"a b"', '"a,b"', '"a # b"', '["../a b"]', '["a", "a/b"]'])
def test_a_shared_path_that_cannot_be_used_is_told_with_its_place(
    repo: Repository, text: str
) -> None:
    said = repo.problem(f'source = "."\nshared = {text}')

    assert said.startswith("pa-deploy.toml, line 2: shared")


@pytest.mark.parametrize(
    "text",
    [
        '[[static-headers]]\nurl = "/s/"\nname = "X-A"\nvalue = "1"',
        'static-headers = [{ url = "/s/", name = "X-A", value = "1" }]',
        'static-headers = ["/s/ X-A: 1"]',
        'static-headers = "/s/ X-A: 1"',
    ],
)
def test_static_headers_have_four_spellings(repo: Repository, text: str) -> None:
    assert repo.settings(text).wanted.static_headers == (StaticHeader("/s/", "X-A", "1"),)


def test_none_means_that_there_must_be_none(repo: Repository) -> None:
    assert repo.settings('static-files = "none"').wanted.static_files == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "python-version = 3.10",
            (
                "it is the number 3.1. As a number, 3.10 would be 3.1. "
                'Write it in quotes, for example python-version = "3.10".'
            ),
        ),
        ("python-version = 313", 'it is a number, but must be a text. Write "313", in quotes.'),
        (
            "virtualenv = true",
            'it is true or false, but must be a text. Write "true", in quotes.',
        ),
        ("username = 5", 'it is a number, but must be a text. Write "5", in quotes.'),
        ("health-text = 1979-05-27", "a date or a time is not allowed here. Write it in quotes."),
        (
            "static-files = [{ url = 1979-05-27 }]",
            "a date or a time is not allowed here. Write it in quotes.",
        ),
        (
            'virtualenv = ["a", "b"]',
            "it is a list, but must be one value. Write it as a text.",
        ),
        (
            'virtualenv = { a = "b" }',
            "it is a table, but must be one value. Write it as a text.",
        ),
        (
            "static-files = []",
            'nothing is listed in it. Write "none" if there must be none, or leave the key out.',
        ),
        (
            "static-headers = {}",
            'nothing is listed in it. Write "none" if there must be none, or leave the key out.',
        ),
        ("share-files = []", "nothing is listed in it. Leave the key out."),
        ("run = []", "nothing is listed in it. Leave the key out."),
        ("create = []", "it is a list, but must be one value. Write it as a text."),
        ("virtualenv = {}", "it is a table, but must be one value. Write it as a text."),
        (
            'static-files = ["/a/ = /a", { url = "/b/", path = "/b" }]',
            (
                "the list must contain only texts, or only tables. "
                "Make all its items texts, or all of them tables."
            ),
        ),
        (
            "static-files = [1]",
            (
                "the list must contain only texts, or only tables. "
                "Make all its items texts, or all of them tables."
            ),
        ),
    ],
)
def test_a_value_of_another_type_is_refused(repo: Repository, text: str, said: str) -> None:
    key = text.partition(" ")[0]

    assert repo.problem(text) == f"pa-deploy.toml, line 1: {key}: {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timeout = true", '"true" is not a number of seconds'),
        ('mode = "aply"', 'Did you mean "apply"?'),
        ('reload = { a = "é" }', '"{"a": "é"}" is not one of the choices.'),
        ('static-files = ["/a/ = /a", "b"]', 'static-files, line 2 of its value: "b" is not'),
        ('virtualenv = "a/b"', '"a/b" is not a virtualenv.'),
        ('working-directory = "site"', 'Did you mean "~/site"?'),
        ('host = "example.com"', "the token is not sent to"),
        ('wsgi-file = "none.py"', '"none.py": no such file or directory.'),
        ('report = "."', '"." is a directory.'),
        ('health-text = "a\\u0007"', "it has a control character, '\\x07'."),
        ('[static-files]\n"/s/" = 1', "each URL must have a path, as a text."),
        ('[[static-headers]]\nurl = "/s/"', 'header 1 must have exactly "url", "name" and "value"'),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_its_place(
    repo: Repository, text: str, said: str
) -> None:
    assert repo.problem(text).startswith("pa-deploy.toml, line 1: ")
    assert said in repo.problem(text)


def test_an_empty_text_is_unset(repo: Repository) -> None:
    found = repo.settings('reload = "auto"\n[environments.e]\nreload = " "\n', PA_ENVIRONMENT="e")

    assert found.policy.reload == "auto"
