"""The pictures of README show the texts beside them, and load nothing."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.places import ROOT

FOLDER = ROOT / "docs" / "pictures"
NAMES = ("summary", "terminal")


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_the_digest_of_its_text(name: str) -> None:
    digest = hashlib.sha256((FOLDER / f"{name}.txt").read_bytes()).hexdigest()

    assert f"SHA-256 of its text: {digest}" in (FOLDER / f"{name}.svg").read_text("utf-8")


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
