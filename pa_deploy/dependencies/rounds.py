"""Resolve; if packages cannot be shipped, find all of them, and the way out of each.

uv stops at the first. So the listed versions are looked up together (`survey`), and each other
package that uv names is left out by an override, and uv is asked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pa_deploy.dependencies.explain import explain, named
from pa_deploy.dependencies.formats.target import Target
from pa_deploy.dependencies.lacking import OFFERED, Lack, refuse
from pa_deploy.dependencies.model import Entry, Requirements
from pa_deploy.dependencies.resolution import checked
from pa_deploy.dependencies.survey import LOWEST, NOWHERE, Survey, at_least, at_most, before, public
from pa_deploy.dependencies.uv import Uv
from pa_deploy.errors import DeployError, InputError, OutOfTime

MOST_ROUNDS = 30


def resolve(
    uv: Uv,
    wanted: Requirements,
    python_version: str,
    environ: Mapping[str, str],
    *,
    can_build: bool,
) -> str:
    """The lock file of all packages, "" for none. Raises InputError, IndexUnreachable, OutOfTime.

    `can_build`: if building would help for all that is wrong, no other way out is looked for.
    """
    exit_code, said = uv.compile(wanted, python_version)
    if not exit_code:
        return checked(uv.found, wanted, environ)
    if not named(said, exit_code, wanted):
        raise explain(said, exit_code, wanted, python_version)
    search = _Search(uv, wanted, python_version)
    try:
        failed = search.run()
    except OutOfTime:
        failed = None
    if failed and not (search.found and isinstance(failed, InputError)):
        raise failed
    others = failed.problems if isinstance(failed, InputError) else ()
    is_buildable = not others and all(lack.has_source for lack in search.found.values())
    found = search.found if can_build and is_buildable else search.told()
    raise refuse(found, others, wanted, python_version)


class _Search:
    """Finds all packages that cannot be shipped. `found` has them by name."""

    def __init__(self, uv: Uv, wanted: Requirements, python_version: str) -> None:
        self._uv = uv
        self._wanted = wanted
        self._python = python_version
        self._survey = Survey(uv, wanted)
        self.found: dict[str, Lack] = {}

    def run(self) -> DeployError | None:
        """Fill `found`, and return what fails besides."""
        self._look_up_pins()
        for _ in range(MOST_ROUNDS):
            rest = self._rest()
            if not rest.entries:
                return None
            exit_code, said = self._uv.compile(rest, self._python)
            if not exit_code:
                return None
            rows = [
                row for row in named(said, exit_code, self._wanted) if row.name not in self.found
            ]
            news = [row for row in rows if self._confirms(row)]
            if not news:
                return explain(said, exit_code, self._wanted, self._python, is_conflict=bool(rows))
            self.found.update((row.name, row) for row in news)
        return None

    def told(self) -> dict[str, Lack]:
        """All that was found, each with its way out as far as the index tells it."""
        others = self._others()
        pythons = self._pythons()
        return {
            name: replace(
                lack,
                other=others.get(name, ""),
                pythons=lack.pythons or tuple(pythons.get(name, ())),
            )
            for name, lack in self.found.items()
        }

    def _look_up_pins(self) -> None:
        """Find those of the listed versions that have no wheel, all at once."""
        pins = {entry.name: entry.pin for entry in self._entries() if public(entry.pin)}
        lines = {name: at_least(name, version) for name, version in pins.items()}
        versions = self._survey.versions(lines, self._python, LOWEST)
        for name, version in pins.items():
            if public(versions.get(name, "")) != public(version):
                lack = self._survey.lack(name, f"{name}=={version}", self._python)
                if lack:
                    self.found[name] = replace(lack, version=version)

    def _entries(self) -> Iterator[Entry]:
        """The entries that count for this Python, without those from a URL."""
        target = Target(self._python)
        for entry in self._wanted.entries:
            said, _, marker = entry.text.partition(" ; ")
            if " @ " not in said and (not marker or target.holds(marker)):
                yield entry

    def _rest(self) -> Requirements:
        """The requirements without these packages, whoever asks for them."""
        never = (Entry(name, f'{name} ; python_version < "0"', (), NOWHERE) for name in self.found)
        entries = (entry for entry in self._wanted.entries if entry.name not in self.found)
        kept = (entry for entry in self._wanted.overrides if entry.name not in self.found)
        return replace(self._wanted, entries=tuple(entries), overrides=(*kept, *never))

    def _confirms(self, lack: Lack) -> bool:
        """Whether the package alone cannot be had, if it is listed without a version: uv names one
        too of which some versions do not fit, while others conflict with other packages.
        """
        listed = [entry for entry in self._wanted.entries if entry.name == lack.name]
        if lack.kind == "version" and not lack.version:
            is_sure = False  # another package may ask for that version
        else:
            is_sure = not listed or lack.kind == "unknown" or any(entry.pin for entry in listed)
        return is_sure or (
            bool(listed)
            and all(self._survey.lack(lack.name, entry.text, self._python) for entry in listed)
        )

    def _others(self) -> dict[str, str]:
        """The nearest other version that can be shipped: a newer one, else an older one.

        The other way round for a version that does not exist: it often is one too high.
        """
        asked = {
            name: lack.version
            for name, lack in self.found.items()
            if public(lack.version) and lack.kind != "unknown" and not lack.system
        }
        is_older = {name: self.found[name].kind in ("python", "version") for name in asked}
        first = {
            name: at_least(name, version) for name, version in asked.items() if not is_older[name]
        }
        newer = self._survey.versions(first, self._python, LOWEST)
        rest = {name: before(name, version) for name, version in asked.items() if name not in newer}
        found = {**newer, **self._survey.versions(rest, self._python)}
        last = {
            name: at_least(name, version)
            for name, version in asked.items()
            if self.found[name].kind == "version" and name not in found
        }
        return {**found, **self._survey.versions(last, self._python, LOWEST)}

    def _pythons(self) -> dict[str, list[str]]:
        """The other Pythons for which the wanted version has a wheel."""
        asked = {
            name: lack
            for name, lack in self.found.items()
            if lack.kind == "wheel" and not lack.pythons and not lack.system
        }
        lines = {
            name: at_most(name, lack.version) if public(lack.version) else name
            for name, lack in asked.items()
        }
        pythons: dict[str, list[str]] = {}
        for python in (each for each in OFFERED if each != self._python):
            versions = self._survey.versions(lines, python)
            for name, version in versions.items():
                if public(asked[name].version) in ("", public(version)):
                    pythons.setdefault(name, []).append(python)
        return pythons
