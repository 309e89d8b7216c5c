"""`files/sharing/`: start, look at and stop the sharing of a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from rest_framework.response import Response

from pa_emulator.errors import NotFound
from pa_emulator.files.errors import PathNeeded
from pa_emulator.files.models import SharedPath
from pa_emulator.files.reach import OutOfReach, reach_through
from pa_emulator.rest import ApiView

if TYPE_CHECKING:
    from rest_framework.request import Request


class SharingView(ApiView):
    """201 if the path is newly shared, 200 if it was before; the URL is relative to the host."""

    def post(self, request: Request) -> Response:
        path = self._existing(request.data.get("path") if isinstance(request.data, dict) else None)
        with transaction.atomic():
            shared, is_new = SharedPath.objects.get_or_create(account=self.account, path=path)
        return Response({"url": shared.url}, status=201 if is_new else 200)

    def get(self, request: Request) -> Response:
        return Response({"url": self._shared(request).url})

    def delete(self, request: Request) -> Response:
        self._shared(request).delete()
        return Response(status=204)

    def _existing(self, path: object) -> str:
        if not path or not isinstance(path, str):
            raise PathNeeded
        try:
            spot = reach_through(self.account, self.machine.config.root, path)
            if spot.real.exists():
                return spot.path
        except (OutOfReach, OSError) as error:
            raise NotFound from error
        raise NotFound

    def _shared(self, request: Request) -> SharedPath:
        path = request.query_params.get("path", "").rstrip("/")
        shared = SharedPath.objects.filter(account=self.account, path=path).first()
        if shared is None:
            raise NotFound
        found: SharedPath = shared
        return found
