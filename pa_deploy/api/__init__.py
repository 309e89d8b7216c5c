"""PythonAnywhere's HTTP API: one method per endpoint, statuses turned into values and errors.

Facts come from the API page (help.pythonanywhere.com/pages/API), and, if it is silent, from
what its clients have observed; docstrings say which.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from pa_deploy.api.consoles import Consoles
from pa_deploy.api.cpu import Cpu
from pa_deploy.api.files import Files
from pa_deploy.api.static import Rows, static_files, static_headers
from pa_deploy.api.webapps import Webapps
from pa_deploy.transport import Transport

__all__ = ["Api", "Rows"]


class Api:
    """All endpoints for one account. `learn` is told each secret that an answer has."""

    def __init__(
        self, transport: Transport, username: str, learn: Callable[[str], object] = str
    ) -> None:
        base = f"/api/v0/user/{quote(username, safe='')}/"
        self.username = username
        self.consoles = Consoles(transport, base)
        self.cpu = Cpu(transport, base)
        self.files = Files(transport, base, username)
        self.webapps = Webapps(transport, base, learn)
        self.static_files = static_files(transport, base)
        self.static_headers = static_headers(transport, base)
