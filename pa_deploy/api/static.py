"""The endpoints under `webapps/{domain}/static_files/` and `webapps/{domain}/static_headers/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from pa_deploy.api.answers import ask_webapp, check_webapp, decode, error_for, many
from pa_deploy.model import StaticFile, StaticHeader
from pa_deploy.transport import Call, Method, Transport

Row = TypeVar("Row", StaticFile, StaticHeader)


class Rows(Generic[Row]):
    """One of the two tables of a web app. A change needs a reload to take effect (API page).

    Lists come in the order in which PythonAnywhere tries the rows. No check of URL or path is
    made there, and creating the same row twice makes two, so `create` may raise Unclear.
    """

    def __init__(
        self,
        transport: Transport,
        base: str,
        name: str,
        decode: Callable[[Mapping[str, Any]], Row],
        encode: Callable[[Row], dict[str, str]],
    ) -> None:
        self._transport = transport
        self._base = base
        self._name = name
        self._words = name.replace("_", " ")
        self._decode: Callable[[Mapping[str, Any]], Row] = decode
        self._encode: Callable[[Row], dict[str, str]] = encode

    def list(self, domain: str) -> tuple[Row, ...]:
        call = Call(
            method="GET", path=self._path(domain), what=f"listing the {self._words} of {domain}"
        )
        return ask_webapp(self._transport, call, many(self._decode))

    def create(self, domain: str, row: Row) -> Row:
        """POST; the row with its id."""
        call = Call(
            method="POST",
            path=self._path(domain),
            what=f"creating {row.url} in the {self._words} of {domain}",
            repeatable=False,
            form=self._encode(row),
        )
        return ask_webapp(self._transport, call, self._decode)

    def show(self, domain: str, row_id: int) -> Row:
        return self._one("GET", domain, row_id, "reading", None)

    def put(self, domain: str, row_id: int, row: Row) -> Row:
        return self._one("PUT", domain, row_id, "replacing", self._encode(row))

    def patch(self, domain: str, row_id: int, row: Row) -> Row:
        return self._one("PATCH", domain, row_id, "changing", self._encode(row))

    def delete(self, domain: str, row_id: int) -> bool:
        """DELETE by id; False if it is gone already, which is as good as deleted.

        That it is gone is a doubt all the same: nobody but this run should have deleted it.
        """
        call = self._call("DELETE", domain, row_id, "deleting", None)
        answer = self._transport.send(call)
        if answer.status == 404:
            self._transport.doubts += 1
            return False
        return check_webapp(call, answer).ok

    def _one(
        self, method: Method, domain: str, row_id: int, doing: str, form: dict[str, str] | None
    ) -> Row:
        call = self._call(method, domain, row_id, doing, form)
        answer = self._transport.send(call)
        if answer.status == 404:  # the row's, more likely than the web app's
            raise error_for(call, answer)
        return decode(call, check_webapp(call, answer), self._decode)

    def _call(
        self, method: Method, domain: str, row_id: int, doing: str, form: dict[str, str] | None
    ) -> Call:
        return Call(
            method=method,
            path=f"{self._path(domain)}{row_id}/",
            what=f"{doing} row {row_id} of the {self._words} of {domain}",
            wants_json=method != "DELETE",
            form=form,
        )

    def _path(self, domain: str) -> str:
        return f"{self._base}webapps/{quote(domain, safe='')}/{self._name}/"


def static_files(transport: Transport, base: str) -> Rows[StaticFile]:
    return Rows(
        transport,
        base,
        "static_files",
        decode=lambda body: StaticFile(str(body["url"]), str(body["path"]), int(body["id"])),
        encode=lambda row: {"url": row.url, "path": row.path},
    )


def static_headers(transport: Transport, base: str) -> Rows[StaticHeader]:
    return Rows(
        transport,
        base,
        "static_headers",
        decode=lambda body: StaticHeader(
            str(body["url"]), str(body["name"]), str(body["value"]), int(body["id"])
        ),
        encode=lambda row: {"url": row.url, "name": row.name, "value": row.value},
    )
