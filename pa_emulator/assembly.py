"""Puts the parts of one emulator together; imported once Django is configured."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.core.handlers.wsgi import WSGIHandler

from . import database, urls
from .accounts.models import Account, clash, ensure_account, new_token
from .accounts.throttle import Buckets
from .clock import Clock
from .config import DEFAULT_PLAN, StartError
from .consoles.room import Room
from .dispatch import Dispatcher
from .faults.rules import Faults
from .files.ledgers import Ledgers
from .files.reach import servable
from .hosting.front import Front
from .hosting.park import Park
from .journal import Journal
from .machine import Machine, install
from .parsers import CharsetRequest
from .paths import make_folders, prefix_pattern
from .webapps.sites import live

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from .config import Config, Plan


def assemble(config: Config) -> tuple[Machine, WSGIApplication]:
    database.prepare(config.root)
    config = _settled(config)
    clock = Clock()
    ledgers = Ledgers(config.root, _disk_bytes)
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
        room=Room(config.root, config.state, ledgers.variables),
    )
    install(machine)
    assert urls.urlpatterns  # noqa: S101 - imported here, so that no request has to wait for it
    make_folders(config.root)
    ensure_account(config.username, config.token, config.plan)
    api = WSGIHandler()
    api.request_class = CharsetRequest
    front = Front(root=config.root, clock=clock, park=park, raw_paths=config.raw_paths)
    return machine, Dispatcher(machine=machine, api=api, front=front)


def _settled(config: Config) -> Config:
    """Return it with the token and the plan that were asked for, else those of the last run.

    Raises StartError for an account that the others under root leave no room for.
    """
    problem = clash(config.username, config.token)
    if problem:
        raise StartError(f"--{problem} (root {config.root})")
    kept = Account.objects.filter(username=config.username).first()
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
