"""What holds for every face and any text: no command but the face's own, nothing out of order."""

from __future__ import annotations

import io
import shlex
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pa_deploy.ci import Ci, dotenv
from tests.actions_runner import read_key_values
from tests.pa_deploy.ci.job import SYSTEMS, Job, say_everything
from tests.pa_deploy.ci.syntax import commands, read_pairs

EXPECTED = {
    "github": {"github": 2 + 20},
    "gitea": {"github": 2},
    "forgejo": {"github": 2},
    "gitlab": {"gitlab": 2},
    "azure": {"azure": 20, "github v1, azure": 2},
    "buildkite": {"buildkite": 2 + 11},
}

ADVERSARIES = (
    "::error::x", "::add-mask::e", "::stop-commands::y", "::set-output name=a::b", "::group::x",
    "##[error]x", "##[set-env name=PATH]x", "##vso[task.setvariable variable=a]b", "##", "[", "]",
    "\x1b[0Ksection_start:1:a\r\x1b[0Kx", "section_end:1:a\r", "--- a", "+++ a", "~~~ a",
    "^^^ +++", "^", "+", "-", "~", "\r", "\n", "\r\n", "\u2028", "\x85", "\v", "\x00", "\x1b",
    "%0A", "%25", "%AZP25", "%", ";", ",", "=", ":", "::", " ", "\t", "\u2003", "é", "'", '"',
    "$(x)", "`", "\\", "EOF", "x", "\udce9", "\u202e",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(ADVERSARIES), max_size=12).map("".join)
ONCE_A_DIRECTORY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("system", SYSTEMS)
@ONCE_A_DIRECTORY
@given(text=TEXT)
def test_no_text_becomes_a_command_of_any_system(system: str, text: str, tmp_path: Path) -> None:
    with Job(system, tmp_path) as job:
        say_everything(job.ci, text)

    assert commands(job.log()) == Counter(EXPECTED.get(system, {}))


@pytest.mark.parametrize("system", SYSTEMS)
@ONCE_A_DIRECTORY
@given(text=TEXT)
def test_lines_come_in_the_order_in_which_they_were_said(
    system: str, text: str, tmp_path: Path
) -> None:
    with Job(system, tmp_path) as job:
        say_everything(job.ci, text)

    places = [job.log().index(f"{number}.") for number in range(1, 26)]
    assert places == sorted(places)


@pytest.mark.parametrize("system", SYSTEMS)
@ONCE_A_DIRECTORY
@given(value=TEXT)
def test_an_output_has_the_value_that_was_set(system: str, value: str, tmp_path: Path) -> None:
    with Job(system, tmp_path) as job:
        job.ci.output("previous-release", value)
        clean = job.ci.redact(value)

    files = {name: file.read_bytes().decode() for name, file in job.files.items()}
    written = {name for name, text in files.items() if text}
    if system in ("github", "gitea", "forgejo"):
        assert dict(read_key_values(files["GITHUB_OUTPUT"])) == {"previous-release": clean}
        assert written == {"GITHUB_OUTPUT"}
    elif system == "circleci":
        assert shlex.split(files["BASH_ENV"]) == ["export", f"PA_DEPLOY_PREVIOUS_RELEASE={clean}"]
        assert written == {"BASH_ENV"}
    elif system == "bitbucket":
        assert set(read_pairs(files["BITBUCKET_PIPELINES_VARIABLES_PATH"])) == {
            "PA_DEPLOY_PREVIOUS_RELEASE"
        }
        assert written == {"BITBUCKET_PIPELINES_VARIABLES_PATH"}
    else:
        assert not written
    if system == "azure":
        begin = "##vso[task.setvariable variable=PA_DEPLOY_PREVIOUS_RELEASE;isOutput=true]"
        assert job.log().startswith(begin)
        assert unescaped(job.log().removeprefix(begin).removesuffix("\n")) == clean
    else:
        assert job.log() == ""


def unescaped(data: str) -> str:
    """As Azure's agent undoes it."""
    return data.replace("%0D", "\r").replace("%0A", "\n").replace("%AZP25", "%")


@given(values=st.dictionaries(st.sampled_from(("url", "plan", "shared-urls")), TEXT, min_size=1))
def test_a_dotenv_file_is_one_that_gitlab_takes(values: dict[str, str]) -> None:
    clean = Ci(io.StringIO(), io.StringIO()).redact
    text, emptied = dotenv({name: clean(value) for name, value in values.items()})

    assert len(read_pairs(text)) == len(values)
    assert emptied == ()


def test_a_dotenv_file_writes_a_line_end_as_two_signs() -> None:
    assert dotenv({"url": "a\r\nb", "shared-urls": '{"x": "y"}'})[0] == (
        'PA_DEPLOY_URL=a\\nb\nPA_DEPLOY_SHARED_URLS={"x": "y"}\n'
    )


def test_a_dotenv_file_too_large_for_gitlab_loses_its_longest_values() -> None:
    text, emptied = dotenv({"url": "u", "plan": "p" * 9000, "expires": "e" * 6000})

    assert read_pairs(text) == {"PA_DEPLOY_URL": "u", "PA_DEPLOY_PLAN": "", "PA_DEPLOY_EXPIRES": ""}
    assert emptied == ("plan", "expires")
