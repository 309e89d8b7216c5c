"""How request bodies are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

if TYPE_CHECKING:
    from collections.abc import Mapping


class JsonParser(JSONParser):
    """The framework's, which lets a body of too many brackets through as a failure of its own."""

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
