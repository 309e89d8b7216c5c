"""From argv and environment to an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from pa_deploy.ci import Ci, detect
from pa_deploy.cli.commands import cli
from pa_deploy.cli.context import Context
from pa_deploy.cli.signals import Interrupts, ignore_signals
from pa_deploy.clock import SystemClock
from pa_deploy.errors import InputError, Interrupted
from pa_deploy.report import failure_from
from pa_deploy.settings import secret_texts


def run(early: Sequence[int] = ()) -> None:
    """Be the console script. `early`: the numbers of signals that have come already."""
    code = main(sys.argv[1:], os.environ, early)
    ignore_signals()  # the end takes a moment, and all is told
    try:
        sys.stdout.flush()
    except OSError:
        # Whoever read the output is gone; without this Python would end with a code of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def main(argv: Sequence[str], environ: Mapping[str, str], early: Sequence[int] = ()) -> int:
    """Run one command; the exit code. Nothing is raised, and no secret is shown."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know every sign
    ci = detect(environ, sys.stdout, sys.stderr)
    for secret in secret_texts(environ):
        ci.hide(secret)
    interrupts = Interrupts(early)
    context = Context(
        environ=environ,
        workspace=Path.cwd(),
        ci=ci,
        clock=SystemClock(),
        interrupts=interrupts,
    )
    try:
        with interrupts.handled():
            return int(cli.main(list(argv), "pa-deploy", standalone_mode=False, obj=context) or 0)
    except click.ClickException as error:
        return _usage_error(ci.aside(), error)
    except click.Abort:
        ci.aside().error(Interrupted.title, "Nothing was done.")
        return 130
    except (Exception, Interrupted) as error:  # the last resort: a traceback may show a secret
        failure = failure_from(error)
        ci.aside().error(failure.title, failure.message)
        return failure.exit_code


def _usage_error(ci: Ci, error: click.ClickException) -> int:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    command = ctx.command_path if ctx else "pa-deploy"
    ci.error(InputError.title, f"{error.format_message()}\nSee: {command} --help")
    return InputError.exit_code
