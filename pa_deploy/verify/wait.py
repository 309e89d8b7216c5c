"""Ask the site until it is healthy, or until waiting longer is of no use."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from pa_deploy.background import Background
from pa_deploy.clock import Deadline
from pa_deploy.model import Health, HealthCheck
from pa_deploy.transport import READ_SECONDS
from pa_deploy.verify.site import Site
from pa_deploy.verify.visit import LEAST_SECONDS, ask_once

PAUSE_SECONDS = 2.0
ROUNDS = 3
AT_ONCE = 3
"""How many visits a round has: on several workers all are asked, on one they queue."""
STEADY = 3
"""How many equal wrong answers of what is to be live are its last word."""
TOO_MANY = 429
OTHERS = ", but other answers were healthy"


def wait_until_healthy(
    check: HealthCheck,
    site: Site,
    deadline: Deadline,
    announce: Callable[[str], None],
    reserve_seconds: float = 0.0,
    early: Health | None = None,
    *,
    thorough: bool = True,
) -> Health:
    """Ask until the site is healthy or `timeout_seconds` are over; the last answer either way.

    `early` is the first answer, if the site was asked already. Without `thorough` one good answer
    is enough, if it is the first: nothing was changed then.

    Else a good answer is followed by ROUNDS of AT_ONCE visits, which must be good as well. They may
    go on when the time is over, but never beyond what `deadline` allows, less `reserve_seconds`.
    """
    clock = deadline.clock
    last = clock.now() + max(0.0, deadline.remaining() - reserve_seconds)
    end = min(clock.now() + check.timeout_seconds, last)
    attempts = equal = 0
    former: Health | None = None
    flaps = False
    while True:
        attempts += 1
        health = early or ask_once(check, site, deadline, _patience(end - clock.now()))
        early = None
        if health.healthy and (thorough or former):
            flaps = True
            slow = READ_SECONDS + AT_ONCE * health.seconds
            health = _ask_all(check, site, deadline, min(slow, last - clock.now()), health)
        health = replace(health, attempts=attempts)
        if health.healthy:
            return health
        equal = equal + 1 if former and _is_same(former, health) else 1
        left = end - clock.now()
        if left <= PAUSE_SECONDS or equal >= _most_equal(check, health):
            return replace(health, detail=f"{health.detail}{OTHERS}") if flaps else health
        if former is None or former.detail != health.detail:
            announce(f"{health.url} {health.detail}; asking again for up to {left:.0f} s")
        former = health
        clock.sleep(PAUSE_SECONDS)


def _patience(left: float) -> float:
    return min(READ_SECONDS, max(LEAST_SECONDS, left))


def _most_equal(check: HealthCheck, health: Health) -> float:
    """After how many equal wrong answers waiting is of no use.

    Either the new release has answered, or there is no code at all. If an app raises an exception,
    PythonAnywhere answers in its place, without the name of the release. So it does for a file of a
    mapping, which a process of before may serve for a moment after the switch.
    """
    is_empty = health.trouble == "default-page" and check.release is None
    if health.is_of_release or is_empty:
        return STEADY
    is_exception = health.trouble == "error-page" and health.status == 500
    is_sure = is_exception and check.release is not None
    return 2 * STEADY if is_sure or _is_of_mapping(check, health) else math.inf


def _is_of_mapping(check: HealthCheck, health: Health) -> bool:
    """Whether a static file mapping has answered in place of the release's app, if it has one."""
    if check.release is None or not check.mapped or health.trouble not in ("text", "status"):
        return False
    is_mapped = unquote(urlsplit(check.url).path or "/").startswith(check.mapped)
    return is_mapped and (health.status or 500) < 500


def _is_same(one: Health, other: Health) -> bool:
    return (one.status, one.detail) == (other.status, other.detail)


def _ask_all(
    check: HealthCheck, site: Site, deadline: Deadline, patience: float, good: Health
) -> Health:
    """Ask in ROUNDS, each at once: a bad answer, or `good` if there is none.

    An app that has had enough of these visits is asked no more. It lives.
    """
    patience = max(LEAST_SECONDS, patience)
    for _ in range(ROUNDS):
        asked = [
            Background(lambda: ask_once(check, site, deadline, patience)).start()
            for _ in range(AT_ONCE)
        ]
        answers = [each.result() for each in asked]
        bad = [each for each in answers if not each.healthy]
        worse = [each for each in bad if each.status != TOO_MANY]
        if worse:
            return worse[0]
        if bad:
            break
    return good
