"""A Django project in one folder of a tree, and its settings in any environment."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pa_deploy.detect.evaluate import Either, Evaluation, Unknown, Value, evaluate_module
from pa_deploy.detect.modules import find_module
from pa_deploy.detect.names import names_of
from pa_deploy.detect.ranking import is_aside
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem

SETTINGS = "DJANGO_SETTINGS_MODULE"
CONFIGURATION = "DJANGO_CONFIGURATION"
NO_USER = "USERNAME"


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known besides the files: the account, and what its WSGI file says.

    `settings` is the settings module of the WSGI file at `place`, `variables` are those that it
    sets. `domain` and `username` are "" if they are not known yet.
    """

    settings: str = ""
    place: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    domain: str = ""
    username: str = ""

    @property
    def host(self) -> str:
        """The domain, or one that shows what is to be filled in."""
        return self.domain or f"{self.username or NO_USER}.pythonanywhere.com"


NO_HINTS = Hints()


def names_settings(tree: Tree, path: str) -> bool:
    """Whether a file mentions the variable that names the settings."""
    return SETTINGS.encode() in (tree.read(path) or b"")


@dataclass(frozen=True, slots=True)
class Project:
    """The folder `root` of a tree; `search` are more folders from which it imports."""

    tree: Tree
    root: str
    hints: Hints
    search: tuple[str, ...] = ()

    def evaluate(
        self, module: str, variables: Mapping[str, str] = {}, *, is_main: bool = False
    ) -> Evaluation | None:
        hinted = {name: value for name, value in self.hints.variables if name != SETTINGS}
        given = {**hinted, **variables}
        return evaluate_module(
            self.tree,
            module,
            self.root,
            given,
            self.hints.username or NO_USER,
            given.get(CONFIGURATION, ""),
            search=self.search,
            is_main=is_main,
        )

    def path(self, name: str) -> str:
        """A path of the source as one of the tree."""
        return posixpath.join(self.root, name)

    def inside(self, path: str) -> str | None:
        """A path of the tree as one of the source; "" for all of it, None if it is outside."""
        if not self.root or path == self.root:
            return "" if path == self.root else path
        return path.removeprefix(f"{self.root}/") if path.startswith(f"{self.root}/") else None

    def file_of(self, module: str) -> str:
        """The file of a module, or ""."""
        return find_module(self.tree, module, (self.root, *self.search)).path

    def has_name(self, path: str, name: str) -> bool:
        """Whether a file has a name at its top level, as far as known."""
        code = self.tree.parse(path)
        if code is None:
            return False
        names = names_of(code)
        return name in names.bindings or names.is_open

    @property
    def manage_py(self) -> str:
        """The path of its manage.py in the tree, or ""."""
        path = self.path("manage.py")
        is_django = path in self.tree.paths and names_settings(self.tree, path)
        return path if is_django else ""

    @property
    def has_wsgi(self) -> bool:
        """Whether a wsgi.py of the source names settings of Django."""
        return any(names_settings(self.tree, path) for path in self.files_named("wsgi.py")[:20])

    def files_named(self, name: str) -> list[str]:
        """Files of the source with a name, the likely one first."""
        start = f"{self.root}/" if self.root else ""
        found = [
            path
            for path in self.tree.paths
            if path.startswith(start)
            and posixpath.basename(path) == name
            and not is_aside(path.removeprefix(start))
        ]
        return sorted(found, key=lambda path: (path.count("/"), path))


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a project in one environment, with how it is made."""

    project: Project
    module: str
    variables: Mapping[str, str]
    found: Evaluation

    def with_variables(self, more: Mapping[str, str]) -> Settings:
        """The same settings if more variables are set."""
        given = {**self.variables, **more}
        found = self.project.evaluate(self.module, given)
        return Settings(self.project, self.module, given, found or self.found)

    def value(self, name: str, default: Value = None) -> Value:
        return self.found.value(name, default)

    def place(self, name: str) -> str:
        return self.found.place(name)

    def sources(self, name: str) -> frozenset[str]:
        setting = self.found.settings.get(name)
        return setting.sources if setting else frozenset()

    def folder(self, value: Value) -> str | None:
        """A path of a setting relative to the source; None if it is outside, or not known."""
        if not isinstance(value, str | PurePosixPath) or not str(value):
            return None
        place = self.absolute(value)
        tree_path = self.found.relative(place)
        return None if tree_path is None else self.project.inside(tree_path)

    def absolute(self, value: str | PurePosixPath) -> str:
        """An absolute path, as one relative to the working directory is meant."""
        base = posixpath.join(self.found.repository, self.project.root)
        return posixpath.normpath(posixpath.join(base, str(value)))

    def shown(self, path: Value) -> str:
        """A path as a message shows it: relative to the source if it is in there."""
        inside = self.folder(path)
        return str(path) if inside is None else inside or "the source itself"

    def below_base(self, name: str) -> str:
        """Code for a path below the source, in the way of these settings."""
        base = self.value("BASE_DIR")
        if isinstance(base, PurePosixPath | str) and self.folder(base) == "":
            if isinstance(base, str):
                parts = ", ".join(f'"{part}"' for part in name.split("/"))
                return f"os.path.join(BASE_DIR, {parts})"
            return "BASE_DIR / " + " / ".join(f'"{part}"' for part in name.split("/"))
        inside = self.project.inside(self.found.path) or ""
        up = ".parent" * (inside.count("/") + 1)
        return f'Path(__file__).resolve(){up} / "{name}"'

    def problem(self, input_name: str, said: str, advice: str, name: str = "") -> Problem:
        """A problem with the setting `name`, or with the module."""
        place = self.place(name) if name else self.found.path
        return Problem(input_name, said, advice=advice, source=place)


def is_known(value: Value) -> bool:
    return not isinstance(value, Unknown | Either)


def listed(value: Value) -> list[Value]:
    """The parts of a list of a setting; none if it is no list."""
    if isinstance(value, list | tuple):
        return list(value)
    return sorted(value, key=str) if isinstance(value, set | frozenset) else []


def why(value: Value) -> str:
    """Why a value is not known, for a message."""
    if isinstance(value, Either):
        return f"it depends on `{value.condition}`" if value.condition else "it is unclear"
    return value.reason if isinstance(value, Unknown) else ""
