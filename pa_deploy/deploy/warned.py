"""What a run has warned of: said at once, and once more in the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

from pa_deploy.ci import Ci


@dataclass(slots=True)
class Warnings:
    """The warnings of one run, each once in `texts`, and those that were `said` so far."""

    ci: Ci
    texts: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def warn(self, text: str) -> None:
        """Warn now, unless it was said: of several reloads each may say the same."""
        if text in self.said:
            return
        self.said.add(text)
        self.ci.warning(text)
        if text not in self.texts:
            self.texts.append(text)

    def anew(self) -> Warnings:
        """Those of a rollback: what is true of it too is said again."""
        return Warnings(self.ci, self.texts)
