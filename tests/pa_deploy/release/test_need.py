"""How much of the disk a release needs."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from pa_deploy import bundle
from pa_deploy.dependencies import Distribution
from pa_deploy.model import ReleaseRow, ReleaseStatus, WantedRelease
from pa_deploy.release import Bundle, FileSet, need_alone, need_of
from pa_deploy.release.content import Environment
from pa_deploy.release.protocol import Record
from pa_deploy.release.shipping import Shipment

MIB = 1024 * 1024
BLOCK = 4096


def put(folder: Path, files: Mapping[str, bytes]) -> bundle.Manifest:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return bundle.read_folder(folder)


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def package(folder: Path, name: str, size: int) -> Distribution:
    manifest = put(folder / name, {f"{name}/module.bin": noise(size)})
    return Distribution(f"{name}==1.0", folder / name, manifest, name)


@pytest.fixture
def release(tmp_path: Path) -> Bundle:
    """One with 20 MiB of code and two packages of 3 and 2 MiB; nothing can be compressed."""
    code = put(tmp_path / "code", {"app.py": b"x" * 100, "static/large.bin": noise(20 * MIB)})
    packages = (package(tmp_path, "red", 3 * MIB), package(tmp_path, "blue", 2 * MIB))
    return Bundle(
        id="new",
        wanted=WantedRelease(source=tmp_path / "code", app="app:app"),
        code=FileSet(tmp_path / "code", code),
        environment=Environment(id="e", distributions=packages),
    )


def about(size: int, expected: int) -> bool:
    return expected <= size <= expected * 1.02


def test_alone_it_needs_its_files_and_folders_and_the_archives_meanwhile(release: Bundle) -> None:
    need = need_alone(release)

    folders = BLOCK * (2 + 2 * 2 + 3)  # of the code, of each package, of the environment
    assert need.stays == 25 * MIB + 100 + folders
    assert about(need.peak, 45 * MIB)
    assert [name for name, _ in need.largest] == ["your code", "red==1.0", "blue==1.0"]


def shipment(release: Bundle, *missing: Distribution) -> Shipment:
    status = ReleaseStatus(live="old", releases=(ReleaseRow("old", ""),))
    record = Record(files=release.code.manifest, environment="e")
    return Shipment(bundle=release, status=status, record=record, missing=missing)


def test_what_is_there_needs_nothing_again(release: Bundle) -> None:
    need = need_of(shipment(release, release.environment.distributions[1]))

    assert about(need.peak, 4 * MIB)


@pytest.mark.parametrize(("name", "size"), [("page.html", 8), ("table.csv", 12)])
def test_of_what_has_not_changed_small_files_and_data_are_copied(
    tmp_path: Path, name: str, size: int
) -> None:
    """Of other files 8 MiB even if the disk is full."""
    content = noise(MIB - 1)
    code = put(tmp_path, {"app.py": b"x", **{f"{number}/{name}": content for number in range(12)}})
    wanted = WantedRelease(source=tmp_path, app="app:app")
    release = Bundle(id="new", wanted=wanted, code=FileSet(tmp_path, code))

    assert about(need_of(shipment(release)).stays, size * MIB)


def test_with_commands_all_of_the_code_is_copied(release: Bundle, tmp_path: Path) -> None:
    wanted = WantedRelease(source=tmp_path / "code", app="app:app", run=("true",))
    with_commands = Bundle(id="new", wanted=wanted, code=release.code)

    assert about(need_of(shipment(with_commands)).peak, 20 * MIB)


def test_one_that_is_kept_there_needs_nothing(release: Bundle) -> None:
    status = ReleaseStatus(live="old", releases=(ReleaseRow("new", ""),))

    assert need_of(Shipment(bundle=release, status=status)).peak == 0


@pytest.mark.parametrize(
    ("content", "share"), [(noise(4 * MIB), 1.0), (bytes(4 * MIB), 0.0), (noise(MIB // 2), 1.0)]
)
def test_the_archive_is_as_large_as_it_is_about(
    tmp_path: Path, content: bytes, share: float
) -> None:
    code = put(tmp_path / "code", {"a": content})
    wanted = WantedRelease(source=tmp_path / "code", app="")
    need = need_alone(Bundle(id="new", wanted=wanted, code=FileSet(tmp_path / "code", code)))

    assert (need.peak - need.stays) / len(content) == pytest.approx(share, abs=0.02)
