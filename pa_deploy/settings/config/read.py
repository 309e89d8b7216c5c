"""From the config file's table to what it says for one run; all that is wrong is collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pa_deploy.errors import Problem
from pa_deploy.inputs import (
    BY_NAME,
    BadValue,
    Input,
    did_you_mean,
    names_in_file,
)
from pa_deploy.settings.config.find import File
from pa_deploy.settings.config.lines import Path, lines_of
from pa_deploy.settings.config.values import text_of
from pa_deploy.settings.sources import Source

WEBAPP = "webapp"
ENVIRONMENTS = "environments"
DOMAIN = "domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the config file says: `shared` for all web apps of the run, `webapps` for each.

    Of `shared`, the stronger source comes first. No entry in `webapps` means one web app, with
    nothing of its own; else each entry has a domain, and no two have the same.
    """

    shared: tuple[Source, ...] = ()
    webapps: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether there is a file that could be read."""
        return bool(self.shared)


@dataclass(frozen=True, slots=True)
class _Section:
    """The top level, or an environment: its own inputs, and its list of web apps."""

    own: Source = field(default_factory=Source)
    webapps: tuple[Source, ...] = ()


def config_in(file: File, environment: str | None, warnings: tuple[str, ...] = ()) -> Config:
    """What the file says for `environment`, whose table is laid over the top level key by key."""
    reader = _Reader(file)
    top, environments = reader.whole()
    shared: tuple[Source, ...] = (top.own,)
    webapps = top.webapps
    if environment in environments:
        chosen = environments[environment]
        shared, webapps = (chosen.own, top.own), chosen.webapps or top.webapps
    elif environment:
        reader.problems.append(_unknown_environment(environment, file.name, tuple(environments)))
    if not any(problem.input == DOMAIN for problem in reader.problems):
        reader.problems += _domain_problems(shared, webapps)
    return Config(
        shared=shared,
        webapps=webapps,
        problems=tuple(reader.problems),
        warnings=warnings,
        secrets=tuple(reader.secrets),
    )


class _Reader:
    """Goes through a whole file, whichever environment is chosen, and keeps what is wrong."""

    def __init__(self, file: File) -> None:
        self._file = file
        self.problems: list[Problem] = []
        self.secrets: list[str] = []

    def whole(self) -> tuple[_Section, dict[str, _Section]]:
        """The top level, and the environments by name."""
        root = self._file.root
        top = self._section(self._file.table, root, also=(WEBAPP, ENVIRONMENTS))
        path = (*root, ENVIRONMENTS)
        tables = self._table(self._file.table.get(ENVIRONMENTS, {}), path)
        environments = {
            name: self._section(self._table(table, (*path, name)), (*path, name), also=(WEBAPP,))
            for name, table in tables.items()
        }
        return top, environments

    def _table(self, value: object, path: Path) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self._complain(path, "it is not a table.", "Write [environments.NAME] above its keys.")
        return {}

    def _section(self, table: Mapping[str, Any], path: Path, also: tuple[str, ...]) -> _Section:
        inputs = {key: value for key, value in table.items() if key not in also}
        own = self._inputs(inputs, path, also)
        if WEBAPP not in table:
            return _Section(own)
        return _Section(own, tuple(self._entries(table[WEBAPP], (*path, WEBAPP))))

    def _entries(self, entries: object, path: Path) -> Iterator[Source]:
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            advice = f"Write {_header((*path, 0))} above the keys of each web app."
            self._complain(path, "it is not a list of tables.", advice)
            return
        for number, entry in enumerate(entries):
            yield self._inputs(entry, (*path, number))

    def _inputs(self, table: Mapping[str, Any], path: Path, also: tuple[str, ...] = ()) -> Source:
        """The texts of a table's inputs; `also` are the other keys that it may have."""
        texts = {}
        for key, value in table.items():
            try:
                texts[key] = text_of(self._allowed(key, value, path, also), value)
            except BadValue as bad:
                for _, message, advice in bad.complaints:
                    self._complain((*path, key), message, advice)
        return Source(texts, lambda name: self._place((*path, name)), in_repository=True)

    def _allowed(self, key: str, value: object, path: Path, also: tuple[str, ...]) -> Input:
        """The input of that name, if it may stand here; else BadValue."""
        in_entry = bool(path) and isinstance(path[-1], int)
        each = BY_NAME.get(key)
        if each is None:
            names = names_in_file("webapp") if in_entry else names_in_file("webapp", "run")
            offer = did_you_mean(key, (*names, *also)) or "docs/config.md has a list of all keys."
            raise BadValue.because("there is no such key here.", offer)
        if each.secret:
            self.secrets += (part for text in _leaves(value) for part in each.secrets_in(text))
            said = f"it is a secret, which the file must not contain. {each.not_in_file}."
            advice = f"Remove it, and replace it with a new secret. {_ways(each)} {each.instead}"
            raise BadValue.because(said, advice.rstrip())
        if each.scope == "nowhere":
            said = f"the file must not contain it. {each.not_in_file}."
            raise BadValue.because(said, _ways(each) + _environments_hint(each))
        if in_entry and each.scope == "run":
            said = "it is for the whole run, so one web app cannot have its own."
            raise BadValue.because(said, "Move it to the top of the file.")
        return each

    def _complain(self, path: Path, message: str, advice: str) -> None:
        source = self._place(path)
        self.problems.append(Problem(str(path[-1]), message, advice=advice, source=source))

    def _place(self, path: Path) -> str:
        """`pa-deploy.toml, line 7, [environments.staging]`; what is missing would be there."""
        ways = (path[:length] for length in range(len(path), 0, -1))
        line = next((self._lines[way] for way in ways if way in self._lines), None)
        parts = (self._file.name, f"line {line}" if line else "", _header(path[:-1]))
        return ", ".join(part for part in parts if part)

    @cached_property
    def _lines(self) -> Mapping[Path, int]:
        return lines_of(self._file.text)


def _header(path: Path) -> str:
    """The header of a table as it stands in the file; "" for the top level."""
    name = ".".join(key for key in path if isinstance(key, str))
    if path and isinstance(path[-1], int):
        return f"[[{name}]]"
    return f"[{name}]" if name else ""


def _ways(each: Input) -> str:
    """How to say it without the file."""
    value = f"${{{{ secrets.{each.secret_name} }}}}" if each.secret else "…"
    return f"Set it with {each.variable} or, in a workflow, with `with: {each.name}: {value}`."


def _environments_hint(each: Input) -> str:
    return " Begin a table with a line [environments.NAME]." if each.name == "environment" else ""


def _leaves(value: object) -> Iterator[str]:
    """All texts in a value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield str(value)


def _unknown_environment(name: str, file: str, known: tuple[str, ...]) -> Problem:
    offer = did_you_mean(name, known)
    have = f"It has: {', '.join(known)}." if known else "It has no environments."
    advice = f"{offer} {have}" if offer else have
    said = f"{file} has no [environments.{name}]."
    return Problem("environment", said, advice=advice)


def _domain_problems(shared: tuple[Source, ...], webapps: tuple[Source, ...]) -> Iterator[Problem]:
    """Each entry has a domain, and no two have the same."""
    for source in shared if webapps else ():
        if source.text(DOMAIN):
            said = "with [[webapp]] entries, each entry needs its own."
            yield _domain_problem(source, said, "Move it into its [[webapp]] entry.")
    seen = set()
    for entry in webapps:
        domain = entry.text(DOMAIN).lower()
        if not domain:
            yield _domain_problem(entry, "each [[webapp]] needs one.", "Add it.")
        elif domain in seen:
            said = f'two entries have the domain "{domain}".'
            yield _domain_problem(entry, said, "Keep one of them.")
        seen.add(domain)


def _domain_problem(source: Source, said: str, advice: str) -> Problem:
    return Problem(DOMAIN, said, advice=advice, source=source.place(DOMAIN))
