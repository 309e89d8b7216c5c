"""The WSGI application that uWSGI loads: the user's WSGI file, with tracebacks into the error log.

Standard library only, Python 3.8 and newer: it runs among the user's packages. Search path, import,
logs and error page are as PythonAnywhere's own wrapper makes them. What is printed on stderr while
the WSGI file is imported is in the server log; during requests, and whatever the root logger gets,
it is in the error log.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import importlib.util
import json
import logging
import os
import re
import socket
import sys
import traceback
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

import uwsgi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

SPEC = json.loads(Path(uwsgi.opt["pa-spec"].decode()).read_text())
IMPORT_HELP = (
    "***************************************************",
    "If you're seeing an import error and don't know why,",
    "we have a dedicated help page to help you debug: ",
    "https://help.pythonanywhere.com/pages/DebuggingImportError/",
    "***************************************************",
)


class ErrorLog:
    """A text file that dates each line and shows the paths of PythonAnywhere."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self) -> None:
        self._rest = ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        if lines:
            self.lines(lines)
        return len(text)

    def writelines(self, texts: list[str]) -> None:
        for text in texts:
            self.write(text)

    def lines(self, lines: list[str]) -> None:
        now = dt.datetime.now(tz=dt.timezone.utc)  # noqa: UP017 - Python 3.8 has no other name
        stamp = f"{now:%Y-%m-%d %H:%M:%S},{now.microsecond // 1000:03d}: "
        text = "".join(f"{stamp}{line}\n" for line in lines).replace(SPEC["root"], "")
        with Path(SPEC["error_log"]).open("ab") as file:
            file.write(text.encode("utf-8", "replace"))

    def flush(self) -> None:
        """Do nothing: only an unfinished line waits."""

    def isatty(self) -> bool:
        return False


ERROR_LOG = ErrorLog()


class ErrorLogHandler(logging.Handler):
    """Writes what is logged, from INFO up, into the error log."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            ERROR_LOG.lines(self.format(record).split("\n"))
        except Exception:
            self.handleError(record)


def log_exception(error: BaseException) -> None:
    """Log the exception, then its traceback without the emulator's own frames."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and "importlib" not in frame.filename
    ]
    text = [
        *traceback.format_exception_only(type(error), error),
        *traceback.format_list(frames),
    ]
    ERROR_LOG.lines(["Error running WSGI application", *"".join(text).rstrip().split("\n")])


def error_page(start_response: StartResponse) -> bytes:
    headers = [("Content-type", "text/html; charset=utf-8")]
    start_response("500 Internal Server Error", headers)
    return Path(SPEC["error_page"]).read_bytes()


def marked(start_response: StartResponse) -> Callable[..., Any]:
    """Mark answers of the app, so that static headers go to static files only."""

    def start(status: str, headers: list[tuple[str, str]], *error: object) -> object:
        return start_response(status, [*headers, (SPEC["mark"], "1")], *error)  # type: ignore[arg-type]

    return start


PLACES = re.compile(SPEC["path_pattern"])


class AccountLoader(SourceFileLoader):
    """Loads the account's sources, and replaces PythonAnywhere's paths in them by folders here.
    Other sources are loaded as usual, from bytecode if there is any.
    """

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        if path.startswith(SPEC["root"]):
            source = importlib.util.decode_source(self.get_data(path))
            if PLACES.search(source):
                return translated(source, path)
        return super().get_code(fullname)


def translated(source: str, path: str) -> CodeType:
    return compile(PLACES.sub(lambda _: SPEC["root"], source), path, "exec", dont_inherit=True)


def find_account_sources() -> None:
    """Have the import system use AccountLoader."""
    details = (
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (AccountLoader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )
    sys.path_hooks.insert(0, FileFinder.path_hook(*details))
    sys.path_importer_cache.clear()


def load_application() -> WSGIApplication:
    """Import the WSGI file by its name."""
    application: WSGIApplication = importlib.import_module(os.environ["WSGI_MODULE"]).application
    return application


def wrap(app: WSGIApplication) -> WSGIApplication:
    """Return the application; log what it raises, and answer with the error page."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        environ["wsgi.errors"] = ERROR_LOG
        chunks: Any = ()
        try:
            chunks = app(environ, marked(start_response))
            yield from chunks
        except Exception as error:
            log_exception(error)
            yield error_page(marked(start_response))
        finally:
            with contextlib.suppress(AttributeError):
                chunks.close()

    return application


def import_error(error: BaseException) -> WSGIApplication:
    """Return an application that at each request logs the error and shows the error page."""

    def application(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        log_exception(error)
        ERROR_LOG.lines(list(IMPORT_HELP))
        yield error_page(marked(start_response))

    return application


def report(sign: str, visit: str = "") -> None:
    """Tell the emulator what this process does."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        way.sendto(f"{sign}{os.getpid()} {visit}".encode(), SPEC["reports"])


def reporting(app: WSGIApplication) -> WSGIApplication:
    """Return the application, and report each visit when it begins."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        report("=", environ.pop(SPEC["visit"], ""))
        return app(environ, start_response)

    return application


def imported() -> WSGIApplication:
    """Return the application; if it cannot be imported, one that shows the error."""
    try:
        return wrap(load_application())
    except Exception as error:
        return import_error(error)


report("-")
sys.dont_write_bytecode = True  # it would be stale if a source changes twice in a second
logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[ErrorLogHandler()])
sys.path.insert(0, SPEC["www"])
find_account_sources()
application = reporting(imported())
sys.stderr = ERROR_LOG
report("+")
