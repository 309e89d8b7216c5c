"""What may import what inside of the emulator."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

import pa_emulator

ROOT = Path(pa_emulator.__file__).parent
MODULES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in ROOT.rglob("*.py")
}


def imports(name: str) -> set[str]:
    """The emulator's modules that one of them imports as it is loaded, for its types too."""
    tree = ast.parse(MODULES[name].read_text())
    late = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
    }
    found = set()
    for node in set(ast.walk(tree)) - late:
        if isinstance(node, ast.ImportFrom):
            base = _base(name, node)
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return (found & set(MODULES)) - {name, "pa_emulator"}


def _base(name: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = name.split(".")
    package = parts if MODULES[name].stem == "__init__" else parts[:-1]
    return ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])


GRAPH = {name: imports(name) for name in MODULES}


def test_no_module_imports_itself_by_way_of_others() -> None:
    list(graphlib.TopologicalSorter(GRAPH).static_order())


@pytest.mark.parametrize(
    ("below", "above"),
    [("accounts", "machine"), ("accounts", "rest"), ("machine", "rest"), ("hosting", "rest")],
)
def test_what_is_below_does_not_know_what_is_above(below: str, above: str) -> None:
    users = {
        name
        for name, used in GRAPH.items()
        if name.split(".")[1:2] == [below] and f"pa_emulator.{above}" in used
    }
    assert not users
