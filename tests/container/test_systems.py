"""The same image under each of the other systems, with the inputs as that system gives them."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.actions_runner import ENGINE, read_key_values
from tests.container import systems
from tests.container.systems import Account, Start
from tests.pa_deploy.ci.syntax import act_commands, commands, read_pairs

MAPPINGS = [("/static/", "/home/alice/mysite/static"), ("/media/", "/home/alice/mysite/media")]


@dataclass(frozen=True, kw_only=True)
class Done:
    exit_code: int
    log: str
    folder: Path
    files: Mapping[str, str]


class Elsewhere:
    """An engine as another system uses it: a workspace, and the files that it gives the job."""

    def __init__(self, directory: Path, pa: Emulator, image: str) -> None:
        self.folder = directory / "workspace"
        self.temp = directory / "temp"
        for path in (directory, self.folder, self.temp):
            path.mkdir(exist_ok=True)
            path.chmod(0o777)
        self.mounts: list[str] = []
        self._pa = pa
        self._image = image

    def run(self, system: Callable[[Account], Start], **more: str) -> Done:
        account = {
            "token": self._pa.token,
            "username": self._pa.username,
            "host": self._pa.url,
            "allow-host": self._pa.url,
        }
        start = system({**account, **more})
        files = {name: self.temp / name for name in start.files}
        for file in files.values():
            file.touch()
            file.chmod(0o666)
        environ = {**start.environ, **{name: f"/agent/temp/{name}" for name in files}}
        done = subprocess.run(
            [
                *(ENGINE, "run", "--rm", "--network", "host", "--workdir", start.folder),
                *("--volume", f"{self.folder}:{start.folder}"),
                *("--volume", f"{self.temp}:/agent/temp"),
                *(word for mount in self.mounts for word in ("--volume", mount)),
                *(word for name, text in environ.items() for word in ("--env", f"{name}={text}")),
                *start.flags,
                self._image,
                *start.command,
            ],
            input=start.stdin,
            stdin=None if start.stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(
            exit_code=done.returncode,
            log=done.stdout + done.stderr,
            folder=self.folder,
            files={name: file.read_bytes().decode() for name, file in files.items()},
        )


@pytest.fixture
def elsewhere(image: str, pa: Emulator, tmp_path: Path) -> Elsewhere:
    return Elsewhere(tmp_path / "job", pa, image)


def insist_on_a_deploy(done: Done, pa: Emulator, **own: int) -> None:
    """The site is as the example wants it, and the log has no syntax but the system's own."""
    assert done.exit_code == 0, done.log
    assert hosted.mappings(pa) == MAPPINGS
    assert hosted.visit(pa).status_code == 200
    assert commands(done.log) == Counter(own)
    assert pa.token not in "\n".join(
        line for line in done.log.splitlines() if "add-mask" not in line and "setsecret" not in line
    )
    assert "3 changes made, reloaded, healthy" in done.log


def test_gitlab(elsewhere: Elsewhere, pa: Emulator) -> None:
    done = elsewhere.run(systems.gitlab)

    insist_on_a_deploy(done, pa)
    report = read_pairs((done.folder / "pa-deploy.env").read_text())
    assert report["PA_DEPLOY_URL"] == "https://alice.pythonanywhere.com/"
    assert "✅" in (done.folder / "pa-deploy.md").read_text()


@pytest.mark.parametrize("system", [systems.woodpecker, systems.drone])
def test_woodpecker_and_drone(
    elsewhere: Elsewhere, pa: Emulator, system: Callable[[Account], Start]
) -> None:
    done = elsewhere.run(system)

    insist_on_a_deploy(done, pa)
    assert read_pairs((done.folder / "pa-deploy.env").read_text())["PA_DEPLOY_CREATED"] == "true"


def test_bitbucket(elsewhere: Elsewhere, pa: Emulator) -> None:
    done = elsewhere.run(systems.bitbucket)

    insist_on_a_deploy(done, pa)
    shared = read_pairs(done.files["BITBUCKET_PIPELINES_VARIABLES_PATH"])
    assert shared == read_pairs((done.folder / "pa-deploy.env").read_text())
    assert shared["PA_DEPLOY_CREATED"] == "true"


def test_azure(elsewhere: Elsewhere, pa: Emulator) -> None:
    done = elsewhere.run(systems.azure)

    outputs = done.log.count("##vso[task.setvariable variable=PA_DEPLOY_")
    insist_on_a_deploy(done, pa, azure=outputs + 2)
    assert f"##vso[task.setsecret]{pa.token}" in done.log.splitlines()[0]
    (summary,) = elsewhere.temp.glob("*.md")
    assert f"##vso[task.uploadsummary]/agent/temp/{summary.name}\n" in done.log
    assert "✅" in summary.read_text()


def test_circleci(elsewhere: Elsewhere, pa: Emulator) -> None:
    done = elsewhere.run(systems.circleci)

    insist_on_a_deploy(done, pa)
    assert done.log.endswith("Deployed to https://alice.pythonanywhere.com/\n")


def test_buildkite(elsewhere: Elsewhere, pa: Emulator) -> None:
    """With `mount-buildkite-agent`; the stand-in writes down what it is told."""
    agent = elsewhere.temp / "buildkite-agent"
    agent.write_text('#!/bin/sh\n{ echo "$@"; cat; } >/agent/temp/annotation\n')
    agent.chmod(0o755)
    elsewhere.mounts.append(f"{agent}:/usr/bin/buildkite-agent")

    done = elsewhere.run(systems.buildkite)

    insist_on_a_deploy(done, pa)
    assert (done.folder / "pa-deploy.env").is_file()
    annotation = (elsewhere.temp / "annotation").read_text()
    assert annotation.startswith("annotate --style success --context pa-deploy-7\n")
    assert "✅" in annotation


def test_buildkite_folds_what_belongs_together(elsewhere: Elsewhere) -> None:
    (elsewhere.folder / "wsgi.py").write_text("raise ImportError('--- no such module')\n")

    done = elsewhere.run(systems.buildkite, **{"wsgi-file": "wsgi.py", "health-timeout": "1"})

    assert done.exit_code == 8
    assert commands(done.log) == Counter(buildkite=3)


def test_jenkins(elsewhere: Elsewhere, pa: Emulator) -> None:
    done = elsewhere.run(systems.jenkins)

    insist_on_a_deploy(done, pa)
    assert "✅" in (done.folder / "pa-deploy.md").read_text()


def test_tekton(elsewhere: Elsewhere, pa: Emulator) -> None:
    done = elsewhere.run(systems.tekton)

    insist_on_a_deploy(done, pa)
    assert (done.folder / "url").read_text() == "https://alice.pythonanywhere.com/"


@pytest.mark.parametrize("system", [systems.gitea, systems.forgejo])
def test_gitea_and_forgejo(
    elsewhere: Elsewhere, pa: Emulator, system: Callable[[Account], Start]
) -> None:
    done = elsewhere.run(system)

    insist_on_a_deploy(done, pa, github=1)
    assert act_commands(done.log) == [("add-mask", pa.token)]
    assert dict(read_key_values(done.files["GITHUB_OUTPUT"]))["created"] == "true"
    assert "✅" in done.files["GITHUB_STEP_SUMMARY"]


def test_a_wrong_token_is_told_in_words_that_a_person_can_read(elsewhere: Elsewhere) -> None:
    """Act prints an annotation as it is, with its escapes."""
    done = elsewhere.run(systems.gitea, token="0" * 40)

    assert done.exit_code == 4
    assert "Error: Token refused" in done.log
    assert "%0A" not in done.log


def test_a_failed_run_leaves_its_outputs_too(elsewhere: Elsewhere) -> None:
    done = elsewhere.run(systems.gitlab, health_text="nowhere", health_timeout="1")

    assert done.exit_code == 8
    assert read_pairs((done.folder / "pa-deploy.env").read_text())["PA_DEPLOY_CREATED"] == "true"
    assert "❌" in (done.folder / "pa-deploy.md").read_text()
