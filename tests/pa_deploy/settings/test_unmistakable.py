"""Secrets that no text has by chance."""

from __future__ import annotations

import pytest

from pa_deploy.settings import is_unmistakable


@pytest.mark.parametrize(
    "secret",
    [
        "abc-1234",
        "x\nabc-1234",
        "abc-1234\nx",
        "abc 1234",
        "é2345678",
        "x" * 20,
        "correct_horse_battery",
        "1" * 20,
        "[" * 100_000 + "a1",
    ],
    ids=[
        "mixed",
        "2nd line",
        "1st line",
        "blank",
        "accent",
        "word",
        "words",
        "number",
        "long and mixed",
    ],
)
def test_letters_and_digits_or_one_long_word_are_unmistakable(secret: str) -> None:
    assert is_unmistakable(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "abc-123",
        "abcdefgh",
        "12345678",
        "abcdefgh\n12345678",
        "abc1\nx",
        "x" * 19,
        "x" * 10 + " " + "x" * 10,
        "x" * 20 + "\n",
        "[" * 100_000,
    ],
    ids=["short", "letters", "digits", "two lines", "short line", "word", "words", "line", "signs"],
)
def test_a_shorter_or_simpler_one_is_not(secret: str) -> None:
    assert not is_unmistakable(secret)
