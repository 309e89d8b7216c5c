"""What an observer is told of each request: what was sent, and what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pa_deploy.transport.answer import Answer, Fault, Method
from pa_deploy.transport.form import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request, and its answer or the fault in its place. Both are None if a signal ended it.

    `url` is the one that was asked for, even if another address stood in for it. `params` is the
    query that is not in `url` yet. Headers of the request are not here: one is the token.
    """

    method: Method
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    content: Content | None = None
    seconds: float
    answer: Answer | None = None
    fault: Fault | None = None

    @property
    def host(self) -> str:
        """With its port, if the URL names one."""
        return urlsplit(self.url).netloc

    def is_call(self, api: str) -> bool:
        """Whether it is a call to the API at `api`, a `host:port`, and not a visit of the site.

        The site may have a path that begins like those of the API.
        """
        return self.host == api and urlsplit(self.url).path.startswith("/api/")


Observe = Callable[[Exchange], None]
