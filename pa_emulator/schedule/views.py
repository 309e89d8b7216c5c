"""`schedule/`, and whether an account may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.response import Response

from pa_emulator.choices import PERMISSION_KEY
from pa_emulator.schedule.models import ScheduledTask
from pa_emulator.schedule.serializers import ScheduledTaskSerializer
from pa_emulator.tasks.views import TaskApiView

if TYPE_CHECKING:
    from rest_framework.request import Request


class _ScheduleApiView(TaskApiView):
    model = ScheduledTask
    serializer = ScheduledTaskSerializer
    what = "scheduled tasks"

    def allowed(self) -> int:
        number: int = self.account.plan.scheduled_tasks
        return number


class ScheduleView(_ScheduleApiView):
    """`schedule/`."""

    def get(self, _request: Request) -> Response:
        return self.listed()

    def post(self, request: Request) -> Response:
        return Response(self.create(request).data, status=201)


class ScheduledTaskView(_ScheduleApiView):
    """`schedule/{id}/`."""

    def get(self, _request: Request, number: int) -> Response:
        return self.shown(number)

    def put(self, request: Request, number: int) -> Response:
        self.change(request, number, partial=False)
        return self.shown(number)

    def patch(self, request: Request, number: int) -> Response:
        self.change(request, number, partial=True)
        return self.shown(number)

    def delete(self, _request: Request, number: int) -> Response:
        self.task(number).delete()
        self.machine.timetable.stop(number)
        return Response(status=204)


class PermissionView(_ScheduleApiView):
    """`user_perms/schedule/`: may the account create one more? Undocumented."""

    def get(self, _request: Request) -> Response:
        return Response({PERMISSION_KEY: self.tasks().count() < self.allowed()})
