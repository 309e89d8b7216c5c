"""After a switch, ask the site for a file of each static file mapping that this run is about.

What the release has, the loader has written into its status. Of other folders one is looked at: the
first that this run has mapped, which costs a request to list it and one to read a file.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError
from pa_deploy.model import Create, Health, HealthCheck, StaticFile, Update
from pa_deploy.verify import Expected, Received, wait_for_file

if TYPE_CHECKING:
    from pa_deploy.deploy.course import Made
    from pa_deploy.deploy.delivery import Delivery

MOST_BYTES = 1024 * 1024
"""A file that is larger is not read from the account to compare it."""
SMALL = (".css", ".js", ".txt", ".html", ".svg", ".ico", ".json", ".xml", ".map", ".webmanifest")
"""Files that are nearly always small."""
IS_FILE = "is not a directory"
"""PythonAnywhere says so if a file's tree is asked for."""


@dataclass(frozen=True, slots=True)
class StaticCheck:
    """Asks for files as `check` asks for the site."""

    check: HealthCheck
    tools: Tools

    def first_bad(self, made: Made, delivery: Delivery | None) -> Health | None:
        """The first wrong answer; None if all files are served as they are.

        If the site asks for a login and is asked without TLS, so that it gets none, no file is.
        """
        if self.check.login and not self.check.url.startswith("https:"):
            return None
        rows = made.actual.static_files or ()
        count = 0
        for expected in _of_release(made, delivery, rows):
            health = self._ask(expected).health
            if not health.healthy and self._is_bad(expected):
                return health
            count += 1
        outside = self._outside(made, delivery, rows)
        if outside:
            health = self._ask_outside(outside)
            if not health.healthy:
                return health
            count += 1
        if count:
            mappings = "1 mapping" if count == 1 else f"{count} mappings"
            self.tools.ci.log(f"Static files: a file of {mappings} was requested and is right.")
        return None

    def _ask(self, expected: Expected) -> Received:
        tools = self.tools
        nonce = f"{tools.deadline.clock.time():.0f}"
        return wait_for_file(expected, self.check, tools.site, tools.deadline, nonce)

    def _is_bad(self, expected: Expected) -> bool:
        """Whether it is wrong compared with the file as it is now: the app may have changed it."""
        try:
            content = self.tools.api.files.read(expected.file)
        except DeployError:
            return True
        if content is None:
            return False
        digest = hashlib.sha256(content).hexdigest()
        if digest == expected.sha256:
            return True
        return not self._ask(replace(expected, sha256=digest)).health.healthy

    def _outside(
        self, made: Made, delivery: Delivery | None, rows: tuple[StaticFile, ...]
    ) -> Expected | None:
        """A file of the first folder that this run has mapped and that is not of the release."""
        known = {row.mapped for row in delivery.status.samples} if delivery else set()
        for row in _mapped_now(made):
            folder = _in_release(row, delivery)
            # If a release was shipped and a folder of it has no sample, it is empty.
            if folder is None or not (made.shipped or folder in known):
                path = self._file_below(row.path)
                earlier = _before(row, rows, delivery)
                return None if path is None else Expected(row, path, None, row.path, earlier)
        return None

    def _file_below(self, folder: str) -> str | None:
        """A file of a folder on PythonAnywhere, likely a small one; "" if it is a file itself."""
        try:
            tree = self.tools.api.files.tree(folder)
        except DeployError as error:
            return "" if IS_FILE in error.what else None
        files = [path for path in tree if not path.endswith("/")]
        small = next((path for path in files if path.lower().endswith(SMALL)), None)
        return posixpath.relpath(small, folder) if small else None

    def _ask_outside(self, expected: Expected) -> Health:
        """Ask for a file, and compare its bytes if the account has not too many of them."""
        received = self._ask(expected)
        if not received.health.healthy or len(received.body) > MOST_BYTES:
            return received.health
        try:
            content = self.tools.api.files.read(expected.file)
        except DeployError:
            return received.health
        if content is None or content == received.body:
            return received.health
        digest = hashlib.sha256(content).hexdigest()
        return self._ask(replace(expected, sha256=digest)).health


def _of_release(
    made: Made, delivery: Delivery | None, rows: tuple[StaticFile, ...]
) -> Iterator[Expected]:
    """What the loader has seen in the release: all if this run has switched to it, else what this
    run has mapped.
    """
    if delivery is None:
        return
    samples = {sample.mapped: sample for sample in delivery.status.samples}
    for row in rows if made.shipped else _mapped_now(made):
        folder = _in_release(row, delivery)
        if folder is not None and folder in samples:
            sample, earlier = samples[folder], _before(row, rows, delivery)
            yield Expected(row, sample.path, sample.sha256, folder or ".", earlier)


def _before(
    row: StaticFile, rows: tuple[StaticFile, ...], delivery: Delivery | None = None
) -> tuple[StaticFile, ...]:
    """The mappings before one, with paths in the release as an input has them."""
    if row not in rows:
        return ()
    paths = ((each, _in_release(each, delivery)) for each in rows[: rows.index(row)])
    return tuple(
        replace(each, path=each.path if path is None else path or ".") for each, path in paths
    )


def _mapped_now(made: Made) -> Iterator[StaticFile]:
    for change in made.plan.changes:
        if isinstance(change, Create | Update) and isinstance(change.after, StaticFile):
            yield change.after


def _in_release(row: StaticFile, delivery: Delivery | None) -> str | None:
    if delivery is None:
        return None
    from pa_deploy.release import in_release  # noqa: PLC0415 - as in `prepare`

    return in_release(row, delivery.destination.layout)
