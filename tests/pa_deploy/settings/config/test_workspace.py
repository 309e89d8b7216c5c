"""What the config file names stays in the workspace, whatever way it takes to leave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.model import RECORDING_MARK, SUMMARY_MARK
from pa_deploy.settings import resolve_all, resolve_report, resolve_source
from pa_deploy.settings.config import read_config
from pa_deploy.settings.local_files import LARGEST_BYTES
from pa_deploy.settings.reading import read_inputs
from pa_deploy.settings.sources import Given
from tests.pa_deploy.settings.config.repository import ACCOUNT

WRITTEN = ["report", "outputs-file", "summary-file", "record"]
CONTENT = "do not read = me\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A repository, beside a folder of somebody else's files."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "creds.ini").write_text(CONTENT)
    folder = tmp_path / "work"
    (folder / ".git").mkdir(parents=True)
    (folder / "app.py").write_text("")
    (folder / "link.txt").symlink_to("../out/creds.ini")
    (folder / "link").symlink_to("../out")
    (folder / "loop").symlink_to("loop")
    return folder


def problems(workspace: Path, text: str, **environ: str) -> list[str]:
    (workspace / "pa-deploy.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        resolve_all(read_inputs(Given.of({}, {**ACCOUNT, **environ}, workspace)))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize(
    "path", ["../out/new", "{out}/new", "link/new", "a/../../out/new", "link.txt", "loop", "loop/x"]
)
def test_no_file_outside_is_written(workspace: Path, name: str, path: str) -> None:
    path = path.replace("{out}", str(workspace.parent / "out"))

    (said,) = problems(workspace, f'{name} = "{path}"')

    assert said.startswith(f'pa-deploy.toml, line 1: {name}: "{path}" is outside the workspace')
    assert f"--{name}" in said


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("path", ["app.py", ".bashrc", "a.md"])
def test_no_file_of_somebody_else_is_overwritten(workspace: Path, name: str, path: str) -> None:
    (workspace / path).write_text("alias ls=rm\n")

    assert problems(workspace, f'{name} = "{path}"') == [
        (
            f'pa-deploy.toml, line 1: {name}: "{path}" exists, and pa-deploy did not write it. '
            f"If you do not need it, delete it. Otherwise, set `{name}` to another file."
        )
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(("report", text) for text in ("", "{", "[]", "1", '{"generator": "x"}')),
        *(("outputs-file", text) for text in ("FOO=1", "PA_DEPLOY_URL=x\nFOO=1", "PA_DEPLOY_=x")),
        *(("summary-file", text) for text in ("", "## Done", f"{SUMMARY_MARK}\nmore")),
        *(("record", text) for text in ("\n", " " + RECORDING_MARK, RECORDING_MARK[:-2])),
    ],
)
def test_what_only_resembles_a_file_of_pa_deploy_is_not_overwritten(
    workspace: Path, name: str, content: str
) -> None:
    (workspace / "file").write_text(content)

    (said,) = problems(workspace, f'{name} = "file"')

    assert "pa-deploy did not write it" in said


def test_a_report_that_is_nested_too_deep_is_not_one_of_ours(workspace: Path) -> None:
    (workspace / "file").write_text("[" * 100_000)

    (said,) = problems(workspace, 'report = "file"')

    assert "pa-deploy did not write it" in said


@pytest.mark.parametrize("name", ["report", "outputs-file", "summary-file"])
def test_what_is_too_large_to_be_read_is_not_one_of_ours(workspace: Path, name: str) -> None:
    with (workspace / "file").open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)

    (said,) = problems(workspace, f'{name} = "file"')

    assert "pa-deploy did not write it" in said


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize(
    "path",
    ["x" * 300, "x" * 300 + "/a", f"{'x' * 250}/" * 20 + "a"],
    ids=["name", "folder", "whole"],
)
def test_a_path_that_the_system_refuses_is_not_said_to_exist(
    workspace: Path, name: str, path: str
) -> None:
    (said,) = problems(workspace, f'{name} = "{path}"')

    assert said.endswith('": file name too long. Name a file.')


@pytest.mark.parametrize("name", WRITTEN)
def test_a_directory_is_not_said_to_be_a_file(workspace: Path, name: str) -> None:
    (workspace / "folder").mkdir()

    (said,) = problems(workspace, f'{name} = "folder"')

    assert '"folder" is a directory.' in said


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("report", ".git/new"),
        ("outputs-file", ".git/hooks/post-checkout"),
        ("summary-file", "a/../.git/config"),
        ("source", ".git"),
        ("source", "link-to-git"),
        ("wsgi-file", ".git/config"),
    ],
)
def test_nothing_in_gits_own_folder_is_read_or_written(
    workspace: Path, name: str, path: str
) -> None:
    (workspace / ".git" / "config").write_text("[http]\nextraheader = AUTHORIZATION: basic eA==\n")
    (workspace / "link-to-git").symlink_to(".git")

    (said,) = problems(workspace, f'{name} = "{path}"')

    assert f'{name}: "{path}" is in git\'s own folder.' in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report", '{"generator": "pa-deploy", "version": 1}'),
        ("report", '{"generator": "pa-deploy"}'),
        ("outputs-file", "PA_DEPLOY_URL=https://x/\nPA_DEPLOY_ROLLED_BACK=\n"),
        ("outputs-file", ""),
        ("summary-file", "## Done\n<!-- Written by pa-deploy. -->\n"),
        ("summary-file", SUMMARY_MARK),
        ("record", RECORDING_MARK + '1}\n{"to": "api"}\n'),
        ("record", ""),
    ],
)
def test_what_pa_deploy_has_written_may_be_overwritten(
    workspace: Path, name: str, content: str
) -> None:
    (workspace / "own").write_text(content)
    (workspace / "pa-deploy.toml").write_text(f'{name} = "own"')

    resolve_all(read_inputs(Given.of({}, ACCOUNT, workspace)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('source = "../out"', "source"),
        ('source = "../out"\napp = "a:b"', "source"),
        ('source = "link"', "source"),
        ('source = "/"', "source"),
        ('source = "."\nrequirements = "../out/creds.ini"', "requirements"),
        ('source = "."\nrequirements = "../out/creds.ini[web]"', "requirements"),
        ('source = "."\nrequirements = "link.txt[web]"', "requirements"),
        ('source = "."\nrequirements = "link.txt"', "requirements"),
        ('wsgi-file = "../out/creds.ini"', "wsgi-file"),
        ('wsgi-file = "link.txt"', "wsgi-file"),
        ('wsgi-file = "/etc/hostname"', "wsgi-file"),
    ],
)
def test_no_file_outside_is_read(workspace: Path, text: str, name: str) -> None:
    (said,) = problems(workspace, f'python-version = "3.13"\n{text}')

    assert f"{name}: " in said
    assert "is outside the workspace" in said
    assert CONTENT.strip() not in said


def test_a_table_of_an_environment_is_held_to_it_too(workspace: Path) -> None:
    (said,) = problems(workspace, '[environments.x]\nreport = "../r"', PA_ENVIRONMENT="x")

    assert "is outside the workspace" in said


def test_an_entry_of_several_web_apps_is_held_to_it_too(workspace: Path) -> None:
    (said,) = problems(workspace, '[[webapp]]\ndomain = "a.example.com"\nwsgi-file = "../w"')

    assert "is outside the workspace" in said


@pytest.mark.parametrize("name", ["PA_WSGI_FILE", "INPUT_WSGI-FILE", "PLUGIN_WSGI_FILE"])
def test_the_workflow_may_name_any_file(workspace: Path, name: str) -> None:
    outside = str(workspace.parent / "out" / "creds.ini")

    (settings,) = resolve_all(read_inputs(Given.of({}, {**ACCOUNT, name: outside}, workspace)))

    assert settings.wanted.wsgi_file is not None
    assert settings.wanted.wsgi_file.content == CONTENT.encode()


def test_a_refused_file_is_not_written_with_the_report_of_the_refusal(workspace: Path) -> None:
    (workspace / "pa-deploy.toml").write_text('report = "app.py"\nsummary-file = "../out/s"')
    config = read_config(Given.of({}, ACCOUNT, workspace))

    wanted = resolve_report(Given.of({}, ACCOUNT, workspace), config.shared)

    assert (wanted.file, wanted.summary_file) == (None, None)


def test_no_folder_outside_is_listed(workspace: Path) -> None:
    (workspace / "pa-deploy.toml").write_text('source = "../out"')

    with pytest.raises(InputError, match="is outside the workspace"):
        resolve_source(Given.of({}, {}, workspace), read_config(Given.of({}, {}, workspace)))


@pytest.mark.parametrize("name", ["pa-deploy.toml", "pyproject.toml"])
@pytest.mark.parametrize("target", ["../out/creds.ini", "link.txt", "/etc/hostname"])
def test_a_config_file_that_leads_out_is_not_read(workspace: Path, name: str, target: str) -> None:
    (workspace / name).symlink_to(target)

    config = read_config(Given.of({}, ACCOUNT, workspace))

    assert f"{name} is a link that leads out of the workspace" in str(config.problems[0])


@pytest.mark.parametrize(
    ("cwd", "told", "path", "fits"),
    [
        ("work/sub", None, "../new", True),  # git's top folder
        ("work/sub", "work/sub", "../new", False),
        ("work/sub", "work", "../new", True),
        ("work/sub", "elsewhere", "../../new", False),
        ("plain", None, "../new", False),
    ],
)
def test_which_folder_is_the_workspace(
    workspace: Path, cwd: str, told: str | None, path: str, *, fits: bool
) -> None:
    folder = workspace.parent / cwd
    folder.mkdir(parents=True)
    (folder / "pa-deploy.toml").write_text(f'report = "{path}"')
    environ = {"GITHUB_WORKSPACE": str(workspace.parent / told)} if told else {}

    config = read_config(Given.of({}, ACCOUNT, folder))
    wanted = resolve_report(Given.of({}, {**ACCOUNT, **environ}, folder), config.shared)

    assert (wanted.file is not None) == fits
