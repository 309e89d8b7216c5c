"""A transport with observers, on a clock that no test waits for."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pa_deploy.api import Api
from pa_deploy.ci import Ci
from pa_deploy.clock import Deadline
from pa_deploy.exchanges import Recorder, Recording
from pa_deploy.hosts import find_host
from pa_deploy.model import Secret
from pa_deploy.transport import Http, Observe, Transport
from tests.fake_clock import FakeClock

DOMAIN = "alice.pythonanywhere.com"


def make_transport(url: str, observers: Sequence[Observe], token: str = "token") -> Transport:
    return Transport(
        find_host(url, url),
        Secret(token),
        Http(Deadline(FakeClock(), 600), observers=observers),
        announce=lambda _: None,
        user_agent="test/1",
    )


def no_ci(*hidden: str) -> Ci:
    """A face without a CI, that knows these secrets."""
    ci = Ci(io.StringIO(), io.StringIO())
    for secret in hidden:
        ci.hiding.add(secret)
    return ci


def make_recorder(
    file: Path,
    url: str,
    ci: Ci | None = None,
    username: str = "alice",
    domains: Sequence[str] = (DOMAIN,),
) -> Recorder:
    """A recorder that warns of nothing: trouble fails the test."""

    def warn(text: str) -> None:
        raise AssertionError(text)

    recording = Recording(username, domains, urlsplit(url).netloc, (ci or no_ci()).hiding)
    return Recorder.open(file, recording, warn)


class Recorded:
    """An account whose every call is recorded; `lines` are those of the calls so far."""

    def __init__(self, file: Path, url: str, token: str = "token", **more: Any) -> None:  # noqa: ANN401 - as of make_recorder
        self.file = file
        self.transport = make_transport(url, [make_recorder(file, url, **more)], token)
        self.api = Api(self.transport, more.get("username", "alice"))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()[1:]]
