"""Every way a run can fail: the situation, the exit code, and what to do about it.

DeployError
  InputError       2    something in the inputs cannot be used
  Drift            3    `check` found the web app other than wanted
  Unauthorized     4    the token is refused
  Forbidden        4    the token is not for this account
  Refused          5    PythonAnywhere said no to a request
    NotFound       5    ... because the thing is not there
    OtherCapitals  5    ... because `username` has other capitals than the account
    NotKept        5    ... by accepting a value and not keeping it
    DiskFull       5    ... because the account's disk is full
  Unreachable      6    no usable answer, also after the retries
    ServerFailed   6    PythonAnywhere answers with a failure of its own
    Unclear        6    a write that may or may not have happened
    OutOfTime      6    `timeout` is used up
  ReloadFailed     7    the web app could not be reloaded
    ReloadDoubtful 7    ... or perhaps it was: the answer does not tell
    ReloadUnexplained 7 ... and it is none that PythonAnywhere is known to give
  Unhealthy        8    the site does not answer as it should
  ReleaseRefused   9    the new release did not go live; the former one still serves
  PlanChanged      10   the plan is not the expected one
  NewerPaDeploy    10   a newer pa-deploy has laid out the account's releases
  Locked           10   another deploy has the lock of the web app
Interrupted  130, 143   SIGINT, SIGTERM
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar


class DeployError(Exception):
    """A failure told in up to three beats: what happened, the likely cause, the next step.

    `until_undone` belongs to the next step, but only while the changes of the run are in place.
    """

    exit_code: ClassVar[int] = 1
    title: ClassVar[str] = "pa-deploy failed"

    def __init__(
        self, what: str, *, cause: str = "", advice: str = "", until_undone: str = ""
    ) -> None:
        super().__init__(what)
        self.what = what
        self.cause = cause
        self.advice = advice
        self.until_undone = until_undone
        self.unsent = False
        """Whether what failed is certain not to have happened, as nothing of it was sent."""

    def __str__(self) -> str:
        step = f"{self.advice} {self.until_undone}".strip()
        return "\n".join(beat for beat in (self.what, self.cause, step) if beat)

    def went_on(self, said: str, *, undone: bool) -> None:
        """Add what was done about it, and whether that has undone the changes of the run."""
        holds = "" if undone else self.until_undone
        self.advice = " ".join(each for each in (self.advice, holds, said) if each)
        self.until_undone = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one input; `line` counts from 1 within a value of several lines.

    `source` says where the value stands, if that is in a file. `absent` names the input that was
    not given, if that is what is wrong.
    """

    input: str
    message: str
    line: int | None = None
    advice: str = ""
    source: str = ""
    absent: str = field(default="", compare=False)

    def __str__(self) -> str:
        place = f"{self.source}: {self.input}" if self.source else self.input
        if self.line:
            place += f", line {self.line}{' of its value' if self.source else ''}"
        return f"{place}: {self.message}" + (f" {self.advice}" if self.advice else "")


def without_follow_ups(problems: Iterable[Problem], known: Iterable[str]) -> Iterator[Problem]:
    """The problems without those that say an input was not given that is `known` to be wrong."""
    hidden = set(known)
    yield from (problem for problem in problems if problem.absent not in hidden)


class InputError(DeployError):
    """All problems with the inputs at once, so that one more run is enough."""

    exit_code = 2
    title = "Bad input"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Drift(DeployError):
    """The web app is not as wanted, and `mode: check` was to find that out."""

    exit_code = 3
    title = "Differences found"


class Unauthorized(DeployError):
    """PythonAnywhere does not know the token."""

    exit_code = 4
    title = "Token refused"


class Forbidden(DeployError):
    """The token is valid, but not for what was asked."""

    exit_code = 4
    title = "Not allowed for this account"


class Refused(DeployError):
    """PythonAnywhere understood the request and refused it; asking again will not help."""

    exit_code = 5
    title = "Refused by PythonAnywhere"


class IsFolder(Refused):
    """There is a folder where a file should be."""


class NotFound(Refused):
    """What was asked for does not exist on the account."""

    title = "Not found on PythonAnywhere"


class OtherCapitals(Refused):
    """The account's name has other capitals than `username`, and so has its home directory.

    Raised before anything is written; the run begins anew with the right `name`.
    """

    def __init__(self, typed: str, name: str) -> None:
        super().__init__(
            f"The account's name is {name}, not {typed}.", advice=f"Set `username: {name}`."
        )
        self.name = name


class NotKept(Refused):
    """A write was answered with success, but the answer shows another value."""

    title = "Change not kept by PythonAnywhere"


class DiskFull(Refused):
    """Nothing more can be written on the account."""

    title = "The account's disk is full"


class Unreachable(DeployError):
    """No usable answer came, also after the retries."""

    exit_code = 6
    title = "PythonAnywhere unreachable"


class ServerFailed(Unreachable):
    """PythonAnywhere answers, but with a failure of its own."""

    title = "PythonAnywhere failed"


class Unclear(Unreachable):
    """A request that must not be sent twice got no clear answer: only a fresh look can tell."""

    title = "No clear answer from PythonAnywhere"


class OutOfTime(Unreachable):
    """The time that `timeout` allows is used up."""

    title = "Out of time"


class IndexUnreachable(Unreachable):
    """No usable answer came from the index that packages are fetched from."""

    title = "Package index unreachable"


class ReloadFailed(DeployError):
    """The configuration is written, but the web app was not reloaded."""

    exit_code = 7
    title = "Reload failed"


class ReloadDoubtful(ReloadFailed):
    """PythonAnywhere's answer does not tell whether the reload has worked."""


class ReloadUnexplained(ReloadDoubtful):
    """The answer is none that PythonAnywhere is known to give to a reload."""


class Unhealthy(DeployError):
    """The web app was reloaded, but the site does not answer as it should."""

    exit_code = 8
    title = "Site unhealthy"


class ReleaseRefused(DeployError):
    """PythonAnywhere's web worker could not put the release in place, and serves the former one."""

    exit_code = 9
    title = "Release refused"


class PlanChanged(DeployError):
    """It is not what `expect-digest` names, or a rollback had in mind; nothing was written."""

    exit_code = 10
    title = "Not the expected plan"


class NewerPaDeploy(DeployError):
    """What is on the account was laid out by a newer pa-deploy, which this one could damage."""

    exit_code = 10
    title = "Newer pa-deploy"


class Locked(DeployError):
    """Another deploy has the lock of the web app, or has taken it over."""

    exit_code = 10
    title = "Another deploy has the lock"


class Interrupted(BaseException):
    """A signal ended the run. Not an `Exception`, so that nothing on the way swallows it."""

    title: ClassVar[str] = "Interrupted"

    def __init__(self, signal_name: str, signal_number: int) -> None:
        key = " (Ctrl-C)" if signal_name == "SIGINT" else ""
        super().__init__(f"Interrupted by {signal_name}{key}.")
        self.advice = ""
        self.exit_code = 128 + signal_number

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.advice}".strip()


def reason_of(error: BaseException, otherwise: str) -> str:
    """What the system says of an OSError, as the end of a sentence."""
    said = getattr(error, "strerror", None) or otherwise
    return f"{said[:1].lower()}{said[1:]}"
