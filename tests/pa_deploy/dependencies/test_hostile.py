"""No spelling of requirements, and no environment, makes code of the repository run here."""

from __future__ import annotations

import codecs
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from pa_deploy import dependencies
from pa_deploy.clock import Deadline
from pa_deploy.errors import InputError
from tests.fake_clock import FakeClock
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.hostile import Hostile, make_hostile, make_repository
from tests.pa_deploy.dependencies.index import serving
from tests.runner import Runner
from tests.soak import diagonal, first_of

LOCAL = "--no-index\n--find-links wheels\n"
needs_git = pytest.mark.skipif(not shutil.which("git"), reason="this machine has no git")


@pytest.fixture
def hostile(tmp_path: Path) -> Hostile:
    return make_hostile(tmp_path)


def install(hostile: Hostile, /, *secrets: str, **environ: str) -> Path:
    scratch = hostile.workspace.parent / "scratch"
    scratch.mkdir()
    dependencies.install(
        hostile.workspace / "requirements.txt",
        "3.13",
        scratch / "layer",
        dependencies.Surroundings(
            workspace=hostile.workspace,
            scratch=scratch,
            environ={"HOME": str(scratch), "PATH": os.environ["PATH"], **environ},
            secrets=secrets,
        ),
        Deadline(FakeClock(), 120),
        print,
    )
    return scratch / "layer"


def test_the_package_does_tell_when_it_is_built(hostile: Hostile) -> None:
    command = [find_uv_bin(), "pip", "install", "--no-config", "--no-cache", "--quiet"]
    command += ["--python", sys.executable, "--target", str(hostile.workspace / "target")]

    subprocess.run([*command, "./evil"], cwd=hostile.workspace, capture_output=True, check=False)

    assert hostile.has_run


SPELLINGS = (
    "./evil",
    "evil/",
    "././evil",
    "./evil/../evil",
    "evil @ ./evil",
    "evil@./evil",
    "evil[extra] @ ./evil",
    "evil @ evil/",
    "./evil ; python_version > '3'",
    "./evil[extra]",
    "./evil#egg=evil",
    "-e ./evil",
    "-e./evil",
    "-e=./evil",
    "--editable ./evil",
    "--editable=./evil",
    "-e 'evil'",
    '--editable="./evil"',
    "-e evil#egg=evil",
    "--edit ./evil",
    "-e\t./evil",
    "\t -e ./evil",
    "-e \\\n./evil",
    "-\\\ne ./evil",
    "./ev\\\nil",
    "file:evil",
    "file:./evil",
    "FILE:./evil",
    "file://localhost{workspace}/evil",
    "file://{workspace}/evil",
    "file://{workspace}/%65vil",
    "evil @ file://{workspace}/evil",
    "evil @ file:evil",
    "-e file://{workspace}/evil",
    "{workspace}/evil",
    "./evil-1.0.tar.gz",
    "evil-1.0.tar.gz",
    "evil-1.0.TAR.GZ",
    "evil @ file://{workspace}/evil-1.0.tar.gz",
    "evil @ file://{workspace}/evil-1.0.tar%2egz",
    "x-1.0-py3-none-any.whl.tar.gz",
    "evil @ https://127.0.0.1:1/evil-1.0.tar.gz",
    "evil @ https://127.0.0.1:1/evil-1.0.zip#.whl",
    "evil @ https://127.0.0.1:1/evil-1.0.zip?x=.whl",
    "evil @ https://127.0.0.1:1/evil-1.0-py3-none-any.whl/evil-1.0.zip",
    "evil @ https://127.0.0.1:1/evil-1.0-py3-none-any%2Ewhl",
    "evil @ https://127.0.0.1:1/evil-1.0-py3-none-any.WHL",
    "evil @ http://127.0.0.1:1/evil-1.0-py3-none-any.whl",
    "evil @ ftp://127.0.0.1/evil-1.0-py3-none-any.whl",
    "https://127.0.0.1:1/evil.zip",
    "git+https://127.0.0.1:1/evil",
    "git+file://{workspace}/evil",
    "-e git+file://{workspace}/evil#egg=evil",
    "evil @ git+file://{workspace}/evil@v1.0",
    "evil @ GIT+file://{workspace}/evil",
    "hg+https://127.0.0.1:1/evil",
    "git@127.0.0.1:evil.git",
    "--no-binary evil\nevil @ ./evil",
    "--no-binary :all:",
    "--no-binary=evil",
    "evil --no-binary evil",
    "evil --config-settings=a=b",
    "evil --global-option=build_ext",
    "evil --install-option=--prefix=/",
    "--find-links sources\nevil",
    "-f sources",
    "-fsources",
    "--find-links file://{workspace}/sources",
    "--find-links=.",
    "-r included.txt",
    "-rincluded.txt",
    "-r=included.txt",
    "--requirement 'included.txt'",
    '-r "included.txt"',
    "--requirement=included.txt",
    "-r file://{workspace}/included.txt",
    "-r sub/../included.txt",
    "-c included.txt",
    "--constraint=included.txt",
    "-r 'with blank.txt'",
    "-r ${INDEX_NAME}.txt",
    "${INDEX_EVIL}",
    "evil @ ${INDEX_EVIL}",
    "# a comment\x0c-e ./evil",
    "greeting\u2028-e ./evil",
    "greeting\x85-e ./evil",
    "greeting\r-e ./evil",
    "# a comment \\\n-e ./evil",
    "greeting \\\n# a comment\n./evil",
    "-r https://127.0.0.1:1/requirements.txt",
    "--config-file uv.toml",
    "--build-constraint x.txt",
    "--extra-index-url file://{workspace}/sources",
    "-i ./sources",
    "-C a=b",
    "--use-feature=fast-deps",
    "-Z",
    "./evil/setup.py",
    "./evil/pyproject.toml",
    "-r evil/pyproject.toml",
    "-r evil/setup.py",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_runs_code_and_each_is_refused_with_its_line(
    hostile: Hostile, spelling: str
) -> None:
    hostile.write("./evil\n", "included.txt")
    hostile.write("./evil\n", "with blank.txt")
    hostile.write(LOCAL + spelling.replace("{workspace}", str(hostile.workspace)) + "\n")

    with pytest.raises(InputError) as refused:
        install(hostile, INDEX_NAME="included", INDEX_EVIL="./evil")

    assert refused.value.exit_code == 2
    assert all("line " in problem.message for problem in refused.value.problems)
    assert all(".txt" in problem.message for problem in refused.value.problems)
    assert all(problem.advice for problem in refused.value.problems)
    assert not hostile.has_run


ENCODED = {
    "utf-8": b"-e ./evil\n",
    "utf-8 with BOM": codecs.BOM_UTF8 + b"-e ./evil\n",
    "utf-16-le with BOM": codecs.BOM_UTF16_LE + "-e ./evil\n".encode("utf-16-le"),
    "utf-16-be with BOM": codecs.BOM_UTF16_BE + "-e ./evil\n".encode("utf-16-be"),
    "utf-16-le without BOM": "-e ./evil\n".encode("utf-16-le"),
    "utf-16-be without BOM": "-e ./evil\n".encode("utf-16-be"),
    "utf-32-le": codecs.BOM_UTF32_LE + "-e ./evil\n".encode("utf-32-le"),
    "utf-32-be": codecs.BOM_UTF32_BE + "-e ./evil\n".encode("utf-32-be"),
    "latin-1": "# -*- coding: latin-1 -*- é\n-e ./evil\n".encode("latin-1"),
    "BOM within": b"greeting\n\xef\xbb\xbf-e ./evil\n",
    "utf-7": b"# coding: utf-7\n+AC0-e ./evil\n",
    "unicode_escape": b"# coding: unicode_escape\n\\x2de ./evil\n",
    "NULs": b"-\0e ./evil\n",
}


@pytest.mark.parametrize("raw", ENCODED.values(), ids=ENCODED)
def test_no_encoding_hides_a_line(hostile: Hostile, raw: bytes) -> None:
    hostile.write(raw)

    with pytest.raises(InputError, match="line"):
        install(hostile)

    assert not hostile.has_run


ENVIRONMENTS = (
    {"UV_NO_BINARY": "1"},
    {"UV_NO_BINARY_PACKAGE": "evil"},
    {"UV_CONFIG_FILE": "{workspace}/uv.toml"},
    {"UV_NO_CONFIG": "0", "UV_PROJECT": "{workspace}"},
    {"UV_WORKING_DIR": "{workspace}"},
    {"UV_OVERRIDE": "{workspace}/evil.txt"},
    {"UV_CONSTRAINT": "{workspace}/evil.txt"},
    {"UV_BUILD_CONSTRAINT": "{workspace}/evil.txt"},
    {"UV_PYTHON": "{workspace}/python"},
    {"UV_FIND_LINKS": "{workspace}/sources"},
    {"UV_KEYRING_PROVIDER": "subprocess", "PATH": "{workspace}"},
    {"UV_INDEX": "file://{workspace}/sources"},
    {"VIRTUAL_ENV": "{workspace}"},
    {"PYTHONPATH": "{workspace}/evil", "PYTHONSTARTUP": "{workspace}/evil/setup.py"},
)


@pytest.mark.parametrize("environ", first_of(ENVIRONMENTS), ids=lambda environ: next(iter(environ)))
def test_no_environment_runs_code(hostile: Hostile, environ: dict[str, str]) -> None:
    hostile.write(f"{LOCAL}greeting\nevil ; python_version < '3'\n")
    hostile.write("evil @ ./evil\n", "evil.txt")
    settings = 'no-binary = true\nno-build = false\nfind-links = ["sources"]\n'
    for name in ("uv.toml", "../uv.toml", "../scratch.toml"):
        hostile.write(settings, name)
    hostile.write(f"[tool.uv]\n{settings}", "pyproject.toml")
    hostile.write("3.99\n", ".python-version")
    for name in ("python", "python3", "git", "keyring"):
        hostile.write(f"#!/bin/sh\ntouch {hostile.mark}\n", name).chmod(0o755)
    given = {
        name: text.replace("{workspace}", str(hostile.workspace)) for name, text in environ.items()
    }

    layer = install(hostile, **given)

    assert (layer / "greeting.py").exists()
    assert not hostile.has_run


@pytest.mark.parametrize(
    ("line", "environ"),
    first_of(
        [
            ("--index-url {index}/simple", {}),
            ("--extra-index-url {index}/simple", {"UV_DEFAULT_INDEX": "{index}/none"}),
            ("--no-index\n--find-links {index}/simple/evil/", {}),
            ("", {"UV_DEFAULT_INDEX": "{index}/simple"}),
            ("--no-index", {"UV_FIND_LINKS": "{workspace}/sources"}),
            ("--index-url {index}/simple", {"UV_NO_BINARY": "1", "UV_NO_BUILD": "0"}),
        ]
    ),
)
def test_a_source_package_that_an_index_offers_is_not_built(
    hostile: Hostile, line: str, environ: dict[str, str]
) -> None:
    with serving({"evil": hostile.workspace / "sources"}) as index:
        places = {"{index}": index.url, "{workspace}": str(hostile.workspace)}
        hostile.write(f"{filled(line, places)}\nevil\n")
        given = {name: filled(text, places) for name, text in environ.items()}

        with pytest.raises(InputError, match="no wheel of evil"):
            install(hostile, **given)

    assert not hostile.has_run


def filled(text: str, places: dict[str, str]) -> str:
    for name, place in places.items():
        text = text.replace(name, place)
    return text


@pytest.mark.parametrize(
    "needs",
    [
        "evil @ file://{workspace}/evil",
        "evil @ file://{workspace}/evil-1.0.tar.gz",
        pytest.param("evil @ {repository}", marks=needs_git),
    ],
)
def test_a_wheel_cannot_ask_for_what_would_have_to_be_built(hostile: Hostile, needs: str) -> None:
    if "{repository}" in needs:
        needs = needs.replace("{repository}", make_repository(hostile))
    requires = needs.replace("{workspace}", str(hostile.workspace))
    wheels.make(hostile.workspace / "wheels", "asks", "1.0", {"a.py": ""}, requires=requires)
    hostile.write("--no-index\n./wheels/asks-1.0-py3-none-any.whl\n")

    with pytest.raises(InputError, match="evil"):
        install(hostile)

    assert not hostile.has_run


@pytest.mark.parametrize("way", ["index page", "find-links page", "metadata", "second metadata"])
@pytest.mark.parametrize("where", ["outside", "workspace"])
def test_no_file_of_this_machine_is_shipped_that_the_requirements_do_not_name(
    hostile: Hostile, tmp_path: Path, way: str, where: str
) -> None:
    folder = hostile.workspace / "other" if where == "workspace" else tmp_path / "private"
    foreign = wheels.make(folder, "priv", "1.0", {"priv.py": ""})
    page = tmp_path / "page" / "priv-1.0-py3-none-any.whl"
    wheels.make(tmp_path / "page", "priv", "1.0", {})
    own = hostile.workspace / "wheels"
    wheels.make(own, "asks", "1.0", {}, requires=f"priv @ {foreign.as_uri()}")
    wheels.make(
        own, "first", "1.0", {}, requires=f"asks @ {own.as_uri()}/asks-1.0-py3-none-any.whl"
    )

    with serving({"priv": page.parent}, href=foreign.as_uri()) as index:
        hostile.write(
            {
                "index page": f"--index-url {index.url}/simple\npriv\n",
                "find-links page": f"--no-index\n-f {index.url}/simple/priv/\npriv\n",
                "metadata": "--no-index\n./wheels/asks-1.0-py3-none-any.whl\n",
                "second metadata": "--no-index\n./wheels/first-1.0-py3-none-any.whl\n",
            }[way]
        )
        with pytest.raises(InputError) as refused:
            install(hostile)

    assert "priv" in str(refused.value) or "asks" in str(refused.value)
    assert "not installed" in str(refused.value)
    assert not (tmp_path / "scratch" / "layer" / "priv.py").exists()


@needs_git
def test_git_is_never_started(hostile: Hostile) -> None:
    repository = make_repository(hostile)
    wheels.make(hostile.workspace / "wheels", "asks", "1.0", {}, requires=f"evil @ {repository}")
    hostile.write("--no-index\n./wheels/asks-1.0-py3-none-any.whl\n")
    hostile.write(f"#!/bin/sh\ntouch {hostile.mark}\n", "bin/git").chmod(0o755)

    with pytest.raises(InputError):
        install(hostile, PATH=f"{hostile.workspace}/bin:{os.environ['PATH']}")

    assert not hostile.has_run


def test_what_uv_starts_sees_no_secret(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The only program that uv starts is the Python it asks about itself."""
    seen = tmp_path / "seen"
    python = hostile.write(
        f'#!/bin/sh\nenv >>{seen}\nexec {sys.executable} "$@"\n', "../own/python"
    )
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python.resolve()))
    hostile.write(f"{LOCAL}greeting\n")

    install(
        hostile,
        "t0ken-of-the-run",
        INPUT_TOKEN="t0ken-of-the-run",
        INPUT_ENV="KEY=s3cret",
        HTTPS_PROXY="http://user:t0ken-of-the-run@127.0.0.1:1",
        GITHUB_TOKEN="ghp-s3cret",
    )

    assert "HOME=" in seen.read_text()
    assert "t0ken-of-the-run" not in seen.read_text()
    assert "s3cret" not in seen.read_text()


@pytest.mark.parametrize(
    ("line", "mode"),
    diagonal(["evil @ ./evil", "-e ./evil", "--no-binary evil"], ["plan", "check", "apply"]),
)
def test_the_whole_program_runs_no_code_and_ends_with_2(
    runner: Runner, tmp_path: Path, mode: str, line: str
) -> None:
    hostile = make_hostile(tmp_path / "hostile")
    shutil.copytree(hostile.workspace, runner.workspace, dirs_exist_ok=True)
    (runner.workspace / "requirements.txt").write_text(f"{LOCAL}\ngreeting\n{line}\n")
    (runner.workspace / "mysite.py").write_text("app = None\n")

    done = runner.run(
        source=".",
        app="mysite:app",
        requirements="requirements.txt",
        python_version="3.13",
        mode=mode,
    )

    assert done.exit_code == 2, done.log
    assert "requirements.txt, line 5" in done.errors[0]
    assert not hostile.has_run
    assert runner.emulator.requests() == []
