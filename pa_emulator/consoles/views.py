"""List, create, show and kill consoles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from rest_framework.response import Response

from pa_emulator.errors import NotFoundError
from pa_emulator.rest import ApiView

from .errors import ConsoleLimitError
from .models import Console
from .serializers import ConsoleSerializer

if TYPE_CHECKING:
    from rest_framework.request import Request


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
                raise ConsoleLimitError
            form.save(account=self.account)
        return Response(form.data, status=201)


class SharedConsolesView(ApiView):
    """`consoles/shared_with_you/`."""

    def get(self, _request: Request) -> Response:
        rows = Console.objects.filter(shared_with=self.account).order_by("pk")
        return Response(ConsoleSerializer(rows, many=True).data)


class ConsoleView(ApiView):
    """`consoles/{id}/`."""

    def get(self, _request: Request, number: int) -> Response:
        return Response(ConsoleSerializer(self._console(number)).data)

    def delete(self, _request: Request, number: int) -> Response:
        self._console(number).delete()
        return Response(status=204)

    def _console(self, number: int) -> Console:
        console = Console.objects.filter(account=self.account, pk=number).first()
        if console is None:
            raise NotFoundError
        found: Console = console
        return found
