"""Installed packages are split, so that each can be sent and kept alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pa_deploy import bundle, dependencies
from pa_deploy.dependencies import Distribution
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.test_dependencies import install_all
from tests.soak import first_of, one_in


def found(
    folder: Path,
    *lines: str,
    name: str = "packages",
    **more: Any,  # noqa: ANN401 - variables, and the version of Python
) -> list[Distribution]:
    """The distributions of some requirements, whose wheels are in `folder/wheels`."""
    folders = install_all(folder, *lines, name=name, **more)
    into = folder / f"{name}-distributions"
    return [each for one in folders for each in dependencies.split(one, into)]


def text(distribution: Distribution, path: str) -> str:
    return (distribution.folder / path).read_text()


def make(folder: Path, name: str, files: Mapping[str, str], **more: str) -> Path:
    return wheels.make(folder / "wheels", name, more.pop("version", "1.0"), files, **more)


def test_each_package_is_one(tmp_path: Path) -> None:
    make(tmp_path, "red", {"red/__init__.py": "", "red/data.json": "{}"})
    make(tmp_path, "Blue_Sky", {"blue.py": ""}, version="2.1")

    one, other = found(tmp_path, "red", "blue-sky")

    assert (one.name, other.name) == ("blue-sky==2.1", "red==1.0")
    assert {"blue.py", "Blue_Sky-2.1.dist-info/METADATA"} <= set(one.manifest)
    assert {"red/__init__.py", "red/data.json"} <= set(other.manifest)
    assert not set(one.manifest) & set(other.manifest)


def test_it_is_whole_and_named_by_its_content(tmp_path: Path) -> None:
    make(tmp_path, "red", {"red.py": "x = 1\n"})

    (one,) = found(tmp_path, "red")

    assert one.folder.name == one.digest == bundle.digest(bundle.read_folder(one.folder))
    assert one.size == sum(path.stat().st_size for path in one.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("others", first_of(["blue", "blue green", ""]))
def test_it_is_the_same_whatever_is_beside_it(tmp_path: Path, others: str) -> None:
    for name in ("red", "blue", "green"):
        make(tmp_path, name, {f"shared/{name}.py": "", f"{name}.data/scripts/{name}": "#!python\n"})
    (alone,) = found(tmp_path, "red", name="alone")

    together = found(tmp_path, "red", *others.split(), name="together")

    assert alone.digest in [each.digest for each in together]
    assert len(together) == 1 + len(others.split())


def test_what_is_not_beside_its_modules_is_told_from_it(tmp_path: Path) -> None:
    """A virtual environment has folders for it. A package may have modules in such folders."""
    make(
        tmp_path,
        "red",
        {
            "bin/module.py": "",
            "share/module.py": "",
            "red-1.0.data/scripts/red": "#!python\nprint(1)\n",
            "red-1.0.data/scripts/sh": "#!/bin/sh\necho 1\n",
            "red-1.0.data/data/share/red/x": "x",
            "red-1.0.data/headers/red.h": "int x;\n",
            "red-1.0.data/purelib/pure.py": "",
            "red-1.0.dist-info/entry_points.txt": "[console_scripts]\nmain = bin.module:main\n",
        },
    )

    (one,) = found(tmp_path, "red", python="3.9")

    kept = {path for path in one.manifest if ".dist-info/" not in path}
    assert kept == {
        *("bin/module.py", "share/module.py", "pure.py"),
        *(".data/bin/red", ".data/bin/sh", ".data/bin/main", ".data/share/red/x"),
        ".data/include/site/python3.9/red/red.h",
    }
    assert text(one, ".data/bin/red") == "#!python\nprint(1)\n"
    assert text(one, ".data/bin/main").startswith("#!python\n")
    assert text(one, ".data/bin/sh") == "#!/bin/sh\necho 1\n"
    rows = text(one, "red-1.0.dist-info/RECORD").splitlines()
    assert "../../../bin/red,," in rows
    assert any(row.startswith("../../../include/site/python3.9/red/red.h,sha256=") for row in rows)


def test_it_does_not_depend_on_this_machine(tmp_path: Path) -> None:
    files = {"red.py": "", "red-1.0.data/scripts/red": "#!python\n"}
    for place in ("one", "another/place"):
        make(tmp_path / place, "red", files)
    os.utime(next((tmp_path / "one/wheels").iterdir()), (1, 1))

    (one,) = found(tmp_path / "one", "red")
    (other,) = found(tmp_path / "another/place", "red")

    assert one.digest == other.digest


class TestFilesOfTwoPackages:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in ("red", "blue"):
            same = {"tests/__init__.py": "", f"tests/{name}.py": name}
            own = {"tests/conf.py": name, f"{name}-1.0.data/scripts/run": f"#!python\n'{name}'\n"}
            make(tmp_path, name, {**same, **own})
        return tmp_path

    @pytest.mark.parametrize("order", [("red", "blue"), ("blue", "red")])
    def test_each_has_its_own(self, folder: Path, order: tuple[str, ...]) -> None:
        make(folder, "green", {"green.py": ""})

        blue, red, green = sorted(found(folder, *order, "green"), key=lambda each: each.name[-6:])[
            :3
        ]

        names = {each.name: each for each in (blue, red, green)}
        for name in ("blue", "red"):
            each = names[f"{name}==1.0"]
            assert text(each, "tests/conf.py") == name
            assert text(each, "tests/__init__.py") == ""
            assert text(each, ".data/bin/run") == f"#!python\n'{name}'\n"

    def test_they_are_the_same_as_alone(self, folder: Path) -> None:
        (alone,) = found(folder, "red", name="alone")

        both = found(folder, "red", "blue", name="both")

        assert alone.digest in [each.digest for each in both]

    def test_files_with_the_same_content_are_no_trouble(self, tmp_path: Path) -> None:
        for name in ("red", "blue"):
            make(tmp_path, name, {"tests/__init__.py": "", f"{name}.py": ""})

        one, other = found(tmp_path, "red", "blue")

        assert "tests/__init__.py" in one.manifest
        assert "tests/__init__.py" in other.manifest


@pytest.mark.parametrize(
    ("path", "owner"),
    one_in(
        2,
        [
            ("red/more.py", "red==1.0"),
            ("red/deep/er/more.py", "red==1.0"),
            ("red-1.0.dist-info/more.txt", "red==1.0"),
            ("space/red/more.py", "red==1.0"),
            ("space/more.py", "other files"),
            ("more.py", "other files"),
            ("new/more.py", "other files"),
        ],
    ),
)
def test_a_file_that_no_record_names_is_of_the_package_whose_folder_it_is_in(
    tmp_path: Path, path: str, owner: str
) -> None:
    make(tmp_path, "red", {"red/__init__.py": "", "space/red/x.py": ""})
    make(tmp_path, "blue", {"blue.py": "", "space/blue/x.py": ""})
    (folder,) = install_all(tmp_path, "red", "blue")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text("more")

    split = dependencies.split(folder, tmp_path / "split")

    assert [each.name for each in split if path in each.manifest] == [owner]
    assert sum(len(each.manifest) for each in split) == len(bundle.read_folder(folder))


@pytest.mark.parametrize(
    "record", ["", "\0", '"', "red.py", "red.py,md5=x,1\n", "red.py,sha256=?,x\n"]
)
def test_a_damaged_record_loses_no_file(tmp_path: Path, record: str) -> None:
    make(tmp_path, "red", {"red.py": ""})
    (folder,) = install_all(tmp_path, "red")
    (folder / "red-1.0.dist-info/RECORD").write_text(record)

    split = dependencies.split(folder, tmp_path / "split")

    assert {path for each in split for path in each.manifest} == set(bundle.read_folder(folder))
