"""Messages of the API, without what is somebody's own in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pa_deploy.exchanges.known import COMMON, EXTENSIONS, HOSTS, VERSION
from pa_deploy.exchanges.placeholders import USER, Placeholders

MOST_CHARACTERS = 500
MOST_SEARCHED = 64 * 1024
EMAIL = r"[^\s\"'<>@]+@[^\s\"'<>@]+\.[A-Za-z]+"
ADDRESS = r"https?://[^\s\"'<>)\]]+"
PATH = r"(?<![\w./])~?/[^\s\"'<>,;:)\]]+"
QUOTED = r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)"
HOST = r"(?<![\w.-])(?:(?:[\w-]+\.)+[A-Za-z]{2,}|\d{1,3}(?:\.\d{1,3}){3})(?![\w-])"
OPAQUE = r"(?<![\w+/-])(?=[\w+/-]*\d)[\w+/-]{20,}={0,2}"
PART = re.compile(
    f"(?P<email>{EMAIL})|(?P<address>{ADDRESS})|(?P<quoted>{QUOTED})|(?P<path>{PATH})"
    f"|(?P<host>{HOST})|(?P<opaque>{OPAQUE})"
)
KEPT_IN_QUOTES = re.compile(
    rf"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|content|python{VERSION}|{VERSION}|true|false|"
)
END = ".!?"


@dataclass(frozen=True, slots=True)
class Texts:
    """`redact` takes out the secrets."""

    names: Placeholders
    username: str
    redact: Callable[[str], str]

    def message(self, text: str) -> str:
        """What the API tells people, with placeholders for names, addresses and paths."""
        short = self.redact(text[:MOST_SEARCHED])[: 2 * MOST_CHARACTERS]
        return self._without_user(PART.sub(self._part, short))[:MOST_CHARACTERS]

    def _part(self, match: re.Match[str]) -> str:
        said = match[0]
        body = said.rstrip(END)
        end = said[len(body) :]
        match match.lastgroup:
            case "email":
                return "EMAIL"
            case "address":
                return self.names.url(body) + end
            case "quoted":
                return f"{said[0]}{self._quoted(said[1:-1])}{said[-1]}"
            case "path":
                return self.names.any_path(body) + end
            case "host":
                return self._host(body) + end
            case _:
                return self.names.numbered("text", said)

    def _quoted(self, text: str) -> str:
        if KEPT_IN_QUOTES.fullmatch(text):
            return text
        inner = PART.sub(self._part, text) if not re.match("[\"']", text) else text
        return inner if inner != text else self.names.numbered("text", text)

    def _host(self, text: str) -> str:
        is_file = text.lower().endswith(EXTENSIONS) and text.lower() not in HOSTS
        return self.names.segment(text) if is_file else self.names.domain(text)

    def _without_user(self, text: str) -> str:
        """Take the username out, unless it is a word that these messages have anyway."""
        if self.username.lower() in COMMON:
            return text
        word = re.compile(
            rf"(?<![A-Za-z0-9]){re.escape(self.username)}(?![A-Za-z0-9])", re.IGNORECASE
        )
        return word.sub(USER, text)
