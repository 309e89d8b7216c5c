"""Errors that know their HTTP face; each service has its own in its `errors` module."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.http import HttpResponse
from rest_framework.response import Response

if TYPE_CHECKING:
    from collections.abc import Mapping


class PythonAnywhereError(Exception):
    """A refusal: `status`, and a `body` that is JSON if a mapping, an HTML page if a text."""

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
    """403: what is asked for is not this account's, or not there at all."""

    status = 403

    def __init__(self) -> None:
        super().__init__({"detail": "You do not have permission to perform this action."})
