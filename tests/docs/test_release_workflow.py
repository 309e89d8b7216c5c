"""The job of the release workflow that tags, on a repository of its own: what it pushes, and that
it can be run again after it broke off.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.places import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
TAGGED = ("action.yml", "CHANGELOG.md", "pa_deploy/__init__.py", "tools/publish.py")
IMAGE = "ghcr.io/owner/pa-deploy"
DIGEST = f"sha256:{'1' * 64}"
CHANGELOG = "# Changelog\n\n## [1.2.3] - 2026-01-31\n\n- Much.\n"


def scripts(job: str) -> list[str]:
    return [step["run"] for step in WORKFLOW["jobs"][job]["steps"] if "run" in step]


class Repository:
    """A bare repository with a version to release, and what was said to `docker` and `gh`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.origin = directory / "origin.git"
        self.programs = directory / "bin"
        self.programs.mkdir()
        self.release_is_there = False
        source = directory / "source"
        for name in TAGGED:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
        (source / "pa_deploy" / "__init__.py").write_text('__version__ = "1.2.3"\n')
        (source / "CHANGELOG.md").write_text(CHANGELOG)
        self.git("init", "--quiet", "--initial-branch", "main", cwd=source)
        self.git("add", ".", cwd=source)
        self.git("commit", "--quiet", "--message", "Ready", cwd=source)
        self.git("clone", "--quiet", "--bare", str(source), str(self.origin))

    def git(self, *words: str, cwd: Path | None = None) -> str:
        names = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
        environ = {**os.environ, **dict.fromkeys(names, "x")}
        done = subprocess.run(
            ["git", *words], cwd=cwd, env=environ, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def tags(self) -> dict[str, str]:
        """The commit of each tag."""
        names = self.git("tag", "--list", cwd=self.origin).split()
        return {name: self.git("rev-parse", name, cwd=self.origin) for name in names}

    def run_the_job(self, *, until: int | None = None) -> list[str]:
        """A fresh checkout, without tags, as the job has it; what `docker` and `gh` were told."""
        said = self.directory / "said"
        said.write_text("")
        for name in ("docker", "gh"):
            view = "exit 1" if not self.release_is_there else "exit 0"
            case = f'case "$1 $2" in "release view") {view};; esac' if name == "gh" else ":"
            program = self.programs / name
            program.write_text(f'#!/bin/sh\necho "{name} $*" >>{said}\n{case}\n')
            program.chmod(0o755)
        checkout = self.directory / "checkout"
        shutil.rmtree(checkout, ignore_errors=True)
        self.git(
            "clone", "--quiet", "--no-tags", "--depth=1", f"file://{self.origin}", str(checkout)
        )
        environ = {
            **os.environ,
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "VERSION": "v1.2.3",
            "IMAGE": IMAGE,
            "DIGEST": DIGEST,
        }
        for script in scripts("tag")[:until]:
            subprocess.run(["bash", "-e", "-c", script], cwd=checkout, env=environ, check=True)
        return said.read_text().splitlines()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.mark.soak
def test_three_tags_name_the_commit_whose_action_runs_the_image(repository: Repository) -> None:
    said = repository.run_the_job()

    assert set(repository.tags()) == {"v1.2.3", "v1", "v1.2"}
    assert len(set(repository.tags().values())) == 1
    changed = repository.git("diff", "--unified=0", "main", "v1", cwd=repository.origin)
    assert [line for line in changed.splitlines() if line.startswith("+  ")] == [
        f"+  image: docker://{IMAGE}@{DIGEST}"
    ]
    assert [line for line in said if "imagetools" in line] == [
        f"docker buildx imagetools create --tag {IMAGE}:{tag} {IMAGE}@{DIGEST}"
        for tag in ("v1", "v1.2")
    ]
    assert "gh release create v1.2.3" in said[-1]


def test_a_job_that_broke_off_can_be_run_again(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time is another time of the day, and the tags and the release are there."""
    repository.run_the_job(until=2)
    tags = repository.tags()
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2030-01-01T00:00:00Z")
    repository.release_is_there = True

    said = repository.run_the_job()

    assert repository.tags() == tags
    assert not [line for line in said if "release create" in line]


@pytest.mark.soak
def test_a_tag_of_another_image_is_not_moved(repository: Repository) -> None:
    repository.git("tag", "v1.2.3", "main", cwd=repository.origin)

    with pytest.raises(subprocess.CalledProcessError):
        repository.run_the_job()

    assert set(repository.tags()) == {"v1.2.3"}


def test_the_image_is_tried_by_somebody_who_has_not_logged_in() -> None:
    """As GitHub's runner pulls the image of an action: before any step of the job."""
    job: dict[str, Any] = WORKFLOW["jobs"]["try"]

    assert not [step for step in job["steps"] if "login" in step.get("uses", "")]
    assert "packages" not in job["permissions"]


@pytest.mark.parametrize(("ref", "code"), [("refs/heads/main", 0), ("refs/heads/other", 1)])
def test_only_main_is_released(ref: str, code: int) -> None:
    script = scripts("check")[0]
    done = subprocess.run(["bash", "-ec", script], env={"GITHUB_REF": ref}, check=False)

    assert done.returncode == code
