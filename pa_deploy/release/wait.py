"""Wait until the loader has put a release in place or refused it, and show what its commands print.

A look costs one request of the bucket that all file requests share, 40 a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, repeat

from pa_deploy.ci import LINE_END
from pa_deploy.errors import ReleaseRefused, ReloadFailed, Unclear
from pa_deploy.loader_files import loader_zip
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.status import is_disk_full, read_status

PAUSES = (1.0, 1.0, 2.0, 3.0)
LASTING_PAUSE = 5.0
"""Twelve looks a minute."""
SILENCE_SECONDS = 60.0
"""How long the loader may take until it begins; a worker may be at its last request (60 s)."""
UNPACK = "unpack"
TIMED_OUT = "exit code 124"
KILLED = "exit code -9"
"""What needs too much memory is killed."""
SHARED = "/shared/"
REFUSED_AT = {
    "unpack": "it could not be unpacked",
    "secrets": "it is incomplete",
    "run": 'the command "{}" failed',
    "first-run": 'the command "{}" of `first-run` failed',
    "python-path": "a folder of `python-path` is missing",
    "import": '"{}" could not be imported',
}
"""What happened at each step of the loader, `{}` being what the step is about."""
CAUSES = {
    "secrets": "Somebody deleted or changed its file in `secrets/` on PythonAnywhere.",
    "run": "See the command's output in the log.",
    "first-run": "See the command's output in the log.",
    "python-path": "No file in that folder of `source` is shipped, and no command of `run` makes "
    "it.",
    "import": "`app` does not match the code, a package is missing, or `env` lacks a value. See "
    "the traceback in the log.",
}
"""The likely cause if a step of the loader fails."""
NEXT_STEPS = {
    "run": "Correct the command and deploy again.",
    "first-run": "Correct the command and deploy again.",
    "python-path": "Correct `python-path` and deploy again.",
    "import": "Correct the code or the inputs and deploy again.",
}


class Watch:
    """Looks at the loader's status again and again, and passes its commands' output on."""

    def __init__(self, destination: Destination, nonce: str) -> None:
        self._destination = destination
        self._nonce = nonce
        self._seen = 0
        self._rest = b""
        self.status = ReleaseStatus()

    def look(self) -> bool:
        """Ask once; whether the release is live or refused.

        Raises ReleaseRefused if it was begun, and another release has replaced it since.
        """
        status = read_status(self._destination)
        if status.nonce != self._nonce:
            if self.status.nonce and status.nonce:
                raise _replaced(self.status, status)
            return False
        self.status = status
        self._tell(status, is_over=status.state != "activating")
        return status.state in ("live", "refused")

    def _tell(self, status: ReleaseStatus, *, is_over: bool) -> None:
        """Pass on the lines that are new; an unfinished one waits for its end."""
        new = status.output_bytes - self._seen
        if new > len(status.output):
            self._destination.announce(f"| ({new - len(status.output)} bytes are left out)")
            self._rest = b""
        self._seen = status.output_bytes
        fresh = status.output[-new:] if new > 0 else b""
        *lines, self._rest = (self._rest + fresh).split(b"\n")
        if is_over and self._rest:
            lines.append(self._rest)
        for line in lines:
            for part in LINE_END.split(line.decode("utf-8", "replace")):
                self._destination.announce(f"| {part}")


def reload_until(
    destination: Destination,
    look: Callable[[], bool],
    *,
    is_heard: Callable[[], bool],
    hope: str,
    doing: str,
) -> str | None:
    """Reload, and `look` until it is over; the text of a warning about the reload.

    The answer to the reload decides nothing: unpacking and commands may take longer than the 20
    seconds that PythonAnywhere waits for the site. If nothing is heard of the loader, it is
    uploaded again, as somebody may have deleted it. If nothing is heard all the same, raise what
    the reload ran into, or else ReleaseRefused.
    """
    warning, _ = _reload(destination, hope)
    if _is_over(destination, look, is_heard, doing):
        return warning
    destination.announce("Nothing is heard of pa-deploy's loader. Uploading it again.")
    destination.api.files.upload(destination.layout.loader, loader_zip())
    warning, trouble = _reload(destination, hope)
    if _is_over(destination, look, is_heard, doing):
        return warning
    raise trouble or _silent()


def _reload(
    destination: Destination, hope: str
) -> tuple[str | None, ReloadFailed | Unclear | None]:
    """Reload; the text of a warning, and what it ran into."""
    try:
        return destination.api.webapps.reload(destination.layout.domain), None
    except (ReloadFailed, Unclear) as error:
        destination.announce(f"{_as_sentence(error.what)} {hope}")
        return None, error


def _is_over(
    destination: Destination, look: Callable[[], bool], is_heard: Callable[[], bool], doing: str
) -> bool:
    """Look until it is over; False if nothing is heard for SILENCE_SECONDS."""
    clock = destination.deadline.clock
    started = clock.now()
    pauses = chain(PAUSES, repeat(LASTING_PAUSE))
    while not look():
        if not is_heard() and clock.now() - started > SILENCE_SECONDS:
            return False
        pause = next(pauses)
        destination.keep_lock()
        destination.deadline.check(doing, pause)
        clock.sleep(pause)
    return True


def _as_sentence(what: str) -> str:
    """It may end in PythonAnywhere's own words."""
    if "ping_timeout" in what:
        return "The reload took too long (ping_timeout)."
    return what if what.endswith(".") else f"{what}."


def insist_on_live(status: ReleaseStatus) -> None:
    """Raise ReleaseRefused unless the release has gone live."""
    if status.state != "live":
        raise _refusal(status)


def _refusal(status: ReleaseStatus) -> ReleaseRefused:
    """Why the release did not go live, for people."""
    step, _, of = status.step.partition(": ")
    place = REFUSED_AT.get(step, "it could not start").format(of)
    return ReleaseRefused(
        f"Release {status.id} was refused on PythonAnywhere: {place} ({status.error}).",
        cause=_likely_cause(status, step),
        advice=f"{_serving(status)} {_next_step(status, step)}",
    )


def _serving(status: ReleaseStatus) -> str:
    if status.live:
        return f"The former release {status.live} still serves."
    return "Your site shows what it showed before."


def _next_step(status: ReleaseStatus, step: str) -> str:
    return "Then deploy again." if is_disk_full(status) else NEXT_STEPS.get(step, "Deploy again.")


def _likely_cause(status: ReleaseStatus, step: str) -> str:
    said = status.error.lower()
    if is_disk_full(status):
        return "The account's disk is full: delete files there, or set `keep-releases` lower."
    if TIMED_OUT in said:
        return "It took longer than `timeout` allows."
    if KILLED in said:
        return "It was killed. It may need too much memory."
    if "was killed" in said:
        return f"Last step: {status.step or 'the beginning'}. It may need too much memory."
    if step == UNPACK and SHARED in said:
        return (
            "A path in `shared` must be a directory, but is a file on PythonAnywhere or in the "
            "release. pa-deploy never deletes shared files: move the file yourself."
        )
    return CAUSES.get(step, "")


def _replaced(begun: ReleaseStatus, status: ReleaseStatus) -> ReleaseRefused:
    return ReleaseRefused(
        f"Release {status.id} replaced release {begun.id} while that was starting.",
        cause="Another deploy or rollback did not wait for this one.",
        advice=f"{_serving(status)} Set `lock: true` in all of them, so that they wait for each "
        "other.",
    )


def _silent() -> ReleaseRefused:
    return ReleaseRefused(
        "The web app was reloaded, but its WSGI file did not report anything.",
        cause="Possible causes: the web app is disabled or expired, its worker does not start, the "
        "disk is full, or another deploy replaced this one.",
        advice="Read the web app's error log: pa-deploy logs error.",
    )
