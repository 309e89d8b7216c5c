"""A package from a repository: at the commit that is locked, from the folder that has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.dependencies.formats.reading import lines, read

COMMIT = "0a1b2c3d" * 5
URL = "https://h/shop.git"
PROJECT = '[project]\nname = "app"\nversion = "1"\ndependencies = ["shop"]\n'
WRITTEN = [
    (
        "uv.lock",
        (
            '[[package]]\nname = "app"\nsource = { virtual = "." }\n'
            'dependencies = [{ name = "shop" }]\n'
            '[[package]]\nname = "shop"\nversion = "1"\nsource = { git = "%(url)s%(uv)s" }\n'
        ),
    ),
    (
        "poetry.lock",
        (
            '[[package]]\nname = "shop"\nversion = "1"\ngroups = ["main"]\n'
            '[package.source]\ntype = "git"\nurl = "%(url)s"\nreference = "main"\n'
            'resolved_reference = "%(commit)s"\nsubdirectory = "lib/shop"\n'
        ),
    ),
    (
        "pdm.lock",
        (
            '[metadata]\nstrategy = ["inherit_metadata"]\n'
            '[[package]]\nname = "shop"\nversion = "1"\ngroups = ["default"]\ngit = "%(url)s"\n'
            'ref = "main"\nrevision = "%(commit)s"\nsubdirectory = "lib/shop"\n'
        ),
    ),
    (
        "pylock.toml",
        (
            'lock-version = "1.0"\n[[packages]]\nname = "shop"\n[packages.vcs]\ntype = "git"\n'
            'url = "%(url)s"\nrequested-revision = "main"\ncommit-id = "%(commit)s"\n'
            'subdirectory = "lib/shop"\n'
        ),
    ),
    (
        "Pipfile.lock",
        (
            '{"_meta": {}, "default": {"shop": {"git": "%(url)s", "ref": "%(commit)s",\n'
            '"subdirectory": "lib/shop"}}}'
        ),
    ),
    (
        "Pipfile",
        ('[packages.shop]\ngit = "%(url)s"\nref = "%(commit)s"\nsubdirectory = "lib/shop"\n'),
    ),
    (
        "pyproject.toml",
        (
            '[tool.poetry.dependencies]\n[tool.poetry.dependencies.shop]\ngit = "%(url)s"\n'
            'rev = "%(commit)s"\nsubdirectory = "lib/shop"\n'
        ),
    ),
    (
        "pyproject.toml",
        (
            PROJECT + "[tool.uv.sources]\n"
            'shop = { git = "%(url)s", rev = "%(commit)s", subdirectory = "lib/shop" }\n'
        ),
    ),
]


def written(text: str, uv: str = f"?subdirectory=lib%2Fshop&branch=main#{COMMIT}") -> str:
    return text % {"url": URL, "commit": COMMIT, "uv": uv}


@pytest.mark.parametrize(("named", "text"), WRITTEN)
def test_the_commit_and_the_folder_are_kept(tmp_path: Path, named: str, text: str) -> None:
    found = read(tmp_path, named, written(text), builds=True)

    assert lines(found) == [f"shop @ git+{URL}@{COMMIT}#subdirectory=lib/shop"]


@pytest.mark.parametrize("query", ["", "?rev=0a1b2c", "?branch=main", "?tag=v1.0"])
def test_what_uv_was_asked_for_is_no_part_of_the_url(tmp_path: Path, query: str) -> None:
    found = read(tmp_path, "uv.lock", written(WRITTEN[0][1], f"{query}#{COMMIT}"), builds=True)

    assert lines(found) == [f"shop @ git+{URL}@{COMMIT}"]


def test_an_archive_keeps_its_folder_too(tmp_path: Path) -> None:
    text = (
        'lock-version = "1.0"\n[[packages]]\nname = "shop"\n[packages.archive]\n'
        'url = "https://h/shop.zip"\nsubdirectory = "lib"\n'
    )

    found = read(tmp_path, "pylock.toml", text, builds=True)

    assert lines(found) == ["shop @ https://h/shop.zip#subdirectory=lib"]
