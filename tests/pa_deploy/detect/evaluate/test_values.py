"""What expressions and statements are worth."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from pa_deploy.detect.evaluate import Either, Unknown
from tests.pa_deploy.detect.evaluate.module import REPOSITORY, evaluation, value

HERE = PurePosixPath(REPOSITORY)
OS = "import os\n"
PATH = "from pathlib import Path\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{PATH}X = Path(__file__).resolve().parent.parent", HERE),
        ("import pathlib\nX = pathlib.Path(__file__).absolute().parents[1]", HERE),
        ("from pathlib import Path as P\nX = P(__file__).parent / '../a'", HERE / "config/../a"),
        (f"{PATH}X = (Path(__file__).parent / '..').resolve()", HERE),
        (
            f"{PATH}X = Path(__file__).parent.joinpath('a', 'b')",
            HERE / "config/a/b",
        ),
        (f"{PATH}X = Path('a').resolve()", HERE / "a"),
        (f"{OS}X = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))", REPOSITORY),
        ("import os.path as p\nX = p.join(p.dirname(__file__), 'a')", f"{REPOSITORY}/config/a"),
        (
            "from os.path import join as j\nX = j(__file__, '../a')",
            f"{REPOSITORY}/config/settings.py/../a",
        ),
        (
            f"{OS}X = os.path.normpath(__file__ + '/' + os.pardir)",
            f"{REPOSITORY}/config",
        ),
        (f"{OS}X = os.path.realpath('a')", f"{REPOSITORY}/a"),
        (f"{OS}X = os.sep.join(['a', 'b'])", "a/b"),
        (
            f"{OS}X = os.path.exists(os.path.dirname(__file__) + '/settings.py')",
            True,
        ),
        (f"{PATH}X = Path(__file__).with_name('other.py').is_file()", False),
        (f"{PATH}X = Path(__file__).parent.is_dir()", True),
        (
            f"{PATH}X = f'sqlite:///{{Path(__file__).parent}}/db'",
            f"sqlite:///{REPOSITORY}/config/db",
        ),
        (f"{PATH}X = str(Path('a') / 'b')", "a/b"),
        ("import environ\nX = (environ.Path(__file__) - 2)('a')", f"{REPOSITORY}/a"),
    ],
)
def test_paths(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X = 1 + 2 * 3", 7),
        ("X = not 0 and 'a' or 'b'", "a"),
        ("X = 'a' if 1 > 2 else 'b'", "b"),
        ("X = 1 < 2 < 3", True),
        ("X = 'a' in ['a'] and 'c' not in {'b': 1}", True),
        ("X = [*(1, 2), 3]", [1, 2, 3]),
        ("A = {'a': 1}\nX = {**A, 'b': 2}", {"a": 1, "b": 2}),
        ("A, (B, C) = 1, [2, 3]\nX = A + B + C", 6),
        ("A = B = [1]\nB.append(2)\nX = A", [1, 2]),
        ("X = [1]\nX += (2,)\nX.insert(0, 0)\nX.remove(1)", [0, 2]),
        ("X = {'a': {}}\nX['a']['b'] = 1\nX.update(c=2)", {"a": {"b": 1}, "c": 2}),
        ("X: list[int] = [1]\ndel X[0]", []),
        ("X = '%s-%d' % ('a', 1)", "a-1"),
        ("X = '{}-{b}'.format('a', b=1)", "a-1"),
        ("X = f'{1:02d}{\"a\"!r}'", "01'a'"),
        ("X = [x.strip() for x in 'a, b,'.split(',') if x]", ["a", "b"]),
        ("X = {k: v for k, v in [('a', 1)]}", {"a": 1}),
        ("X = list(map(str.strip, ' a , b '.split(',')))", ["a", "b"]),
        ("X = 0\nfor i in range(5):\n  if i == 3: break\n  X += i", 3),
        ("X = 0\nwhile X < 5: X += 2", 6),
        ("def f(a, *b, c=3, **d): return a + len(b) + c + d['e']\nX = f(1, 2, 2, e=4)", 10),
        ("def f():\n  global X\n  X = 1\nf()", 1),
        ("f = lambda a: a * 2\nX = f(2)", 4),
        ("class A:\n  B = 1\nclass C(A): pass\nX = C.B", 1),
        ("class A:\n  def __init__(self, b): self.b = b\nX = A(2).b", 2),
        ("if (n := 3) > 2: X = n", 3),
        ("match 'b':\n  case 'a': X = 1\n  case 'b' | 'c': X = 2\n  case _: X = 3", 2),
        ("globals()['X'] = 1", 1),
        ("try: import settings_local\nexcept ImportError: X = 1", 1),
        ("try: X = {}['a']\nexcept KeyError: X = 1\nelse: X = 2\nfinally: Y = 1", 1),
        (
            "from contextlib import suppress\nX = 1\nwith suppress(ImportError): import local_x",
            1,
        ),
        ("import sys\nX = sys.version_info >= (3, 8)", True),
        ("X = 1 if __name__ == '__main__' else 2", 2),
        ("import json\nX = json.loads('[\"a\"]')", ["a"]),
        ("import ast\nX = ast.literal_eval(\"['a']\")", ["a"]),
        ("from django.utils.translation import gettext_lazy as _\nX = _('a')", "a"),
    ],
)
def test_code(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("import socket\nX = 1\nif socket.gethostname() == 'a': X = 2", {1, 2}),
        ("import socket\nX = 2 if socket.gethostname() else 3", {2, 3}),
        ("import socket\nA = socket.gethostname() or 1\nX = 4 if A == 1 else 5", {4, 5}),
        ("import x\ndef f():\n  if x.y(): return 1\n  return 2\nX = f()", {1, 2}),
    ],
)
def test_what_depends_on_something_unknown_is_one_of_several(text: str, options: set[int]) -> None:
    found = value(text)

    assert isinstance(found, Either)
    assert {*found.options} == options
    assert found.condition or "def" in text


def test_a_list_that_is_changed_in_one_branch_is_not_changed_in_the_other() -> None:
    found = value("import x\nX = [1]\nif x.y(): X.append(2)\nelse: X.append(3)")

    assert isinstance(found, Either)
    assert found.options == ([1, 2], [1, 3])


@pytest.mark.parametrize(
    "text",
    [
        "import x\nX = x.y()",
        "X = nothing",
        "import requests\nX = requests.get('a').json()['b']",
        "import time\nX = time.time() > 1",
        "X = open('/etc/passwd').read()",
        "import secrets\nX = secrets.token_hex()",
        "X = eval('1')",
        "import os\nX = os.listdir('.')",
    ],
)
def test_what_the_files_do_not_tell_is_unknown(text: str) -> None:
    assert isinstance(value(text), Unknown)


def test_what_is_behind_an_exception_is_read_too() -> None:
    found = evaluation("raise ValueError('no')\nX = 1")

    assert found.value("X") == 1
    assert [(str(place), said) for place, said in found.refusals] == [
        ("config/settings.py:1", "no")
    ]


def test_a_setting_has_the_line_where_it_is_set() -> None:
    found = evaluation("A = 1\n\nX = [\n  1,\n]\nX += [2]")

    assert str(found.settings["X"].place) == "config/settings.py:3"
