"""Each face of the CI: how it is told, and what it writes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pa_deploy.ci import detect
from tests.pa_deploy.ci.job import SYSTEMS, Job, say_everything
from tests.pa_deploy.ci.syntax import act_commands, commands


@pytest.mark.parametrize(
    ("system", "face"),
    [
        ("terminal", "Ci"),
        ("tekton", "Ci"),
        ("github", "GitHub"),
        ("gitea", "Forge"),
        ("forgejo", "Forge"),
        ("gitlab", "GitLab"),
        ("woodpecker", "Pipeline"),
        ("drone", "Pipeline"),
        ("bitbucket", "Bitbucket"),
        ("circleci", "CircleCi"),
        ("azure", "Azure"),
        ("jenkins", "Pipeline"),
        ("buildkite", "Buildkite"),
    ],
)
def test_each_system_is_told_by_its_own_variables(system: str, face: str) -> None:
    found = detect(SYSTEMS[system], io.StringIO(), io.StringIO())

    assert type(found).__name__ == face


@pytest.mark.parametrize("system", ["github", "azure"])
def test_what_is_too_much_for_annotations_is_in_the_log(system: str, tmp_path: Path) -> None:
    with Job(system, tmp_path) as job:
        for number in range(12):
            job.ci.warning(f"warning {number}")
        job.ci.error("Bad", "a first error")

    lines = job.log().splitlines()
    assert lines[10:12] == ["Warning: warning 10", "Warning: warning 11"]
    assert "a first error" in lines[12]
    assert commands(lines[12])


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_masked_text_is_seen_by_the_mask_alone(system: str, tmp_path: Path) -> None:
    with Job(system, tmp_path) as job:
        job.ci.mask("s3cret")
        say_everything(job.ci, "s3cret")
        job.ci.output("url", "s3cret")
        job.ci.summary("s3cret", failed=False)

    shown = [line for line in job.log().splitlines() if "s3cret" in line]
    masks = {
        "azure": "##vso[task.setsecret]s3cret",
        "github": "::add-mask::s3cret",
        "gitea": "::add-mask::s3cret",
        "forgejo": "::add-mask::s3cret",
    }
    assert shown == ([masks[system]] if system in masks else [])
    for file in tmp_path.iterdir():
        assert "s3cret" not in file.read_text()


@pytest.mark.parametrize("system", ["gitea", "forgejo"])
def test_act_reads_masks_and_groups(system: str, tmp_path: Path) -> None:
    with Job(system, tmp_path) as job:
        job.ci.mask("s3cret 100%")
        with job.ci.group("The log of ::a:::b"):
            job.ci.log("line")

    assert act_commands(job.log()) == [
        ("add-mask", "s3cret 100%25"),
        ("group", "The log of : :a: : :b"),
        ("endgroup", ""),
    ]


@pytest.mark.parametrize("secret", ["a::secret", ":secret"])
def test_act_is_not_told_a_mask_that_it_would_print(secret: str, tmp_path: Path) -> None:
    with Job("gitea", tmp_path) as job:
        job.ci.mask(secret)
        job.ci.log(secret)

    assert job.log() == "***\n"


def test_act_reads_a_title_that_begins_with_a_colon(tmp_path: Path) -> None:
    with Job("gitea", tmp_path) as job, job.ci.group(":x"):
        pass

    assert act_commands(job.log())[0] == ("group", " :x")


def test_a_gitea_without_summaries_gets_none(tmp_path: Path) -> None:
    with Job("gitea", tmp_path) as job:
        del job.environ["GITHUB_STEP_SUMMARY"]
        job.ci.summary("# x", failed=False)

    assert job.log() == ""


def test_gitlab_folds_a_group(tmp_path: Path) -> None:
    with Job("gitlab", tmp_path) as job, job.ci.group("The end of the log"):
        job.ci.log("line")

    start, header, line, end, *_ = job.log().replace("\x1b[0K", "").replace("\n", "\r").split("\r")
    assert start.startswith("section_start:")
    assert (header, line) == ("The end of the log", "line")
    assert end.startswith("section_end:")
    assert start.split(":")[2] == end.split(":")[2]


def test_azure_gets_the_summary_as_a_file(tmp_path: Path) -> None:
    with Job("azure", tmp_path) as job:
        job.ci.summary("# ours", failed=False)

    file = Path(job.log().removeprefix("##vso[task.uploadsummary]").rstrip("\n"))
    assert file.is_absolute()
    assert file.read_text() == "# ours"


def test_azure_is_told_what_to_mount_where_its_directory_is_not_there(tmp_path: Path) -> None:
    with Job("azure", tmp_path) as job:
        job.environ["AGENT_TEMPDIRECTORY"] = str(tmp_path / "none")
        job.ci.summary("# ours", failed=False)

    assert "task.logissue type=warning" in job.log()
    assert "Mount this directory" in job.log()


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    """A stand-in for Buildkite's agent, which writes down what it is told."""
    directory = tmp_path / "bin"
    directory.mkdir()
    program = directory / "buildkite-agent"
    program.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/said\n/bin/cat >>{tmp_path}/said\n')
    program.chmod(0o755)
    return tmp_path / "said"


@pytest.mark.parametrize("style", ["success", "error"])
def test_buildkite_s_agent_makes_an_annotation(tmp_path: Path, agent: Path, style: str) -> None:
    with Job("buildkite", tmp_path) as job:
        job.ci.summary("# ours\n", failed=style == "error")

    assert agent.read_text() == f"annotate --style {style} --context pa-deploy-\n# ours\n"


@pytest.mark.parametrize("name", ["PA_TOKEN", "INPUT_ENV", "MY_OWN", "BUILDKITE_MESSAGE"])
@pytest.mark.parametrize("value", ["hunter22", "Basic Y2Fyb2w6aHVudGVyMjI="])
def test_buildkite_s_agent_gets_no_secret(
    name: str, value: str, tmp_path: Path, agent: Path
) -> None:
    (tmp_path / "bin" / "buildkite-agent").write_text(f"#!/bin/sh\nexport -p >{agent}\n")

    with Job("buildkite", tmp_path) as job:
        job.ci.hiding.add("hunter22")
        job.environ.update({name: value, "BUILDKITE_AGENT_ACCESS_TOKEN": "of-the-agent"})
        job.ci.summary("# ours\n", failed=False)

    assert "of-the-agent" in agent.read_text()
    assert value not in agent.read_text()


@pytest.mark.parametrize("name", ["PA_TOKEN", "GITHUB_TOKEN", "PYTHONPATH"])
def test_buildkite_s_agent_gets_its_own_variables_alone(
    name: str, tmp_path: Path, agent: Path
) -> None:
    (tmp_path / "bin" / "buildkite-agent").write_text(f"#!/bin/sh\nexport -p >{agent}\n")

    with Job("buildkite", tmp_path) as job:
        job.environ[name] = "anything"
        job.ci.summary("# ours\n", failed=False)

    assert "anything" not in agent.read_text()


def test_an_agent_that_fails_does_not_end_the_run(tmp_path: Path, agent: Path) -> None:
    (tmp_path / "bin" / "buildkite-agent").write_text("#!/bin/sh\necho why hunter22 >&2\nexit 3\n")

    with Job("buildkite", tmp_path) as job:
        job.ci.hiding.add("hunter22")
        job.ci.summary("# ours\n", failed=False)

    assert not agent.exists()
    assert "buildkite-agent could not add the annotation" in job.log()
    assert job.log().endswith("exit status 3.\nwhy ***\n")


@pytest.mark.parametrize(
    ("system", "variable"),
    [("bitbucket", "BITBUCKET_PIPELINES_VARIABLES_PATH"), ("circleci", "BASH_ENV")],
)
def test_a_file_that_cannot_be_written_is_said_once(
    system: str, variable: str, tmp_path: Path
) -> None:
    with Job(system, tmp_path) as job:
        job.environ[variable] = "/proc/none/file"
        job.ci.output("url", "a")
        job.ci.output("domain", "b")

    assert job.log().count(f"Cannot write to the file that {variable} names") == 1
