"""What uv gets, and what is read, on Windows and macOS."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from pa_deploy.dependencies import distributions, grammar, places, resolution
from pa_deploy.dependencies.environment import cache_folder, not_read, uv_environment

WINDOWS = {
    "SYSTEMROOT": r"C:\Windows",
    "TEMP": r"C:\Users\alice\AppData\Local\Temp",
    "USERPROFILE": r"C:\Users\alice",
    "LOCALAPPDATA": r"C:\Users\alice\AppData\Local",
    "APPDATA": r"C:\Users\alice\AppData\Roaming",
    "PROGRAMDATA": r"C:\ProgramData",
}


@pytest.mark.parametrize("name", ["SYSTEMROOT", "USERPROFILE", "LOCALAPPDATA", "APPDATA"])
def test_uv_gets_the_folders_that_windows_names(name: str) -> None:
    passed = uv_environment({**WINDOWS, "PATH": r"C:\bin"}, ())

    assert passed[name] == WINDOWS[name]
    assert "PATH" not in passed


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"LOCALAPPDATA": "/local", "HOME": "/home/alice"}, "/local/uv/cache"),
        ({"HOME": "/Users/alice"}, "/Users/alice/.cache/uv"),
        ({"HOME": "/home/alice", "XDG_CACHE_HOME": "/cache"}, "/cache/uv"),
        ({}, f"{os.devnull}/.cache/uv"),
    ],
)
def test_the_cache_of_uv_is_looked_for_in_its_own_folder(
    environ: dict[str, str], folder: str
) -> None:
    assert cache_folder(environ) == Path(folder)


SETTINGS = {
    "of the machine": ("PROGRAMDATA", "data", "data/pip/pip.ini"),
    "of the user": ("APPDATA", "roaming", "roaming/pip/pip.ini"),
    "at home": ("USERPROFILE", "alice", "alice/pip/pip.ini"),
    "of the virtualenv": ("VIRTUAL_ENV", "venv", "venv/pip.ini"),
    "on macOS": ("HOME", "alice", "alice/Library/Application Support/pip/pip.conf"),
}


@pytest.mark.parametrize(("variable", "folder", "file"), SETTINGS.values(), ids=SETTINGS)
def test_settings_of_pip_are_found_where_each_system_has_them(
    variable: str, folder: str, file: str, tmp_path: Path
) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("[global]\nindex-url = https://example.com/simple\n")
    environ = {"HOME": str(tmp_path / "none"), variable: str(tmp_path / folder)}
    if variable == "USERPROFILE":
        del environ["HOME"]

    found = list(not_read(environ, (), (), tmp_path / "requirements.txt"))

    assert [each for each in found if str(tmp_path) in each] == [
        f"pa-deploy ignores `index-url` in {tmp_path / file}. Set UV_DEFAULT_INDEX instead."
    ]


@pytest.mark.parametrize("variable", ["APPDATA", "PROGRAMDATA"])
def test_settings_of_uv_are_found_on_windows(variable: str, tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text('index-url = "https://example.com/simple"\n')

    found = list(not_read({variable: str(tmp_path)}, (), (), tmp_path / "requirements.txt"))

    assert [each for each in found if str(tmp_path) in each]


URLS = {
    "file:///C:/wheels/tool-1.0-py3-none-any.whl": r"C:\wheels\tool-1.0-py3-none-any.whl",
    "file:///d:/my%20wheels/a.whl": r"D:\my wheels\a.whl",
    "file://localhost/C:/a.whl": r"C:\a.whl",
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("url", "path"), URLS.items())
def test_a_url_may_name_a_drive(url: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = pytest.importorskip("nturl2path")
    monkeypatch.setattr(places, "url2pathname", windows.url2pathname)

    assert places.from_file_url(url).lower() == path.lower()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", ["tool-1.0-py3-none-any.whl", "my tool/a.whl", "ü.whl"])
def test_uv_gets_the_path_of_a_wheel_with_its_drive(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = pytest.importorskip("nturl2path")
    monkeypatch.setattr(resolution, "url2pathname", windows.url2pathname)
    monkeypatch.setattr(resolution, "Path", PureWindowsPath)
    url = PureWindowsPath("C:/wheels", name).as_uri()

    assert resolution._text(f"C:/wheels/{name}") in resolution._File(url, {}).written()


@pytest.mark.parametrize("folder", [r"C:\wheels", r"C:\Users\Alice Smith\wheels", r"d:\a(1)\w"])
def test_a_line_for_uv_may_name_a_drive(folder: str) -> None:
    url = PureWindowsPath(folder, "tool-1.0-py3-none-any.whl").as_uri()

    assert grammar.REQUIREMENT.fullmatch(f"tool @ {grammar.encoded(url)}")


@pytest.mark.parametrize("error", [OSError(95, "x"), PermissionError(1, "x"), OSError(18, "x")])
def test_a_disk_without_hard_links_gets_copies(
    error: OSError, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(distributions, "os", SimpleNamespace(link=link))
    (tmp_path / "one").write_text("text")

    distributions._link(tmp_path / "one", tmp_path / "other")

    assert (tmp_path / "other").read_text() == "text"
