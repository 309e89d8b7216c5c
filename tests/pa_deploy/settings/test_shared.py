"""Whether a path of `shared` is a file or a folder, and a slash that may be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pa_deploy.settings.resolving import cautions, settings


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for folder in ("media", "conf.json", "AJAX"):
        (tmp_path / folder).mkdir()
    for file in ("db.sqlite3", "LICENSE", "INDEX", "a\\b"):
        (tmp_path / file).touch()
    (tmp_path / "link").symlink_to("media")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("media", ("media/",)),
        ("media/\ndb.sqlite3", ("media/", "db.sqlite3")),
        ("db.sqlite3/", ("db.sqlite3",)),
        ("link", ("link/",)),
        ("AJAX\nINDEX/", ("AJAX/", "INDEX")),
        ("new/\nnew.sqlite3", ("new/", "new.sqlite3")),
        ('["media", "my file.db", "a,b", "#c", "*d"]', ("media/", "my file.db", "a,b", "#c", "*d")),
    ],
)
def test_what_is_shared_is_a_folder_or_a_file_as_in_the_source(
    source: Path, text: str, expected: tuple[str, ...]
) -> None:
    release = settings(source, source=".", shared=text).release

    assert release is not None
    assert release.shared == expected


@pytest.mark.parametrize("path", ["db.sqlite3", "INDEX", "LICENSE"])
def test_a_slash_behind_a_file_of_the_source_is_told(source: Path, path: str) -> None:
    assert cautions(source, source=".", shared=f"{path}/") == [
        (
            f'shared: "{path}/" ends in a slash, but "{path}" is a file in the source. '
            f'It is shared as a file. Write "{path}".'
        )
    ]


@pytest.mark.parametrize("path", ["new.sqlite3", "data/NEW.DB", "a.b/log.txt"])
def test_a_slash_behind_what_has_the_name_of_a_file_is_told(source: Path, path: str) -> None:
    assert cautions(source, source=".", shared=f"{path}/") == [
        (
            f'shared: "{path}/" ends in a slash, so it is shared as a folder. '
            f'If it is a file, write "{path}".'
        )
    ]


@pytest.mark.parametrize("path", ["uploads", "a/uploads", "a.b/uploads", "NEW_INDEX"])
def test_no_slash_behind_what_has_the_name_of_a_folder_is_told(source: Path, path: str) -> None:
    assert cautions(source, source=".", shared=path) == [
        (
            f'shared: "{path}" has no slash at its end, so it counts as a file, unless '
            "PythonAnywhere has a folder there. "
            f'If it is a folder, write "{path}/".'
        )
    ]


@pytest.mark.parametrize(
    ("path", "meant"), [("a\\b/", "a/b/"), ("a\\b\\c.db", "a/b/c.db"), ("a\\b/c.db", "a/b/c.db")]
)
def test_a_backslash_is_told(tmp_path: Path, path: str, meant: str) -> None:
    assert cautions(tmp_path, source=".", shared=json.dumps([path])) == [
        (
            f'shared: "{path}" has a backslash, which is a part of the name on PythonAnywhere. '
            f'If it separates folders, write "{meant}".'
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("media", "media/", "db.sqlite3", "new.db", "new/", "link/"),
        *("conf.json/", "LICENSE", '["a\\\\b"]'),
    ],
)
def test_a_slash_that_is_right(source: Path, text: str) -> None:
    assert cautions(source, source=".", shared=text) == []


def test_each_path_is_judged(source: Path) -> None:
    said = cautions(source, source=".", shared="media\nuploads\nLICENSE\nnew.db/")

    assert [each.split('"')[1] for each in said] == ["uploads", "new.db/"]
