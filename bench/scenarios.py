"""The pieces of work, each with its contenders."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.account import (
    DOMAIN,
    MAPPINGS,
    WEBAPP,
    account,
    api,
    configured,
    empty,
    without_webapp,
)
from bench.curl import Send, Step, in_stages
from bench.model import Contender, Scenario
from bench.ship import first_ship, one_file
from bench.ways import (
    LIMIT,
    LIST,
    LOCKED_LIMIT,
    LOOK,
    OFFICIAL,
    RELOAD,
    UNLOCKED,
    VISIT,
    added,
    configuring,
    creation,
    limit,
    pa_deploy,
    script,
    under_lock,
)
from pa_emulator import Emulator

TICKET = json.dumps(dict.fromkeys(("owner", "run", "since", "until"), "2026-01-01 00:00:00 UTC"))
"""As much as pa-deploy says of a run that a person started."""
FILES = (10, 100, 1_000, 10_000)
"""Numbers of files."""


def no_change(emulator: Emulator) -> Sequence[Contender]:
    ready = partial(configured, emulator)
    return (
        limit(ready, (*LOOK, VISIT), parallel=True),
        configuring(ready, reload="auto"),
    )


def first_deploy(emulator: Emulator) -> Sequence[Contender]:
    """Where the list has no web app, the limit knows that it has no mappings either."""
    ready = partial(empty, emulator)
    steps = (LIST, *creation(DOMAIN), *(added(DOMAIN, *each) for each in MAPPINGS), RELOAD, VISIT)
    ticket = Path(tempfile.mkdtemp(prefix="bench-")) / "ticket"
    ticket.write_text(TICKET)
    return (
        limit(ready, steps),
        configuring(ready, name=UNLOCKED, lock="false"),
        limit(ready, tuple(under_lock(steps, ticket)), name=LOCKED_LIMIT),
        configuring(ready),
        Contender(
            name=OFFICIAL,
            command=script("core.py", str(len(MAPPINGS)), DOMAIN),
            prepare=partial(without_webapp, emulator, [DOMAIN]),
        ),
    )


def one_mapping(count: int, emulator: Emulator) -> Sequence[Contender]:
    wanted = [(f"/s{number}/", f"/home/alice/s{number}") for number in range(count)]
    url, path = wanted[-1]
    configured(emulator, wanted)
    row_id = api(emulator, "GET", f"{WEBAPP}static_files/").json()[-1]["id"]
    row = f"{WEBAPP}static_files/{row_id}/"

    def ready() -> None:
        api(emulator, "PATCH", row, url=url, path="/home/alice/elsewhere")
        emulator.clear_rate_limit()

    correction = Send(method="PATCH", path=account(row), form=(("url", url), ("path", path)))
    return (
        limit(ready, (*LOOK, correction, RELOAD, VISIT)),
        configuring(ready, wanted, UNLOCKED, reload="auto", lock="false"),
        configuring(ready, wanted, reload="auto"),
    )


def several(count: int, emulator: Emulator) -> Sequence[Contender]:
    domains = [f"site{number}-alice.pythonanywhere.com" for number in range(count)]
    entries = "".join(
        f'[[webapp]]\ndomain = "{domain}"\npython-version = "3.13"\n'
        'source-directory = "~/mysite"\nhealth-check = "none"\n'
        'static-files = { "/static/" = "~/mysite/static" }\n\n'
        for domain in domains
    )
    config = Path(tempfile.mkdtemp(prefix="bench-")) / "several.toml"
    config.write_text(entries)
    ready = partial(empty, emulator)
    return (
        Contender(name=LIMIT, command=in_stages(_stages(domains)), prepare=ready),
        pa_deploy(ready, name=UNLOCKED, config=str(config), lock="false"),
        pa_deploy(ready, config=str(config)),
        Contender(
            name=OFFICIAL,
            command=script("core.py", "1", *domains),
            prepare=partial(without_webapp, emulator, domains),
        ),
    )


def _stages(domains: Sequence[str]) -> Iterator[Sequence[Step]]:
    """Web apps do not wait for each other: each step is done for all of them at once."""
    yield [LIST]
    creations = [creation(domain) for domain in domains]
    yield [create for create, _ in creations]
    yield [
        *(configure for _, configure in creations),
        *(added(domain, *MAPPINGS[0]) for domain in domains),
    ]
    yield [Send(method="POST", path=account(f"webapps/{domain}/reload/")) for domain in domains]


SCENARIOS = (
    Scenario(
        name="no-change",
        label="nothing to change",
        title="A configured web app and nothing to do, with `reload: auto`",
        contenders=no_change,
    ),
    Scenario(
        name="first",
        label="first deploy",
        title="First deploy: create, Python version, source directory, two mappings, reload",
        contenders=first_deploy,
    ),
    *(
        Scenario(
            name=f"mapping-{count}",
            label=f"1 mapping of {count}",
            title=f"One mapping of {count} changed",
            contenders=partial(one_mapping, count),
        )
        for count in (5, 200)
    ),
    *(
        Scenario(
            name=f"ship-{count}",
            label=f"ship {count:,} files",
            title=f"A folder of {count:,} files shipped for the first time, {count / 50:g} MB",
            contenders=partial(first_ship, count),
        )
        for count in FILES
    ),
    *(
        Scenario(
            name=f"file-{count}",
            label=f"1 file of {count:,}",
            title=f"One file of {count:,} changed, and shipped",
            contenders=partial(one_file, count),
        )
        for count in FILES
    ),
    Scenario(
        name="twenty",
        label="20 web apps",
        title="First deploy of 20 web apps from one config file, without asking their sites",
        contenders=partial(several, 20),
    ),
)
