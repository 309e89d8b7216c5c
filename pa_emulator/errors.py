"""Errors that make their own HTTP answer; each service has its own in its `errors` module."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.http import HttpResponse
from rest_framework.response import Response

if TYPE_CHECKING:
    from collections.abc import Mapping


class PythonAnywhereError(Exception):
    """A refusal, with `status` and `body`: JSON if it is a mapping, a page if it is a text."""

    status: ClassVar[int] = 400

    def __init__(self, body: Mapping[str, object] | str) -> None:
        super().__init__(str(body))
        self.body = body

    def response(self) -> HttpResponse | Response:
        if isinstance(self.body, str):
            return HttpResponse(self.body, status=self.status)
        return Response(self.body, status=self.status)


class NotFound(PythonAnywhereError):
    """404 in the framework's words."""

    status = 404

    def __init__(self) -> None:
        super().__init__({"detail": "Not found."})


class Forbidden(PythonAnywhereError):
    """403: the thing belongs to another account, or does not exist."""

    status = 403

    def __init__(self) -> None:
        super().__init__({"detail": "You do not have permission to perform this action."})
