"""Look at PythonAnywhere: what is there, of the parts that the inputs speak of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from pa_deploy.api import Api
from pa_deploy.background import Background
from pa_deploy.clock import Clock
from pa_deploy.errors import NotFound
from pa_deploy.model import (
    Actual,
    SharedFile,
    StaticFile,
    StaticHeader,
    WantedWebapp,
    Webapp,
    WsgiFile,
)


def observe(api: Api, wanted: WantedWebapp, clock: Clock) -> Actual:
    """What is there, of the parts that `wanted` speaks of; all requests go out at once."""
    domain = wanted.domain
    webapps = Background(api.webapps.list).start()
    list_files = partial(api.static_files.list, domain)
    list_headers = partial(api.static_headers.list, domain)
    # With a release, mappings that are left alone may show what it has.
    asks_for_rows = wanted.static_files is not None or wanted.release is not None
    rows = Background(list_files).start() if asks_for_rows else None
    headers = Background(list_headers).start() if wanted.static_headers is not None else None
    path = wanted.wsgi_file.path if wanted.wsgi_file else None
    wsgi = Background(lambda: api.files.read(path)).start() if path else None
    files = wanted.share_files
    shared = Background(lambda: _shared(api, files)).start() if files is not None else None
    for reading in (webapps, rows, headers, wsgi, shared):
        if reading:
            reading.wait()
    webapp = next((each for each in webapps.result() if each.domain.lower() == domain), None)
    account = account_name(webapps.result())
    if webapp is None:
        # A missing web app answers 403 to all else (official client), so that says nothing more.
        return Actual(
            observed_on=clock.today(),
            webapp=None,
            static_files=(),
            static_headers=(),
            shared_files=shared.result() if shared else None,
            account=account,
        )
    return Actual(
        observed_on=clock.today(),
        webapp=webapp,
        static_files=_of_existing(rows, list_files) if rows else None,
        static_headers=_of_existing(headers, list_headers) if headers else None,
        wsgi_file=WsgiFile(path=path, content=wsgi.result()) if path and wsgi else None,
        shared_files=shared.result() if shared else None,
        account=account,
    )


def account_name(webapps: Sequence[Webapp]) -> str:
    """The account's name with its capitals, as its web apps show it; "" if it has none.

    Home directories keep the capitals, and the API takes a name in any (server log of a live
    account).
    """
    return next((each.account for each in webapps if each.account), "")


Row = TypeVar("Row", StaticFile, StaticHeader)


def _of_existing(
    reading: Background[tuple[Row, ...]], read: Callable[[], tuple[Row, ...]]
) -> tuple[Row, ...]:
    """The rows of a web app that is there; another run may have created it between two answers."""
    try:
        return reading.result()
    except NotFound:
        return read()


def _shared(api: Api, wanted: tuple[SharedFile, ...]) -> tuple[SharedFile, ...]:
    """Those that are shared, asked for one after the other: the API has no list of them."""
    links = ((file.path, api.files.shared(file.path)) for file in wanted)
    return tuple(SharedFile(path, link) for path, link in links if link is not None)
