"""On which line a key stands, and which lines are those of a table."""

from __future__ import annotations

import tomllib

import pytest

from pa_deploy.settings.config.lines import lines_of, without_table


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


OTHERS = '[project]\nname = "x"\n'


@pytest.mark.parametrize(
    "ours",
    [
        '[tool.pa-deploy]\nmode = "plan"\n',
        '[tool.pa-deploy]\n# why\nmode = "plan" # so\n\n# and\nexclude = [\n  "a", # ]\n]\n',
        '  [ tool . "pa-deploy" ]\n  mode = "plan"\n',
        '[tool.pa-deploy.static-files]\n"/a/" = "b"\n[tool.pa-deploy.environments.x]\na = 1\n',
        '[[tool.pa-deploy.webapp]]\ndomain = "a.org"\n[[tool.pa-deploy.webapp]]\na = 1\n',
        "[tool.pa-deploy]\n",
    ],
)
@pytest.mark.parametrize("after", ["", "[tool.black]\nline-length = 100\n", "[[a]]\nb = 1\n"])
def test_a_table_is_taken_out_with_all_below_it(ours: str, after: str) -> None:
    text = f"{OTHERS}\n{ours}\n{after}"

    assert without_table(text, ("tool", "pa-deploy")) == OTHERS + after


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('tool.pa-deploy.mode = "plan"\na = 1\n', "a = 1\n"),
        ('[tool]\npa-deploy.mode = "plan"\nblack.a = 1\n', "[tool]\nblack.a = 1\n"),
        ('[tool]\npa-deploy = { mode = "plan" }\n', "[tool]\n"),
        ('tool = { pa-deploy = { mode = "plan" } }\n', ""),
        ('tool = { pa-deploy = { mode = "plan", a = 1 } }\n', ""),
    ],
)
def test_a_table_without_a_header_is_taken_out_too(text: str, left: str) -> None:
    assert without_table(text, ("tool", "pa-deploy")) == left


@pytest.mark.parametrize(
    "text",
    [
        "[tool.pa-deploys]\na = 1\n",
        "[tools.pa-deploy]\na = 1\n",
        "[pa-deploy]\na = 1\n",
        "[tool]\na = 1\n[a.tool.pa-deploy]\nb = 1\n",
        "[project]\ntool.pa-deploy.a = 1\n",
        'a = """\n[tool.pa-deploy]\n"""\nb = 1\n',
        "# [tool.pa-deploy]\na = 1\n",
        "tool = { pa-deploy = { a = 1 }, black = 1 }\n",
        "[tool]\nblack = [{ pa-deploy = 1 }]\n",
        "tool = [{ pa-deploy = { a = 1 } }]\n",
        "[[tool]]\npa-deploys = 1\n",
        "a = 1",
        "",
    ],
)
def test_what_others_say_is_left_as_it_is(text: str) -> None:
    assert without_table(text, ("tool", "pa-deploy")) == text


@pytest.mark.parametrize("text", ["a = ", '"""' * 10_001, "a = " + "[" * 100_000, "[a]\n[a]\n"])
def test_a_text_that_is_not_valid_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        without_table(text, ("tool", "pa-deploy"))
