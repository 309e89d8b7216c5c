"""An input that is wrong, or in a file that cannot be read, is not told as missing too."""

from __future__ import annotations

import pytest

from pa_deploy.errors import InputError
from pa_deploy.settings.config import read_config
from pa_deploy.settings.sources import Given
from pa_deploy.settings.webapps import resolve_source
from tests.pa_deploy.settings.config.repository import Repository

RELEASE = 'source = "."\nrequirements = "requirements.txt"\n'


@pytest.mark.parametrize(
    ("text", "environ", "told"),
    [
        (f"{RELEASE}python-version = 3.11", {}, ["python-version"]),
        (f'{RELEASE}python-version = "four"', {}, ["python-version"]),
        (RELEASE, {"PA_PYTHON_VERSION": "four"}, ["python-version"]),
        ("source = 1\nrun = ['true']", {}, ["source"]),
        ("source = 1\nstatic-files = { '/s/' = 's' }", {}, ["source"]),
        ("run = ['true']", {"PA_SOURCE": "a\x01b"}, ["source"]),
        ("= 1", {"PA_ENV": "KEY=value-of-alice"}, ["config"]),
        (f"{RELEASE}{RELEASE}", {"PA_ENV": "KEY=value-of-alice"}, ["config"]),
        ("= 1", {"PA_STATIC_FILES": "/s/ = s", "PA_SHARED": "db.sqlite3"}, ["config"]),
        ("= 1", {"PA_SOURCE": ".", "PA_REQUIREMENTS": "requirements.txt"}, ["config"]),
        (f"{RELEASE}[environments.a]", {"PA_ENVIRONMENT": "b"}, ["environment"]),
        ("", {"PA_RUN": "true"}, ["run"]),
        ("", {"PA_STATIC_FILES": "/s/ = s"}, ["static-files"]),
    ],
)
def test_only_the_first_mistake_is_told(
    repo: Repository, text: str, environ: dict[str, str], told: list[str]
) -> None:
    (repo.directory / "requirements.txt").write_text("")
    repo.write(text)

    with pytest.raises(InputError) as caught:
        repo.webapps("", **environ)

    assert [problem.input for problem in caught.value.problems] == told


@pytest.mark.parametrize(("text", "told"), [("= 1", "config"), ("source = 1", "source")])
def test_a_command_about_the_files_does_not_miss_a_source_either(
    repo: Repository, text: str, told: str
) -> None:
    repo.write(text)
    given = Given.of({}, {}, repo.directory)

    with pytest.raises(InputError) as caught:
        resolve_source(given, read_config(given))

    assert [problem.input for problem in caught.value.problems] == [told]
    assert "it was not given" not in str(caught.value)
