"""What a run did, and how the site is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pa_deploy.model.plan import Change, Mode, Plan, Step
from pa_deploy.model.release import ReleaseOutcome
from pa_deploy.model.webapp import PasswordProtection, SharedFile


@dataclass(frozen=True, slots=True)
class Run:
    """Who deploys what, and where to look at the run; "" for what is not known."""

    owner: str = ""
    url: str = ""
    commit: str = ""


Trouble = Literal[
    "",
    "no-answer",
    "status",
    "text",
    "redirect",
    "release",
    "default-page",
    "coming-soon",
    "error-page",
    "cached",
    "static",
]
"""What is wrong with an answer of the site; "" if it is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """How to ask the site of the web app `domain` whether it lives. `statuses` are inclusive.

    `login` is what the site's own password protection asks for; None = it is asked without.
    `release`: each answer of its app must name that one. `mapped` are the URLs whose files are
    served without the app, which name none; None = they are not known, and so any answer may.
    """

    url: str
    statuses: tuple[tuple[int, int], ...]
    text: str | None
    timeout_seconds: float
    domain: str = ""
    release: str | None = None
    login: PasswordProtection | None = None
    mapped: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the site said last. `detail` is one sentence that follows the URL.

    `is_of_release`: the answer names the release that is to be live. `log_tail` are lines of the
    error log, the exception first.
    """

    healthy: bool
    url: str
    detail: str
    status: int | None
    seconds: float
    attempts: int
    trouble: Trouble = ""
    is_of_release: bool = False
    log_tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """What a run did to put the former configuration back, because the site was not healthy.

    Of `changes`, `undone` were not made, or nobody knows. `health` is that of the site with the
    former configuration, None if it was not asked. `failure` says why it is not back; "" if it is.
    """

    changes: tuple[Change, ...]
    undone: tuple[Change, ...]
    reloaded: bool
    health: Health | None
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a run did not reach the wanted state."""

    title: str
    message: str
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What came of a plan's changes: `undone` ones were not made, and of `unclear` ones nobody
    knows, because the run ended while they were under way.
    """

    steps: tuple[Step, ...] = ()
    undone: tuple[Change, ...] = ()
    unclear: tuple[Change, ...] = ()


NO_WORK = Work()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that a run did; the same value becomes log, summary, outputs and JSON report.

    `plan` is the first plan of the run, None if it came to none, and `work` is what came of it.
    `reload_seconds` is None if the web app was not reloaded. `shared` are the wanted files that are
    shared, with their whole URLs. A run that did not come to a web app has the defaults.
    """

    domain: str = ""
    url: str = ""
    mode: Mode = "apply"
    plan: Plan | None = None
    work: Work = NO_WORK
    reload_seconds: float | None = None
    health: Health | None = None
    rollback: Rollback | None = None
    release: ReleaseOutcome | None = None
    shared: tuple[SharedFile, ...] = ()
    warnings: tuple[str, ...] = ()
    failure: Failure | None = None
    expires: date | None = None
    requests: int = 0
    seconds: float = 0.0

    @property
    def reloaded(self) -> bool:
        return self.reload_seconds is not None
