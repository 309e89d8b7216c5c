"""Packages that have no wheel: pip installs the whole set on PythonAnywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.hosted import visit
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.index import Index, serving
from tests.pa_deploy.dependencies.sdists import (
    HAS_COMPILER,
    WITHOUT,
    make_extension,
    make_sdist,
)
from tests.pa_deploy.release.job import BASE, Job
from tests.runner import Done
from tests.soak import first_of

needs_compiler = pytest.mark.skipif(not HAS_COMPILER, reason=WITHOUT)
PASSWORD = "index-pa55word"
NOISE = "print('x' * 50)\nraise SystemExit('fatal error: shop.h: No such file or directory')"


def app(module: str, text: str = "") -> dict[str, str]:
    """An app that answers with what a module's function `answer` returns."""
    return {
        "mysite.py": f"import {module}\n"
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        f"    return [('{text}%s' % {module}.answer()).encode()]\n"
    }


@pytest.fixture
def packages(tmp_path: Path) -> dict[str, Path]:
    """What the index has: one with a wheel, three that have to be built, one that cannot be."""
    root = tmp_path / "index"
    answer = "def answer():\n    return 'pure'\n"
    wheels.make(root / "light", "light", "1.0", {"light.py": answer})
    make_sdist(root / "heavy", "heavy", "1.0", {"heavy.py": answer}, requires=("light",))
    make_sdist(root / "broken", "broken", "1.0", {}, before=NOISE)
    if HAS_COMPILER:
        make_extension(root / "compiled", "compiled")
    wheels.make(root / "windows", "windows", "1.0", {"w.py": ""}, tag="cp313-cp313-win_amd64")
    return {folder.name: folder for folder in root.iterdir()}


@pytest.fixture
def index(packages: dict[str, Path]) -> Iterator[Index]:
    with serving(packages) as made:
        yield made


def push(job: Job, index: Index, files: dict[str, str], *lines: str, **inputs: str) -> Done:
    given = [f"--index-url {index.url}/simple/", *lines, ""]
    files = {**files, "requirements.txt": "\n".join(given)}
    return job.push(files, requirements="site/requirements.txt", **inputs)


def environments(job: Job) -> list[str]:
    return sorted(each.name for each in job.pa.path(f"{BASE}/environments").iterdir())


@needs_compiler
def test_a_package_that_needs_a_compiler_is_built_there(job: Job, index: Index) -> None:
    done = push(job, index, app("compiled"), "compiled", "light")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "42"
    before, _, after = done.log.partition("Upload")
    assert "have to be built: compiled (site/requirements.txt, line 2)." in before
    assert "light (" not in before
    assert "| pa-deploy: pip has installed 2 packages in" in after


@pytest.mark.soak
def test_releases_with_the_same_set_share_what_was_installed(job: Job, index: Index) -> None:
    assert push(job, index, app("heavy"), "heavy").exit_code == 0
    made = environments(job)

    done = push(job, index, app("heavy", "two "), "# why", "heavy")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "two pure"
    assert "$ install" not in done.log
    assert environments(job) == made
    (note,) = (name for name in made if name.endswith(".json"))
    noted = json.loads(job.pa.path(f"{BASE}/environments/{note}").read_text())
    assert noted["kind"] == "install"
    assert {"heavy==1.0", "light==1.0"} <= set(noted["freeze"])


@pytest.mark.soak
def test_an_archive_is_installed_from_its_url(job: Job, index: Index) -> None:
    url = f"{index.url}/simple/heavy/heavy-1.0.tar.gz"

    done = push(job, index, app("heavy"), f"heavy @ {url}")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "pure"
    assert "have to be built: heavy (site/requirements.txt, line 2)." in done.log


@pytest.mark.soak
@pytest.mark.skipif(not shutil.which("git"), reason="this machine has no git")
def test_a_repository_is_installed(job: Job, tmp_path: Path, packages: dict[str, Path]) -> None:
    repository = tmp_path / "served" / "heavy"
    shutil.unpack_archive(packages["heavy"] / "heavy-1.0.tar.gz", tmp_path)
    shutil.move(tmp_path / "heavy-1.0", repository)
    for words in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@a.example", "commit", "--quiet", "-m", "a"],
        ["tag", "v1.0"],
        ["update-server-info"],
    ):
        subprocess.run(["git", *words], cwd=repository, check=True)
    handler = partial(SimpleHTTPRequestHandler, directory=str(repository.parent))
    with serving(packages) as index, ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"git+http://127.0.0.1:{server.server_address[1]}/heavy/.git@v1.0#egg=heavy"

        done = push(job, index, app("heavy"), f"-e {url}")
        server.shutdown()

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "pure"


@pytest.mark.soak
def test_what_was_damaged_is_installed_again_where_it_serves(job: Job, index: Index) -> None:
    assert push(job, index, app("heavy"), "heavy").exit_code == 0
    (damaged,) = job.pa.path(f"{BASE}/environments").glob("*/lib/*/site-packages/heavy.py")
    damaged.write_text("def answer():\n    return 'changed'\n")

    done = push(job, index, app("heavy", "two "), "heavy")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "two pure"


@pytest.mark.soak
def test_another_set_is_another_environment_and_a_rollback_brings_the_former_back(
    job: Job, index: Index
) -> None:
    push(job, index, app("heavy"), "heavy")
    done = push(job, index, app("light", "two "), "light", dependencies="install")
    assert (done.exit_code, visit(job.pa).text) == (0, "two pure"), done.log

    push(job, index, {"mysite.py": "1 / 0"}, "light", dependencies="install")

    assert len([name for name in environments(job) if name.endswith(".json")]) == 2


@pytest.mark.soak
def test_to_ship_is_refused_with_the_line_to_add(job: Job, index: Index) -> None:
    done = push(job, index, app("heavy"), "heavy", dependencies="ship")

    assert done.exit_code == 2
    assert "heavy (site/requirements.txt, line 2)" in done.errors[0]
    assert "`dependencies: install`" in done.errors[0]


def test_a_plan_says_what_is_installed(job: Job, index: Index) -> None:
    done = push(job, index, app("heavy"), "heavy", mode="plan")

    assert done.exit_code == 0, done.log
    assert "have to be built: heavy (site/requirements.txt, line 2)." in done.log
    assert "$ install" not in done.log


@pytest.mark.soak
@pytest.mark.parametrize("dependencies", first_of(["auto", "ship"]))
def test_a_package_without_a_file_for_linux_is_not_installed(
    job: Job, index: Index, dependencies: str
) -> None:
    done = push(job, index, app("light"), "windows", "light", dependencies=dependencies)

    assert done.exit_code == 2
    assert "windows (site/requirements.txt, line 2)" in done.errors[0]


def test_an_index_that_cannot_be_reached_is_an_error_also_with_auto(job: Job) -> None:
    done = push(job, Index("http://127.0.0.1:9", set()), app("light"), "heavy")

    assert done.exit_code == 6


@pytest.mark.soak
def test_a_build_that_fails_is_told_with_the_lines_that_matter(job: Job, index: Index) -> None:
    done = push(job, index, app("broken"), "light", "broken")

    assert done.exit_code == 9
    assert "`broken` could not be built" in done.errors[0]
    assert "fatal error: shop.h: No such file or directory" in done.errors[0]
    assert "does not have the header shop.h" in done.errors[0]
    assert visit(job.pa).text == "one"
    assert environments(job) == []
    assert not list(job.pa.path(f"{BASE}/unpacking").iterdir())


@pytest.mark.soak
def test_an_index_that_pip_cannot_reach_is_told_as_that(job: Job, index: Index) -> None:
    lines = ["--extra-index-url http://127.0.0.1:9/simple/", "nowhere-to-be-found"]

    done = push(job, index, app("light"), *lines, dependencies="install")

    assert done.exit_code == 9
    assert "PythonAnywhere could not reach" in done.errors[0]


@pytest.mark.soak
def test_a_private_index_is_reached_by_what_env_gives(job: Job, packages: dict[str, Path]) -> None:
    with serving(packages, password=f"alice:{PASSWORD}") as private:
        url = private.url.replace("//", f"//alice:{PASSWORD}@")
        job.runner.secrets.add(PASSWORD)

        done = job.push(
            {**app("heavy"), "requirements.txt": "heavy\n"},
            requirements="site/requirements.txt",
            env=f"PIP_INDEX_URL={url}/simple/",
        )

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "pure"
    kept = [*job.pa.path(BASE).glob("*.json"), *job.pa.path(BASE).glob("records/*")]
    assert not [file for file in kept if PASSWORD in file.read_text()]


@pytest.mark.soak
def test_variables_of_the_lines_come_from_env(job: Job, packages: dict[str, Path]) -> None:
    with serving(packages, password=f"alice:{PASSWORD}") as private:
        where = private.url.removeprefix("http://")
        job.runner.secrets.add(PASSWORD)

        done = job.push(
            {
                **app("heavy"),
                "requirements.txt": "heavy\n--index-url "
                f"http://${{INDEX_USER}}:${{INDEX_PASSWORD}}@{where}/simple/\n",
            },
            requirements="site/requirements.txt",
            env=f"INDEX_USER=alice\nINDEX_PASSWORD={PASSWORD}",
        )

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "pure"
    assert not [
        file
        for file in job.pa.path(BASE).rglob("*")
        if file.is_file()
        and file.parent.name != "secrets"
        and PASSWORD.encode() in file.read_bytes()
    ]
