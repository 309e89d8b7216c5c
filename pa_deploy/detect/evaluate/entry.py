"""One evaluation: a module of the tree in an environment, and all that was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pa_deploy.detect.evaluate.imports import load
from pa_deploy.detect.evaluate.run import NO_USER, Read
from pa_deploy.detect.evaluate.statements import new_run
from pa_deploy.detect.evaluate.values import Class, Place, Scope, Unknown, Value, settled
from pa_deploy.detect.tree import Tree


@dataclass(frozen=True, slots=True)
class Setting:
    """A name with its value, the place where it is set, and the variables it depends on."""

    value: Value
    place: Place
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a module sets and needs.

    `missing` are modules and files that it needs and the repository does not have; `refusals` are
    places where it raises an exception; `unreadable` are files that are not Python of this version
    or are too large. `is_open`: it may set more than is known. `repository` is the path that stands
    for the tree in absolute paths.
    """

    path: str
    settings: Mapping[str, Setting]
    reads: tuple[Read, ...]
    missing: Mapping[str, Place]
    refusals: tuple[tuple[Place, str], ...]
    unreadable: tuple[str, ...]
    is_open: bool
    repository: str
    environ: Mapping[str, str]
    """Variables that the code itself sets."""
    roots: tuple[str, ...]
    """Folders of the tree that Python searches in the end."""
    names: Mapping[str, Value]

    def value(self, name: str, default: Value = None) -> Value:
        found = self.settings.get(name)
        if found is None:
            return Unknown(f"{name} may be set elsewhere") if self.is_open else default
        return found.value

    def place(self, name: str) -> str:
        found = self.settings.get(name)
        return str(found.place) if found else self.path

    def relative(self, path: str) -> str | None:
        """The path in the tree of an absolute one; None if it is outside."""
        if path == self.repository:
            return ""
        inside = path.startswith(f"{self.repository}/")
        return path.removeprefix(f"{self.repository}/") if inside else None


def evaluate_module(
    tree: Tree,
    module: str,
    root: str = "",
    variables: Mapping[str, str] = {},
    user: str = NO_USER,
    configuration: str = "",
    *,
    search: Sequence[str] = (),
    is_main: bool = False,
) -> Evaluation | None:
    """Evaluate a module as Python finds it from the folder `root`; None if it is not there.

    `configuration` names a class of it: its attributes are the settings then. `search` are more
    folders that Python searches. `is_main`: it is run as a program.
    """
    run = new_run(tree, root, variables, user)
    run.search += [run.absolute(each) for each in search]
    run.main = module if is_main else ""
    is_cut = False
    try:
        load(run, module)
    except Exception:  # whatever somebody's code does, a deploy goes on
        is_cut = True
    scope = run.modules.get(module)
    if scope is None:
        return None
    return Evaluation(
        scope.path,
        _settings(scope, configuration),
        tuple(run.reads),
        dict(run.missing),
        tuple(run.refusals),
        tuple(run.unreadable),
        scope.is_open or is_cut,
        run.repository,
        {name: value for name, value in run.environ.items() if isinstance(value, str)},
        run.roots(),
        scope.names,
    )


def _settings(scope: Scope, configuration: str) -> dict[str, Setting]:
    found = _upper(scope.names, scope.places, scope.sources, Place(scope.path, 1))
    chosen = scope.names.get(configuration)
    return found | _attributes(chosen, scope.path) if isinstance(chosen, Class) else found


def _attributes(chosen: Class, path: str, steps: int = 8) -> dict[str, Setting]:
    """All settings of a class, with those of its bases."""
    found: dict[str, Setting] = {}
    for base in reversed(chosen.bases) if steps else ():
        if isinstance(base, Class):
            found |= _attributes(base, path, steps - 1)
    return found | _upper(chosen.attributes, chosen.places, chosen.sources, Place(path, 1))


def _upper(
    names: Mapping[str, Value],
    places: Mapping[str, Place],
    sources: Mapping[str, frozenset[str]],
    start: Place,
) -> dict[str, Setting]:
    """The names that Django takes as settings."""
    return {
        name: Setting(settled(value), places.get(name, start), sources.get(name, frozenset()))
        for name, value in names.items()
        if name.isupper()
    }
