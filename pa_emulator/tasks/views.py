"""What the views of scheduled and of always-on tasks share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import transaction
from rest_framework.response import Response

from pa_emulator.errors import NotFound
from pa_emulator.rest import ApiView
from pa_emulator.tasks.errors import refuse_more
from pa_emulator.tasks.models import TaskLog

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class TaskApiView(ApiView):
    """Tasks of one kind, with its `model`, `serializer` and, for messages, its name `what`."""

    model: ClassVar[Any]
    serializer: ClassVar[Any]
    what: ClassVar[str]

    def allowed(self) -> int:
        """Return how many of them the account may have."""
        raise NotImplementedError

    def tasks(self) -> QuerySet[Any]:
        """Return the account's tasks of this kind."""
        found: QuerySet[Any] = self.model.objects.filter(account=self.account)
        return found

    def task(self, number: int) -> Any:  # noqa: ANN401 - one of `model`
        task = self.tasks().filter(pk=number).first()
        if task is None:
            raise NotFound
        return task

    def shown(self, number: int) -> Response:
        return Response(self.serializer(self.task(number)).data)

    def listed(self) -> Response:
        return Response(self.serializer(self.tasks().order_by("pk"), many=True).data)

    def create(self, request: Request) -> Any:  # noqa: ANN401 - a serializer that was saved
        form = self.serializer(data=request.data)
        with transaction.atomic():
            refuse_more(self.what, self.tasks().count(), self.allowed())
            form.is_valid(raise_exception=True)
            task = form.save(account=self.account)
            TaskLog.objects.create(account=self.account, path=task.log)
        return form

    def change(self, request: Request, number: int, *, partial: bool) -> dict[str, Any]:
        """Change a task; return the checked fields of the request."""
        form = self.serializer(self.task(number), data=request.data, partial=partial)
        form.is_valid(raise_exception=True)
        wanted: dict[str, Any] = form.validated_data
        if wanted:
            self.tasks().filter(pk=number).update(**wanted)
        return wanted
