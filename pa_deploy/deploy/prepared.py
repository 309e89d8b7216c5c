"""Prepare all that a deploy needs of this machine, before any request to PythonAnywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.settings import Settings

if TYPE_CHECKING:
    from pa_deploy.release import Bundle


@dataclass(frozen=True, slots=True)
class Prepared:
    """The release to ship, and the folder where its parts are put together; None: there is none."""

    bundle: Bundle | None = None
    scratch: Path = Path()


def prepare(settings: Settings, tools: Tools, scratch: Path, warnings: Warnings) -> Prepared:
    """Read and resolve what is to be shipped. `warnings` get each likely mistake.

    Raises InputError, IndexUnreachable or OutOfTime.
    """
    for caution in settings.cautions:
        warnings.warn(str(caution))
    if settings.release is None:
        return Prepared()
    # What ships a release is a tenth of a start, so it is imported if need be.
    from pa_deploy.deploy.preparing import read_release  # noqa: PLC0415

    return Prepared(read_release(settings.release, settings, tools, scratch, warnings), scratch)
