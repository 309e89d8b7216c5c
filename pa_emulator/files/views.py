"""`files/path…`: read, list, upload and delete one path."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from rest_framework.response import Response

from pa_emulator.errors import Forbidden
from pa_emulator.files import quota, store
from pa_emulator.files.download import download
from pa_emulator.files.errors import (
    CannotUpload,
    MayNotDelete,
    NoContent,
    NoSuchPath,
    NotAbsolute,
    NothingToDelete,
)
from pa_emulator.files.reach import (
    OutOfReach,
    Spot,
    is_others,
    is_top,
    printable,
    reach,
    reach_through,
    seen,
)
from pa_emulator.rest import ApiView
from pa_emulator.webapps.sites import reload_touched

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request


class PathView(ApiView):
    """One bucket of the rate limit for every path and verb, as clients have found."""

    def get(self, request: Request, path: str) -> HttpResponse:
        """Return a file's bytes, or a folder's entries as JSON."""
        try:
            spot = reach_through(self.account, self.machine.config.root, _absolute(path))
            if spot.real.is_dir():
                return Response(self._listing(request, spot))
            return download(spot.real)
        except (OutOfReach, OSError) as error:
            raise NoSuchPath(path) from error

    def post(self, request: Request, path: str) -> Response:
        """Upload: 201 for a new file, 200 for one overwritten."""
        content = request.data.get("content") if hasattr(request.data, "get") else None
        if not isinstance(content, UploadedFile):
            raise NoContent
        try:
            spot = reach_through(self.account, self.machine.config.root, _absolute(path))
        except OutOfReach as error:
            raise Forbidden from error
        try:
            quota.check(self.account, self.machine.config.root, spot.real, content.size or 0)
            is_new = store.write(spot.real, content)
        except OSError as error:
            raise CannotUpload(path) from error
        written = seen(self.machine.config.root, spot.real)
        if written.startswith("/var/www/"):
            reload_touched(self.machine.park, written, self.machine.clock.now().date())
        return Response(status=201 if is_new else 200)

    def delete(self, _request: Request, path: str) -> Response:
        """Delete a file, or a folder with all that is in it."""
        try:
            spot = reach(self.account, self.machine.config.root, _absolute(path))
        except OutOfReach as error:
            raise NothingToDelete from error
        if is_top(self.account, self.machine.config.root, spot):
            raise MayNotDelete
        try:
            store.remove(spot.real)
        except OSError as error:
            raise NothingToDelete from error
        return Response(status=204)

    def _listing(self, request: Request, spot: Spot) -> dict[str, dict[str, str]]:
        base = f"/api/v0/user/{self.account.username}/files/path{spot.path}".rstrip("/")
        return {
            printable(entry.name): {
                "type": _type_of(entry),
                "url": request.build_absolute_uri(
                    quote(f"{base}/{entry.name}", errors="surrogateescape")
                ),
            }
            for entry in sorted(os.scandir(spot.real), key=lambda entry: entry.name)
            if self._may_see(spot, entry.name)
        }

    def _may_see(self, spot: Spot, name: str) -> bool:
        is_own = not is_others(self.account, self.machine.config.root, spot.real / name)
        return is_own and not store.is_unfinished(name)


def _absolute(path: str) -> str:
    if not path.startswith("/"):
        raise NotAbsolute
    return path


def _type_of(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "symlink"
    return "directory" if entry.is_dir() else "file"
