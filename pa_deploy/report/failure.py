"""What an exception means to the user of a run."""

from __future__ import annotations

import errno
import sys
import traceback

from pa_deploy import __version__
from pa_deploy.errors import DeployError, Interrupted
from pa_deploy.model import Failure

OTHER_EXIT_CODE = 1
CONTINUES = "It continues from what is already done."
FULL = (errno.ENOSPC, errno.EDQUOT)


def failure_from(error: BaseException) -> Failure:
    """A failure of ours speaks for itself; anything else is a bug, with how to report it, but for
    a disk that is full. A deploy that is interrupted can be run again.
    """
    if isinstance(error, Interrupted) and not error.advice:
        error.advice = f"Run again. {CONTINUES}"
    if isinstance(error, DeployError | Interrupted):
        return Failure(title=error.title, message=str(error), exit_code=error.exit_code)
    if isinstance(error, OSError) and error.errno in FULL:
        return _no_space(error)
    trace = "".join(traceback.format_exception(error))
    return Failure(
        title="A bug in pa-deploy",
        message=f"{trace}This is pa-deploy {__version__} on Python {sys.version.split()[0]}.\n"
        "Please report it, with these lines, in the issues of the pa-deploy repository.",
        exit_code=OTHER_EXIT_CODE,
    )


def _no_space(error: OSError) -> Failure:
    place = f" for {error.filename}" if error.filename else ""
    return Failure(
        title="No space left",
        message=f"The machine that runs pa-deploy has no space left{place}.\n"
        f"Free some space there and run again. {CONTINUES}",
        exit_code=OTHER_EXIT_CODE,
    )
