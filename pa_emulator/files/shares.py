"""Shared links: anyone reads them, without a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import path

from pa_emulator.files.download import download
from pa_emulator.files.models import SharedPath
from pa_emulator.files.reach import OutOfReach, reach_through
from pa_emulator.hosting.pages import not_found
from pa_emulator.machine import machine_of

if TYPE_CHECKING:
    from django.http import HttpRequest


def show(request: HttpRequest, username: str, code: str) -> HttpResponse:
    """Return the shared file's bytes, as it is now."""
    shared = SharedPath.objects.filter(code=code, account__username__iexact=username).first()
    try:
        if shared is not None:
            spot = reach_through(shared.account, machine_of(request).config.root, shared.path)
            return download(spot.real)
    except (OutOfReach, OSError):
        pass
    return HttpResponse(not_found(), status=404)


urlpatterns = [path("<str:code>/", show)]
