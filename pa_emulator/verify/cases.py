"""The contract's cases: requests, and the answers known of the real API. Read from package data."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, fields, replace
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SOURCES = ("API page", "official library", "observed by clients", "inferred")
NEEDS = ("webapp", "new webapp", "no webapp", "website")
PLANS = ("free", "paid")
PLACE = re.compile(r"<([a-z]+)>")
T = TypeVar("T", "Request", "Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call. `api` is `v0` or `v1`, or `site` for a visit of the web app.

    `keep` names values of the answer, by their key, for later requests. `until` is the number of
    seconds for which a visit is repeated until it gets the answer.
    """

    method: str
    path: str
    api: str = "v0"
    form: Mapping[str, Any] | None = None
    json: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    content: str | None = None
    scheme: str = "https"
    login: str = ""
    as_: str = ""
    keep: Mapping[str, str] = field(default_factory=dict)
    until: float = 0

    @property
    def fields(self) -> Mapping[str, Any]:
        return self.form or self.json or {}

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's words; all after `files/path` is one word."""
        head, found, rest = self.path.partition("files/path")
        if found and not head:
            return ("files", "path", "/" + rest.lstrip("/"))
        return tuple(part for part in self.path.split("/") if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known of an answer; None and empty mean unknown.

    The body must match `pattern`, a regular expression. The groups of its last match are reported,
    and must equal `groups`.
    """

    status: int
    type: str = ""
    body: Any = None
    includes: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""
    groups: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One fact. `number` is its place in the contract; see the contract's README for the rest."""

    service: str
    number: int
    name: str
    source: str
    safe: bool
    why: str = ""
    choices: tuple[str, ...] = ()
    plan: str = ""
    needs: str = ""
    slow: float = 0
    given: tuple[Request, ...] = ()
    request: Request
    answer: Answer
    client: str = ""

    @property
    def requests(self) -> tuple[Request, ...]:
        return (*self.given, self.request)


@dataclass(frozen=True, slots=True)
class Unseen:
    """Entries of choices.py that no call can check, and why."""

    choices: tuple[str, ...]
    why: str


@functools.cache
def load() -> tuple[Case, ...]:
    """Return all cases, in the order of the services' names."""
    found: list[Case] = []
    for name in sorted(item.name for item in _folder().iterdir() if item.name.endswith(".yaml")):
        if name != "unseen.yaml":
            service = name.removesuffix(".yaml")
            found += read_cases(_text(name), service, len(found) + 1)
    return tuple(found)


def read_cases(text: str, service: str, first: int = 1) -> tuple[Case, ...]:
    """Return the cases of a file, numbered from `first`; `compare` writes such files, too."""
    return tuple(_case(service, at, raw) for at, raw in enumerate(yaml.safe_load(text), first))


def unseen() -> tuple[Unseen, ...]:
    return tuple(
        Unseen(tuple(raw["choices"]), raw["why"]) for raw in yaml.safe_load(_text("unseen.yaml"))
    )


def _folder() -> Any:  # noqa: ANN401 - importlib's Traversable moved between Python's versions
    return resources.files("pa_emulator") / "contract"


def _text(name: str) -> str:
    text: str = (_folder() / name).read_text(encoding="utf-8")
    return text


def _case(service: str, number: int, raw: dict[str, Any]) -> Case:
    common = {key: raw.pop(key) for key in ("api",) if key in raw}
    common |= {"as_": raw.pop("as")} if "as" in raw else {}
    given = tuple(Request(**{**common, **request}) for request in raw.pop("given", ()))
    request = Request(**{**common, **raw.pop("request")})
    answer = Answer(**raw.pop("answer"))
    raw |= {"choices": tuple(raw.get("choices", ())), "client": str(raw.get("client", ""))}
    return Case(service=service, number=number, given=given, request=request, answer=answer, **raw)


def filled(what: T, values: Mapping[str, str]) -> T:
    """Put values in the place of `<user>`, `<domain>` and so on; an unknown name stays."""
    texts = {each.name: in_place(getattr(what, each.name), values) for each in fields(what)}
    return replace(what, **texts)


def in_place(value: Any, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, str):
        return PLACE.sub(lambda found: values.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {in_place(key, values): in_place(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [in_place(item, values) for item in value]
    return value
