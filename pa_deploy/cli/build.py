"""Builds the real things that a command works with."""

from __future__ import annotations

import sys

from pa_deploy import __version__
from pa_deploy.api import Api
from pa_deploy.ci import Ci
from pa_deploy.clock import Clock, Deadline
from pa_deploy.deploy import Tools
from pa_deploy.settings import Target
from pa_deploy.transport import Http, Transport
from pa_deploy.verify import Site

USER_AGENT = f"pa-deploy/{__version__} (Python/{sys.version_info[0]}.{sys.version_info[1]})"


def build_tools(target: Target, timeout_seconds: float, ci: Ci, clock: Clock) -> Tools:
    deadline = Deadline(clock, timeout_seconds)
    http = Http(deadline)
    transport = Transport(target.host, target.token, http, ci.log, USER_AGENT)
    return Tools(
        api=Api(transport, target.username),
        transport=transport,
        site=Site(http, target.host, USER_AGENT),
        deadline=deadline,
        ci=ci,
    )
