"""Version constraints as Poetry writes them (`^1.2`, `~1.2`, `1.*`, `||`), as PEP 440 has them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

OR = re.compile(r"\s*+\|\|?\s*+")
PART = re.compile(r"(\^|~=|~|===?|!=|<>|>=|<=|>|<|=)?\s*+v?([A-Za-z0-9.*+!_-]++)\s*+,?\s*+")
ANY = ("*", "x", "X", "")
WILDCARD = re.compile(r"v?(\d+(?:\.\d+)*)\.[*xX](?:\.[*xX])*")
MOST_LENGTH = 500


class NoConstraint(ValueError):
    """The text is not a constraint."""


def specifiers(text: str) -> str:
    """The constraint with `,` between its parts, "" for any version. Raises NoConstraint.

    PEP 440 has no "or": alternatives that touch become one, and of others the newest counts.
    """
    if len(text) > MOST_LENGTH:
        raise NoConstraint
    found = [_all_of(each) for each in OR.split(text.strip())]
    return found[0] if len(found) == 1 else _joined(found)


def allows(text: str, version: str) -> bool:
    """Whether the version is among those of the constraint; raises NoConstraint."""
    if len(text) > MOST_LENGTH:
        raise NoConstraint
    try:
        return any(
            SpecifierSet(_all_of(each)).contains(version, prereleases=True)
            for each in OR.split(text.strip())
        )
    except InvalidVersion:
        raise NoConstraint from None


def alternatives(text: str) -> tuple[str, ...]:
    """The specifiers of each alternative; raises NoConstraint."""
    if len(text) > MOST_LENGTH:
        raise NoConstraint
    return tuple(_all_of(each) for each in OR.split(text.strip()))


def _all_of(text: str) -> str:
    """The specifiers of one alternative."""
    text = text.strip().strip(",")
    if text in ANY:
        return ""
    parts = []
    position = 0
    while position < len(text):
        part = PART.match(text, position)
        if not part:
            raise NoConstraint
        parts.append((part[1] or "", part[2]))
        position = part.end()
    if len(parts) > 1 and any(not sign for sign, _ in parts):
        raise NoConstraint
    found = [each for sign, version in parts for each in _one(sign, version)]
    joined = ",".join(dict.fromkeys(found))
    try:
        SpecifierSet(joined)
    except InvalidSpecifier:
        raise NoConstraint from None
    return joined


def _one(sign: str, text: str) -> list[str]:
    if text in ANY and sign in ("", "=", "==", ">="):
        return []
    wildcard = WILDCARD.fullmatch(text)
    if sign in ("^", "~"):
        return _range(sign, wildcard[1] if wildcard else text)
    if sign in ("", "=", "==", "!=", "<>"):
        equals = "!=" if sign in ("!=", "<>") else "=="
        return [f"{equals}{wildcard[1]}.*" if wildcard else f"{equals}{text}"]
    return [f"{sign}{wildcard[1] if wildcard else text}"]


def _range(sign: str, text: str) -> list[str]:
    """`^` keeps the first part that is not zero, `~` the first two parts."""
    version = _version(text)
    release = version.release
    if sign == "~":
        kept = min(len(release), 2)
    else:
        zeros = next((at for at, part in enumerate(release) if part), len(release) - 1)
        kept = zeros + 1
    after = (*release[: kept - 1], release[kept - 1] + 1)
    epoch = f"{version.epoch}!" if version.epoch else ""
    return [f">={text}", f"<{epoch}{'.'.join(map(str, after))}"]


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        raise NoConstraint from None


@dataclass(frozen=True, slots=True)
class _Span:
    """From `low` (None: the oldest) to `high`, which is not part of it (None: no end)."""

    low: Version | None
    high: Version | None

    @classmethod
    def of(cls, specifiers: str) -> _Span | None:
        """None if it is not of the form `>=low,<high`."""
        ends: dict[str, Version] = {}
        for each in SpecifierSet(specifiers):
            version = each.version.removesuffix(".*")
            if each.operator == "==" and each.version.endswith(".*"):
                release = Version(version).release
                after = (*release[:-1], release[-1] + 1)
                ends = {">=": Version(version), "<": Version(".".join(map(str, after)))}
            elif each.operator in (">=", "<") and each.operator not in ends:
                ends[each.operator] = Version(version)
            else:
                return None
        return cls(ends.get(">="), ends.get("<"))

    def touches(self, later: _Span) -> bool:
        return self.high is None or later.low is None or later.low <= self.high

    def with_later(self, later: _Span) -> _Span:
        if self.high is None or later.high is None:
            return _Span(self.low, None)
        return _Span(self.low, max(self.high, later.high))

    def written(self) -> str:
        low = [f">={self.low}"] if self.low else []
        return ",".join((*low, *([f"<{self.high}"] if self.high else [])))


OLDEST = Version("0.dev0")


def _joined(found: list[str]) -> str:
    if "" in found:
        return ""
    spans = [_Span.of(each) for each in found]
    known = sorted((span for span in spans if span), key=lambda span: span.low or OLDEST)
    if len(known) < len(spans):
        return found[-1]
    joined = known[:1]
    for span in known[1:]:
        if joined[-1].touches(span):
            joined[-1] = joined[-1].with_later(span)
        else:
            joined.append(span)
    return joined[-1].written()
