"""`always_on/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.response import Response

from pa_emulator.always_on.models import AlwaysOnTask
from pa_emulator.always_on.serializers import AlwaysOnTaskSerializer
from pa_emulator.tasks.views import TaskApiView

if TYPE_CHECKING:
    from rest_framework.request import Request

HARMLESS = {"description"}
"""If only this changes, the command goes on running."""


class _AlwaysOnApiView(TaskApiView):
    model = AlwaysOnTask
    serializer = AlwaysOnTaskSerializer
    what = "always-on tasks"

    def allowed(self) -> int:
        number: int = self.account.plan.always_on_tasks
        return number


class AlwaysOnView(_AlwaysOnApiView):
    """`always_on/`."""

    def get(self, _request: Request) -> Response:
        return self.listed()

    def post(self, request: Request) -> Response:
        form = self.create(request)
        self.machine.always_on.restart(form.instance.pk)
        return Response(form.data, status=201)


class AlwaysOnTaskView(_AlwaysOnApiView):
    """`always_on/{id}/`. A changed command starts at once."""

    def get(self, _request: Request, number: int) -> Response:
        return self.shown(number)

    def put(self, request: Request, number: int) -> Response:
        return self._changed(request, number, partial=False)

    def patch(self, request: Request, number: int) -> Response:
        return self._changed(request, number, partial=True)

    def delete(self, _request: Request, number: int) -> Response:
        self.task(number).delete()
        self.machine.always_on.restart(number)
        return Response(status=204)

    def _changed(self, request: Request, number: int, *, partial: bool) -> Response:
        if set(self.change(request, number, partial=partial)) - HARMLESS:
            self.machine.always_on.restart(number)
        return self.shown(number)


class RestartView(_AlwaysOnApiView):
    """`always_on/{id}/restart/`."""

    def post(self, _request: Request, number: int) -> Response:
        answer = self.shown(number)
        self.machine.always_on.restart(number)
        return answer
