"""Errors of a plan's limits."""

from __future__ import annotations

from pa_emulator.errors import PythonAnywhereError


class NotInPlan(PythonAnywhereError):
    """403 if free accounts cannot have this (observed by clients; the words are ours)."""

    status = 403

    def __init__(self, what: str) -> None:
        super().__init__({"detail": f"Free accounts cannot have {what}. Upgrade your account."})


class TooManyTasks(PythonAnywhereError):
    """403 if the plan allows no more tasks (observed by clients)."""

    status = 403

    def __init__(self, what: str) -> None:
        super().__init__({"detail": f"You have reached your maximum number of {what}"})


def refuse_more(what: str, count: int, allowed: int) -> None:
    """Raise an error if an account that has `count` of a kind may not have one more."""
    if allowed == 0:
        raise NotInPlan(what)
    if count >= allowed:
        raise TooManyTasks(what)
