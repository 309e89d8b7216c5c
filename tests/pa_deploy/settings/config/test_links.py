"""The repository may have a link at a path that the workflow names: it stays in the workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.settings import resolve_all, resolve_report
from pa_deploy.settings.reading import read_inputs
from pa_deploy.settings.sources import Given
from tests.pa_deploy.settings.config.repository import ACCOUNT

FOREIGN = "do not read"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "file").write_text(FOREIGN)
    folder = tmp_path / "work"
    (folder / ".git" / "hooks").mkdir(parents=True)
    (folder / "link").symlink_to("../out/file")
    (folder / "folder").symlink_to("../out")
    (folder / "loop").symlink_to("loop")
    (folder / "ring").symlink_to("other-ring")
    (folder / "other-ring").symlink_to("ring")
    (folder / "hook").symlink_to(".git/hooks/post-checkout")
    (folder / "inside").symlink_to("app.py")
    (folder / "app.py").write_text("")
    return folder


def refused(workspace: Path, **environ: str) -> str:
    with pytest.raises(InputError) as caught:
        resolve_all(read_inputs(Given.of({}, {**ACCOUNT, **environ}, workspace)))
    return str(caught.value)


@pytest.mark.parametrize("name", ["REPORT", "OUTPUTS_FILE", "SUMMARY_FILE", "WSGI_FILE", "CONFIG"])
@pytest.mark.parametrize(
    "path", ["link", "./a/../link", "folder/file", "loop", "./a/../loop", "loop/file", "ring"]
)
def test_no_link_is_followed_out_of_the_workspace(workspace: Path, name: str, path: str) -> None:
    said = refused(workspace, **{f"PA_{name}": path})

    assert "a link that leads out of the workspace" in said
    assert FOREIGN not in said


@pytest.mark.parametrize("path", ["folder", "folder/../folder"])
def test_no_folder_outside_is_shipped_by_a_link(workspace: Path, path: str) -> None:
    assert "a link that leads out of the workspace" in refused(workspace, PA_SOURCE=path)


@pytest.mark.parametrize("name", ["REPORT", "OUTPUTS_FILE", "SUMMARY_FILE"])
def test_no_link_is_followed_into_gits_own_folder(workspace: Path, name: str) -> None:
    assert "a link that leads out of the workspace" in refused(workspace, **{f"PA_{name}": "hook"})


@pytest.mark.parametrize("name", ["report", "outputs-file", "summary-file"])
def test_nothing_is_written_through_such_a_link(workspace: Path, name: str) -> None:
    wanted = resolve_report(Given.of({name: "link"}, ACCOUNT, workspace))

    assert (wanted.file, wanted.outputs_file, wanted.summary_file) == (None, None, None)


@pytest.mark.parametrize("path", ["inside", "../out/file", "{out}/file"])
def test_other_paths_are_followed(workspace: Path, path: str) -> None:
    given = {"PA_WSGI_FILE": path.format(out=workspace.parent / "out")}

    resolve_all(read_inputs(Given.of({}, {**ACCOUNT, **given}, workspace)))
