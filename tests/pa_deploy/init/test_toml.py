"""What is written is what a reader of TOML gets."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pa_deploy.init.toml import comment, key, quoted

TEXTS = st.text(st.characters(codec="utf-8"))
SIGNS = st.text()
"""Also what UTF-8 cannot hold, as names of files may have it."""


@example(name="\x7f", value='\x7f\x00\x1f\n\t"\\')
@example(name="", value="\x85\u2028\ufeff")
@given(name=TEXTS, value=TEXTS)
def test_a_key_and_a_text_come_back(name: str, value: str) -> None:
    assert tomllib.loads(f"{key(name)} = {quoted(value)}\n") == {name: value}


@given(value=SIGNS, said=SIGNS)
def test_a_comment_adds_nothing(value: str, said: str) -> None:
    text = f"x = {quoted(value)}  # {comment(said)}\ny = 1\n"

    assert set(tomllib.loads(text.encode().decode())) == {"x", "y"}


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x7f", "\x1b", "\ufeff"])
def test_what_an_editor_hides_is_seen_in_a_value(sign: str) -> None:
    written = quoted(f"/a{sign}b/")

    assert sign not in written
    assert tomllib.loads(f"x = {written}") == {"x": f"/a{sign}b/"}
    assert comment(f"a{sign}b") == "a?b"
