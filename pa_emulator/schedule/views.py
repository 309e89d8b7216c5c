"""`schedule/`, and whether an account may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from rest_framework.response import Response

from pa_emulator.choices import PERMISSION_KEY
from pa_emulator.errors import NotFoundError
from pa_emulator.rest import ApiView
from pa_emulator.schedule.models import ScheduledTask
from pa_emulator.schedule.serializers import ScheduledTaskSerializer
from pa_emulator.tasks.errors import refuse_more
from pa_emulator.tasks.models import TaskLog

if TYPE_CHECKING:
    from rest_framework.request import Request

_WHAT = "scheduled tasks"


class ScheduleView(ApiView):
    """`schedule/`."""

    def get(self, _request: Request) -> Response:
        rows = ScheduledTask.objects.filter(account=self.account).order_by("pk")
        return Response(ScheduledTaskSerializer(rows, many=True).data)

    def post(self, request: Request) -> Response:
        form = ScheduledTaskSerializer(data=request.data)
        with transaction.atomic():
            count = ScheduledTask.objects.filter(account=self.account).count()
            refuse_more(_WHAT, count, self.account.plan.scheduled_tasks)
            form.is_valid(raise_exception=True)
            task = form.save(account=self.account)
            TaskLog.objects.create(account=self.account, path=task.log)
        return Response(form.data, status=201)


class ScheduledTaskView(ApiView):
    """`schedule/{id}/`."""

    def get(self, _request: Request, number: int) -> Response:
        return Response(ScheduledTaskSerializer(self._task(number)).data)

    def put(self, request: Request, number: int) -> Response:
        return self._change(request, number, partial=False)

    def patch(self, request: Request, number: int) -> Response:
        return self._change(request, number, partial=True)

    def delete(self, _request: Request, number: int) -> Response:
        self._task(number).delete()
        self.machine.timetable.stop(number)
        return Response(status=204)

    def _change(self, request: Request, number: int, *, partial: bool) -> Response:
        form = ScheduledTaskSerializer(self._task(number), data=request.data, partial=partial)
        form.is_valid(raise_exception=True)
        ScheduledTask.objects.filter(pk=number).update(**form.validated_data)
        return Response(ScheduledTaskSerializer(self._task(number)).data)

    def _task(self, number: int) -> ScheduledTask:
        task = ScheduledTask.objects.filter(account=self.account, pk=number).first()
        if task is None:
            raise NotFoundError
        found: ScheduledTask = task
        return found


class PermissionView(ApiView):
    """`user_perms/schedule/`: may the account create one more? Undocumented."""

    def get(self, _request: Request) -> Response:
        count = ScheduledTask.objects.filter(account=self.account).count()
        return Response({PERMISSION_KEY: count < self.account.plan.scheduled_tasks})
