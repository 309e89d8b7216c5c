"""What holds for any code."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pa_deploy.detect.evaluate.module import REPOSITORY, evaluation
from tests.soak import IS_SOAK

MANY = 50 if IS_SOAK else 1
THOROUGH: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}
NAMES = st.sampled_from(["A", "B", "C"])
ATOMS = st.one_of(
    st.integers(-9, 9).map(repr),
    st.sampled_from(
        ["'a'", "'b/c'", "''", "True", "None", "[]", "{}", "()", "1.5", "BASE", "HERE"]
    ),
    NAMES,
)


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    operators = st.sampled_from(
        ["+", "-", "*", "/", "%", "==", "!=", "<", "in", "and", "or", "is", "//", "**"]
    )
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
        two.map(lambda each: f"[{each[0]}, {each[1]}]"),
        two.map(lambda each: f"({each[0]}, {each[1]})"),
        two.map(lambda each: f"{{'a': {each[0]}, 'b': {each[1]}}}"),
        two.map(lambda each: f"({each[0]})[{each[1]}]"),
        inner.map(lambda each: f"(not {each})"),
        inner.map(lambda each: f"str({each})"),
        inner.map(lambda each: f"len({each})"),
        inner.map(lambda each: f"f'{{{each}}}x'" if "'" not in each else "'f'"),
        two.map(lambda each: f"os.path.join({each[0]}, {each[1]})"),
        inner.map(lambda each: f"os.path.dirname({each})"),
        inner.map(lambda each: f"Path({each}).parent"),
        inner.map(lambda each: f"({each}).split('/')"),
        inner.map(lambda each: f"[x for x in {each}]"),
        st.tuples(inner, inner, inner).map(lambda each: f"({each[0]} if {each[1]} else {each[2]})"),
    )


EXPRESSIONS = st.recursive(ATOMS, combined, max_leaves=8)
ASSIGNMENTS = st.tuples(NAMES, EXPRESSIONS)
START = """\
import os
from pathlib import PurePosixPath as Path
BASE = Path(__file__).parent
HERE = os.path.dirname(__file__)
A = 'a'
B = [1, 'b']
C = {'c': 2}
"""
FRAGMENTS = st.sampled_from(
    [
        "if u():",
        "if A:",
        "else:",
        "try:",
        "except KeyError:",
        "for A in B:",
        "while A:",
        "def f(a):",
        "return a",
        "class D(A):",
        "raise A",
        "A = f(A)",
        "A += A",
        "A = os.environ['A']",
        "del A",
        "A = [A, B]",
        "A = A * 9",
        "from .x import *",
        "import config.settings as B",
        "B = lambda: A",
        "A = f'{A}{B}'",
        "exec(A)",
        "break",
        "A = {**B}",
        "A = [*B]",
        "A.append(A)",
        "with A as B:",
        "A = config('A')",
        "A = A or B or u()",
        "pass",
        "A, B = B",
        "A[B] = A",
        "assert A",
        "match A:",
        "case 1:",
        "global A",
        "A: int = 1",
        "yield A",
    ],
)


def plain(found: object) -> bool:
    """Whether a value is made of those that stand for themselves."""
    if isinstance(found, list | tuple):
        return all(map(plain, found))
    if isinstance(found, dict):
        return all(map(plain, found.values()))
    return found is None or isinstance(found, str | int | float | PurePosixPath)


@settings(max_examples=60 * MANY, **THOROUGH)
@given(st.lists(ASSIGNMENTS, max_size=4))
def test_what_is_known_is_what_python_computes(assignments: list[tuple[str, str]]) -> None:
    lines = [START]
    real: dict[str, object] = {"__file__": f"{REPOSITORY}/config/settings.py"}
    exec(START, real)
    for name, expression in assignments:
        try:
            exec(f"{name} = {expression}", real)
        except Exception:
            continue
        lines.append(f"{name} = {expression}")
    found = evaluation("\n".join(lines))
    for name in "ABC":
        known = found.value(name)
        if plain(known):
            assert (type(known), known) == (type(real[name]), real[name])


@settings(max_examples=40 * MANY, **THOROUGH)
@given(st.lists(st.tuples(st.integers(0, 3), FRAGMENTS), max_size=25))
def test_any_code_ends_without_an_exception(lines: list[tuple[int, str]]) -> None:
    evaluation(START + "\n".join(" " * indent + line for indent, line in lines))


@settings(max_examples=40 * MANY, **THOROUGH)
@given(st.lists(FRAGMENTS, max_size=20), st.randoms(use_true_random=False))
def test_any_code_that_is_indented_well_ends(lines: list[str], random: object) -> None:
    text, depth = [START], 0
    for line in lines:
        text.append(" " * depth + line)
        if line.endswith(":"):
            depth += 1
            text.append(" " * depth + "A = 1")
        else:
            depth = random.randint(0, depth)  # type: ignore[attr-defined]
    evaluation("\n".join(text))


@settings(max_examples=20 * MANY, **THOROUGH)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_any_text_ends_without_an_exception(text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    evaluation("from .other import *", {"config/other.py": data})
