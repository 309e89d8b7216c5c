"""`first-run` until one release was verified live; what the app is told; what makes a release."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.ci import who_runs
from pa_deploy.model import Run, Secret, WantedRelease
from pa_deploy.release import make_bundle, read_code
from pa_deploy.release.content import NO_PACKAGES
from pa_emulator import Emulator
from tests.hosted import DOMAIN, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import Job
from tests.runner import Runner
from tests.soak import first_of, in_soak

BASE = f"/home/alice/.pa-deploy/{DOMAIN}"
BROKEN = "def app(environ, start_response):\n    raise ValueError\n"


@pytest.fixture
def job(runner: Runner, pa: Emulator) -> Job:
    return Job(runner, pa)


def ran(job: Job) -> list[str]:
    file = job.pa.path(f"{BASE}/ran")
    return file.read_text().split() if file.exists() else []


RUN = {"run": "echo run >> ../../../ran", "first_run": "echo first >> ../../../ran"}


@pytest.mark.soak
@pytest.mark.parametrize("more", [{}, in_soak({"health_check": "none"})])
def test_first_run_is_over_when_a_release_was_live_and_healthy(
    job: Job, more: dict[str, str]
) -> None:
    for text in ("one", "two"):
        assert job.push(hello(text), **RUN, **more).exit_code == 0

    assert ran(job) == ["run", "first", "run"]


def test_it_stays_over_if_the_note_of_that_is_lost(job: Job) -> None:
    """It may empty the database."""
    assert job.push(hello("one"), **RUN).exit_code == 0
    job.pa.path(f"{BASE}/verified.json").unlink()

    assert job.push(hello("two"), **RUN).exit_code == 0

    assert ran(job) == ["run", "first", "run"]


@pytest.mark.soak
@pytest.mark.parametrize("rollback", first_of(["true", "false"]))
def test_an_unhealthy_release_does_not_count(job: Job, rollback: str) -> None:
    broken = {"mysite.py": BROKEN}
    assert job.push(broken, **RUN, rollback=rollback, preflight="false").exit_code == 8
    assert job.push(hello("two"), **RUN).exit_code == 0
    assert job.push(hello("three"), **RUN).exit_code == 0

    assert ran(job) == ["run", "first", "run", "first", "run"]


@pytest.mark.soak
def test_a_refused_release_does_not_count(job: Job) -> None:
    assert job.push({"mysite.py": "import no_such\n"}, **RUN).exit_code == 9
    assert job.push(hello("two"), **RUN).exit_code == 0

    assert ran(job) == ["run", "first", "run", "first"]


@pytest.mark.soak
def test_without_first_run_nobody_asks_whether_it_is_over(job: Job) -> None:
    job.pa.clear_requests()
    job.push(hello("one"))

    assert not [call for call in job.pa.requests() if "verified" in call["path"]]


APP = """\
import os
NAMES = ("PA_DEPLOY_RELEASE", "PA_DEPLOY_COMMIT", "PA_DEPLOY_RUN_URL", "LANGUAGE")
def app(environ, start_response):
    start_response('200 OK', [])
    return ['|'.join(os.environ[name] for name in NAMES).encode()]
"""


def test_the_app_is_told_its_release(job: Job) -> None:
    done = job.push({"src/mysite.py": APP}, python_path="src", variables="LANGUAGE=en")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == f"{done.outputs['release']}|||en"
    assert not done.warnings


@pytest.mark.soak
def test_a_folder_of_python_path_that_is_not_shipped_is_warned_of(job: Job) -> None:
    done = job.push(hello("one"), python_path="src", run="mkdir -p src")

    assert done.exit_code == 0, done.log
    assert any('`python-path` names "src"' in warning for warning in done.warnings)


SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        (
            {
                "GITHUB_SHA": SHA,
                "GITHUB_RUN_ID": "7",
                "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_REPOSITORY": "a/b",
            },
            "https://github.com/a/b/actions/runs/7",
        ),
        ({"CI_COMMIT_SHA": SHA, "CI_JOB_URL": "https://gitlab/7"}, "https://gitlab/7"),
        ({"CI_COMMIT_SHA": SHA, "CI_PIPELINE_URL": "https://wood/7"}, "https://wood/7"),
        ({"DRONE_COMMIT_SHA": SHA, "DRONE_BUILD_LINK": "https://drone/7"}, "https://drone/7"),
        ({"CIRCLE_SHA1": SHA, "CIRCLE_BUILD_URL": "https://circle/7"}, "https://circle/7"),
        ({"GIT_COMMIT": SHA, "BUILD_URL": "https://jenkins/7"}, "https://jenkins/7"),
        ({"BUILDKITE_COMMIT": SHA, "BUILDKITE_BUILD_URL": "https://kite/7"}, "https://kite/7"),
        (
            {
                "BITBUCKET_COMMIT": SHA,
                "BITBUCKET_REPO_FULL_NAME": "a/b",
                "BITBUCKET_BUILD_NUMBER": "7",
            },
            "https://bitbucket.org/a/b/pipelines/results/7",
        ),
        (
            {
                "BUILD_SOURCEVERSION": SHA,
                "SYSTEM_COLLECTIONURI": "https://dev.azure.com/a/",
                "SYSTEM_TEAMPROJECT": "b",
                "BUILD_BUILDID": "7",
            },
            "https://dev.azure.com/a/b/_build/results?buildId=7",
        ),
    ],
)
def test_each_ci_tells_the_commit_and_the_run(environ: dict[str, str], url: str) -> None:
    assert who_runs(environ) == Run(url=url, commit=SHA)


@pytest.mark.parametrize("text", ["HEAD", "main", "", "0123", "g" * 40])
def test_what_is_no_commit_is_not_told(text: str) -> None:
    assert who_runs({"BUILDKITE_COMMIT": text}).commit == ""


# --- the id


def release_id(
    folder: Path,
    python: str = "3.13",
    virtualenv: str = "",
    token: str = "t",
    **wanted: Any,  # noqa: ANN401
) -> str:
    release = WantedRelease(**{"source": folder, "app": "mysite:app", **wanted})
    return make_bundle(
        release, read_code(release), NO_PACKAGES, Secret(token), (python, virtualenv)
    ).id


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "mysite.py").write_text(APP)
    return tmp_path


@pytest.mark.parametrize(
    "change",
    [
        {"app": "other:app"},
        {"python_path": ("src",)},
        {"run": ("true",)},
        {"python": "3.12"},
        {"virtualenv": "/home/alice/.virtualenvs/va"},
        {"shared": ("media/",)},
        {"env": (("A", Secret("b")),)},
        {"variables": (("A", "b"),)},
    ],
)
def test_what_makes_another_release(source: Path, change: Mapping[str, Any]) -> None:
    assert release_id(source, **change) != release_id(source)


def test_variables_and_env_are_not_the_same(source: Path) -> None:
    ids = {
        release_id(source, variables=(("A", "b"),)),
        release_id(source, env=(("A", Secret("b")),)),
        release_id(source, env=(("A", Secret("b")),), token="other"),
        release_id(source, python_path=("a", "b")),
        release_id(source, python_path=("b", "a")),
    }
    assert len(ids) == 5


@pytest.mark.parametrize("change", [{"first_run": ("true",)}, {"keep": 7}])
def test_what_makes_no_other_release(source: Path, change: Mapping[str, Any]) -> None:
    assert release_id(source, **change) == release_id(source)


PROJECT = '[project]\nname = "a"\n'


@pytest.mark.parametrize(
    "ours",
    [
        '[tool.pa-deploy]\nrun = "true"\n',
        '\n\n[tool.pa-deploy]\nrun = """\n[project]\n"""\n# a comment\n',
        '[tool."pa-deploy".environments.x]\nreload = "auto"\n',
        '[[tool.pa-deploy.webapp]]\ndomain = "a"\n[[tool.pa-deploy.webapp]]\ndomain = "b"\n',
        "[ tool . pa-deploy ]\nshared = [\n  'a', # b\n  '[x]',\n]\n",
        "[tool]\npa-deploy.reload = 'auto'\n",
        "[tool.pa-deploy]\r\nrun = 'true'\r\n",
    ],
)
def test_our_own_table_of_a_pyproject_makes_no_other_release(source: Path, ours: str) -> None:
    file = source / "pyproject.toml"
    ids = []
    for head in ("", "[tool]\n"):
        if ("[tool]" in ours) != bool(head):
            continue
        for text in (
            PROJECT + head,
            PROJECT + ours,
            ours + PROJECT if not head else PROJECT + ours,
        ):
            file.write_bytes(text.encode())
            ids.append(release_id(source))
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nname = "b"\n',
        PROJECT + "[tool.other]\na = 1\n",
        PROJECT + "[tool.pa-deploy-other]\na = 1\n",
        PROJECT + "# a comment\n",
        PROJECT + "[tool.pa-deploy]\n[tool.other]\na = 1\n",
        "[tool.pa-deploy\n" + PROJECT,
        PROJECT + "\ufeff",
    ],
)
def test_all_else_in_a_pyproject_makes_another_release(source: Path, text: str) -> None:
    file = source / "pyproject.toml"
    file.write_text(PROJECT)
    first = release_id(source)

    file.write_text(text)

    assert release_id(source) != first


def test_runs_have_equal_ids_in_any_order_of_names(source: Path) -> None:
    pairs = (("A", "1"), ("B", "2"))

    assert release_id(source, variables=pairs) == release_id(source, variables=pairs[::-1])
