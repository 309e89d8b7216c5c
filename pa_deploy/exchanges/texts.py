"""Messages of the API, without what is somebody's own in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from pa_deploy.ci import Hiding
from pa_deploy.exchanges.known import COMMON, EXTENSIONS, HOSTS, VERSION
from pa_deploy.exchanges.placeholders import USER, Placeholders

MOST_CHARACTERS = 500
MOST_SEARCHED = 1024 * 1024
"""A longer text is no message."""
LAST_LABEL = r"(?:xn--[\w-]+|[^\W\d_]{2,})"
EMAIL = rf"[^\s\"'<>@]+@[^\s\"'<>@]+\.{LAST_LABEL}"
ADDRESS = r"https?://[^\s\"'<>)\]]+"
PATH = r"(?<![\w./])~?/[^\s\"'<>,;:)\]]+"
QUOTED = r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)"
HOST = rf"(?<![\w.-])(?:(?:[\w-]+\.)+{LAST_LABEL}|\d{{1,3}}(?:\.\d{{1,3}}){{3}})(?![\w-])"
PART = re.compile(
    f"(?P<email>{EMAIL})|(?P<address>{ADDRESS})|(?P<quoted>{QUOTED})|(?P<path>{PATH})"
    rf"|(?P<host>{HOST})|(?P<word>\S+)"
)
TEMPLATES = (
    re.compile(r"(No such file or directory: |Cannot write to )(~?/.+)()", re.DOTALL),
    re.compile(r"()(~?/.+)( does not exist| is not a directory)", re.DOTALL),
)
"""Messages in which all of one place is a path, whatever it has in it."""
KEPT_IN_QUOTES = re.compile(
    rf"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|content|python{VERSION}|{VERSION}|true|false|"
)
KEPT_WORD = re.compile(rf"\d{{1,6}}|python{VERSION}|{VERSION}|=|\+|&")
EDGES = re.compile(r"([(\[{<\"'`*-]*)(.*?)([)\]}>\"'`.,:;!?*…-]*)", re.DOTALL)
"""A word, and the punctuation around it."""
ENDING = re.compile(r"'(?:s|t|re|ve|ll|d|m)", re.IGNORECASE)
END = ".!?"


def is_common(text: str) -> bool:
    """Whether it has only words that the API's messages have anyway, as `not_found` does."""
    return all(len(part) < 2 or part in COMMON for part in re.split("[-_]", text.lower()))


@dataclass(frozen=True)
class Texts:
    """Fails closed: a word that is not a common one becomes a placeholder.

    `asked` are names that the request had, whose placeholders are known.
    """

    names: Placeholders
    secrets: Hiding
    asked: Mapping[str, str] = field(default_factory=dict)

    def after(self, asked: Mapping[str, str]) -> Self:
        """The same for the answer to a request that named these."""
        own = {text.lower(): shown for text, shown in asked.items() if _is_name(text, shown)}
        return replace(self, asked=own)

    def message(self, text: str) -> str:
        """What the API tells people, with placeholders for names, addresses and paths."""
        if len(text) > MOST_SEARCHED:
            return self.names.numbered("text", text)
        safe = self.secrets.redact(text)
        if safe == text and self.secrets.is_secret(text):  # a weak one
            return self.names.numbered("text", text)
        short = safe[: 2 * MOST_CHARACTERS]
        return "".join(self._told(short))[:MOST_CHARACTERS]

    def _told(self, text: str) -> Iterator[str]:
        body = text.removesuffix(".")
        known = next(filter(None, (each.fullmatch(body) for each in TEMPLATES)), None)
        if known:
            path = self.asked.get(known[2].lower()) or self.names.any_path(known[2])
            yield f"{known[1]}{path}{known[3]}{text[len(body) :]}"
            return
        at = 0
        for match in self._names_asked.finditer(text) if self.asked else ():
            yield PART.sub(self._part, text[at : match.start()])
            yield self.asked[match[0].lower()]
            at = match.end()
        yield PART.sub(self._part, text[at:])

    @cached_property
    def _names_asked(self) -> re.Pattern[str]:
        """The longest first, as a path has others in it."""
        longest_first = sorted(self.asked, key=lambda text: (-len(text), text))
        return re.compile("|".join(map(_whole, longest_first)), re.IGNORECASE)

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
                return self._word(said)

    def _quoted(self, text: str) -> str:
        if text.lower() in self.asked:
            return self.asked[text.lower()]
        if KEPT_IN_QUOTES.fullmatch(text) and not self.secrets.is_secret(text):
            return text
        if text.startswith(("/", "~/")):
            return self.names.any_path(text)
        part = PART.fullmatch(text)
        if part and part.lastgroup in {"email", "address", "host"}:
            return self._part(part)
        return self.names.numbered("text", text)

    def _host(self, text: str) -> str:
        if KEPT_WORD.fullmatch(text) and not self.secrets.is_secret(text):
            return text
        is_file = text.lower().endswith(EXTENSIONS) and text.lower() not in HOSTS
        return self.names.segment(text) if is_file else self.names.domain(text)

    def _word(self, text: str) -> str:
        edges = EDGES.fullmatch(text)
        before, core, after = edges.groups() if edges else ("", text, "")
        ending = ENDING.search(core)
        if ending and ending.end() == len(core):
            core, after = core[: ending.start()], f"{ending[0]}{after}"
        return f"{before}{self._core(core)}{after}"

    def _core(self, text: str) -> str:
        if not text or is_common(text):
            return text
        if KEPT_WORD.fullmatch(text) and not self.secrets.is_secret(text):
            return text
        parts = re.split("([-_])", text)
        if all(is_common(part) or self.names.is_user(part) for part in parts):
            return "".join(part if is_common(part) else USER for part in parts)
        if text.startswith(("/", "~/")):
            return self.names.any_path(text)
        return self.names.numbered("text", text)


def _is_name(text: str, shown: str) -> bool:
    return bool(text.strip("/")) and text != shown and not is_common(text)


def _whole(text: str) -> str:
    """A pattern of a name that is no part of another one."""
    if text.startswith(("/", "~/")):
        return rf"(?<![\w.]){re.escape(text)}(?![\w-]|\.\w)"
    return rf"(?<![\w./@:~-]){re.escape(text)}(?![\w/@-]|\.\w)"
