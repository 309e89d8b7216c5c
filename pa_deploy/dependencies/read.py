"""The one reader of files that list dependencies: what a file and all that it includes ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from pa_deploy.dependencies.decode import logical_lines
from pa_deploy.dependencies.formats import kinds
from pa_deploy.dependencies.formats.document import refuse_conflict
from pa_deploy.dependencies.formats.listing import Asked, Misread
from pa_deploy.dependencies.formats.target import Target
from pa_deploy.dependencies.gathered import INPUT, Gathered
from pa_deploy.dependencies.listed import take
from pa_deploy.dependencies.model import Place, Requirements, Unusable
from pa_deploy.dependencies.options import Option, split
from pa_deploy.dependencies.places import MOST_BYTES, Places, from_file_url
from pa_deploy.dependencies.variables import LONGEST_LINE, LONGEST_VALUE, Variables, too_long
from pa_deploy.disguise import forms
from pa_deploy.errors import InputError, Problem
from pa_deploy.model import Chosen

DEEPEST = 20
MOST_FILES = 200
ONLY_MAIN = Chosen()


def read_requirements(
    path: Path,
    workspace: Path,
    environ: Mapping[str, str],
    *,
    python_version: str,
    chosen: Chosen = ONLY_MAIN,
    source: Path | None = None,
    secrets: Sequence[str] = (),
    builds: bool = False,
) -> Requirements:
    """Read the file and all that it includes; nothing is fetched or executed.

    Included files must lie in the workspace; if the file itself was named outside it, in the file's
    own folder. `source` is the folder that is shipped. `python_version` is the web app's: what a
    lock file has for other Pythons is left out. `builds`: what has to be built is read too,
    otherwise it is a problem. Raises InputError with all problems at once, and NeedsBuilding if
    they are of that kind alone.
    """
    try:
        places = Places.of(path, workspace, source)
    except Unusable as error:
        problem = Problem(INPUT, f"{path}: {error}", advice=error.advice)
        raise InputError((problem,)) from None
    into = Gathered(places, Variables(environ, secrets), builds=builds)
    _Reader(into, Target(python_version), chosen, secrets).include(path, None)
    if into.problems:
        raise into.failure()
    return Requirements(
        file=places.shown(path),
        entries=tuple(into.entries),
        constraints=tuple(into.constraints),
        overrides=tuple(into.overrides),
        index=into.index,
        is_locked=into.is_locked,
        warnings=tuple(dict.fromkeys(into.warnings)),
        variables=into.variables.used,
    )


class _Reader:
    """Goes through the files in the order in which pip would."""

    def __init__(
        self, into: Gathered, target: Target, chosen: Chosen, secrets: Sequence[str]
    ) -> None:
        self._into = into
        self._target = target
        self._chosen = chosen
        self._places = into.places
        self._secrets = tuple(
            form for secret in secrets if len(secret) > 4 for form in forms(secret)
        )
        self._open: list[Path] = []
        self._seen: set[tuple[Path, bool]] = set()
        self._characters = 0

    def include(self, path: Path, by: Place | None, *, is_constraint: bool = False) -> None:
        """Read one more file, which the line `by` names."""
        shown = self._places.shown(path)
        named = kinds.by_name(path.name)
        if named and (by or not named.read):
            self._refuse_kind(shown, named, by)
            return
        try:
            resolved = self._places.resolve(path)
            if (resolved, is_constraint) in self._seen:
                return
            if by:
                self._places.refuse_secret(path, resolved)
            self._limit()
            text = self._text(path, shown)
        except Unusable as error:
            said = f'"{shown}": {error}' if by and f'"{shown}"' not in str(error) else str(error)
            self._into.refuse(by or shown, said, error.advice)
            return
        self._seen.add((resolved, is_constraint))
        self._open.append(resolved)
        kind = named or kinds.by_content(text)
        if kind is None:
            self._read_lines(path, text, by, is_constraint=is_constraint)
        elif by or not kind.read:
            self._refuse_kind(shown, kind, by)
        else:
            self._read_kind(kind.read, path, text)
        self._open.pop()

    def _text(self, path: Path, shown: str) -> str:
        """The text of a file that counts to the limit of all files, and has no secret."""
        text = self._places.read(path)
        self._characters += len(text)
        if self._characters > MOST_BYTES:
            why = f"the files have more than {MOST_BYTES:,} characters."
            raise Unusable(why, "Name a requirements file.")
        if any(form in text for form in self._secrets):
            why = f'"{shown}" contains a secret of this run, so it is not read.'
            raise Unusable(why, "Name a requirements file.")
        return text

    def _limit(self) -> None:
        if len(self._open) >= DEEPEST or len(self._seen) >= MOST_FILES:
            raise Unusable("too many files include each other.", "Put their lines into one file.")

    def _read_kind(self, read: kinds.Read, path: Path, text: str) -> None:
        shown = self._places.shown(path)
        asked = Asked(self._target, self._chosen, partial(self._beside, path.parent))
        try:
            found = read(text, asked)
        except Misread as error:
            place = Place(shown, error.line) if error.line else shown
            self._into.refuse(place, str(error), error.advice)
            return
        take(found, self._into, path, self._target, self.include)

    def _beside(self, folder: Path, name: str) -> str | None:
        """The text of another file in the folder; raises Misread if it may not be read."""
        path = folder / name
        if not path.is_file():
            return None
        shown = self._places.shown(path)
        try:
            self._places.refuse_secret(path, self._places.resolve(path))
            return self._text(path, shown)
        except Unusable as error:
            raise Misread(0, f'"{shown}": {error}', error.advice) from None

    def _read_lines(self, path: Path, text: str, by: Place | None, *, is_constraint: bool) -> None:
        shown = self._places.shown(path)
        try:
            refuse_conflict(text)
            if not by:
                self._refuse_choice()
        except Misread as error:
            place = Place(shown, error.line) if error.line else shown
            self._into.refuse(place, str(error), error.advice)
            return
        for line in logical_lines(text):
            place = Place(shown, line.number)
            if self._into.is_enough(place):
                return
            with self._into.noting(place):
                expanded = self._into.variables.expanded(line.text)
                self._line(expanded, path.parent, place, is_constraint=is_constraint)

    def _refuse_choice(self) -> None:
        if self._chosen.extras or self._chosen.groups:
            why = "a requirements file has no extras and no groups."
            raise Misread(0, why, "Remove the brackets after its name.")

    def _line(self, text: str, folder: Path, place: Place, *, is_constraint: bool) -> None:
        said, options = _parts(text)
        if said:
            keep = self._into.constrain if is_constraint else self._into.add
            keep(self._into.entry(said, options, folder, place))
            return
        for option in options:
            with self._into.noting(place):
                self._option(option, folder, place)

    def _option(self, option: Option, folder: Path, place: Place) -> None:
        if option.name in ("--requirement", "--constraint"):
            path = _included(option.value, folder)
            self.include(path, place, is_constraint=option.name == "--constraint")
        else:
            self._into.option(option, folder, place)

    def _refuse_kind(self, shown: str, kind: kinds.Kind, by: Place | None) -> None:
        said = f'"{shown}" is {kind.what}, not a requirements file.'
        advice = f"Make a requirements file, and name that instead: `{kind.command}`."
        if kind.read:
            advice = f"Remove this line. Or set `requirements: {shown}`, and remove the others."
        self._into.refuse(by or shown, said, advice)


def _included(value: str, folder: Path) -> Path:
    if re.match(r"file:", value, re.IGNORECASE):
        value = from_file_url(value)
    elif re.match(r"[a-z][a-z0-9+.-]+:", value, re.IGNORECASE):
        why = "pa-deploy does not read a file that is included by URL."
        raise Unusable(why, "Commit the file, and include it by its path.")
    if "\0" in value:
        raise Unusable("its name is not a valid path.", "Correct it.")
    return folder / value


def _parts(text: str) -> tuple[str, tuple[Option, ...]]:
    """The text before the options of a line, and the options; none is absurdly long."""
    if len(text) <= LONGEST_LINE:
        said, options = split(text)
        if max(map(len, (said, *(option.value for option in options)))) <= LONGEST_VALUE:
            return said, options
    raise too_long()
