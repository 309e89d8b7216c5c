"""One exchange as a line of a recording."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

from pa_deploy import __version__
from pa_deploy.ci import Hiding
from pa_deploy.exchanges.contents import describe
from pa_deploy.exchanges.known import HOSTS
from pa_deploy.exchanges.placeholders import DOMAIN, SUBDOMAIN, USER, Placeholders
from pa_deploy.exchanges.texts import Texts
from pa_deploy.exchanges.values import Values
from pa_deploy.transport import BROKEN, LATE, Answer, Exchange, Fault

VERSION = 1
SALT_BYTES = 32
REPLACED = {
    USER: "the account's name",
    DOMAIN: "the web app's domain",
    "DOMAIN-N": "another domain",
    "HOST": "the host of the API, if it is not PythonAnywhere's",
    "name-N": "a name in a path",
    "user-N": "another account's name",
    "text-N": "any other text",
    "digest": "a hash with a random salt that is not kept: equal digests mean equal contents",
}
METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS"
HEADERS = {
    "content-type": re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}(?:;\s?charset=[\w-]{1,20})?"),
    "retry-after": re.compile(r"\d{1,9}|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT"),
    "allow": re.compile(rf"(?:{METHODS})(?:, ?(?:{METHODS}))*"),
    "www-authenticate": re.compile(r"Token|Basic|Bearer|Digest", re.IGNORECASE),
}
"""The headers that are kept, and how much of them."""
REFUSED_METHOD = 405
REASONS = (f"no {LATE}", f"no whole {LATE}", BROKEN, "no connection within", "the answer is larger")
"""What a fault says without naming anything of this machine."""
FILES = re.compile(r"/api/v\d/user/[^/]+/files/path/")


class Recording:
    """Makes the lines, without what `secrets` knows."""

    def __init__(
        self,
        username: str,
        domains: Sequence[str],
        api: str,
        secrets: Hiding,
    ) -> None:
        self._domain = domains[0].lower() if domains else ""
        self._username = username
        self._api = api
        self._secrets = secrets
        self._names = Placeholders(username, domains, api)
        self._values = Values(self._names, Texts(self._names, secrets), secrets)
        self._salt = token_bytes(SALT_BYTES)

    def header(self) -> dict[str, Any]:
        return {
            "pa_deploy_recording": VERSION,
            "pa_deploy": __version__,
            "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
            "host": self._api if self._api in HOSTS else "another",
            "domain": self._kind_of_domain(),
            "replaced": REPLACED,
        }

    def line(self, exchange: Exchange) -> dict[str, Any]:
        is_call = exchange.is_call(self._api)
        told = {
            "to": "api" if is_call else "site",
            "method": exchange.method,
            **(self._call(exchange) if is_call else self._site(exchange)),
            "seconds": round(exchange.seconds, 3),
            **self._outcome(exchange),
        }
        redacted: dict[str, Any] = _redacted(told, self._secrets.redact)
        return redacted

    def _kind_of_domain(self) -> str:
        if self._domain.partition(".")[0] == self._username.lower():
            return "own"
        return "subdomain" if self._domain.endswith(SUBDOMAIN) else "custom"

    def _site(self, exchange: Exchange) -> dict[str, Any]:
        parts = urlsplit(exchange.url)
        return {"path": self._names.url(f"{parts.scheme}://{exchange.host}{parts.path}")}

    def _call(self, exchange: Exchange) -> dict[str, Any]:
        told: dict[str, Any] = {"path": self._names.api_path(urlsplit(exchange.url).path)}
        if exchange.params:
            told["query"] = self._values.form(exchange.params)
        if exchange.form is not None:
            told["form"] = self._values.form(exchange.form)
        if exchange.content is not None:
            told["upload"] = describe(exchange.content, self._salt)
        return told

    def _outcome(self, exchange: Exchange) -> dict[str, Any]:
        if exchange.answer is None:
            return {"fault": _reason(exchange.fault), "sent": _was_sent(exchange.fault)}
        answer = exchange.answer
        told = {"status": answer.status, "headers": self._headers(answer)}
        if exchange.is_call(self._api):
            return {**told, **self._body(exchange, answer)}
        return {**told, "bytes": len(answer.body)}

    def _headers(self, answer: Answer) -> dict[str, str]:
        found = {name: shape.match(answer.headers.get(name, "")) for name, shape in HEADERS.items()}
        kept = {name: match[0] for name, match in found.items() if match}
        kept = {name: text for name, text in kept.items() if not self._secrets.is_secret(text)}
        if answer.status != REFUSED_METHOD:
            kept.pop("allow", None)  # PythonAnywhere's framework has it in each answer
        if "location" in answer.headers:
            kept["location"] = self._names.url(answer.headers["location"])
        return kept

    def _body(self, exchange: Exchange, answer: Answer) -> dict[str, Any]:
        """JSON of the API as it is shaped; of anything else only what it is."""
        try:
            value = answer.json() if answer.is_json else None
            told = self._json(exchange, answer, value) if answer.is_json else None
        except (ValueError, RecursionError):
            told = None
        return {"body": told[0]} if told else {"content": describe(answer.body, self._salt)}

    def _json(self, exchange: Exchange, answer: Answer, value: object) -> tuple[Any] | None:
        is_file = FILES.match(urlsplit(exchange.url).path) and exchange.method == "GET"
        if is_file and answer.ok:
            listing = self._values.listing(value)
            return None if listing is None else (listing,)
        values = self._values.after(self._asked(exchange))
        return (values.redacted(value, _key(exchange), is_error=answer.status >= 400),)

    def _asked(self, exchange: Exchange) -> dict[str, str]:
        """What the request names, with the placeholders that it has there."""
        named = self._names.named_in(urlsplit(exchange.url).path)
        for form in (exchange.params, exchange.form or {}):
            told = self._values.form(form).values()
            for text, shown in zip(form.values(), told, strict=True):
                named |= {**self._names.parts(text), text: shown}
        return named


def _key(exchange: Exchange) -> str:
    """What texts of a list without keys are called. Those of a tree are paths by themselves."""
    name = urlsplit(exchange.url).path.rstrip("/").rpartition("/")[2]
    return "" if name == "tree" else name


def _reason(fault: Fault | None) -> str:
    if fault is None:
        return "a signal ended the run"
    if fault.reason.startswith(REASONS):
        return fault.reason
    return "TLS failed" if fault.reason.startswith("TLS failed") else "no connection"


def _was_sent(fault: Fault | None) -> bool:
    return fault is None or fault.sent


def _redacted(value: Any, redact: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {redact(key): _redacted(inner, redact) for key, inner in value.items()}
    if isinstance(value, list):
        return [_redacted(each, redact) for each in value]
    return redact(value) if isinstance(value, str) else value
