"""Reload a web app that has the loader, and wait for what the loader does then.

A reload is lost if it arrives while the WSGI file is imported, and uWSGI takes no other for a
minute. So none is asked for meanwhile; the loader writes down when an import begins and ends.

A look costs one request of the bucket that all file requests share, 40 a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, repeat

from pa_deploy.errors import DeployError, ReloadDoubtful, ReloadFailed, Unclear
from pa_deploy.loader_files import loader_zip
from pa_deploy.model import Boot
from pa_deploy.release.destination import Destination
from pa_deploy.release.status import read_boot

PAUSES = (1.0, 1.0, 2.0, 3.0)
LASTING_PAUSE = 5.0
"""Twelve looks a minute."""
SITE_PAUSES = (0.25, 0.25, 0.5, 0.5, 1.0, 1.0)
SITE_PAUSE = 2.0
"""Of looks that ask the live site: they cost no request to the API."""
SILENCE_SECONDS = 60.0
"""How long the loader may take until it begins; a worker may be at its last request (60 s)."""
STILL_SECONDS = 15.0
"""How long nothing may change once it has begun: it writes something down each second."""
IMPORT_SECONDS = 90.0
"""How long an import may take until a reload is asked for all the same."""
SETTLE_SECONDS = 2.0
"""How long uWSGI takes from the end of an import until it listens to its emperor again."""
OWN_RELOAD_SECONDS = 20.0
"""How long PythonAnywhere may take until it reloads by itself, after a WSGI file was written."""
IMPORT_PAUSE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """What a reload is to lead to.

    `look` asks once whether it is over. `sign` is something that changes while the loader is at
    work, and None as long as nothing is heard of it. `lost` is the error if it ends without having
    done its work. `asks_site` tells whether `look` asks the live site. `hope` and `doing` are for
    people.
    """

    look: Callable[[], bool]
    sign: Callable[[], object]
    lost: Callable[[], DeployError]
    asks_site: Callable[[], bool]
    hope: str
    doing: str


def reload_until(
    destination: Destination,
    awaited: Awaited,
    *,
    before: Boot | None = None,
    is_up: bool = False,
) -> None:
    """Reload, and look until it is over. What PythonAnywhere says of the reload is a warning.

    `before` is the last import before the WSGI file was written, if that was written just now: then
    PythonAnywhere reloads by itself, and that import is waited for. `is_up`: the site has answered,
    and no reload was asked for since.

    The answer to the reload decides nothing: the site may take longer than the 20 seconds that
    PythonAnywhere waits for it. If the loader stops in the middle, it goes on after a reload. If
    nothing is heard of it, or a reload changes nothing, it is uploaded again, as somebody may have
    deleted it. If that changes nothing either, raise what the reload ran into, or else what is
    `lost`.
    """
    if before:
        await_own_reload(destination, before)
    is_new = False
    while True:
        if not is_up:
            _await_import(destination)
        is_up = False
        trouble = _reload(destination, awaited.hope)
        sign = awaited.sign()
        if look_until_over(destination, awaited):
            return
        if awaited.sign() is not None and awaited.sign() != sign:
            destination.announce("The preparation has stopped. Starting it again.")
        elif is_new:
            raise trouble or awaited.lost()
        else:
            destination.announce("The loader does not report. Uploading it again.")
            destination.api.files.upload(destination.layout.loader, loader_zip())
            is_new = True


def await_own_reload(destination: Destination, before: Boot) -> None:
    """Wait for an import after `before`, and for its end; not for long, for there may be none.

    The site is visited, in case that it starts only then.
    """
    clock = destination.deadline.clock
    end = clock.now() + OWN_RELOAD_SECONDS
    while True:
        destination.visit({})
        boot = read_boot(destination)
        if boot.id != before.id and boot.ended:
            return
        if boot.id != before.id or clock.now() > end:
            break
        _pause(destination, IMPORT_PAUSE, "waiting for PythonAnywhere to load the new WSGI file")
    _await_import(destination)


def _await_import(destination: Destination) -> None:
    """Wait until no import of the WSGI file is under way."""
    clock = destination.deadline.clock
    end = clock.now() + IMPORT_SECONDS
    if read_boot(destination).ended:
        return
    destination.announce("The web app is starting. Waiting until it has started.")
    while not read_boot(destination).ended and clock.now() < end:
        _pause(destination, IMPORT_PAUSE, "waiting until the web app has started")
    _pause(destination, SETTLE_SECONDS, "waiting until the web app has started")


def reload_and_await(destination: Destination) -> None:
    """Reload only to have the loader put its folder in order, which its import does."""
    before = read_boot(destination)
    _await_import(destination)
    _reload(destination, "Checking whether the web app has started.")
    await_own_reload(destination, before)


def _reload(destination: Destination, hope: str) -> ReloadFailed | None:
    """Reload; what it ran into."""
    try:
        warning = destination.api.webapps.reload(destination.layout.domain)
    except ReloadDoubtful as error:
        destination.warn(f"{_as_sentence(error.what)} {hope}")
        return error
    except ReloadFailed as error:
        destination.announce(f"{_as_sentence(error.what)} {hope}")
        return error
    except Unclear as error:
        destination.announce(f"{_as_sentence(error.what)} {hope}")
        return ReloadFailed(error.what, cause=error.cause, advice=error.advice)
    if warning:
        destination.warn(warning)
    return None


def look_until_over(destination: Destination, awaited: Awaited) -> bool:
    """Look until it is over; False if nothing changes for long."""
    clock = destination.deadline.clock
    changed_at = clock.now()
    sign = awaited.sign()
    of_site = chain(SITE_PAUSES, repeat(SITE_PAUSE))
    of_api = chain(PAUSES, repeat(LASTING_PAUSE))
    while not awaited.look():
        if awaited.sign() != sign:
            sign, changed_at = awaited.sign(), clock.now()
        limit = SILENCE_SECONDS if sign is None else STILL_SECONDS
        if clock.now() - changed_at > limit:
            return False
        pauses = of_site if awaited.asks_site() else of_api
        _pause(destination, next(pauses), awaited.doing)
    return True


def _pause(destination: Destination, seconds: float, doing: str) -> None:
    destination.keep_lock()
    destination.deadline.check(doing, seconds)
    destination.deadline.clock.sleep(seconds)


def _as_sentence(what: str) -> str:
    """It may end in PythonAnywhere's own words."""
    if "ping_timeout" in what:
        return "The reload took too long (ping_timeout)."
    return what if what.endswith(".") else f"{what}."
