"""Requirements after parsing. Every text is of our own grammar, see `grammar`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pa_deploy.errors import InputError, Problem

PIN = re.compile(r"(?<!=)===?([^,=*]+)$")


class Unusable(ValueError):
    """A file, a line or an option that pa-deploy does not use. The message says why, and `advice`
    what to do.
    """

    def __init__(self, why: str, advice: str) -> None:
        super().__init__(why)
        self.advice = advice


class OnlyBuilt(Unusable):
    """A requirement that has to be built: pip on PythonAnywhere does that, and pa-deploy does not.

    `name` is the package's, "" if the line has none; `line` is for pip.
    """

    def __init__(self, why: str, advice: str, *, name: str, line: str) -> None:
        super().__init__(why, advice)
        self.name = name
        self.line = line


class NeedsBuilding(InputError):
    """All that is wrong is that some packages have to be built. `packages` names them."""

    def __init__(self, problems: tuple[Problem, ...], packages: tuple[str, ...]) -> None:
        super().__init__(problems)
        self.packages = packages


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands; `file` is relative to the workspace, if it lies there."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One requirement or constraint; `hashes` are `sha256:…`, one of which a file must have."""

    name: str
    text: str
    hashes: tuple[str, ...]
    place: Place

    @property
    def pin(self) -> str:
        """The one version that fits, or ""."""
        found = PIN.search(self.text.partition(" ; ")[0])
        return found[1] if found else ""

    def line(self) -> str:
        return " ".join((self.text, *(f"--hash={each}" for each in self.hashes)))


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """Where packages come from, as far as the files say."""

    index_url: str = ""
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    no_index: bool = False
    pre: bool = False
    require_hashes: bool = False

    def lines(self) -> tuple[str, ...]:
        """The options that uv reads from a file; URLs may hold passwords, so not as arguments."""
        return (
            *(("--no-index",) if self.no_index else ()),
            *((f"--index-url {self.index_url}",) if self.index_url else ()),
            *(f"--extra-index-url {url}" for url in self.extra_index_urls),
            *(f"--find-links {url}" for url in self.find_links),
        )

    def prerelease(self) -> tuple[str, ...]:
        """An option that uv takes as an argument only."""
        return ("--prerelease=allow",) if self.pre else ()

    def trusted(self) -> tuple[str, ...]:
        """Options that uv takes as arguments only."""
        return tuple(f"--allow-insecure-host={host}" for host in self.trusted_hosts)


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a file and all that it includes ask for.

    `overrides` stand in place of what packages ask for. `is_locked`: the entries are all that is
    needed, so nothing else is resolved.

    `variables` are the environment variables that the files use, with their values, which must not
    be shown.
    """

    file: str
    entries: tuple[Entry, ...]
    constraints: tuple[Entry, ...] = ()
    overrides: tuple[Entry, ...] = ()
    index: IndexOptions = IndexOptions()
    is_locked: bool = False
    warnings: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    def place_of(self, name: str) -> Place | None:
        """Where a package is asked for; None if only another package asks for it."""
        found = (entry.place for entry in self.entries if entry.name == name)
        return next(found, None)
