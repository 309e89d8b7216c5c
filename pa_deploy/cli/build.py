"""Builds the real things that a command works with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from pa_deploy import __version__
from pa_deploy.api import Api
from pa_deploy.ci import Ci
from pa_deploy.clock import Clock, Deadline
from pa_deploy.deploy import UNKNOWN, Tools
from pa_deploy.model import Run
from pa_deploy.settings import Target
from pa_deploy.transport import Http, Observe, Transport
from pa_deploy.verify import Site

USER_AGENT = f"pa-deploy/{__version__} (Python/{sys.version_info[0]}.{sys.version_info[1]})"


def build_tools(
    target: Target,
    timeout_seconds: float,
    ci: Ci,
    clock: Clock,
    run: Run = UNKNOWN,
    interruptible: Callable[[], AbstractContextManager[None]] = nullcontext,
    environ: Mapping[str, str] = {},
    observers: Sequence[Observe] = (),
) -> Tools:
    deadline = Deadline(clock, timeout_seconds)
    http = Http(deadline, ci.redact, observers)
    transport = Transport(
        target.host,
        target.token,
        http,
        announce=ci.log,
        user_agent=USER_AGENT,
    )
    return Tools(
        api=Api(transport, target.username),
        transport=transport,
        site=Site(http, target.host, USER_AGENT),
        deadline=deadline,
        ci=ci,
        run=run,
        environ=environ,
        interruptible=interruptible,
    )
