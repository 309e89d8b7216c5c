"""Where a deploy puts together what it ships."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import mkdtemp

from pa_deploy.errors import InputError, Problem
from pa_deploy.settings import Settings


@contextmanager
def scratch_folder(settings: Settings) -> Iterator[str]:
    """A folder that goes again; none if nothing is shipped, as the image may not be able to write
    anywhere. Raises InputError if there is no place for it.
    """
    if settings.release is None:
        yield ""
        return
    folder = _make()
    try:
        yield folder
    finally:
        remove(folder)


def _make() -> str:
    try:
        return mkdtemp(prefix="pa-deploy-")
    except OSError:
        advice = (
            "Give the container one with `docker run --tmpfs /tmp`, or set TMPDIR (on Windows, "
            "TEMP) to a writable folder."
        )
        said = "there is no writable folder for temporary files."
        raise InputError((Problem("source", said, advice=advice),)) from None


def remove(folder: str) -> None:
    """Remove a folder, however deep: a package may nest its folders so that shutil gives up."""
    folders = [folder]
    for place in folders:  # which grows meanwhile
        with suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    with suppress(OSError):
                        os.unlink(entry.path)  # noqa: PTH108 - as scandir gives it
    for place in reversed(folders):
        with suppress(OSError):
            os.rmdir(place)  # noqa: PTH106
