"""`students/`: list the students, and remove one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.response import Response

from pa_emulator.errors import NotFound
from pa_emulator.rest import ApiView
from pa_emulator.students.models import Student

if TYPE_CHECKING:
    from rest_framework.request import Request


class StudentsView(ApiView):
    """`students/`."""

    def get(self, _request: Request) -> Response:
        rows = Student.objects.filter(teacher=self.account).select_related("account").order_by("pk")
        return Response({"students": [{"username": row.account.username} for row in rows]})


class StudentView(ApiView):
    """`students/{name}/`; 404 for one who is not yours (official library's tests)."""

    def delete(self, _request: Request, student: str) -> Response:
        count, _ = Student.objects.filter(
            teacher=self.account, account__username__iexact=student
        ).delete()
        if not count:
            raise NotFound
        return Response(status=204)
