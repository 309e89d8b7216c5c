"""What every endpoint of the API shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView, exception_handler

from .accounts.auth import OwnAccount, TokenOfAccount
from .accounts.throttle import EndpointThrottle
from .choices import METHODS
from .errors import ForbiddenError, PythonAnywhereError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse
    from rest_framework.parsers import BaseParser
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request

    from .accounts.models import Account


class JsonAlways(BaseContentNegotiation):
    """The API answers JSON whatever the Accept header wants."""

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


class ApiView(APIView):
    """One endpoint. Its class is its bucket for the rate limit, of `rate` calls a minute."""

    authentication_classes = (TokenOfAccount,)
    permission_classes = (IsAuthenticated, OwnAccount)
    throttle_classes = (EndpointThrottle,)
    content_negotiation_class = JsonAlways
    http_method_names = METHODS
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
    # Its web app or its account went away in the same moment.
    if isinstance(error, (IntegrityError, ObjectDoesNotExist)):
        return ForbiddenError().response()
    if isinstance(error, PythonAnywhereError):
        return error.response()
    answer: HttpResponse | None = exception_handler(error, context)
    return answer
