"""What all code of a project does: functions that nothing calls are run too, with no arguments."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from pa_deploy.detect.evaluate.app_config import folders_of_app
from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.imports import load
from pa_deploy.detect.evaluate.models import make_instance
from pa_deploy.detect.evaluate.run import NO_USER, Run
from pa_deploy.detect.evaluate.statements import new_run
from pa_deploy.detect.evaluate.values import (
    Class,
    Either,
    Function,
    Instance,
    Place,
    Value,
    settled,
)
from pa_deploy.detect.evaluate.watching import Use, Watching
from pa_deploy.detect.tree import Tree

MOST_STEPS = 300_000
"""Of a whole project."""
STEPS_OF_MODULE = 60_000
"""With all that it imports."""
STEPS_OF_FUNCTION = 5_000
ROUNDS = 2
"""A function may need a setting that a later one makes."""


@dataclass(frozen=True, slots=True)
class Uses:
    """Calls of packages, and settings with all the values and places they have in the code.

    `root_path` and `instance_path` are Flask's, absolute. `repository` is the path that stands for
    the tree in them.
    """

    calls: tuple[Use, ...]
    settings: Mapping[str, Mapping[Place, Value]]
    root_path: str
    instance_path: str
    repository: str

    def inside(self, path: str | PurePosixPath, base: str) -> str | None:
        """The path in the tree; a relative one begins in the folder `base`. None if outside."""
        place = posixpath.normpath(posixpath.join(self.repository, base, path))
        start = f"{self.repository}/"
        return place.removeprefix(start) if place.startswith(start) else None


def find_uses(
    tree: Tree,
    root: str,
    paths: Sequence[str],
    wanted: frozenset[str],
    variables: Mapping[str, str] = {},
) -> Uses:
    """Look at the files `paths`; the first one has the app. `wanted` are the last parts of the
    names of functions.
    """
    run = new_run(tree, root, variables, NO_USER)
    watching = Watching(wanted, folders_of_app(run, paths[0]) if paths else {})
    run.watching = watching
    left = MOST_STEPS
    for path in paths:
        name = _module(path, root)
        if name:
            left = _within(run, left, STEPS_OF_MODULE, partial(load, run, name))
    for _ in range(ROUNDS):
        left = _exercise(run, watching, left)
    return Uses(
        tuple(watching.uses.values()),
        watching.settings,
        str(watching.folders.get("root_path")),
        str(watching.folders.get("instance_path")),
        run.repository,
    )


def options(value: Value) -> tuple[Value, ...]:
    """Each value that it may be."""
    return value.options if isinstance(value, Either) else (settled(value),)


def _module(path: str, root: str) -> str:
    """The name of a file as a module below the root; "" if it has none."""
    start = f"{root}/" if root else ""
    bare = path.removeprefix(start).removesuffix(".py").removesuffix("/__init__")
    return bare.replace("/", ".") if path.startswith(start) and path.endswith(".py") else ""


def _within(run: Run, left: int, most: int, look: Callable[[], object]) -> int:
    """Look with some of the steps that are left; how many remain."""
    run.steps = min(left, most)
    before = run.steps
    with suppress(Exception):  # what is noted is kept, whatever the code does
        look()
    run.calls.clear()
    return left - (before - max(run.steps, 0))


def _exercise(run: Run, watching: Watching, left: int) -> int:
    """Run each function, those too that others define, and the methods of each class."""
    nothing = Call(run, (), {}, 1)
    seen: set[Place] = set()
    while waiting := [place for place in watching.functions if place not in seen]:
        for place in waiting:
            run.path = place.path
            left = _within(
                run, left, STEPS_OF_FUNCTION, partial(watching.functions[place].call, nothing)
            )
        seen.update(waiting)
    made = {each.of.name for each in watching.instances if isinstance(each.of, Class)}
    for each in watching.classes:
        if each.name not in made:
            left = _within(run, left, STEPS_OF_FUNCTION, partial(make_instance, each, nothing))
    for instance in tuple(watching.instances):
        for method in _methods(instance):
            left = _within(
                run, left, STEPS_OF_FUNCTION, partial(method.call, nothing.with_args(instance))
            )
    return left


def _methods(instance: Instance) -> list[Function]:
    names = instance.of.attributes if isinstance(instance.of, Class) else {}
    return [each for each in names.values() if isinstance(each, Function)]
