"""The pictures of README show what a deploy says today, and load nothing."""

from __future__ import annotations

import hashlib
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pa_deploy.dependencies import wheels
from tests.places import ROOT

FOLDER = ROOT / "docs" / "pictures"
NAMES = ("summary", "terminal")


def undrawn(folder: Path) -> list[str]:
    """What `make check-docs` finds wrong in the folder."""
    return list(runpy.run_path(str(ROOT / "docs" / "generate.py"))["undrawn"](folder))


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_the_digest_of_its_text(name: str) -> None:
    digest = hashlib.sha256((FOLDER / f"{name}.txt").read_bytes()).hexdigest()

    assert f"SHA-256 of its text: {digest}" in (FOLDER / f"{name}.svg").read_text("utf-8")


@pytest.mark.parametrize("changed", ["summary.txt", "summary.svg"])
def test_a_text_or_a_picture_that_was_changed_by_hand_is_told(tmp_path: Path, changed: str) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "pictures")
    assert undrawn(folder) == []
    file = folder / changed
    file.write_text(file.read_text("utf-8").replace("4", "5"), "utf-8")

    assert undrawn(folder) == ["docs/pictures/summary.svg"]


def test_a_deploy_says_what_the_pictures_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels.repack(tmp_path / "wheels", "Django", "asgiref", "sqlparse")
    (tmp_path / "no-index").mkdir()
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("UV_DEFAULT_INDEX", (tmp_path / "no-index").as_uri())

    check = subprocess.run(
        [sys.executable, ROOT / "docs" / "pictures.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert check.stdout == ""
    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_loads_nothing(name: str) -> None:
    text = (FOLDER / f"{name}.svg").read_text("utf-8")

    assert re.findall(r"\burl\((?!#)|@import|@font-face|\bhref=|<script|<image", text) == []


@pytest.mark.parametrize("name", NAMES)
def test_readme_shows_it_and_says_what_is_on_it(name: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert re.search(rf"!\[[^\]]{{80,}}\]\(docs/pictures/{name}\.svg\)", readme)


def test_every_text_has_its_picture() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == list(NAMES)
