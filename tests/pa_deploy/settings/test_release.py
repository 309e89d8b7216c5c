"""The release that is wanted, and inputs that do not go together with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.inputs import INPUTS
from pa_deploy.model import Secret, WantedRelease
from pa_deploy.release import read_code
from tests.pa_deploy.settings.resolving import problems, settings


def release_of(workspace: Path, /, **inputs: str) -> WantedRelease:
    release = settings(workspace, **inputs).release
    assert release is not None
    return release


def test_without_a_source_no_release_is_wanted(tmp_path: Path) -> None:
    assert settings(tmp_path).release is None


def test_each_input_about_releases_has_its_place(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "site").mkdir()

    release = release_of(
        tmp_path,
        source="site",
        python_version="3.13",
        app="a:b",
        include="x",
        exclude="y",
        requirements="requirements.txt",
        python_path="src",
        run="make",
        first_run="make first",
        variables="V=v",
        env="K=v",
        shared="db/",
        keep_releases="5",
        serve_source="true",
        discard_changes="cache/",
        backups="7",
        disk_limit="1 MiB",
    )

    assert release == WantedRelease(
        source=tmp_path / "site",
        workspace=tmp_path,
        app="a:b",
        include=("x",),
        exclude=("y",),
        requirements=tmp_path / "requirements.txt",
        python_path=("src",),
        run=("make",),
        first_run=("make first",),
        variables=(("V", "v"),),
        env=(("K", Secret("v")),),
        shared=("db/",),
        keep=5,
        serve_source=True,
    )
    assert release.source_as_given == "site"
    assert release.preflight is True
    assert (release.discard_changes, release.backups) == (("cache/",), 7)
    assert release.disk_limit == 1024 * 1024


def test_a_source_alone_is_enough(tmp_path: Path) -> None:
    assert release_of(tmp_path, source=".") == WantedRelease(
        source=tmp_path, workspace=tmp_path, app=""
    )


def test_the_workspace_is_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "site").mkdir()

    release = release_of(tmp_path / "site", source=".")

    assert (release.source, release.workspace) == (tmp_path / "site", tmp_path)


def test_the_files_of_the_run_itself_are_known(tmp_path: Path) -> None:
    names = ("token_file", "report", "outputs_file", "summary_file", "record")

    found = release_of(
        tmp_path, source=".", config="conf/a.toml", **{name: f"own/{name}" for name in names}
    )

    own = {tmp_path / "own" / name for name in names}
    assert set(found.own_files) == own | {tmp_path / "conf" / "a.toml"}


@pytest.mark.parametrize("name", ["token_file", "report", "outputs_file", "summary_file"])
@pytest.mark.parametrize("source", [".", "site"])
def test_the_files_of_the_run_itself_are_not_shipped(
    tmp_path: Path, name: str, source: str
) -> None:
    """Least of all the one with the token, which the site might even serve."""
    (tmp_path / "site" / "deep").mkdir(parents=True)
    files = {"site/app.py", "site/deep/[own] !file", "site/[own] !file"}
    for file in files:
        (tmp_path / file).write_text("t0ken")

    wanted = release_of(tmp_path, source=source, include="*", **{name: "site/[own] !file"})

    shipped = {f"site/{path.removeprefix('site/')}" for path in read_code(wanted).manifest}
    assert shipped == files - {"site/[own] !file"}


@pytest.mark.parametrize(
    ("config", "is_left_out"), [("conf/site.toml", True), ("conf/pyproject.toml", False)]
)
def test_the_config_file_is_not_shipped_unless_others_read_it(
    tmp_path: Path, config: str, *, is_left_out: bool
) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "app.py").touch()
    (tmp_path / config).touch()

    wanted = release_of(tmp_path, source=".", config=config)

    assert (config not in read_code(wanted).manifest) == is_left_out


@pytest.mark.parametrize("given", [{}, {"exclude": "*"}, {"exclude": "a.log"}])
def test_nothing_to_ship_is_told_with_what_was_left_out(
    tmp_path: Path, given: dict[str, str]
) -> None:
    (tmp_path / "a.log").touch()
    (tmp_path / ".gitignore").write_text("*\n")
    wanted = release_of(tmp_path, source=".", **given)

    with pytest.raises(InputError) as caught:
        read_code(wanted)

    assert str(caught.value).startswith(
        f"source: all files in \"{tmp_path}\" are left out: '.gitignore' ("
    )
    assert "'a.log' (" in str(caught.value)


def test_a_file_of_the_run_that_is_elsewhere_excludes_nothing(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()

    wanted = release_of(tmp_path, source="site", report="report.json")

    assert wanted.exclude == ()


ALONE = {
    "app": "a:b",
    "python_path": "src",
    "include": "x",
    "exclude": "x",
    "requirements": "r.txt",
    "dependencies": "install",
    "run": "make",
    "first_run": "make",
    "variables": "K=v",
    "env": "K=v",
    "generate": "K",
    "shared": "db",
    "serve_source": "true",
    "preflight": "false",
    "backups": "0",
    "keep_releases": "5",
    "disk_limit": "1 GB",
    "discard_changes": "cache/",
}


def test_each_input_about_releases_is_among_them() -> None:
    assert set(ALONE) == {each.field for each in INPUTS if each.needs_source}


def test_a_default_that_somebody_wrote_needs_no_source(tmp_path: Path) -> None:
    assert settings(tmp_path, keep_releases="3", preflight="true").release is None


@pytest.mark.parametrize(("name", "text"), ALONE.items())
def test_an_input_about_releases_needs_a_source(tmp_path: Path, name: str, text: str) -> None:
    assert problems(tmp_path, **{name: text}) == [
        (
            f"{name.replace('_', '-')}: it has no effect without `source`. "
            "Set `source`, for example to `.`."
        )
    ]


def test_each_of_them_is_told(tmp_path: Path) -> None:
    assert len(problems(tmp_path, **ALONE)) == len(ALONE)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (
            {"wsgi_file": "wsgi.py"},
            (
                "wsgi-file: it cannot be used with `source`: pa-deploy then writes the WSGI file "
                "itself. Leave it out, and name your app in `app`."
            ),
        ),
        (
            {"requirements": "wsgi.py"},
            (
                "python-version: it is needed, because the wheels of `requirements` depend on the "
                'Python version. Set it to the web app\'s, such as "3.13".'
            ),
        ),
        (
            {"reload": "never"},
            (
                "reload: `never` cannot be used with `source`: a release goes live by a reload. "
                "Leave out `reload`, or leave out `source`."
            ),
        ),
        (
            {"env": "A=1\nB=2", "variables": "C=3\nB=2"},
            (
                "variables: B is also in `env`. If it is a secret, keep it in `env`. Otherwise, "
                "keep it in `variables`."
            ),
        ),
        (
            {"env": "A=1", "generate": "B\nA"},
            (
                "generate: A is also in `env`. Remove it from `env`, or from `generate` to use "
                "that value."
            ),
        ),
        (
            {"variables": "A=1", "generate": "A"},
            (
                "generate: A is also in `variables`. Remove it from `variables`, or from "
                "`generate` to use that value."
            ),
        ),
    ],
)
def test_inputs_that_do_not_go_together(tmp_path: Path, inputs: dict[str, str], said: str) -> None:
    (tmp_path / "wsgi.py").touch()

    assert problems(tmp_path, source=".", **inputs) == [said]


@pytest.mark.parametrize("source", ["missing", "x" * 5000, "\ud800", "file"])
def test_a_source_that_is_no_folder_is_told(tmp_path: Path, source: str) -> None:
    (tmp_path / "file").touch()

    (said,) = problems(tmp_path, source=source)

    assert said.startswith(f"source: There is no folder {source} in the workspace.")


@pytest.mark.parametrize("name", ["r.txt", "x" * 5000, "a/r.txt", "folder"])
def test_requirements_that_are_no_file_are_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()

    (said,) = problems(tmp_path, source=".", python_version="3.13", requirements=name)

    assert said.startswith(f"requirements: There is no file {name} in the workspace.")


def test_a_file_of_the_run_at_no_path_is_told(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, source=".", report="\0/x")

    assert said.startswith("report: ")


def test_static_files_of_a_release_may_be_relative_to_it(tmp_path: Path) -> None:
    text = "/static/ = staticfiles/\n/ = .\n/m/ = ~/media\n/a/ = /home/alice/a"
    current = "/home/alice/.pa-deploy/alice.pythonanywhere.com/current"

    rows = settings(tmp_path, source=".", static_files=text).wanted.static_files or ()

    assert [row.path for row in rows] == [
        f"{current}/staticfiles",
        current,
        "/home/alice/media",
        "/home/alice/a",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("/a/ = /a\n/static/ = static", "static-files, line 2"),
        ("# why\n\n/a/ = ~/a\r\n /static/ = static", "static-files, line 4"),
        ("/static/ = static\n/b/ = /b", "static-files, line 1"),
        ('{"/a/": "/a",\n "/static/": "static"}', "static-files"),
        ('[{"url": "/static/", "path": "static"}]', "static-files"),
    ],
)
def test_relative_static_files_need_a_release(tmp_path: Path, text: str, place: str) -> None:
    assert problems(tmp_path, static_files=text) == [
        (
            f'{place}: the path "static" is not absolute. Begin it with / or ~/; it is a path on '
            "PythonAnywhere. Or set `source`, to ship a release."
        )
    ]


@pytest.mark.parametrize("path", ["../x", "a/../../x", ".."])
def test_static_files_do_not_lead_out_of_the_release(tmp_path: Path, path: str) -> None:
    (said,) = problems(tmp_path, source=".", static_files=f"/static/ = {path}")

    assert "is not in the release" in said


def test_a_release_brings_its_wsgi_file(tmp_path: Path) -> None:
    base = "/home/alice/.pa-deploy/alice.pythonanywhere.com"

    file = settings(tmp_path, source=".").wanted.wsgi_file

    assert file is not None
    assert f"BASE = '{base}'".encode() in (file.content or b"")
    assert (file.path, file.keep_as) == (
        "/var/www/alice_pythonanywhere_com_wsgi.py",
        f"{base}/before/wsgi_before.py",
    )
