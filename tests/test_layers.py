"""The house's one rule: a module imports only from layers below its own."""

import ast
import re
import sys
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.places import ROOT

LAYERS = {
    0: (
        "errors",
        "model",
        "disguise",
        "loader",
        "loader_files",
        "background",
        "stop_signals",
        "unprintable",
        "urls",
        "sizes",
        "module_names",
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
    3: ("reconcile", "verify", "release", "lock", "init"),
    4: ("deploy",),
    5: ("doctor",),
    6: ("cli",),
    7: ("start",),
}
LAYER_OF = {name: layer for layer, names in LAYERS.items() for name in names}
WORLDLY = {
    *("background", "bundle", "ci", "clock", "program", "started_with", "stop_signals"),
    "transport",
}
"""Those of layers 0 and 1 that touch more than their arguments; the loader is not run here."""
PURE = {*LAYERS[0], *LAYERS[1], "detect", "init"} - WORLDLY - {"loader"}
WORLD = {
    *("ctypes", "http", "os", "random", "requests", "secrets", "signal", "socket", "subprocess"),
    *("threading", "time", "urllib3"),
}


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
        str(path.relative_to(ROOT)): {name.split(".")[0] for name in imports(path)} & WORLD
        for path in pure
    }

    assert not {path: names for path, names in touched.items() if names}


@pytest.mark.parametrize("name", sorted(WORLDLY))
def test_the_others_do(name: str) -> None:
    own = [path for path in MODULES if module_name(path) == name]

    assert any({each.split(".")[0] for each in imports(path)} & WORLD for path in own)


def test_the_document_names_those_that_touch_the_world() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    said = re.search(r"Of layers 0 and 1, only (.*?)\. ", text, re.DOTALL)

    assert said
    assert set(re.findall(r"`(\w+)`", said[1])) == WORLDLY


def test_the_environment_is_read_at_the_entrance_alone() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if module_name(path) != "loader"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ"
    }

    assert readers == {"pa_deploy/cli/__init__.py"}


REMOTE = (
    "api",
    "detect",
    "hosts",
    "inputs",
    "layout",
    "lock",
    "plan",
    "reconcile",
    "report",
    "verify",
)
"""They speak of paths on PythonAnywhere, or of paths in a release."""
OF_THIS_MACHINE = ("os", "pathlib", "ntpath", "shutil", "glob", "tempfile")
OF_THE_LOADER = {"layout", "paths", "seal", "visits"}
"""Modules that need nothing of the system that they run on."""


def has_pure_paths_alone(path: Path) -> bool:
    """Whether it takes nothing of pathlib but the paths that are the same on each system."""
    taken = {
        alias.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "pathlib"
        for alias in node.names
    }
    return taken == {"PurePosixPath"}


def test_remote_paths_are_not_taken_for_paths_of_this_machine() -> None:
    """On Windows, those have backslashes."""
    wrong = {
        str(path.relative_to(ROOT)): {name.split(".")[0] for name in imports(path)}
        & set(OF_THIS_MACHINE) - ({"pathlib"} if has_pure_paths_alone(path) else set())
        for path in MODULES
        if module_name(path) in REMOTE
    }

    assert not {path: names for path, names in wrong.items() if names}


def test_the_command_imports_only_what_each_system_can_of_the_loader() -> None:
    used = {name for path in MODULES if module_name(path) != "loader" for name in imports(path)}
    modules = {name.removeprefix("pa_deploy.loader.") for name in used if ".loader." in name}

    assert modules <= OF_THE_LOADER


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


def graph(package: str) -> dict[str, set[str]]:
    """The modules of a package, and what each imports of them: also late, or for types alone."""
    paths = {dotted(path): path for path in (ROOT / package).rglob("*.py")}
    found: dict[str, set[str]] = {name: set() for name in paths}
    for name, path in paths.items():
        above = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom):
                continue
            start = ".".join(above[: len(above) - node.level + 1]) if node.level else ""
            module = ".".join(each for each in (start, node.module) if each)
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                found[name].add(inner if inner in paths else module)
        found[name] &= paths.keys() - {name}
    return found


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("package", ["pa_deploy", "pa_emulator"])
def test_no_modules_import_each_other(package: str) -> None:
    sorter = TopologicalSorter(graph(package))

    sorter.prepare()  # or CycleError, which names the cycle


def public_functions(path: Path) -> set[str]:
    """Those of a module that nothing is wrapped around, as is around a command."""
    return {
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not node.decorator_list
    }


def test_a_public_function_is_used_by_another_module() -> None:
    """The tests alone are no reason to make one public. The loader is shipped as it is."""
    loader = ROOT / "pa_deploy" / "loader"
    modules = [path for path in MODULES if loader not in path.parents]
    users = (*MODULES, *(ROOT / "docs").glob("*.py"), *(ROOT / "bench").glob("*.py"))
    words = {path: set(re.findall(r"\w+", path.read_text())) for path in users}
    found = Counter(word for each in words.values() for word in each)
    alone = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules
        for name in public_functions(path)
        if found[name] == 1
    }

    assert not alone


def hidden_modules(init: Path) -> set[str]:
    """The modules of a package that something else of it has the name of."""
    beside = {path.stem for path in init.parent.glob("*.py")}
    below = {path.parent.name for path in init.parent.glob("*/__init__.py")}
    tree = ast.parse(init.read_text())
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    made = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return (beside | below) & (imported | made)


@pytest.mark.parametrize("package", ["pa_deploy", "pa_emulator"])
def test_no_name_of_a_package_hides_one_of_its_modules(package: str) -> None:
    packages = (ROOT / package).rglob("__init__.py")
    hidden = {str(path.relative_to(ROOT)): hidden_modules(path) for path in packages}

    assert not {path: names for path, names in hidden.items() if names}


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
