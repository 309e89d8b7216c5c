"""The web app as it will be at the end of a run."""

from __future__ import annotations

from dataclasses import dataclass

from pa_deploy.model import Actual, PasswordProtection, StaticFile, WantedWebapp


@dataclass(frozen=True, slots=True)
class Prospect:
    """What follows from what is wanted and from what is there."""

    wanted: WantedWebapp
    actual: Actual

    @property
    def mappings(self) -> tuple[StaticFile, ...]:
        """The static file mappings that there will be."""
        given = self.wanted.static_files
        return given if given is not None else self.actual.static_files or ()

    @property
    def left_alone(self) -> tuple[StaticFile, ...]:
        """The mappings that are there and that no input speaks of."""
        mappings = self.mappings
        return tuple(row for row in self.actual.static_files or () if row not in mappings)

    @property
    def interpreter(self) -> tuple[str, str]:
        """The Python version and the virtualenv that there will be, "" for what is not known."""
        there = self.actual.webapp
        version = self.wanted.python_version or (there.python_version if there else "")
        virtualenv = self.wanted.virtualenv
        if virtualenv is None:
            virtualenv = there.virtualenv if there else ""
        return version, virtualenv

    @property
    def logins(self) -> tuple[PasswordProtection, ...]:
        """What the site asks for now, and what it will ask for after a reload."""
        both = (each.password_protection for each in (self.actual.webapp, self.wanted) if each)
        return tuple(dict.fromkeys(each for each in both if each and each.enabled))

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that the inputs name, and those that the Web tab shows."""
        both = [each for each in (self.wanted, self.actual.webapp) if each]
        sources = [each.source_directory for each in both]
        working = [each.working_directory for each in both]
        return tuple(dict.fromkeys(filter(None, (*sources, *working))))
