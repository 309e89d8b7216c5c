"""Where a deploy puts together what it ships."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from tempfile import TemporaryDirectory

from pa_deploy.errors import InputError, Problem
from pa_deploy.settings import Settings


def scratch_folder(settings: Settings) -> AbstractContextManager[str]:
    """A folder that goes again; none if nothing is shipped, as the image may not be able to write
    anywhere. Raises InputError if there is no place for it.
    """
    if settings.release is None:
        return nullcontext("")
    try:
        return TemporaryDirectory()
    except OSError:
        advice = "Give the container one, `docker run --tmpfs /tmp`, or name one in TMPDIR."
        said = "there is no folder for temporary files that can be written."
        raise InputError((Problem("source", said, advice=advice),)) from None
