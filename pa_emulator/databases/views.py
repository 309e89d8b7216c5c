"""`databases/mysql/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.response import Response

from pa_emulator.choices import MYSQL_DATABASES
from pa_emulator.rest import ApiView
from pa_emulator.tasks.errors import NotInPlan

if TYPE_CHECKING:
    from rest_framework.request import Request


class MysqlView(ApiView):
    """The account's MySQL databases: none, as the emulator has no server."""

    def get(self, _request: Request) -> Response:
        if not self.account.plan.mysql:
            raise NotInPlan("MySQL databases")
        return Response(list(MYSQL_DATABASES))
