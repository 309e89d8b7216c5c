"""The Python and the machine that dependencies are for: what a marker says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

LATEST_PATCH = 40
"""No Python has had as many."""
TRUE, FALSE = 'os_name == "posix"', 'os_name == "nt"'
EXTRA = re.compile(r"""\bextra\s*+(==|!=)\s*+(?:"([^"]*+)"|'([^']*+)')""")
EXTRA_LAST = re.compile(r"""(?:"([^"]*+)"|'([^']*+)')\s*+(==|!=)\s*+extra\b""")


@dataclass(frozen=True, slots=True)
class Target:
    """PythonAnywhere's machines with one Python; `version` has no patch number, as in `3.13`.

    Markers are judged as uv judges them: by the first patch of the version.
    """

    version: str

    def environment(self) -> dict[str, str | frozenset[str]]:
        """The values of a marker's variables."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.version}.0",
            "os_name": "posix",
            "platform_machine": "x86_64",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.version}.0",
            "python_version": self.version,
            "sys_platform": "linux",
        }

    def holds(self, marker: str, extras: Iterable[str] = (), groups: Iterable[str] = ()) -> bool:
        """Whether a marker is true, if these extras and groups are installed.

        Raises ValueError if it is not a marker.
        """
        names = frozenset(map(canonicalize_name, extras))
        more = {"extras": names, "dependency_groups": frozenset(map(canonicalize_name, groups))}
        try:
            parsed = Marker(_settled(marker, names))
            return parsed.evaluate({**self.environment(), **more}, context="lock_file")
        except (
            *(InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, InvalidVersion),
            RecursionError,
        ):
            raise ValueError from None

    def fits(self, specifiers: str) -> bool:
        """Whether any patch of this Python is among them; raises ValueError if they are none."""
        try:
            allowed = SpecifierSet(specifiers)
        except InvalidSpecifier:
            raise ValueError from None
        return any(allowed.contains(f"{self.version}.{patch}") for patch in range(LATEST_PATCH))


def _settled(marker: str, names: frozenset[str]) -> str:
    """The marker with each comparison of `extra` decided: any number of them may be installed."""

    def decided(operator: str, name: str) -> str:
        return TRUE if (canonicalize_name(name) in names) == (operator == "==") else FALSE

    text = EXTRA.sub(lambda found: decided(found[1], found[2] or found[3] or ""), marker)
    return EXTRA_LAST.sub(lambda found: decided(found[3], found[1] or found[2] or ""), text)
