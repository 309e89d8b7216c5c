"""List, create, show and kill consoles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from rest_framework.response import Response

from pa_emulator.consoles.errors import InputNeeded, NotStarted, TooManyConsoles
from pa_emulator.consoles.models import Console
from pa_emulator.consoles.serializers import ConsoleSerializer
from pa_emulator.errors import NotFound
from pa_emulator.rest import ApiView

if TYPE_CHECKING:
    from rest_framework.request import Request

    from pa_emulator.consoles.terminal import Terminal


class ConsolesView(ApiView):
    """`consoles/`. Creating one does not start it: only a browser does (API page)."""

    def get(self, _request: Request) -> Response:
        rows = Console.objects.filter(account=self.account).order_by("pk")
        return Response(ConsoleSerializer(rows, many=True).data)

    def post(self, request: Request) -> Response:
        form = ConsoleSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            if Console.objects.filter(account=self.account).count() >= self.account.plan.consoles:
                raise TooManyConsoles
            form.save(account=self.account)
        return Response(form.data, status=201)


class SharedConsolesView(ApiView):
    """`consoles/shared_with_you/`."""

    def get(self, _request: Request) -> Response:
        rows = Console.objects.filter(shared_with=self.account).order_by("pk")
        return Response(ConsoleSerializer(rows, many=True).data)


class _OfConsole(ApiView):
    """Calls about one console. Other accounts may use it if it is shared with them."""

    def _console(self, number: int) -> Console:
        console = Console.objects.filter(account=self.account, pk=number).first()
        if console is None:
            raise NotFound
        found: Console = console
        return found

    def _terminal(self, number: int) -> Terminal:
        mine = Q(account=self.account) | Q(shared_with=self.account)
        if not Console.objects.filter(mine, pk=number).exists():
            raise NotFound
        terminal = self.machine.room.find(number)
        if terminal is None:
            raise NotStarted
        return terminal


class ConsoleView(_OfConsole):
    """`consoles/{id}/`."""

    def get(self, _request: Request, number: int) -> Response:
        return Response(ConsoleSerializer(self._console(number)).data)

    def delete(self, _request: Request, number: int) -> Response:
        self._console(number).delete()
        self.machine.room.close(number)
        return Response(status=204)


class OutputView(_OfConsole):
    """`consoles/{id}/get_latest_output/`."""

    def get(self, _request: Request, number: int) -> Response:
        return Response({"output": self._terminal(number).output})


class InputView(_OfConsole):
    """`consoles/{id}/send_input/`: types `input`; a line must end with a newline (API page)."""

    rate = 120

    def post(self, request: Request, number: int) -> Response:
        terminal = self._terminal(number)
        text = request.data.get("input") if isinstance(request.data, dict) else None
        if not isinstance(text, str):
            raise InputNeeded
        terminal.type(text)
        return Response({"status": "OK"})
