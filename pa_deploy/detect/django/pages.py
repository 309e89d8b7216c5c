"""Which page a health check can ask for, if the project has none at `/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pa_deploy.detect.django.project import Settings
from pa_deploy.detect.evaluate import INCLUDE, ROUTE, Either, External, Instance, Module, Value
from pa_deploy.detect.findings import Finding
from pa_deploy.detect.pages import ANY_ANSWER

DEEPEST = 3
MOST_ROUTES = 500
PUBLIC = re.compile(
    r"([^/]*[-_])?(health[a-z]*|ping|status|home|index|about|login|docs|swagger|redoc)(-[^/]*)?/?"
    r"|(api/)?(docs|swagger|redoc|schema/swagger-ui|health)/?",
    re.IGNORECASE,
)
"""Pages that most often answer anybody."""
FIXED = re.compile(r"[\w./-]*")
VARIES = re.compile(r"[\w.-]|<[^<>]+>")
ADMIN = "django.contrib.admin.site.urls"
ADMIN_PAGE = "login/"


@dataclass(frozen=True, slots=True)
class Route:
    """A path with a page, or with several below it; `path` is None if it is not known."""

    path: str | None
    is_admin: bool = False
    is_page: bool = True


def find_page(settings: Settings) -> Iterator[Finding]:
    """If there is certainly no page at `/`: another one, else that any answer will do."""
    urls = settings.value("ROOT_URLCONF")
    if not isinstance(urls, str):
        return
    routes = list(_of_module(settings, urls, "", DEEPEST))
    if not routes or any(not each.path for each in routes):  # one at "/", or not known
        return
    paths = [each.path or "" for each in routes if each.is_page and not each.is_admin]
    best = next((each for each in paths if PUBLIC.fullmatch(each)), None)
    admin = next((f"{each.path}{ADMIN_PAGE}" for each in routes if each.is_admin), None)
    chosen = best or admin
    place = settings.project.file_of(urls)
    if chosen:
        yield Finding("health-check", f"/{chosen}", place, "likely")
    else:
        yield Finding("health-status", ANY_ANSWER, place, "likely")


def _of_module(settings: Settings, module: str, start: str, steps: int) -> Iterator[Route]:
    found = settings.project.evaluate(module, settings.variables)
    if found is None or found.is_open or not steps:
        yield Route(None)
        return
    yield from _of_list(settings, found.names.get("urlpatterns"), start, steps)


def _of_list(settings: Settings, patterns: Value, start: str, steps: int) -> Iterator[Route]:
    if isinstance(patterns, Either):
        for option in patterns.options:
            yield from _of_list(settings, option, start, steps)
        return
    if not isinstance(patterns, list | tuple):
        yield Route(None)
        return
    for each in patterns[:MOST_ROUTES]:
        if isinstance(each, Instance) and each.of == ROUTE:
            yield from _of_route(settings, each, start, steps)
        elif not _adds_files(each):
            yield Route(None)


def _adds_files(pattern: Value) -> bool:
    """Whether it comes from `static(…)`, which has pages of uploads alone."""
    return "static" in str(getattr(pattern, "reason", ""))


def _of_route(settings: Settings, route: Instance, start: str, steps: int) -> Iterator[Route]:
    part = _plain(route.attributes["route"])
    view = route.attributes["view"]
    if part is None:
        if not _has_letter_first(route.attributes["route"]):
            yield Route(None)
        return
    path = start + part
    if isinstance(view, Instance) and view.of == INCLUDE:
        urls = view.attributes["urls"]
        if path:
            yield Route(path, is_page=False)
        elif isinstance(urls, str):
            yield from _of_module(settings, urls, path, steps - 1)
        elif isinstance(urls, list):
            yield from _of_list(settings, urls, path, steps - 1)
        elif isinstance(urls, Module) and urls.scope is not None:
            yield from _of_list(settings, urls.scope.names.get("urlpatterns"), path, steps - 1)
        else:
            yield Route(None)
        return
    is_admin = isinstance(view, External) and view.name == ADMIN
    yield Route(path, is_admin=is_admin)


def _has_letter_first(route: Value) -> bool:
    """Whether a route that varies begins with something that is not at "/"."""
    text = route.removeprefix("^") if isinstance(route, str) else ""
    return bool(VARIES.match(text)) and "|" not in text


def _plain(route: Value) -> str | None:
    """The path that a route stands for; None if parts of it vary or are not known."""
    if not isinstance(route, str):
        return None
    text = route.removeprefix("^").removesuffix("$").removesuffix("\\Z")
    return text if FIXED.fullmatch(text) else None
