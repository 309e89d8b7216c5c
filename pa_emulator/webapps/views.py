"""`webapps/` and the calls about one web app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.response import Response

from pa_emulator.choices import CREATE_STATUS
from pa_emulator.rest import ApiView, TextJsonRenderer
from pa_emulator.webapps import rules
from pa_emulator.webapps.base import OneWebappView
from pa_emulator.webapps.models import Webapp
from pa_emulator.webapps.serializers import CreateSerializer, WebappSerializer, as_data

if TYPE_CHECKING:
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request


class WebappsView(ApiView):
    """`webapps/`."""

    def get_renderers(self) -> list[BaseRenderer]:
        if self.request.method == "POST":
            return [TextJsonRenderer()]
        renderers: list[BaseRenderer] = super().get_renderers()
        return renderers

    def get(self, _request: Request) -> Response:
        rows = Webapp.objects.filter(account=self.account).select_related("account").order_by("pk")
        return Response(WebappSerializer(rows, many=True).data)

    def post(self, request: Request) -> Response:
        form = CreateSerializer(data=request.data, context={"machine": self.machine})
        form.is_valid(raise_exception=True)
        rules.create(self.machine, self.account, form.validated_data)
        return Response({"status": "OK"}, status=CREATE_STATUS)


class WebappView(OneWebappView):
    """`webapps/{domain}/`."""

    def get(self, _request: Request, domain: str) -> Response:
        return Response(as_data(self.webapp(domain)))

    def patch(self, request: Request, domain: str) -> Response:
        webapp = self.webapp(domain)
        context = {"machine": self.machine}
        form = WebappSerializer(webapp, data=request.data, partial=True, context=context)
        form.is_valid(raise_exception=True)
        # Write only the fields that were sent, so that two requests at once keep each other's.
        if form.validated_data:
            Webapp.objects.filter(pk=webapp.pk).update(**form.validated_data)
        return Response(as_data(self.webapp(domain)))

    def put(self, request: Request, domain: str) -> Response:
        """Do the same as PATCH: clients send only part of the fields, and it works."""
        return self.patch(request, domain)

    def delete(self, _request: Request, domain: str) -> Response:
        rules.delete(self.machine.park, self.webapp(domain))
        return Response(status=204)


class ReloadView(OneWebappView):
    """`webapps/{domain}/reload/`: answers when the site has, or after 20 seconds."""

    def post(self, _request: Request, domain: str) -> Response:
        rules.reload(self.machine, self.webapp(domain))
        return Response({"status": "OK"})


class DisableView(OneWebappView):
    """`webapps/{domain}/disable/`."""

    def post(self, _request: Request, domain: str) -> Response:
        rules.disable(self.machine.park, self.webapp(domain))
        return Response({"status": "OK"})


class EnableView(OneWebappView):
    """`webapps/{domain}/enable/`."""

    def post(self, _request: Request, domain: str) -> Response:
        rules.enable(self.webapp(domain), self.machine.config.webapps)
        return Response({"status": "OK"})
