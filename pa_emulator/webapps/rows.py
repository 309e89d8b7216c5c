"""`static_files/` and `static_headers/`: the same verbs over two kinds of row."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rest_framework.response import Response

from pa_emulator.errors import NotFound
from pa_emulator.webapps.base import OneWebappView
from pa_emulator.webapps.serializers import StaticFileSerializer, StaticHeaderSerializer

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import ModelSerializer


class _OfWebapp(OneWebappView):
    """The rows of one kind of a web app; `serializer` says which kind."""

    serializer: ClassVar[type[ModelSerializer]]

    def _rows(self, domain: str) -> QuerySet:
        webapp = self.webapp(domain)
        return self.serializer.Meta.model.objects.filter(webapp=webapp)


class RowsView(_OfWebapp):
    """All rows of a web app, oldest first. Changes show after a reload (API page)."""

    def get(self, _request: Request, domain: str) -> Response:
        rows = self._rows(domain).order_by("pk")
        return Response(self.serializer(rows, many=True).data)

    def post(self, request: Request, domain: str) -> Response:
        webapp = self.webapp(domain)
        form = self.serializer(data=request.data)
        form.is_valid(raise_exception=True)
        form.save(webapp=webapp)
        return Response(form.data, status=201)


class RowView(_OfWebapp):
    """One row of a web app; 404 for an id that is not one of its rows."""

    def get(self, _request: Request, domain: str, number: int) -> Response:
        return Response(self.serializer(self._row(domain, number)).data)

    def put(self, request: Request, domain: str, number: int) -> Response:
        return self._change(request, domain, number, partial=False)

    def patch(self, request: Request, domain: str, number: int) -> Response:
        return self._change(request, domain, number, partial=True)

    def delete(self, _request: Request, domain: str, number: int) -> Response:
        self._row(domain, number).delete()
        return Response(status=204)

    def _change(self, request: Request, domain: str, number: int, *, partial: bool) -> Response:
        form = self.serializer(self._row(domain, number), data=request.data, partial=partial)
        form.is_valid(raise_exception=True)
        if form.validated_data:
            self._rows(domain).filter(pk=number).update(**form.validated_data)
        return Response(self.serializer(self._row(domain, number)).data)

    def _row(self, domain: str, number: int) -> Model:
        row = self._rows(domain).filter(pk=number).first()
        if row is None:
            raise NotFound
        return row


class StaticFilesView(RowsView):
    """`static_files/`."""

    serializer = StaticFileSerializer


class StaticFileView(RowView):
    """`static_files/{id}/`."""

    serializer = StaticFileSerializer


class StaticHeadersView(RowsView):
    """`static_headers/`."""

    serializer = StaticHeaderSerializer


class StaticHeaderView(RowView):
    """`static_headers/{id}/`."""

    serializer = StaticHeaderSerializer
