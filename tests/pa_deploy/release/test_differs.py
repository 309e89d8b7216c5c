"""What is told of a wanted release that is not the live one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pa_deploy.bundle.manifest import Entry
from pa_deploy.model import Secret, WantedRelease
from pa_deploy.release import Bundle, FileSet, differences
from pa_deploy.release.protocol import Record

FILES = {"a.py": Entry("file", 1, "0"), "db": Entry("file", 1, "1")}
WANTED = WantedRelease(
    source=Path(), app="a:app", env=(("KEY", Secret("x")),), variables=(("DEBUG", "0"),)
)
RECORD = Record(files=FILES, app="a:app", env=("KEY",), variables={"DEBUG": "0"})


def told(wanted: WantedRelease = WANTED, record: Record = RECORD) -> list[str]:
    bundle = Bundle(id="0", wanted=wanted, code=FileSet(Path(), FILES))
    return list(differences(record, bundle))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (replace(WANTED, env=()), "`env` differs: the live release has KEY, this run has none."),
        (replace(WANTED, app="b:app"), "`app` differs: the live release has a:app."),
        (
            replace(WANTED, shared=("db",)),
            "`shared` differs: the live release has none, this run has db.",
        ),
        (replace(WANTED, variables=(("DEBUG", "1"),)), "A value of `variables` differs."),
        (
            replace(WANTED, python_path=("src",)),
            "`python-path` differs: the live release has none, this run has src.",
        ),
    ],
)
def test_the_input_that_differs_is_named(wanted: WantedRelease, said: str) -> None:
    assert told(wanted) == [said]


def test_files_and_dependencies_that_differ_are_named() -> None:
    record = replace(
        RECORD, files={"a.py": Entry("file", 1, "9"), "b.py": FILES["db"]}, environment="1"
    )

    assert told(record=record) == ["Files differ: a.py, b.py, db.", "The dependencies differ."]


def test_equal_releases_do_not_differ() -> None:
    assert told() == []
