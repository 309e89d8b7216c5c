"""Exceptions of an app: how they are told, and those that a framework keeps to itself."""

from __future__ import annotations

import functools
import importlib
import logging
import os
import sys
import traceback
from contextlib import suppress
from types import TracebackType
from typing import Any, Iterator, Optional, Tuple

from .files import LOADER_ZIP

IMPORTING = ("<frozen importlib", importlib.import_module.__code__.co_filename)
"""Where an import is carried out."""
RELEASES = os.path.join(os.path.dirname(os.path.dirname(LOADER_ZIP)), "releases", "")


SOURCE = (".py", ".pyc", ">")
"""How the names of files with code end, and those of code that has no file."""


def said(error: BaseException) -> str:
    """An exception in one line."""
    while len(getattr(error, "exceptions", ())) == 1:  # a group of one
        error = error.exceptions[0]  # type: ignore[attr-defined]
    lines = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
    line = lines[-1] if isinstance(error, SyntaxError) else lines[0]
    file, number = _place(error)
    if not file:
        return line
    path = os.path.relpath(file) if os.path.isabs(file) else file
    return "%s (%s, line %s)" % (line, path, number)


def _place(error: BaseException) -> Tuple[str, int]:
    """The file of which an exception tells, and the line: a source, or a template; "" if none."""
    try:
        told = getattr(error, "template_debug", None)  # of Django
        if isinstance(told, dict):
            return str(told["name"]), int(told["line"])
        file, number = getattr(error, "filename", None), getattr(error, "lineno", None)
        if isinstance(file, str) and isinstance(number, int):  # of Jinja and Mako too
            return file, number
        frames = list(_traces(error.__traceback__))
        own = [each for each in frames if _path(each).startswith(RELEASES)]
        is_template = bool(own) and not _path(own[-1]).endswith(SOURCE)
        return (_path(own[-1]), own[-1].tb_lineno) if is_template else ("", 0)
    except Exception:  # its attributes may do anything
        return "", 0


def show(error: BaseException) -> None:
    """Print the traceback, from the first frame of the release on, else without the loader's."""
    traces = list(_traces(error.__traceback__))
    others = [each for each in traces if not _path(each).startswith((LOADER_ZIP, *IMPORTING))]
    own = [each for each in others if _path(each).startswith(RELEASES)]
    traceback.print_exception(type(error), error, next(iter([*own, *others]), None))


def _traces(trace: Optional[TracebackType]) -> Iterator[TracebackType]:
    while trace:
        yield trace
        trace = trace.tb_next


def _path(trace: TracebackType) -> str:
    return trace.tb_frame.f_code.co_filename


class Output:
    """What this process prints from now on, into the file at `path`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._before = os.fstat(2).st_size

    def tell(self, error: BaseException) -> str:
        """The exception in one line. Its traceback is printed, unless somebody has done so."""
        line = said(error)
        if not (self._has("Traceback") and self._has(line)):
            show(error)
        return line

    def _has(self, text: str) -> bool:
        with suppress(OSError, ValueError, AttributeError):  # the app may have put its own there
            sys.stderr.flush()
        try:
            with open(self._path, "rb") as file:
                file.seek(self._before)
                return text in file.read().decode("utf-8", "replace")
        except OSError:
            return False


class Watch:
    """Notes the `last` exception that was logged as an error, or made a traceback of.

    Frameworks answer 500 and tell the exception in one of these ways. A log may be switched off: it
    is noted all the same.
    """

    def __init__(self) -> None:
        self.last: Optional[BaseException] = None
        self._is_logging_broken = False
        self._see_logs()
        self._see_tracebacks()
        self._see_broken_logging()

    def _see_logs(self) -> None:
        make = logging.getLogRecordFactory()
        is_enabled = logging.Logger.isEnabledFor

        def record(*args: Any, **more: Any) -> logging.LogRecord:
            made = make(*args, **more)
            if made.levelno >= logging.ERROR and made.exc_info and made.exc_info[1]:
                self.last = made.exc_info[1]
            return made

        def is_enabled_for(logger: logging.Logger, level: int) -> bool:
            return level >= logging.ERROR or is_enabled(logger, level)

        logging.setLogRecordFactory(record)
        logging.Logger.isEnabledFor = is_enabled_for  # type: ignore[assignment, method-assign]

    def _see_tracebacks(self) -> None:
        real = traceback.TracebackException.__init__

        @functools.wraps(real)
        def init(told: Any, kind: Any, error: Any, *rest: Any, **more: Any) -> None:
            is_cause = more.get("_seen") is not None
            if error is not None and not is_cause and not self._is_logging_broken:
                self.last = error
            real(told, kind, error, *rest, **more)

        traceback.TracebackException.__init__ = init  # type: ignore[assignment, method-assign]

    def _see_broken_logging(self) -> None:
        """A handler that cannot send its mail prints a traceback too, but that is not the cause."""
        real = logging.Handler.handleError

        @functools.wraps(real)
        def handle_error(handler: Any, record: logging.LogRecord) -> None:
            self._is_logging_broken = True
            try:
                real(handler, record)
            finally:
                self._is_logging_broken = False

        logging.Handler.handleError = handle_error  # type: ignore[assignment, method-assign]
