"""The house's one rule: a module imports only from layers below its own."""

import ast
import re
import sys
from pathlib import Path

from tests.places import ROOT

LAYERS = {
    0: (
        "errors",
        "model",
        "disguise",
        "loader",
        "loader_files",
        "background",
        "unprintable",
        "urls",
    ),
    1: (
        "clock",
        "hosts",
        "layout",
        "inputs",
        "plan",
        "bundle",
        "transport",
        "ci",
        "program",
        "started_with",
    ),
    2: ("settings", "report", "api", "dependencies", "detect", "exchanges"),
    3: ("reconcile", "verify", "release", "lock"),
    4: ("deploy",),
    5: ("cli",),
    6: ("start",),
}
LAYER_OF = {name: layer for layer, names in LAYERS.items() for name in names}
PURE = (
    "errors",
    "model",
    "disguise",
    "unprintable",
    "urls",
    "loader_files",
    "hosts",
    "layout",
    "inputs",
    "plan",
    "detect",
)
WORLD = ("os", "time", "socket", "subprocess", "requests", "urllib3", "http", "random", "secrets")


def module_name(path: Path) -> str:
    return path.relative_to(ROOT / "pa_deploy").parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


MODULES = sorted((ROOT / "pa_deploy").rglob("*.py"))


def test_every_module_has_a_layer() -> None:
    names = {module_name(path) for path in MODULES} - {"__init__"}

    assert names == set(LAYER_OF)


def test_imports_come_from_below_or_from_the_same_folder() -> None:
    wrong = {str(path.relative_to(ROOT)): _not_below(path) for path in MODULES}

    assert not {path: names for path, names in wrong.items() if names}


def _not_below(path: Path) -> set[str]:
    """The modules that a module imports from its own layer or from above."""
    own = module_name(path)
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("pa_deploy.")}
    return {
        name
        for name in ours - {own}
        if LAYER_OF[name] >= LAYER_OF.get(own, 0) and not _sideways(own, name)
    }


def _sideways(own: str, name: str) -> bool:
    """Within layers 0 and 1 a few words are shared; these are all of them."""
    return (own, name) in {("transport", "clock"), ("transport", "hosts"), ("plan", "layout")}


def test_pure_modules_do_not_touch_the_world() -> None:
    pure = [path for path in MODULES if module_name(path) in PURE]
    touched = {
        str(path.relative_to(ROOT)): {name.split(".")[0] for name in imports(path)} & set(WORLD)
        for path in pure
    }

    assert not {path: names for path, names in touched.items() if names}


def test_the_document_has_every_module_at_its_layer() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    found = re.findall(r"^    (\w+)(?:\.py|/) .*? (?:layer )?(\d)$", text, re.MULTILINE)

    assert {name: int(layer) for name, layer in found} == LAYER_OF


def test_the_loader_needs_the_standard_library_alone() -> None:
    modules = (ROOT / "pa_deploy" / "loader").glob("*.py")
    needed = {name.split(".")[0] for path in modules for name in imports(path)}

    assert needed <= sys.stdlib_module_names


def test_the_two_packages_do_not_know_each_other() -> None:
    ours = {name.split(".")[0] for path in MODULES for name in imports(path)}
    emulator = (ROOT / "pa_emulator").rglob("*.py")
    theirs = {name.split(".")[0] for path in emulator for name in imports(path)}

    assert "pa_emulator" not in ours
    assert "pa_deploy" not in theirs


def exported(path: Path) -> set[str]:
    """The names that a package offers, as `package.name`."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return {f"{package}.{name}" for name in ast.literal_eval(node.value)}
    return set()


def used(path: Path) -> set[str]:
    """The names that a module takes from packages, as `package.name`."""
    tree = ast.parse(path.read_text())
    found = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    packages = {name.rpartition(".")[2]: name for name in found}
    return found | {
        f"{packages[node.value.id]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in packages
    }


def test_what_a_package_offers_is_used_outside_of_it() -> None:
    uses = {path: used(path) for path in (*MODULES, ROOT / "docs" / "generate.py")}
    unused = {
        name
        for path in MODULES
        if path.name == "__init__.py"
        for name in exported(path)
        if not any(name in uses[other] for other in uses if path.parent not in other.parents)
    }

    assert not unused
