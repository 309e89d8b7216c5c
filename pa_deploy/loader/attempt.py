"""Try a release before it serves: import its app, and ask it for a page in this process.

So nobody meets an app that does not start or whose page fails. PythonAnywhere's front is imitated
as far as an app can see it: the real host, over https.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Any, Dict, Iterable, List, Tuple
from urllib.parse import unquote_to_bytes, urlsplit

from .app import App, load
from .files import OUTPUT, Home
from .interface import NotAnApp
from .releases import Release
from .traces import Output, Watch
from .visits import BadRedirect, Route, page_text

WELL = 73
"""How this process ends if the app does well. An app that ends it itself does so with 0."""
VERDICT = "verdict"
"""A file for the preparer: why the release is refused."""
MOST_BYTES = 16 * 1024 * 1024
"""How much of a page is read; an error may come at its end."""
OF_THE_SERVER = ("uwsgi", "uwsgidecorators")
"""Modules that an app finds in uWSGI's processes alone."""
NAMES_EXCEPTION = (400, *range(500, 600))
"""Statuses by which frameworks answer if there was an exception."""
SHOWN_BYTES = 2000
"""How much of a bad answer the output shows."""


def try_out(base: str, release: str, asked: Dict[str, Any]) -> None:
    """End this process with WELL if the app does well, else with 1 and a verdict.

    `asked` has the `path`, the `host`, the `statuses` that are well and a `text` or None; without
    it the app is only imported. Threads that the app has started do not keep the process alive.
    """
    home = Home(base)
    output = Output(home.at(OUTPUT))
    verdict = {"step": "import", "error": ""}
    try:
        wanted = Release(home, release)
        app = load(wanted)
        if asked:
            verdict["step"] = "try: GET " + asked["path"]
            Attempt(app, asked).carry_out()
    except NotAnApp as error:
        print(error)
        verdict = {"step": "app: " + wanted.record["app"], "error": str(error)}
    except BadAnswer as error:
        verdict["error"] = str(error)
    except BaseException as error:  # an app may well call sys.exit
        told = output.tell(error)
        if getattr(error, "name", None) in OF_THE_SERVER:
            print("This module is only in PythonAnywhere's server, so the app could not be tried.")
        else:
            verdict["error"] = told
    if verdict["error"]:
        home.write(VERDICT, verdict)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(1 if verdict["error"] else WELL)


class BadAnswer(Exception):
    """The app has answered, but not well."""


class Answer:
    """What the app has answered: `status`, `headers` by their small names, `body`."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Dict[str, str] = {}
        self.body = bytearray()

    def start(self, status: str, headers: List[Tuple[str, str]], *_: Any) -> Any:
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = {name.lower(): value for name, value in headers}
        return self.add

    def add(self, piece: bytes) -> None:
        self.body += piece[: MOST_BYTES - len(self.body)]


class Attempt:
    """Asks an app for a page, and judges the answer."""

    def __init__(self, app: App, asked: Dict[str, Any]) -> None:
        self._app = app
        self._asked = asked
        self._watch = Watch()

    def carry_out(self) -> None:
        """Follow redirects within the site, and judge the last answer."""
        route = Route("https://%s%s" % (self._asked["host"], self._asked["path"]))
        while True:
            self._watch.last = None
            answer, path = _get(self._app, route.url), urlsplit(route.url).path
            print("GET %s answered %d" % (path, answer.status))
            try:
                if not route.follow(answer.status, answer.headers.get("location")):
                    break
            except BadRedirect as bad:
                said = "GET %s answered %d, a redirect %s" % (path, answer.status, bad)
                raise BadAnswer(said) from None
        self._judge(answer, path)

    def _judge(self, answer: Answer, path: str) -> None:
        text = page_text(bytes(answer.body), answer.headers.get("content-type", ""))
        if not any(low <= answer.status <= high for low, high in self._asked["statuses"]):
            print(text[:SHOWN_BYTES], flush=True)
            if self._watch.last and answer.status in NAMES_EXCEPTION:
                raise self._watch.last
            raise BadAnswer("GET %s answered %d" % (path, answer.status))
        if self._asked["text"] is not None and self._asked["text"] not in text:
            raise BadAnswer('GET %s answered without the text "%s"' % (path, self._asked["text"]))


def _get(app: App, url: str) -> Answer:
    """One request, as a server makes it, to the end of the body."""
    answer = Answer()
    pieces: Iterable[bytes] = app(_environ(url), answer.start)
    try:
        for piece in pieces:
            answer.add(piece)
    finally:
        close = getattr(pieces, "close", None)
        if close:
            close()
    return answer


def _environ(url: str) -> Dict[str, Any]:
    """What PEP 3333 wants, and what PythonAnywhere's front adds."""
    parts = urlsplit(url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": host,
        "SERVER_PORT": "443" if is_secure else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": "pa-deploy",
        "HTTP_X_FORWARDED_PROTO": parts.scheme,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
