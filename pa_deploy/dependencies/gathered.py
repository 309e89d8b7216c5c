"""What was read so far of all files, with every problem, each named by its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pa_deploy.dependencies import grammar
from pa_deploy.dependencies.entries import LeftOut, Understood, refuse_editable, understand
from pa_deploy.dependencies.index_options import with_option
from pa_deploy.dependencies.model import (
    Entry,
    IndexOptions,
    NeedsBuilding,
    OnlyBuilt,
    Place,
    Unusable,
)
from pa_deploy.dependencies.options import Option
from pa_deploy.dependencies.places import Places
from pa_deploy.dependencies.shown import without_values
from pa_deploy.dependencies.variables import Variables
from pa_deploy.errors import InputError, Problem
from pa_deploy.urls import without_credentials

INPUT = "requirements"
MOST_LINES = 20_000
"""Of all files together. The largest projects list a few thousand packages."""
MOST_PROBLEMS = 50
REFUSED_OPTIONS = {
    "--no-binary": "pa-deploy does not build packages from source.",
    "--config-settings": "it is for builds. pa-deploy does not build packages.",
    "--global-option": "it is for builds. pa-deploy does not build packages.",
    "--install-option": "it is for builds. pa-deploy does not build packages.",
    "--build-option": "it is for builds. pa-deploy does not build packages.",
    "--use-feature": "it is for pip only.",
}


class Gathered:
    """Takes one thing after the other. Its methods raise Unusable for one that is refused."""

    def __init__(self, places: Places, variables: Variables, *, builds: bool) -> None:
        self.places = places
        self.variables = variables
        self.entries: list[Entry] = []
        self.constraints: list[Entry] = []
        self.overrides: list[Entry] = []
        self.index = IndexOptions()
        self.is_locked = False
        self.warnings: list[str] = []
        self.problems: list[Problem] = []
        self._builds = builds
        self._only_built: list[str] = []
        self._lines = 0
        self._has_stopped = False

    def is_enough(self, place: Place) -> bool:
        """Whether to stop before one more line; the reason is reported once."""
        self._lines += 1
        if self._has_stopped:
            return True
        if self._lines > MOST_LINES:
            why, advice = f"more than {MOST_LINES:,} lines.", "Name a requirements file."
        elif len(self.problems) >= MOST_PROBLEMS:
            why, advice = f"more than {MOST_PROBLEMS} problems.", "Correct those first."
        else:
            return False
        self._has_stopped = True
        self.refuse(place, f"reading stops here: the files have {why}", advice)
        return True

    @contextmanager
    def noting(self, place: Place) -> Iterator[None]:
        """Within it, what is left out becomes a warning, and what is refused a problem."""
        try:
            yield
        except LeftOut as note:
            self.note(place, str(note))
        except OnlyBuilt as error:
            self.refuse(place, str(error), error.advice)
            self._only_built.append(f"{error.name or 'a package'} ({place})")
        except Unusable as error:
            self.refuse(place, str(error), error.advice)

    def failure(self) -> InputError:
        """All problems; NeedsBuilding if all are about what has to be built."""
        problems = tuple(self.problems)
        if len(self._only_built) == len(problems):
            return NeedsBuilding(problems, tuple(self._only_built))
        return InputError(problems)

    def note(self, place: Place, said: str) -> None:
        self.warnings.append(self._showable(f"{INPUT}: {place}: {said}"))

    def refuse(self, place: Place | str, said: str, advice: str) -> None:
        """`place`: a line; a whole file if the input names it."""
        before = f"{place}: " if isinstance(place, Place) or f'"{place}"' not in said else ""
        message, advice = self._showable(f"{before}{said}"), self._showable(advice)
        self.problems.append(Problem(INPUT, message, advice=advice))

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        if entry.hashes:
            self.index = replace(self.index, require_hashes=True)

    def constrain(self, entry: Entry) -> None:
        if entry.text.startswith(f"{entry.name}["):
            why = f"`{entry.name}`: a constraint cannot have extras."
            raise Unusable(why, "Write the extras in the requirements file.")
        self.constraints.append(entry)

    def entry(self, said: str, options: tuple[Option, ...], folder: Path, place: Place) -> Entry:
        """One requirement, with the options of its line. Raises LeftOut too."""
        for option in options:
            if option.name in REFUSED_OPTIONS:
                raise Unusable(f"`{option.name}`: {REFUSED_OPTIONS[option.name]}", "Remove it.")
            if option.name != "--hash":
                why = f"`{option.name}` is on the line of a requirement."
                raise Unusable(why, "Put it on its own line.")
            if not grammar.HASH.fullmatch(option.value.lower()):
                why = (
                    "the value of `--hash` must be `sha256:`, `sha384:` or `sha512:` and a digest."
                )
                raise Unusable(why, "Correct it.")
        found = self._understood(said, folder)
        hashes = tuple(option.value.lower() for option in options)
        return Entry(found.name, found.text, hashes, place)

    def _understood(self, said: str, folder: Path) -> Understood:
        try:
            return understand(said, folder, self.places)
        except OnlyBuilt as error:
            if not self._builds:
                raise
            return Understood(error.name, error.line)

    def option(self, option: Option, folder: Path, place: Place) -> None:
        """An option with a line of its own. Raises LeftOut too."""
        if option.name == "--editable":
            self._editable(option.value, folder, place)
            return
        if option.name in REFUSED_OPTIONS:
            raise Unusable(f"`{option.name}`: {REFUSED_OPTIONS[option.name]}", "Remove it.")
        if option.name == "--hash":
            raise Unusable("`--hash` is on a line without a requirement.", "Join the lines.")
        self.index = with_option(self.index, option, folder, self.places)

    def _editable(self, value: str, folder: Path, place: Place) -> None:
        """A repository is built as any other is: nobody edits it there."""
        error = refuse_editable(value, folder, self.places)
        if not (self._builds and isinstance(error, OnlyBuilt)):
            raise error
        self.entries.append(Entry(error.name, error.line, (), place))

    def _showable(self, text: str) -> str:
        return without_values(without_credentials(text), self.variables.used)
