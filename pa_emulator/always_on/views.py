"""`always_on/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from rest_framework.response import Response

from pa_emulator.always_on.models import AlwaysOnTask
from pa_emulator.always_on.serializers import AlwaysOnTaskSerializer
from pa_emulator.errors import NotFoundError
from pa_emulator.rest import ApiView
from pa_emulator.tasks.errors import refuse_more
from pa_emulator.tasks.models import TaskLog

if TYPE_CHECKING:
    from rest_framework.request import Request

_WHAT = "always-on tasks"
# What a change of leaves the command running.
_HARMLESS = {"description"}


class AlwaysOnView(ApiView):
    """`always_on/`."""

    def get(self, _request: Request) -> Response:
        rows = AlwaysOnTask.objects.filter(account=self.account).order_by("pk")
        return Response(AlwaysOnTaskSerializer(rows, many=True).data)

    def post(self, request: Request) -> Response:
        form = AlwaysOnTaskSerializer(data=request.data)
        with transaction.atomic():
            count = AlwaysOnTask.objects.filter(account=self.account).count()
            refuse_more(_WHAT, count, self.account.plan.always_on_tasks)
            form.is_valid(raise_exception=True)
            task = form.save(account=self.account)
            TaskLog.objects.create(account=self.account, path=task.log)
        self.machine.always_on.restart(task.pk)
        return Response(form.data, status=201)


class _OneTaskView(ApiView):
    def _task(self, number: int) -> AlwaysOnTask:
        task = AlwaysOnTask.objects.filter(account=self.account, pk=number).first()
        if task is None:
            raise NotFoundError
        found: AlwaysOnTask = task
        return found


class AlwaysOnTaskView(_OneTaskView):
    """`always_on/{id}/`. A changed command starts at once."""

    def get(self, _request: Request, number: int) -> Response:
        return Response(AlwaysOnTaskSerializer(self._task(number)).data)

    def put(self, request: Request, number: int) -> Response:
        return self._change(request, number, partial=False)

    def patch(self, request: Request, number: int) -> Response:
        return self._change(request, number, partial=True)

    def delete(self, _request: Request, number: int) -> Response:
        self._task(number).delete()
        self.machine.always_on.restart(number)
        return Response(status=204)

    def _change(self, request: Request, number: int, *, partial: bool) -> Response:
        form = AlwaysOnTaskSerializer(self._task(number), data=request.data, partial=partial)
        form.is_valid(raise_exception=True)
        if form.validated_data:
            AlwaysOnTask.objects.filter(pk=number).update(**form.validated_data)
        if set(form.validated_data) - _HARMLESS:
            self.machine.always_on.restart(number)
        return Response(AlwaysOnTaskSerializer(self._task(number)).data)


class RestartView(_OneTaskView):
    """`always_on/{id}/restart/`."""

    def post(self, _request: Request, number: int) -> Response:
        task = self._task(number)
        self.machine.always_on.restart(number)
        return Response(AlwaysOnTaskSerializer(task).data)
