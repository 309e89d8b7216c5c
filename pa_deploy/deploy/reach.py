"""How a run reaches the releases of a web app: by the API, and by the site itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.layout import Layout
from pa_deploy.model import PasswordProtection
from pa_deploy.release import REQUEST_HEADER, Destination, request_key
from pa_deploy.settings import Target
from pa_deploy.transport import Fault

VISIT_SECONDS = 10.0
"""How long the site may take to answer a signed request, for which the app does nothing."""
LEASE_CALL_SECONDS = 40.0
"""A look at the loader's status may take so long; the lock must count until then."""
UNAUTHORIZED = 401


def make_destination(target: Target, tools: Tools, warnings: Warnings) -> Destination:
    return Destination(
        api=tools.api,
        layout=Layout.of(target.username, target.domain),
        deadline=tools.deadline,
        announce=tools.ci.log,
        doing=tools.ci.doing,
        warn=warnings.warn,
        ask=partial(_visit, target, tools),
        request_key=request_key(target.token, target.domain),
        keep_lock=partial(tools.transport.guard, LEASE_CALL_SECONDS),
        run=tools.run,
        redact=tools.ci.redact,
    )


def _visit(
    target: Target,
    tools: Tools,
    headers: Mapping[str, str],
    logins: tuple[PasswordProtection, ...],
) -> bytes | None:
    """Ask the site for what no app and no static file answers; what the loader says.

    The first of the `logins` that the site accepts is used, if it asks for one.
    """
    url = f"https://{target.domain}/.pa-deploy"
    for login in logins or (None,):
        try:
            answer = tools.site.get(url, VISIT_SECONDS, login, headers)
        except Fault:
            return None
        if answer.status != UNAUTHORIZED:
            break
    return answer.body if REQUEST_HEADER.lower() in answer.headers else None
