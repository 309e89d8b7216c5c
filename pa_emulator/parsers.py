"""How request bodies are read."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from django.core.handlers.wsgi import WSGIRequest
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

if TYPE_CHECKING:
    from collections.abc import Mapping

CHARSETS = ("ascii", "cp", "iso8859", "koi8", "mac", "utf")
"""Python has more "encodings", such as zip and idna, in which most bytes are not text."""


class CharsetRequest(WSGIRequest):
    """The framework's ignores unknown charsets; this one also ignores those that are not text."""

    @WSGIRequest.encoding.setter  # type: ignore[untyped-decorator]
    def encoding(self, charset: str | None) -> None:
        if charset is None or codecs.lookup(charset).name.startswith(CHARSETS):
            WSGIRequest.encoding.fset(self, charset)


class JsonParser(JSONParser):
    """The framework's fails with 500 if a body has too many brackets; this one answers 400."""

    def parse(
        self,
        stream: Any,  # noqa: ANN401 - the framework's signature
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> object:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply") from error
