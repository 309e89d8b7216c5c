"""After a switch, ask the site for files of each static file mapping that this run is about.

What the release has, the loader has written into its status. Of other folders one is looked at: the
first that this run has mapped, which costs a request to list it and one to read a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pa_deploy.deploy.course import Made
from pa_deploy.deploy.outside import find_outside
from pa_deploy.deploy.paths import written_mappings
from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.errors import DeployError
from pa_deploy.model import Health, HealthCheck, StaticFile
from pa_deploy.plan import count
from pa_deploy.verify import Expected, Received, wait_for_file

if TYPE_CHECKING:
    from pa_deploy.deploy.delivery import Delivery

MOST_BYTES = 1024 * 1024
"""A file that is larger is not read from the account to compare it."""
MOST_RIVALS = 5
"""How many files are asked for because another mapping may hide them, beside one of each mapping.
"""


@dataclass(frozen=True, slots=True)
class StaticCheck:
    """Asks for files as `check` asks for the site.

    `listed` are the mappings that the inputs have. `warnings` get what is hidden, but was meant so.
    """

    check: HealthCheck
    tools: Tools
    listed: tuple[StaticFile, ...]
    warnings: Warnings

    def first_bad(self, made: Made, delivery: Delivery | None) -> Health | None:
        """The first wrong answer; None if all files are served as they are.

        If the site asks for a login and is asked without TLS, so that it gets none, no file is.
        """
        if self.check.login and not self.check.url.startswith("https:"):
            return None
        rows = made.actual.static_files or ()
        asked: set[StaticFile] = set()
        for expected, health in self._answers(made, delivery, rows):
            if health.healthy:
                asked.add(expected.row)
            elif self._is_meant(expected):
                self.warnings.warn(_meant_sentence(expected))
            else:
                return health
        if asked:
            checked = "" if len(asked) == len(rows) else f"{len(asked)} of "
            mappings = count(len(rows), "mapping")
            self.tools.ci.log(f"Static files: checked a file of {checked}{mappings}.")
        return None

    def _answers(
        self, made: Made, delivery: Delivery | None, rows: tuple[StaticFile, ...]
    ) -> Iterator[tuple[Expected, Health]]:
        """What is asked for, and how it went."""
        for expected in _of_release(made, delivery, rows):
            yield expected, self._ask_of_release(expected)
        row = _first_outside(made, delivery)
        if row:
            before = rows[: rows.index(row)] if row in rows else ()
            for path in find_outside(self.tools.api, row, before):
                expected = Expected(row, path, None, row.path, _before(row, rows, delivery))
                yield expected, self._ask_outside(expected)

    def _is_meant(self, expected: Expected) -> bool:
        """Whether what hides it is a mapping for a part of the URLs, which the inputs have. Or they
        have neither, and somebody has made both.
        """
        hiding, urls = expected.hiding, {row.url for row in self.listed}
        if hiding is None or hiding.url == expected.row.url:
            return False
        is_known = hiding.url in urls or expected.row.url not in urls
        return is_known and hiding.url.startswith(expected.row.url)

    def _ask(self, expected: Expected) -> Received:
        tools = self.tools
        nonce = f"{tools.deadline.clock.time():.0f}"
        return wait_for_file(expected, self.check, tools.site, tools.deadline, nonce)

    def _ask_of_release(self, expected: Expected) -> Health:
        """If the answer is wrong, compare it with the file as it is now: the app may have changed
        or deleted it.
        """
        health = self._ask(expected).health
        if health.healthy:
            return health
        try:
            content = self.tools.api.files.read(expected.file)
        except DeployError:
            return health
        if content is None:
            return replace(health, healthy=True)
        digest = hashlib.sha256(content).hexdigest()
        if digest == expected.sha256:
            return health
        return self._ask(replace(expected, sha256=digest)).health

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
    run has mapped. Of each mapping one file, and a few that an earlier mapping may hide.
    """
    if delivery is None:
        return
    left = MOST_RIVALS
    for row in rows if made.shipped else written_mappings(made.plan):
        folder = _in_release(row, delivery)
        samples = [each for each in delivery.status.samples if each.mapped == folder]
        for number, sample in enumerate(samples):
            earlier = _before(row, rows, delivery)
            expected = Expected(row, sample.path, sample.sha256, folder or ".", earlier)
            if number == 0 or (expected.hiding and left > 0):
                left -= number > 0
                yield expected


def _first_outside(made: Made, delivery: Delivery | None) -> StaticFile | None:
    """The first folder that this run has mapped and that is not of the release."""
    known = {row.mapped for row in delivery.status.samples} if delivery else set()
    for row in written_mappings(made.plan):
        folder = _in_release(row, delivery)
        # If a release was shipped and a folder of it has no sample, it is empty.
        if folder is None or not (made.shipped or folder in known):
            return row
    return None


def _meant_sentence(expected: Expected) -> str:
    by = expected.hiding
    return (
        f'Visitors do not get {expected.path} of the mapping "{expected.row.url} = '
        f'{expected.shown}": the earlier mapping "{by.url} = {by.path}" has it too.'
        if by
        else ""
    )


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


def _in_release(row: StaticFile, delivery: Delivery | None) -> str | None:
    if delivery is None:
        return None
    from pa_deploy.release import in_release  # noqa: PLC0415 - as in `prepare`

    return in_release(row, delivery.destination.layout)
