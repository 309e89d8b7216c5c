"""A folder's manifest, and the archive made of it."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pa_deploy import bundle
from pa_deploy.bundle.archive import PART_BYTES
from pa_deploy.bundle.manifest import Entry, to_json
from pa_deploy.errors import InputError, ReleaseRefused


def make(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "app.py").write_text("app")
    (folder / "bin" / "run").write_text("run")
    (folder / "bin" / "run").chmod(0o755)
    (folder / "link").symlink_to("bin/run")
    return folder


def manifest_of(folder: Path) -> bundle.Manifest:
    return bundle.select(folder).manifest


def packed(folder: Path, file: Path, part_bytes: int = PART_BYTES) -> bundle.Archive:
    return bundle.write_archive(folder, manifest_of(folder), (), file, part_bytes)


def test_a_manifest_has_kind_size_and_hash(tmp_path: Path) -> None:
    assert manifest_of(make(tmp_path / "a")) == {
        "app.py": Entry("file", 3, hashlib.sha256(b"app").hexdigest()),
        "bin/run": Entry("exec", 3, hashlib.sha256(b"run").hexdigest()),
        "link": Entry("link", 0, "bin/run"),
    }


def test_a_manifest_survives_json(tmp_path: Path) -> None:
    manifest = manifest_of(make(tmp_path / "a"))

    assert bundle.from_json(to_json(manifest)) == manifest


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    one = packed(make(tmp_path / "one"), tmp_path / "1")
    other = make(tmp_path / "other")
    os.utime(other / "app.py", (1, 1))
    (other / "app.py").chmod(0o600)
    (other / "bin").chmod(0o700)

    again = packed(other, tmp_path / "2")

    assert one.file.read_bytes() == again.file.read_bytes()
    assert one.parts == again.parts


def test_other_content_gives_another_digest(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "other")
    (other / "app.py").chmod(0o755)

    assert bundle.digest(manifest_of(one)) != bundle.digest(manifest_of(other))


def test_an_archive_has_neither_times_nor_owners(tmp_path: Path) -> None:
    archive = packed(make(tmp_path / "a"), tmp_path / "x")

    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(archive.file.read_bytes()))) as tar:
        members = {
            each.name: (each.mtime, each.uid, each.uname, each.mode) for each in tar.getmembers()
        }
    assert members == {
        "manifest.json": (0, 0, "", 0o644),
        "files/app.py": (0, 0, "", 0o644),
        "files/bin/run": (0, 0, "", 0o755),
    }


def test_an_archive_is_cut_into_parts_that_are_named_by_their_hash(tmp_path: Path) -> None:
    archive = packed(make(tmp_path / "a"), tmp_path / "x", part_bytes=100)

    whole = archive.file.read_bytes()
    pieces = [whole[part.offset :][: part.size] for part in archive.parts]
    assert b"".join(pieces) == whole
    assert [hashlib.sha256(piece).hexdigest() for piece in pieces] == [
        part.name for part in archive.parts
    ]
    assert len(pieces) > 1
    assert max(map(len, pieces)) == 100


def test_a_difference_has_what_is_new_or_other_and_what_is_gone(tmp_path: Path) -> None:
    old = manifest_of(make(tmp_path / "a"))
    new = {**old, "app.py": Entry("file", 1, "0"), "new": Entry("file", 1, "1")}
    del new["link"]

    changed, deleted = bundle.difference(old, new)

    assert set(changed) == {"app.py", "new"}
    assert deleted == ("link",)


def empty(file: Path) -> None:
    file.write_text("")


def replace_by_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("change", [Path.unlink, empty, replace_by_folder])
def test_a_file_that_changes_after_it_was_read_refuses_the_release(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    """Something was sent by then, so it is no longer a matter of the inputs."""
    folder = make(tmp_path / "a")
    manifest = manifest_of(folder)
    change(folder / "app.py")

    with pytest.raises(ReleaseRefused, match=r"'app\.py' changed while it was being packed"):
        bundle.write_archive(folder, manifest, (), tmp_path / "x")


@pytest.mark.parametrize("target", ["../outside", "/etc/passwd", "bin/../../outside"])
def test_a_link_out_of_the_folder_is_refused_by_name(tmp_path: Path, target: str) -> None:
    (make(tmp_path / "a") / "leak").symlink_to(target)

    with pytest.raises(InputError, match=r"source: 'leak' is a link that leads out"):
        manifest_of(tmp_path / "a")


def test_a_link_that_leads_out_by_way_of_another_is_refused(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    (folder / "here").symlink_to(".")
    (folder / "out").symlink_to("here/..")

    with pytest.raises(InputError, match="'out' is a link that leads out"):
        manifest_of(folder)


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(make(tmp_path / "a") / "pipe")

    with pytest.raises(InputError, match="'pipe' is neither a file nor a link"):
        manifest_of(tmp_path / "a")


@pytest.mark.parametrize("name", ["at 9.41\u202fAM.png", "a\xa0b", "a\u3000b", "a\u200db"])
def test_a_name_with_an_odd_blank_is_shipped(tmp_path: Path, name: str) -> None:
    (make(tmp_path / "a") / name).touch()

    assert name in manifest_of(tmp_path / "a")


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\x1b[31mb", "a\x85b"])
def test_a_name_with_a_control_character_is_refused(tmp_path: Path, name: str) -> None:
    (make(tmp_path / "a") / name).touch()

    with pytest.raises(InputError, match="control characters or invalid bytes"):
        manifest_of(tmp_path / "a")


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    (folder / os.fsdecode(b"\xff")).touch()

    with pytest.raises(InputError, match="control characters or invalid bytes"):
        manifest_of(folder)
