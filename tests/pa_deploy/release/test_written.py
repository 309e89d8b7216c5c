"""What is said of files that would be left behind."""

from __future__ import annotations

import pytest

from pa_deploy.model import Written
from pa_deploy.release.written import next_steps, written_sentence


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (("db.sqlite3",), "To keep them, add `shared: db.sqlite3`."),
        (("a.json", "media/"), "To keep them, add to `shared`: a.json, media/."),
        (("my file.db",), 'To keep them, set `shared` to a JSON list with ["my file.db"].'),
        (("a\nb",), "No input can contain the name 'a\\nb'. Rename or delete it"),
        (("a\udcff/",), "No input can contain the name 'a\\udcff/'. Rename or delete it"),
        (("../a.db",), "../a.db is above `source`, where each release has a folder of its own."),
        (("ok.db", "a\x1b"), "To keep them, add `shared: ok.db`."),
    ],
)
def test_the_line_to_add_is_one_that_the_input_can_have(share: tuple[str, ...], said: str) -> None:
    assert said in next_steps(Written(share, len(share), share, ()), "live")


@pytest.mark.parametrize("name", ["a\nb", "a\udcff/", "\x1b[31m"])
def test_no_input_is_offered_for_a_name_that_none_can_have(name: str) -> None:
    said = next_steps(Written((name,), 1, (name,), ()), "live")

    assert "discard-changes" not in said
    assert "in the folder releases/live/code" in said


def test_a_long_list_is_cut() -> None:
    said = written_sentence(Written(("a", "b\n"), 12, (), ()))

    assert said.endswith("12 files that the new one would not have: a, 'b\\n' and 10 more")


def test_two_that_both_have_data_are_told_apart() -> None:
    said = next_steps(Written(("db",), 1, (), ("db",)), "live")

    assert "To use shared/db, add db to `discard-changes`." in said
    assert "To keep them" not in said
