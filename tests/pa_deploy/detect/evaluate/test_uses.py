"""A look at all functions of a project ends, whatever the code is."""

from __future__ import annotations

import pytest

from pa_deploy.detect.evaluate import find_uses
from tests.pa_deploy.detect.project import tree

OPENS = 'import sqlite3\ndef last():\n    sqlite3.connect("x.db")\n'
CALLS_ITSELF = "def f():\n" + "    f()\n" * 20
MAKES_CLASSES = "def f():\n    class A:\n        def g(self):\n            return A(f())\n"


def opened(files: dict[str, str]) -> list[str]:
    found = find_uses(tree(files), "", sorted(files), frozenset({"connect"}))
    return [each.args[0] for each in found.calls]


@pytest.mark.parametrize(
    "code",
    [
        CALLS_ITSELF,
        MAKES_CLASSES,
        "def f():\n    while True:\n        f()\n",
        "class A:\n    def __init__(self):\n        self.a = A()\n    def f(self):\n        A()\n",
        "def f(x=" + "[" * 90 + "]" * 90 + "):\n    raise x\n",
        "class A(A):\n    pass\n",
    ],
)
def test_code_that_never_ends_does_not_stop_the_rest(code: str) -> None:
    assert opened({"app.py": code + OPENS}) == ["x.db"]


def test_very_much_code_is_looked_at_in_part() -> None:
    body = "    a = 1 + 1\n" * 99
    much = "".join(f"def f{number}():\n{body}" for number in range(140))
    files = {f"m{number}.py": OPENS + much for number in range(9)}

    assert 1 <= len(opened(files)) < 9


FAILS = "def f():\n    try:\n        import no\n    except ImportError:\n        raise\n"


def test_a_function_that_fails_does_not_stop_the_others() -> None:
    assert opened({"app.py": FAILS + OPENS}) == ["x.db"]
