"""`discard-changes` and `backups`."""

from __future__ import annotations

import pytest

from pa_deploy.inputs import BY_NAME
from tests.soak import first_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a b", '"a b" has a space.'),
        ("media/*", 'Write "media/" to name the folder.'),
        ("media/\nmedia/users/", "which is named already."),
        ("/etc", '"/etc" is not in the release.'),
        ("../x", '"../x" is not in the release.'),
    ],
)
def test_a_line_that_may_not_be_one_path_is_refused(text: str, said: str) -> None:
    complaints = BY_NAME["discard-changes"].read(text).complaints

    assert said in " ".join(str(each) for row in complaints for each in row)


def test_paths_are_read_as_those_of_shared() -> None:
    assert BY_NAME["discard-changes"].read("cache/\n# no\n./a.json").value == ("cache/", "a.json")
    assert BY_NAME["discard-changes"].read('["a b"]').value == ("a b",)


@pytest.mark.parametrize("text", first_of(["-1", "51", "three", "1.5", "", " "]))
def test_a_number_of_backups_that_cannot_be_is_refused(text: str) -> None:
    assert BY_NAME["backups"].read(text).complaints


def test_no_backups_are_a_number_too() -> None:
    assert BY_NAME["backups"].read("0").value == 0
