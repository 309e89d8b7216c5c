"""CPU seconds: the cheapest way to try a token."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rest_framework.response import Response

from pa_emulator.rest import ApiView

if TYPE_CHECKING:
    from rest_framework.request import Request


class CpuView(ApiView):
    """`GET cpu/`: limit and use in seconds, and a reset time without zone (API page)."""

    def get(self, _request: Request) -> Response:
        reset = (self.machine.clock.now() + timedelta(days=1)).replace(hour=0, minute=0, second=0)
        return Response(
            {
                "daily_cpu_limit_seconds": self.account.plan.cpu_seconds,
                "next_reset_time": reset.strftime("%Y-%m-%dT%H:%M:%S"),
                "daily_cpu_total_usage_seconds": 0.064381,
            }
        )
