"""The observers that a run's inputs ask for: `debug` and `record`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from urllib.parse import urlsplit

from pa_deploy.ci import Ci
from pa_deploy.exchanges import DebugLines, Recorder, Recording
from pa_deploy.settings import Target, Watching
from pa_deploy.transport import Observe


def make_observers(
    watching: Watching, target: Target, domains: Sequence[str], ci: Ci, until: ExitStack
) -> tuple[Observe, ...]:
    """Observers of each request, which work while `until` is open. Raises InputError."""
    observers: list[Observe] = []
    api = urlsplit(target.host.origin).netloc
    if watching.debug != "no":
        log = ci.debug if watching.debug == "yes" else ci.debug_if_asked
        observers.append(DebugLines(api, log, ci.redact))
    if watching.record:
        recording = Recording(target.username, domains, api, ci.hiding)
        recorder = Recorder.open(watching.record, recording, ci.warning)
        until.callback(recorder.close)
        observers.append(recorder)
    return tuple(observers)
