"""Builds the real things that a command works with."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pa_deploy import __version__
from pa_deploy.api import Api
from pa_deploy.ci import who_runs
from pa_deploy.cli.context import Context
from pa_deploy.clock import Deadline
from pa_deploy.deploy import Tools
from pa_deploy.loader.visits import BROWSER
from pa_deploy.settings import Settings, StatusSettings
from pa_deploy.transport import Http, Observe, Transport
from pa_deploy.verify import Site

USER_AGENT = f"pa-deploy/{__version__} (Python/{sys.version_info[0]}.{sys.version_info[1]})"


def build_tools(
    context: Context, settings: Settings | StatusSettings, observers: Sequence[Observe] = ()
) -> Tools:
    target, ci, environ = settings.target, context.ci, context.given.environ
    deadline = Deadline(context.clock, settings.timeout_seconds)
    http = Http(deadline, ci.redact, observers)
    transport = Transport(
        target.host,
        target.token,
        http,
        announce=ci.log,
        user_agent=USER_AGENT,
    )
    return Tools(
        api=Api(transport, target.username, ci.learn),
        transport=transport,
        site=Site(http, target.host, BROWSER),
        deadline=deadline,
        ci=ci,
        run=who_runs(environ),
        environ=environ,
        interruptible=context.interrupts.raised,
    )
