"""Puts the parts of one emulator together; imported once Django is configured."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

from django.core.handlers.wsgi import WSGIHandler

from pa_emulator import database, urls
from pa_emulator.accounts.models import Account, clash, ensure_account, new_token
from pa_emulator.always_on.keepers import Keepers
from pa_emulator.buckets import Buckets
from pa_emulator.clock import Clock
from pa_emulator.config import DEFAULT_PLAN, CannotStart
from pa_emulator.consoles.room import Room
from pa_emulator.dispatch import Dispatcher
from pa_emulator.faults.rules import Faults
from pa_emulator.files.ledgers import Ledgers
from pa_emulator.files.reach import servable
from pa_emulator.hosting.park import Park
from pa_emulator.journal import Journal
from pa_emulator.machine import Machine
from pa_emulator.namespaces import Namespaces
from pa_emulator.parsers import CharsetRequest
from pa_emulator.paths import make_folders, prefix_pattern
from pa_emulator.programs import write_programs
from pa_emulator.schedule.timetable import Timetable
from pa_emulator.tasks.runner import Runner
from pa_emulator.warden import Warden
from pa_emulator.webapps.sites import live
from pa_emulator.websites.front import WebsiteFront
from pa_emulator.websites.hosting import Hosts

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from pa_emulator.config import Config, Plan


def assemble(config: Config) -> tuple[Machine, WSGIApplication]:
    database.prepare(config.root)
    config = _settled(config)
    clock = Clock()
    ledgers = Ledgers(config.root, _disk_bytes)
    namespaces = Namespaces(config.root, ledgers.variables, write_programs(config.state))
    runner = Runner(config.root, _usernames, namespaces, is_on=config.programs)
    park = Park(
        config,
        clock,
        lambda: prefix_pattern(config.root, _usernames()),
        lambda username, path: servable(username, config.root, path),
        ledgers.variables,
        live,
    )
    machine = Machine(
        config=config,
        clock=clock,
        journal=Journal(),
        faults=Faults(),
        buckets=Buckets(),
        park=park,
        room=Room(config.root, config.state, namespaces, is_on=config.programs),
        timetable=Timetable(config.root, clock, runner),
        always_on=Keepers(clock, runner),
        websites=Hosts(config, clock, runner),
        warden=Warden(
            memory=config.memory_limit,
            processes=config.process_limit,
            running=lambda: [*park.running(), *runner.running()],
        ),
    )
    assert urls.urlpatterns  # noqa: S101 - imported here, so that no request has to wait for it
    make_folders(config.root)
    ensure_account(config.root, config.username, config.token, config.plan)
    api = WSGIHandler()
    api.request_class = CharsetRequest
    return machine, Dispatcher(
        machine=machine,
        api=api,
        front=park.front,
        websites=WebsiteFront(
            root=config.root,
            clock=clock,
            raw_paths=config.raw_paths,
            hosts=machine.websites,
        ),
    )


def _settled(config: Config) -> Config:
    """Fill in the token and the plan of the last run if none was asked for.

    Raises CannotStart if another account under root rules this one out.
    """
    problem = clash(config.username, config.token)
    if problem:
        raise CannotStart(f"--{problem} (root {config.root}). Pass another")
    kept = Account.objects.filter(username=config.username).first()
    others = sorted(_usernames())
    if others and not kept:
        sys.stderr.write(
            f"pa-emulator: {config.root} has no account {config.username} yet: adding it. It has "
            f"{', '.join(others)}. To go on with one of them, pass its name as --username.\n"
        )
    return dataclasses.replace(
        config,
        token=config.token or (kept.token if kept else new_token()),
        plan=config.plan or (kept.plan_name if kept else DEFAULT_PLAN),
    )


def _disk_bytes(username: str) -> int:
    plan: Plan = Account.objects.get(username=username).plan
    return plan.disk_bytes


def _usernames() -> list[str]:
    return list(Account.objects.values_list("username", flat=True))
