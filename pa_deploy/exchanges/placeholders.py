"""What stands in a recording for names that are somebody's own.

A name is kept only if it is known to be PythonAnywhere's or ours. Every other one becomes a
placeholder, the same one each time, so that a reader sees which names are equal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from pa_deploy.exchanges.known import EXTENSIONS, HOSTS, SEGMENTS, SERVICES

USER = "USER"
DOMAIN = "DOMAIN"
HOST = "HOST"
SUBDOMAIN = ".pythonanywhere.com"
API_PATH = re.compile(r"/api/(v\d)/user/([^/]+)(/.*)?", re.DOTALL)
USER_PATH = re.compile(r"/user/([^/]+)(/.*)?", re.DOTALL)
HOME = re.compile(r"/home/([^/]+)")
LOG = re.compile(r"(.+)\.(access|error|server)\.log((?:\.\d{1,2}(?:\.gz)?)?)")
SCHEMES = {"http", "https"}
NUMBER = re.compile(r"\d{1,15}")


class Placeholders:
    """The placeholders of one recording. `api` is where the API is, as `host:port`."""

    def __init__(self, username: str, domains: Sequence[str], api: str) -> None:
        self._username = username.lower()
        self._api = api.lower()
        self._numbers: dict[tuple[str, str], int] = {}
        self._domains: dict[str, str] = {}
        for domain in domains:
            self.domain(domain)

    def is_user(self, text: str) -> bool:
        return text.lower() == self._username

    def numbered(self, kind: str, text: str) -> str:
        """`kind-1` for the first text of its kind, and the same for each that is equal."""
        of_kind = sum(1 for other, _ in self._numbers if other == kind)
        return f"{kind}-{self._numbers.setdefault((kind, text), of_kind + 1)}"

    def domain(self, text: str) -> str:
        """DOMAIN for the web app's, DOMAIN-2 for the next one that turns up."""
        name = text.lower().rstrip(".")
        if name in HOSTS:
            return name
        if name == self._api:
            return HOST
        if name not in self._domains:
            number = len(self._domains) + 1
            suffix = SUBDOMAIN if number > 1 and name.endswith(SUBDOMAIN) else ""
            self._domains[name] = f"{DOMAIN}{f'-{number}' if number > 1 else ''}{suffix}"
        return self._domains[name]

    def path(self, path: str) -> str:
        """A path of a file on PythonAnywhere, or of a page."""
        segments = path.split("/")
        match = HOME.match(path)
        if match is None:
            return "/".join(map(self.segment, segments))
        return "/".join(("/home", self._user(match[1]), *map(self.segment, segments[3:])))

    def api_path(self, path: str) -> str:
        """The path of a call to the API, percent-encoded or not."""
        match = API_PATH.fullmatch(path)
        if match is None:
            return self.path(unquote(path))
        version, user, rest = match.groups(default="")
        return f"/api/{version}/user/{self._user(unquote(user))}{self._service_path(rest)}"

    def named_in(self, path: str) -> dict[str, str]:
        """The names in the path of a call to the API, with their placeholders."""
        match = API_PATH.fullmatch(path)
        rest = match[3] or "" if match else path
        _, files, file = rest.partition("/files/path/")
        if files:
            return self.parts(f"/{unquote(file)}")
        segments = (unquote(each) for each in rest.split("/"))
        return {each: shown for each in segments if (shown := self._service(each)) != each}

    def parts(self, path: str) -> dict[str, str]:
        """A path of a file, what is above it, and each name in it, with their placeholders."""
        if not path.startswith(("/", "~/")):
            return {}
        segments = path.rstrip("/").split("/")
        above = ("/".join(segments[:count]) for count in range(2, len(segments) + 1))
        own = {each: self.path(each) for each in above}
        own |= {each: self.segment(each) for each in segments[3:]}
        return {each: shown for each, shown in own.items() if shown != each}

    def url(self, url: str) -> str:
        """An address. Its query and what is before an @ are left out."""
        try:
            parts = urlsplit(url)
            host = parts.netloc.rpartition("@")[2]
            known = not parts.scheme or parts.scheme in SCHEMES
        except ValueError:
            known = False
        if not known:
            return self.numbered("text", url)
        place = f"{parts.scheme}://{self.domain(host)}" if host else ""
        return f"{place}{self.any_path(parts.path)}{'?…' if parts.query else ''}"

    def any_path(self, path: str) -> str:
        """A path of which kind ever."""
        if API_PATH.fullmatch(path):
            return self.api_path(path)
        match = USER_PATH.fullmatch(path)
        if match:
            return f"/user/{self._user(match[1])}{self._service_path(match[2] or '')}"
        return self.path(unquote(path))

    def segment(self, segment: str) -> str:
        """One name in a path."""
        name = segment.lower()
        log = LOG.fullmatch(name)
        if log and log[1] in self._domains:
            return f"{self._domains[log[1]]}.{log[2]}.log{log[3]}"
        for domain, placeholder in self._domains.items():
            if name == domain:
                return placeholder
            if name == f"{domain.replace('.', '_')}_wsgi.py":
                return f"{placeholder}_wsgi.py"
        if segment in SEGMENTS:
            return segment
        return self.numbered("name", segment) + _extension(name)

    def _user(self, name: str) -> str:
        return USER if self.is_user(name) else self.numbered("user", name)

    def _service_path(self, rest: str) -> str:
        """What follows the account's name. The paths of files go on from `files/path`."""
        head, files, path = rest.partition("/files/path/")
        if files and not head:
            return f"/files/path{self.path('/' + unquote(path))}"
        head, files, path = rest.partition("/files/")
        if files and not head and path.startswith(("home/", "var/")):
            return f"/files{self.path('/' + unquote(path))}"
        return "/".join(self._service(unquote(each)) for each in rest.split("/"))

    def _service(self, segment: str) -> str:
        if segment in SERVICES or NUMBER.fullmatch(segment):
            return segment
        return self.segment(segment)


def _extension(name: str) -> str:
    return next((each for each in EXTENSIONS if name.endswith(each) and name != each), "")
