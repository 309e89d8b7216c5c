"""What an exception means to the user of a run."""

from __future__ import annotations

import sys
import traceback

from pa_deploy import __version__
from pa_deploy.errors import DeployError, Interrupted
from pa_deploy.model import Failure

BUG_EXIT_CODE = 1


def failure_from(error: BaseException) -> Failure:
    """A failure of ours speaks for itself; anything else is a bug, with how to report it."""
    if isinstance(error, DeployError | Interrupted):
        return Failure(title=error.title, message=str(error), exit_code=error.exit_code)
    trace = "".join(traceback.format_exception(error))
    return Failure(
        title="A bug in pa-deploy",
        message=f"{trace}This is pa-deploy {__version__} on Python {sys.version.split()[0]}.\n"
        "Please report it, with these lines, in the issues of the pa-deploy repository.",
        exit_code=BUG_EXIT_CODE,
    )
