"""What every endpoint of the API shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView, exception_handler

from pa_emulator.accounts.auth import OwnAccount, TokenOfAccount
from pa_emulator.choices import METHODS
from pa_emulator.errors import Forbidden, PythonAnywhereError
from pa_emulator.machine import machine_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse
    from rest_framework.parsers import BaseParser
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request

    from pa_emulator.accounts.models import Account
    from pa_emulator.machine import Machine


class JsonAlways(BaseContentNegotiation):
    """The API answers JSON, whatever the Accept header says."""

    def select_parser(self, request: Request, parsers: Sequence[BaseParser]) -> BaseParser | None:
        for parser in parsers:
            if request.content_type.split(";")[0].strip().lower() == parser.media_type:
                return parser
        return None

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 - the framework's signature, here and below
        renderers: Sequence[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        return (renderers[0], renderers[0].media_type)


class TextJsonRenderer(JSONRenderer):
    """JSON under the content type `text/json`, which web app creation answers with."""

    media_type = "text/json"


class EndpointThrottle(BaseThrottle):
    """429 with `Retry-After` when the bucket of (account, view) is full."""

    def allow_request(self, request: Request, view: ApiView) -> bool:
        machine = view.machine
        if machine.config.rate_limit == 0:
            return True
        limit = view.rate or machine.config.rate_limit
        key = (request.user.pk, type(view).__qualname__)
        self._wait = machine.buckets.take(key, limit, machine.clock.timestamp())
        return self._wait == 0.0

    def wait(self) -> float:
        return self._wait


class MachineView(APIView):
    """A view that answers JSON, and reaches the running emulator."""

    content_negotiation_class = JsonAlways
    http_method_names = METHODS

    @property
    def machine(self) -> Machine:
        return machine_of(self.request)


class ApiView(MachineView):
    """One endpoint. Its class is its bucket for the rate limit, of `rate` calls a minute."""

    authentication_classes = (TokenOfAccount,)
    permission_classes = (IsAuthenticated, OwnAccount)
    throttle_classes = (EndpointThrottle,)
    rate: ClassVar[int | None] = None
    username: str

    def dispatch(self, request: HttpRequest, *, username: str, **kwargs: object) -> HttpResponse:
        """Keep the URL's user for the permission check; handlers get the rest of the URL."""
        self.username = username
        answer: HttpResponse = super().dispatch(request, **kwargs)
        return answer

    @property
    def account(self) -> Account:
        account: Account = self.request.user
        return account


def handle_exception(error: Exception, context: Mapping[str, object]) -> HttpResponse | None:
    """Turn our errors into their answers; leave the rest to the framework."""
    # Its web app or account was removed at the same moment.
    if isinstance(error, (IntegrityError, ObjectDoesNotExist)):
        return Forbidden().response()
    if isinstance(error, PythonAnywhereError):
        return error.response()
    answer: HttpResponse | None = exception_handler(error, context)
    return answer
