"""The one reader of requirements files: what a file and all that it includes ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pa_deploy.dependencies import grammar
from pa_deploy.dependencies.decode import Line, logical_lines
from pa_deploy.dependencies.entries import LeftOut, refuse_editable, understand
from pa_deploy.dependencies.environment import holds
from pa_deploy.dependencies.foreign import Foreign, foreign_by_content, foreign_by_name
from pa_deploy.dependencies.index_options import with_option
from pa_deploy.dependencies.model import Entry, IndexOptions, Place, Requirements, Unusable
from pa_deploy.dependencies.options import Option, split
from pa_deploy.dependencies.places import MOST_BYTES, Places, from_file_url
from pa_deploy.dependencies.shown import without_values
from pa_deploy.disguise import forms
from pa_deploy.errors import InputError, Problem
from pa_deploy.urls import without_credentials

INPUT = "requirements"
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
FOR_INDEXES = ("PIP_", "UV_", "PYPI_", "INDEX_")
"""How the names of variables begin that a line may use. Any other variable, such as a token of the
CI, could be sent to a hostile index in its URL.
"""
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
DEEPEST = 20
MOST_FILES = 200
MOST_LINES = 20_000
"""Of all files together. The largest projects list a few thousand packages."""
MOST_PROBLEMS = 50
LONGEST_LINE = 200_000
"""One requirement with more than 2,000 hashes."""
LONGEST_VALUE = 4_000
REFUSED_OPTIONS = {
    "--no-binary": "pa-deploy does not build packages from source.",
    "--config-settings": "it is for builds. pa-deploy does not build packages.",
    "--global-option": "it is for builds. pa-deploy does not build packages.",
    "--install-option": "it is for builds. pa-deploy does not build packages.",
    "--build-option": "it is for builds. pa-deploy does not build packages.",
    "--use-feature": "it is for pip only.",
}


def read_requirements(
    path: Path,
    workspace: Path,
    environ: Mapping[str, str],
    *,
    source: Path | None = None,
    secrets: Sequence[str] = (),
) -> Requirements:
    """Read the file and all that it includes; nothing is fetched or executed.

    Included files must lie in the workspace; if the file itself was named outside it, in the file's
    own folder. `source` is the folder that is shipped. Raises InputError with all problems at once.
    """
    reader = _Reader(environ, tuple(secrets))
    try:
        reader.places = Places.of(path, workspace, source)
    except Unusable as error:
        problem = Problem(INPUT, f"{path}: {error}", advice=error.advice)
        raise InputError((problem,)) from None
    reader.include(path, None, is_constraint=False)
    if reader.problems:
        raise InputError(tuple(reader.problems))
    return Requirements(
        file=reader.places.shown(path),
        entries=tuple(reader.entries),
        constraints=tuple(reader.constraints),
        index=reader.index,
        warnings=tuple(dict.fromkeys(reader.warnings)),
        variables=reader.variables,
    )


class _Reader:
    """Goes through the files in the order in which pip would."""

    places: Places

    def __init__(self, environ: Mapping[str, str], secrets: tuple[str, ...]) -> None:
        self._environ = environ
        self._given_secrets = secrets
        self._secrets = tuple(
            form for secret in secrets if len(secret) > 4 for form in forms(secret)
        )
        self._open: list[Path] = []
        self._seen: set[tuple[Path, bool]] = set()
        self._characters = 0
        self._lines = 0
        self.entries: list[Entry] = []
        self.constraints: list[Entry] = []
        self._has_stopped = False
        self.index = IndexOptions()
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.variables: dict[str, str] = {}

    def include(self, path: Path, by: Place | None, *, is_constraint: bool) -> None:
        """Read one more file, which the line `by` names."""
        shown = self.places.shown(path)
        kind = foreign_by_name(path.name)
        if kind:
            self._refuse_foreign(shown, kind, by)
            return
        try:
            resolved = self.places.resolve(path)
            if (resolved, is_constraint) in self._seen:
                return
            if by:
                self.places.refuse_secret(path, resolved)
            self._limit()
            text = self.places.read(path)
            self._count(text)
        except Unusable as error:
            said = f'"{shown}": {error}' if by else str(error)
            self._refuse(by or shown, said, error.advice)
            return
        self._seen.add((resolved, is_constraint))
        self._open.append(resolved)
        self._read(path, shown, text, by, is_constraint=is_constraint)
        self._open.pop()

    def _count(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MOST_BYTES:
            why = f"the files have more than {MOST_BYTES:,} characters."
            raise Unusable(why, "Name a requirements file.")

    def _limit(self) -> None:
        if len(self._open) >= DEEPEST or len(self._seen) >= MOST_FILES:
            raise Unusable("too many files include each other.", "Put their lines into one file.")

    def _read(
        self, path: Path, shown: str, text: str, by: Place | None, *, is_constraint: bool
    ) -> None:
        if any(form in text for form in self._secrets):
            said = f'"{shown}" contains a secret of this run, so it is not read.'
            self._refuse(by or shown, said, "Name a requirements file.")
            return
        kind = foreign_by_content(text)
        if kind:
            self._refuse_foreign(shown, kind, by)
            return
        for line in logical_lines(text):
            place = Place(shown, line.number)
            self._lines += 1
            if self._is_enough(place):
                return
            try:
                self._line(self._expanded(line), path.parent, place, is_constraint=is_constraint)
            except Unusable as error:
                self._refuse(place, str(error), error.advice)

    def _is_enough(self, place: Place) -> bool:
        """Whether to stop reading; the reason is reported once."""
        if self._has_stopped:
            return True
        if self._lines > MOST_LINES:
            why, advice = f"more than {MOST_LINES:,} lines.", "Name a requirements file."
        elif len(self.problems) >= MOST_PROBLEMS:
            why, advice = f"more than {MOST_PROBLEMS} problems.", "Correct those first."
        else:
            return False
        self._has_stopped = True
        self._refuse(place, f"reading stops here: the files have {why}", advice)
        return True

    def _line(self, text: str, folder: Path, place: Place, *, is_constraint: bool) -> None:
        said, options = _parts(text)
        if said:
            with self._noting(place):
                self._add(self._entry(said, options, folder, place), is_constraint=is_constraint)
            return
        for option in options:
            with self._noting(place):
                self._option(option, folder, place)

    @contextmanager
    def _noting(self, place: Place) -> Iterator[None]:
        try:
            yield
        except LeftOut as note:
            self.warnings.append(self._showable(f"{INPUT}: {place}: {note}"))

    def _add(self, entry: Entry, *, is_constraint: bool) -> None:
        if not is_constraint:
            self.entries.append(entry)
            if entry.hashes:
                self.index = replace(self.index, require_hashes=True)
            return
        if entry.text.startswith(f"{entry.name}["):
            why = f"`{entry.name}`: a constraint cannot have extras."
            raise Unusable(why, "Write the extras in the requirements file.")
        self.constraints.append(entry)

    def _entry(self, said: str, options: tuple[Option, ...], folder: Path, place: Place) -> Entry:
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
        found = understand(said, folder, self.places)
        hashes = tuple(option.value.lower() for option in options)
        return Entry(found.name, found.text, hashes, place)

    def _option(self, option: Option, folder: Path, place: Place) -> None:
        name, value = option.name, option.value
        if name in ("--requirement", "--constraint"):
            included = self._included(value, folder)
            self.include(included, place, is_constraint=name == "--constraint")
        elif name == "--editable":
            raise refuse_editable(value, folder, self.places)
        elif name in REFUSED_OPTIONS:
            raise Unusable(f"`{name}`: {REFUSED_OPTIONS[name]}", "Remove it.")
        elif name == "--hash":
            raise Unusable("`--hash` is on a line without a requirement.", "Join the lines.")
        else:
            self.index = with_option(self.index, option, folder, self.places)

    def _included(self, value: str, folder: Path) -> Path:
        if re.match(r"file:", value, re.IGNORECASE):
            value = from_file_url(value)
        elif re.match(r"[a-z][a-z0-9+.-]+:", value, re.IGNORECASE):
            why = "pa-deploy does not read a file that is included by URL."
            raise Unusable(why, "Commit the file, and include it by its path.")
        if "\0" in value:
            raise Unusable("its name is not a valid path.", "Correct it.")
        return folder / value

    def _expanded(self, line: Line) -> str:
        """The line with its variables replaced, as pip does; their values are never shown."""
        text = line.text
        if len(text) > LONGEST_LINE:
            raise _too_long()
        for name in dict.fromkeys(VARIABLE.findall(text)):
            if not name.startswith(FOR_INDEXES):
                begins = ", ".join(f"`{each}`" for each in FOR_INDEXES)
                why = f"the variable `${{{name}}}` is not replaced: its name must begin with one "
                advice = f"Rename the variable, for example `INDEX_{name}`, here and in `env`."
                raise Unusable(f"{why}of {begins}.", advice)
            value = self._environ.get(name, "")
            if not value:
                why = f"the variable `${{{name}}}` is not set."
                raise Unusable(why, f"Set {name} in the step's `env`.")
            if holds(value, self._given_secrets):
                why = f"the variable `${{{name}}}` holds a secret of this run."
                raise Unusable(why, "Use another variable.")
            self.variables[name] = value
            text = text.replace(f"${{{name}}}", value)
        if CONTROL.search(text):
            raise Unusable("the line has a control character.", "Remove it: type the line again.")
        return text

    def _refuse_foreign(self, shown: str, kind: Foreign, by: Place | None) -> None:
        said = f'"{shown}" is {kind.what}, not a requirements file.'
        advice = f"Make a requirements file, and name that instead: `{kind.command}`."
        self._refuse(by or shown, said, advice)

    def _refuse(self, place: Place | str, said: str, advice: str) -> None:
        """`place`: a line; a whole file if the input names it."""
        before = f"{place}: " if isinstance(place, Place) or f'"{place}"' not in said else ""
        message, advice = self._showable(f"{before}{said}"), self._showable(advice)
        self.problems.append(Problem(INPUT, message, advice=advice))

    def _showable(self, text: str) -> str:
        return without_values(without_credentials(text), self.variables)


def _parts(text: str) -> tuple[str, tuple[Option, ...]]:
    """The text before the options of a line, and the options; none is absurdly long."""
    if len(text) <= LONGEST_LINE:
        said, options = split(text)
        if max(map(len, (said, *(option.value for option in options)))) <= LONGEST_VALUE:
            return said, options
    raise _too_long()


def _too_long() -> Unusable:
    return Unusable("the line is too long to be a requirement.", "Correct it.")
