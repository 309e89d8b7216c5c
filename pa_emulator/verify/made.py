"""What a run has made or may have made, and how to tell it from the things of others."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MARK = "pa-emulator-verify-"
"""A run's folder is named after this, plus eight random characters."""
NAME = re.compile("[0-9a-f]{8}")
SITES = ("webapps", "websites")
TEXTS = {
    "webapps": "source_directory",
    "consoles": "working_directory",
    "schedule": "command",
    "always_on": "description",
}
"""In an item of each list, the key of the text that the run chose."""


def text_of(kind: str, item: Mapping[str, Any]) -> str | None:
    """Return the text by which a run recognizes its items; None if the item does not show it."""
    if kind == "websites":
        webapp = item.get("webapp")
        found = webapp.get("command") if isinstance(webapp, Mapping) else None
    else:
        found = item.get(TEXTS[kind])
    return found if isinstance(found, str) else None


def is_id(value: object) -> bool:
    return type(value) is int and value > 0


@dataclass(slots=True)
class Made:
    """All things that a run has asked a server to make; `name` is the random part of its names.

    `texts` has the texts that it wrote into the items of each list. `ids` has the ids from the
    server, with the texts written into each. `sites` has web apps and websites, as
    `webapps/DOMAIN`, with the files that come with them. `sure` are the sites whose creation the
    server has confirmed.
    """

    url: str
    username: str
    name: str
    has_folder: bool = False
    texts: dict[str, set[str]] = field(default_factory=dict)
    ids: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    sites: dict[str, list[str]] = field(default_factory=dict)
    shares: set[str] = field(default_factory=set)
    sure: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    @property
    def root(self) -> str:
        """The run's folder."""
        return f"/home/{self.username}/{MARK}{self.name}"

    @property
    def kinds(self) -> list[str]:
        """The lists that may have items of the run."""
        return sorted(self.texts)

    @property
    def is_empty(self) -> bool:
        return not (self.has_folder or self.texts or self.shares)

    def may_hold(self, kind: str, text: str | None) -> None:
        """Record that a thing with the text is about to be made."""
        self.texts.setdefault(kind, set())
        if text is not None and self.root in text:
            self.texts[kind].add(text)

    def owns(self, kind: str, item: Mapping[str, Any]) -> bool:
        """Tell whether an item of a list surely belongs to the run."""
        text = text_of(kind, item)
        if kind in SITES:
            key = f"{kind}/{str(item.get('domain_name')).lower()}"
            return key in self.sites and (key in self.sure or text in self.texts.get(kind, ()))
        number = item.get("id")
        if not is_id(number):
            return False
        written = self.ids.get(kind, {}).get(number) if isinstance(number, int) else None
        if text is None:
            return written is not None
        return text in self.texts.get(kind, ()) or text in (written or ())

    def is_of(self, url: str, username: str) -> bool:
        return (self.url, self.username.lower()) == (url, username.lower())

    def as_json(self) -> str:
        """Return what the next run needs. What the server confirmed counts only for this run."""
        data = {
            "url": self.url,
            "username": self.username,
            "name": self.name,
            "has_folder": self.has_folder,
            "texts": {kind: sorted(texts) for kind, texts in self.texts.items()},
            "ids": {
                kind: {str(number): sorted(texts) for number, texts in ids.items()}
                for kind, ids in self.ids.items()
            },
            "sites": self.sites,
            "shares": sorted(self.shares),
        }
        return json.dumps(data, indent=2) + "\n"


def read(text: str) -> Made:
    """Read the record of a run. Raises ValueError if it is damaged."""
    try:
        data = json.loads(text)
        made = Made(
            url=str(data["url"]),
            username=str(data["username"]),
            name=str(data["name"]),
            has_folder=data["has_folder"] is True,
            texts={kind: set(map(str, texts)) for kind, texts in data["texts"].items()},
            ids={
                kind: {int(number): set(map(str, texts)) for number, texts in ids.items()}
                for kind, ids in data["ids"].items()
            },
            sites={str(key): list(map(str, paths)) for key, paths in data["sites"].items()},
            shares=set(map(str, data["shares"])),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(type(error).__name__) from error
    if not NAME.fullmatch(made.name) or not set(made.texts) <= {*TEXTS, "websites"}:
        raise ValueError("not what a run writes")
    if not all(path.startswith(made.root + "/") for path in made.shares):
        raise ValueError("not what a run writes")
    return made
