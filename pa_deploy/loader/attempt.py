"""Try a release before it serves: import its app, and ask it for a page in this process.

So nobody meets an app that does not start or whose page fails. PythonAnywhere's front is imitated
as far as an app can see it: the real host, over https.
"""

from __future__ import annotations

import faulthandler
import io
import os
import signal
import sys
import threading
import warnings
import zlib
from contextlib import suppress
from os import fork, waitpid  # as they are before an app puts its own there
from typing import Any, Dict, Iterable, List, Tuple
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.util import FileWrapper

from .app import App, load
from .files import OUTPUT, Home, discard, read_bytes
from .interface import NotAnApp
from .mapped import Elsewhere, file_of, missing
from .releases import Release
from .traces import Output, Watch
from .visits import BROWSER, BadRedirect, Route, page_text

WELL = 73
"""How this process ends if the app does well, once it has removed the verdict."""
VERDICT = "verdict"
"""A file for the preparer: how far the try has come, and why the release is refused. If it is still
there, the app has ended the process itself, whatever its exit code.
"""
MOST_BYTES = 16 * 1024 * 1024
"""How much of a page is read; an error may come at its end."""
COMPRESSED = ("gzip", "x-gzip", "deflate")
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
OF_THE_SERVER = ("uwsgi", "uwsgidecorators")
"""Modules that an app finds in uWSGI's processes alone."""
ARGUMENTS = ("uwsgi",)
"""What an app finds as the words of its program in uWSGI's processes."""
NAMES_EXCEPTION = (400, *range(500, 600))
"""Statuses by which frameworks answer if there was an exception."""
SHOWN_CHARACTERS = 2000
"""How much of a bad answer the output shows, at most."""
NO_THREADS = (
    "pa-deploy: the app has started threads in its import. PythonAnywhere forks its workers after "
    "the import, and these threads do not run in the workers. Start them at the first request."
)


def step_of(asked: Dict[str, Any]) -> str:
    """What the status calls the try. A query is not shown, as it may be a key."""
    return "try: GET " + str(asked["path"]).partition("?")[0]


def try_out(base: str, release: str, asked: Dict[str, Any]) -> None:
    """End this process with WELL if the app does well, else with 1 and a verdict.

    `asked` has the `path`, the `host`, the `statuses` that are well, a `text` or None, and what is
    `mapped`; without it the app is only imported. Threads that the app has started do not keep the
    process alive.
    """
    home = Home(base)
    output = Output(home.at(OUTPUT))
    _show_where_it_is_ended()
    verdict = {"step": "import", "error": ""}
    _note(home, verdict)
    try:
        wanted = Release(home, release)
        sys.argv[:] = ARGUMENTS
        app = load(wanted)
        if asked:
            verdict["step"] = step_of(asked)
            _note(home, verdict)
            be_a_worker()
            Attempt(app, asked, wanted.code).carry_out()
    except NotAnApp as error:
        print(error)
        verdict = {"step": "app: " + wanted.record["app"], "error": str(error)}
    except BadAnswer as error:
        verdict["error"] = str(error)
    except BaseException as error:  # an app may well call sys.exit
        told = output.tell(error)
        if isinstance(error, ModuleNotFoundError) and error.name in OF_THE_SERVER:
            print("Only PythonAnywhere's server has this module, so the app could not be tried.")
        else:
            verdict["error"] = told
    if verdict["error"]:
        home.write_over(VERDICT, verdict)
    else:
        discard(home.at(VERDICT))
    _flush()
    os._exit(1 if verdict["error"] else WELL)


def _show_where_it_is_ended() -> None:
    """Have Python write what it was at if its time is over, also in code that is not Python's."""
    with suppress(OSError, ValueError, AttributeError):  # stderr was closed
        faulthandler.register(signal.SIGTERM, sys.stderr, all_threads=False, chain=True)


def _note(home: Home, verdict: Dict[str, str]) -> None:
    """How far the try has come, as the app may end this process itself."""
    with suppress(OSError):  # a full disk
        home.write_over(VERDICT, verdict)


def be_a_worker() -> None:
    """Go on in a new process. This one waits for its end, and ends likewise.

    PythonAnywhere's server imports the app, and forks then. So threads that the import has started
    are not there when the app is asked.
    """
    _flush()
    threads = threading.active_count()
    of_the_app = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a newer Python warns of threads
        worker = fork()
    if not worker:
        if of_the_app is not None:
            signal.signal(signal.SIGCHLD, of_the_app)
        return
    signal.signal(signal.SIGTERM, lambda *_: _end(signal.SIGTERM, threads))
    _end(waitpid(worker, 0)[1], threads)


def _end(status: int, threads: int) -> None:
    """End as a process has ended that is the copy of this one without its threads."""
    if threads > 1 and status != WELL << 8:
        with suppress(OSError, ValueError):
            print(NO_THREADS)
            _flush()
    if os.WIFSIGNALED(status):
        with suppress(OSError, ValueError):  # SIGKILL takes no handler
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # it was closed, or there is none
            stream.flush()


class BadAnswer(Exception):
    """The app has answered, but not well."""


class Answer:
    """What the app has answered: `status`, `headers` by their small names, `cookies`, `body`."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Dict[str, str] = {}
        self.cookies: List[str] = []
        self.body = bytearray()
        self.size = 0

    def start(self, status: Any, headers: List[Tuple[Any, Any]], *_: Any) -> Any:
        for text in (status, *(each for pair in headers for each in pair)):
            if not isinstance(text, str) or {"\r", "\n"} & set(text):
                raise BadAnswer("the app's answer has an invalid status or header: %r" % text)
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = {name.lower(): value for name, value in headers}
        self.cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        return self.add

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        self.body += piece[: MOST_BYTES - len(self.body)]


class Attempt:
    """Asks an app for a page, and judges the answer."""

    def __init__(self, app: App, asked: Dict[str, Any], code: str) -> None:
        self._app = app
        self._asked = asked
        self._code = code
        self._mapped = asked.get("mapped", [])
        self._watch = Watch()

    def carry_out(self) -> None:
        """Follow redirects within the site, and judge the last answer."""
        route = Route("https://%s%s" % (self._asked["host"], self._asked["path"]))
        while True:
            self._watch.last = None
            path = urlsplit(route.url).path
            try:
                answer = self._answer(route)
            except Elsewhere:
                return
            print("GET %s answered %d" % (path, answer.status))
            try:
                location = answer.headers.get("location")
                if not route.follow(answer.status, location, answer.cookies):
                    break
            except BadRedirect as bad:
                said = "GET %s answered %d, a redirect %s" % (path, answer.status, bad)
                raise BadAnswer(said) from None
        self._judge(answer, path)

    def _answer(self, route: Route) -> Answer:
        """What the site will answer: by a mapped file, else by the app. Raises Elsewhere."""
        file = file_of(self._code, self._mapped, _decoded(route.url))
        if not file:
            return _get(self._app, route)
        answer = Answer()
        answer.start("200 OK", [])
        answer.add(read_bytes(file))
        return answer

    def _judge(self, answer: Answer, path: str) -> None:
        text = page_text(_unpacked(answer), answer.headers.get("content-type", ""))
        if not any(low <= answer.status <= high for low, high in self._asked["statuses"]):
            print(_beginning(text))
            _flush()
            if self._watch.last and answer.status in NAMES_EXCEPTION:
                raise self._watch.last
            file = missing(self._mapped, _decoded(path))
            why = ". The release has no file %s" % file if file else ""
            raise BadAnswer("GET %s answered %d%s" % (path, answer.status, why))
        if self._asked["text"] is not None and self._asked["text"] not in text:
            raise BadAnswer('GET %s answered without the text "%s"' % (path, self._asked["text"]))


def _unpacked(answer: Answer) -> bytes:
    """The body as browsers see it, also of an app that compresses what nobody asked it to."""
    body = bytes(answer.body)
    if answer.headers.get("content-encoding", "").strip().lower() not in COMPRESSED:
        return body
    try:
        return zlib.decompressobj(GZIP_OR_ZLIB).decompress(body, MOST_BYTES)
    except zlib.error:
        return body


def _beginning(text: str) -> str:
    """The first lines. A part of a line could end in a part of a secret, which nobody would find
    then.
    """
    if len(text) <= SHOWN_CHARACTERS:
        return text
    lines = text[:SHOWN_CHARACTERS].rpartition("\n")[0].strip()
    return lines or "(The page is not shown: its first line is too long.)"


def _get(app: App, route: Route) -> Answer:
    """One request, as a server makes it, to the end of the body."""
    answer = Answer()
    pieces: Iterable[bytes] = app(_environ(route), answer.start)
    try:
        for piece in pieces:
            answer.add(piece)
    finally:
        close = getattr(pieces, "close", None)
        if close:
            close()
    told = answer.headers.get("content-length", "")
    if told.isdecimal() and answer.size < int(told):
        raise BadAnswer("Content-Length is %s, but the answer has %d bytes" % (told, answer.size))
    return answer


def _decoded(url: str) -> str:
    """The path of a URL as a server reads it."""
    return os.fsdecode(unquote_to_bytes(urlsplit(url).path or "/"))


def _environ(route: Route) -> Dict[str, Any]:
    """What PEP 3333 wants, and what PythonAnywhere's front adds."""
    parts = urlsplit(route.url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": host,
        "SERVER_PORT": "443" if is_secure else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REQUEST_URI": parts.path + ("?" + parts.query if parts.query else ""),
        "CONTENT_LENGTH": "",
        "CONTENT_TYPE": "",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "443",
        "HTTP_X_FORWARDED_FOR": "127.0.0.1",
        "HTTP_X_REAL_IP": "127.0.0.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": BROWSER,
        **({"HTTP_COOKIE": route.cookie} if route.cookie else {}),
        "HTTP_X_FORWARDED_PROTO": parts.scheme,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
