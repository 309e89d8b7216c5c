"""Code that would take for ever, fill the memory or do harm if it were run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.detect.evaluate import Unknown
from tests.pa_deploy.detect.evaluate.module import evaluation, value

BOMBS = {
    "text": 'X = "a" * 10**10',
    "text that doubles": 'X = "a"\n' + "X += X\n" * 200,
    "list": "X = [0] * 10**9",
    "list that doubles": "X = [1]\n" + "X += X\n" * 200,
    "tower": "X = 9**9**9**9",
    "tower of a loop": "X = 10\nfor i in range(20): X = X ** X",
    "shift": "X = 1 << 10**12",
    "width of %": 'X = "%1000000000d" % 1',
    "width of format": 'X = "{:>1000000000}".format(1)',
    "width of an f-string": 'X = f"{1:>1000000000}"',
    "width from a value": 'X = f"{1:{10**9}}"',
    "ljust": 'X = "a".ljust(10**10)',
    "replace": 'X = ("a" * 90000).replace("a", "b" * 90000)',
    "join": 'X = ("a" * 90000).join(["b"] * 90000)',
    "range": "X = list(range(10**12))",
    "comprehension": "N = range(90)\nX = [[[[0 for a in N] for b in N] for c in N] for d in N]",
    "recursion": "def f(n): return f(n + 1) + f(n + 2)\nX = f(0)",
    "lambda": "f = lambda n: [f(n), f(n)]\nX = f(0)",
    "numbers of one hash": "X = set(range(0, (2**61 - 1) * 9999, 2**61 - 1))",
    "signs of %": "X = ('%(' * 50000) % ()",
    "path": 'from pathlib import Path\nX = Path("a/" * 40000).parents',
}
LARGE = f"0x{'f' * 5000}"
HARMLESS = {
    "a text in a range": "Y = 'a' in range(10**12)\nX = 1",
    "truth of a range": "Y = not range(10**30)\nX = 1",
    "a letter of a large number": "Y = f'{2**64:c}'\nY = '%c' % 2**64\nX = 1",
    "a large number as a float": "Y = f'{10**400:f}'\nY = '%f' % 10**400\nX = 1",
    "a far place of a list": "Y = [1]\nY.insert(10**30, 2)\nX = 1",
    "a number of many digits": f"if u() == {LARGE}: Y = 1\nfor y in {{{LARGE}, 1}}: pass\nX = 1",
    "while": "while True: Y = 1\nX = 1",
    "lists of lists": "Y = [1]\n" + "Y = [Y, Y]\n" * 200 + "Z = Y == [Y]\nif u(): Z = 1\nX = 1",
    "tuples of tuples": "Y = (1,)\n" + "Y = (Y, Y)\n" * 200 + "Z = {Y: 1}\nZ = {Y}\nX = 1",
    "a list in itself": "Y = []\nY.append(Y)\nZ = Y == Y\nZ = Y in Y\nif u(): Y.append(1)\nX = 1",
    "deep code": "Y = " + "not " * 2000 + "1\nX = 1",
    "attributes": "Y = a" + ".b" * 2000 + "\nX = 1",
    "elif": "if u(): Y = 0\n" + "\n".join(f"elif u({n}): Y = {n}" for n in range(900)) + "\nX = 1",
    "branches": "\n".join(f"if u({n}): Y{n} = 1" for n in range(400)) + "\nX = 1",
    "deep JSON": 'import json\nY = json.loads("[" * 100000)\nX = 1',
    "exec of itself": "exec(open(__file__).read())\nX = 1",
    "classes": "class B: pass\n" + "class B(B, B): pass\n" * 60 + "Y = B.c\nX = 1",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=[*BOMBS])
def test_too_much_is_unknown(text: str) -> None:
    assert _is_unknown(value(text))


def _is_unknown(found: object) -> bool:
    """Whether it is not known, or a list of which a part is not."""
    last = found[-1] if isinstance(found, list) and found else found
    return isinstance(last, Unknown)


@pytest.mark.parametrize("text", HARMLESS.values(), ids=[*HARMLESS])
def test_it_ends(text: str) -> None:
    found = evaluation(text)

    assert found.value("X") == 1 or found.is_open


def test_a_large_module_does_not_keep_the_others_from_being_read() -> None:
    large = "Y = 0\n" + "for i in range(90): Y = [j for j in range(90)]\n" * 90
    found = evaluation("from .large import *\nX = 1", {"config/large.py": large})

    assert found.value("X") == 1
    assert isinstance(found.value("NOT_THERE"), Unknown)


def test_nothing_is_run(tmp_path: Path) -> None:
    path = str(tmp_path / "made")
    evaluation(
        f"import os, subprocess\nopen({path!r}, 'w').write('x')\nos.system('touch {path}')\n"
        f"subprocess.run(['touch', {path!r}])\n__import__('os').mkdir({path!r})\n"
        f"from pathlib import Path\nPath({path!r}).mkdir()\neval('open({path!r}, \"w\")')"
    )

    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    "text",
    ["X = ().__class__.__bases__", "X = '{0.__class__}'.format(1)", "X = getattr('', '__class__')"],
)
def test_objects_of_python_itself_cannot_be_reached(text: str) -> None:
    assert not isinstance(value(text), type | str)
