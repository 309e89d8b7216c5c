"""On which line a key stands."""

from __future__ import annotations

import tomllib

import pytest

from pa_deploy.settings.config.lines import lines_of


def test_the_line_of_each_key_is_found() -> None:
    text = '''
a = 1
b.c = [
  1, # [x]
]
d = """
e = 2
[f]
"""
[g]
"h i" = { j = 1 }
  [r.s]
[[k]]
l = 1
[[k]]
l = 2
[k.m]
n = 3
[[k.o]]
p = 4
[g.q]'''

    assert lines_of(text) == {
        ("a",): 2,
        ("b",): 3,
        ("b", "c"): 3,
        ("d",): 6,
        ("g",): 10,
        ("g", "h i"): 11,
        ("g", "h i", "j"): 11,
        ("r",): 12,
        ("r", "s"): 12,
        ("k",): 13,
        ("k", 0): 13,
        ("k", 0, "l"): 14,
        ("k", 1): 15,
        ("k", 1, "l"): 16,
        ("k", 1, "m"): 17,
        ("k", 1, "m", "n"): 18,
        ("k", 1, "o"): 19,
        ("k", 1, "o", 0): 19,
        ("k", 1, "o", 0, "p"): 20,
        ("g", "q"): 21,
    }


def test_brackets_and_ends_of_lines_in_texts_and_comments_end_nothing() -> None:
    text = (
        '''
a = "[\\"" # [
b = '[\\' # "
c = """
\\""" [ ""q""
"""""
d = [
  "]", # ]
  { x = '''
        "'''\n]'''"
        """ },
]
e = ""
f = 1"""
    )

    assert tomllib.loads(text)["f"] == 1
    lines = {path[0]: line for path, line in lines_of(text).items()}
    assert lines == {"a": 2, "b": 3, "c": 4, "d": 7, "e": 12, "f": 13}


def test_each_part_of_a_long_value_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a = [\n" + '  "x",\n' * 5000 + "]\nb = 1\n"
    parsed: list[str] = []
    real = tomllib.loads

    def loads(part: str) -> object:
        parsed.append(part)
        return real(part)

    monkeypatch.setattr("tomllib.loads", loads)

    assert lines_of(text) == {("a",): 1, ("b",): 5003}
    assert "".join(parsed) == text
