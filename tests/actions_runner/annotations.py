"""Warnings and errors on the page of a run (ExecutionContext.cs)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

LONGEST = 4096
MOST_OF_A_KIND = 10


@dataclass(frozen=True, slots=True)
class Annotation:
    """`kind` is error, warning or notice."""

    kind: str
    message: str
    title: str = ""


class Annotations:
    """Those of one step: ten of each kind are kept, the others are only in the log."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self.kept: list[Annotation] = []

    def add(self, annotation: Annotation) -> None:
        self._counts[annotation.kind] += 1
        if self._counts[annotation.kind] <= MOST_OF_A_KIND:
            self.kept.append(annotation)
