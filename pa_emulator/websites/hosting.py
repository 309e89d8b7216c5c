"""Runs the websites' commands, each on a socket of its own."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import threading
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.choices import LISTEN_SECONDS
from pa_emulator.paths import log_path, make_folder, under
from pa_emulator.tasks.keeper import Keeper
from pa_emulator.websites.models import Website

if TYPE_CHECKING:
    from pa_emulator.clock import Clock
    from pa_emulator.config import Config
    from pa_emulator.tasks.run import Run
    from pa_emulator.tasks.runner import Command, Runner

PRIVATE = 0o700
SOCKET = "app.sock"


@dataclass(frozen=True, slots=True)
class _Host:
    """One running website: visitors reach it at `address`."""

    keeper: Keeper
    address: Path

    def is_hopeless(self) -> bool:
        return self.keeper.is_pausing


class Hosts:
    """The running commands by domain; none with hosting off."""

    def __init__(self, config: Config, clock: Clock, runner: Runner) -> None:
        self._root = config.root
        self.is_hosting = config.hosting
        self._clock = clock
        self._runner = runner
        self._turn = threading.Lock()
        self._hosts: dict[str, _Host] = {}
        # A socket's path must be short though root may be deep.
        digest = hashlib.sha256(str(config.root).encode()).hexdigest()[:16]
        self._sockets = Path(f"/tmp/pa-emulator-{digest}")  # noqa: S108 - ours alone, see `open`

    def open(self) -> None:
        """Start the websites of the last run. Remove sockets that a killed emulator left."""
        shutil.rmtree(self._sockets, ignore_errors=True)
        for website in Website.objects.filter(enabled=True):
            self.restart(website.domain_name)

    def close(self) -> None:
        self.stop_all()
        shutil.rmtree(self._sockets, ignore_errors=True)

    def restart(self, domain: str) -> None:
        """Stop a website, and start it as its row says; do not if it is gone or disabled."""
        with self._turn:
            self._stop(domain)
            website = Website.objects.filter(domain_name=domain).select_related("account").first()
            if self.is_hosting and website is not None and website.enabled:
                self._hosts[domain] = self._start(website)

    def stop_all(self) -> None:
        with self._turn:
            for domain in list(self._hosts):
                self._stop(domain)

    def connect(self, domain: str) -> socket.socket:
        """Wait until a website listens, and return a connection to it.

        Raises ConnectionRefusedError if its command ends first or takes too long.
        """
        connections: list[socket.socket] = []

        def attempt() -> bool:
            host = self._hosts.get(domain)
            if host is None:
                return not self._turn.locked()  # it may restart now
            connection = _connected(host.address)
            if connection is not None:
                connections.append(connection)
            return connection is not None or host.is_hopeless()

        self._clock.wait_until(attempt, LISTEN_SECONDS)
        if not connections:
            raise ConnectionRefusedError(domain)
        return connections[0]

    def _stop(self, domain: str) -> None:
        host = self._hosts.pop(domain, None)
        if host is not None:
            host.keeper.stop()
            host.address.unlink(missing_ok=True)
            host.address.parent.unlink()

    def _start(self, website: Website) -> _Host:
        domain = website.domain_name
        if not self._hosts:
            # Never a folder that somebody else has made.
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets.mkdir(mode=PRIVATE)
        shown = f"/var/sockets/{domain}"
        place = self._sockets / os.urandom(6).hex()
        make_folder(under(self._root, shown))
        place.symlink_to(under(self._root, shown))
        address = place / SOCKET
        command = self._runner.command(website.account, website.command)
        if command.sees_paths:
            known = f"{shown}/{SOCKET}"
        else:
            known = str(address)
            text = command.text.replace(f"{shown}/{SOCKET}", "${DOMAIN_SOCKET}")
            command = replace(command, text=text)
        command = replace(
            command,
            is_eu=domain.endswith(".eu.pythonanywhere.com"),
            variables={**command.variables, "DOMAIN_SOCKET": known},
        )
        start = partial(self._run, command, domain, address)
        return _Host(Keeper(start, self._clock), address)

    def _run(self, command: Command, domain: str, address: Path) -> Run:
        address.unlink(
            missing_ok=True
        )  # left by an earlier run; most servers refuse to start if it exists
        return self._runner.start(command, log_path(domain, "server"), log_path(domain, "error"))


def _connected(address: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    with contextlib.suppress(OSError):
        connection.connect(str(address))
        return connection
    connection.close()
    return None
