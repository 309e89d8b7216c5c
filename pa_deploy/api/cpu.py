"""The endpoint `cpu/`: CPU seconds, which tell the plan of an account."""

from __future__ import annotations

from pa_deploy.api.answers import ask
from pa_deploy.transport import Call, Transport


class Cpu:
    """CPU seconds of one account."""

    def __init__(self, transport: Transport, base: str) -> None:
        self._transport = transport
        self._path = f"{base}cpu/"

    def daily_limit(self) -> float:
        """GET cpu/: how many CPU seconds a day the account has; a free one has 100 (API page)."""
        call = Call(method="GET", path=self._path, what="reading the CPU seconds of the account")
        return ask(self._transport, call, lambda body: float(body["daily_cpu_limit_seconds"]))
