"""From argv and environment to an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import click

from pa_deploy.ci import Ci, detect
from pa_deploy.cli.commands import DEFAULT_COMMAND, cli
from pa_deploy.cli.context import Context
from pa_deploy.cli.signals import Interrupts, ignore_signals
from pa_deploy.clock import SystemClock
from pa_deploy.disguise import forms
from pa_deploy.errors import InputError, Interrupted, Problem
from pa_deploy.settings import (
    Given,
    find_secrets,
    is_short,
    secret_flags,
    secret_texts,
    secret_variables,
)
from pa_deploy.started_with import cover_secrets, stars

DECLINED = 130
"""As after Ctrl-C, which is the other way to say no to a question."""

PROGRAM = "pa-deploy"


def run(early: Sequence[int] = ()) -> None:
    """Run this process's command, and end. `early`: the numbers of signals that came before.

    It ends without Python's and the libraries' own tidying up. A thread that is still connecting
    would crash in what OpenSSL tidies away: with `sys.exit`, 1 of 87 runs that were interrupted
    just then ended by SIGSEGV. An interrupted run would also end 80 ms later.
    """
    _open_what_is_closed()
    argv, environ = sys.argv[1:], dict(os.environ)
    _show_no_secret(argv, environ)
    code = main(argv, environ, early)
    ignore_signals()  # all is told
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # whoever read it is gone
            stream.flush()
    os._exit(code)


def _open_what_is_closed() -> None:
    """Python has None for a stream that is closed from the start; what is said there is lost."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _show_no_secret(argv: Sequence[str], environ: Mapping[str, str]) -> None:
    """Take the secrets out of what other processes can see of this one."""
    variables = secret_variables(environ)
    for name in variables:
        del os.environ[name]
    names = {os.fsencode(name) for name in variables}
    typed = [value for _, value in secret_flags(argv)]
    if not names and not typed:
        return
    # A short one, found within another variable, stands there by chance.
    texts = [text for text in (*typed, *secret_texts(environ)) if not is_short(text)]
    given = {os.fsencode(form) for text in texts for form in _forms(text)}
    secrets = sorted(given, key=len)

    def cover(entry: bytes) -> bytes:
        name, equals, value = entry.partition(b"=")
        if equals and name in names:
            return name + equals + stars(value, value)
        for secret in reversed(secrets):
            entry = stars(entry, secret)
        return entry

    cover_secrets(cover)


def _forms(secret: str) -> Sequence[str]:
    """A secret as it is and encoded; one that is not UTF-8 has no other form."""
    try:
        return forms(secret)
    except UnicodeEncodeError:
        return (secret,)


def main(argv: Sequence[str], environ: Mapping[str, str], early: Sequence[int] = ()) -> int:
    """Run one command; the exit code. Nothing is raised, and no secret is shown."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know every sign
    ci = detect(environ, sys.stdout, sys.stderr)
    interrupts = Interrupts(early)
    try:
        given = Given.of({}, environ, _working_directory())
        for secret in find_secrets(given.with_flags(dict(secret_flags(argv)))).hidden:
            ci.hiding.add(secret)
        context = Context(given=given, ci=ci, clock=SystemClock(), interrupts=interrupts)
        with interrupts.handled():
            return int(cli.main(list(argv), PROGRAM, standalone_mode=False, obj=context) or 0)
    except click.ClickException as error:
        return _usage_error(ci, error)
    except click.Abort:  # the answer to a question was no, or there was none
        ci.aside().log("Nothing was changed.")
        return DECLINED
    except Interrupted as error:  # a deploy tells it itself
        ci.aside().error(error.title, str(error))
        return error.exit_code
    except Exception as error:  # the last resort: a traceback may show a secret
        from pa_deploy.report import failure_from  # noqa: PLC0415 - a tenth of a start

        failure = failure_from(error)
        ci.aside().error(failure.title, failure.message)
        return failure.exit_code
    finally:
        ci.doing("")


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        said = f"it cannot be used ({error.strerror}). Somebody may have deleted it."
        advice = "Change to a folder that exists, and run again."
        raise InputError((Problem("working directory", said, advice=advice),)) from None


def _usage_error(ci: Ci, error: click.ClickException) -> int:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    command = ctx.command_path if ctx else PROGRAM
    # The output of the other commands is data, and somebody may read it from a pipe.
    about = ci if command in (PROGRAM, f"{PROGRAM} {DEFAULT_COMMAND}") else ci.aside()
    about.error(InputError.title, f"{error.format_message()}\nSee: {command} --help")
    return InputError.exit_code
