"""A release on its way: what is live, how it is shipped or gone back to, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pa_deploy.deploy.cautions import release_cautions
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import InputError, Problem
from pa_deploy.layout import Layout
from pa_deploy.model import Release, ReleaseOutcome, ReleaseRow, ReleaseStatus, WantedRelease
from pa_deploy.release import (
    Account,
    Content,
    activate,
    deliver,
    insist_on_live,
    is_settled,
    is_there,
    make_content,
    output_lines,
    point_back,
    read_status,
    ship,
    source_mappings,
)
from pa_deploy.settings import Settings, Target

LEASE_CALL_SECONDS = 40.0
"""A look at the loader's status may take so long; the lock must count until then."""


@dataclass(slots=True)
class Delivery:
    """Brings one release there. Without `content` it is there already, and is gone back to."""

    account: Account
    release: Release
    scratch: Path
    content: Content | None = None
    cautions: tuple[Problem, ...] = ()
    status: ReleaseStatus = field(default_factory=ReleaseStatus)
    previous: str | None = None
    nonce: str | None = None

    def live(self) -> Release | None:
        """The live release. None where none is, or it is not whole, or is about to be replaced."""
        account = self.account
        self.status = read_status(account.api, account.layout)
        if self.previous is None:
            self.previous = self.status.live
        if not self.status.live:
            return None
        live = Release(self.status.live)
        if live.id != self.release.id:
            # Another one is replaced anyhow, whatever the pointer says.
            return live
        if not is_there(account.api, account.layout, live.id):
            others = tuple(row for row in self.status.releases if row.id != live.id)
            self.status = replace(self.status, live="", releases=others)
            return None
        return live if is_settled(account.api, account.layout, self.status) else None

    def ship(self) -> None:
        """Upload what is not there, and the pointer; it goes live by the next reload."""
        if self.content:
            self.nonce = ship(self.account, self.content, self.status, self.scratch)
        else:
            rows = {row.id: row for row in self.status.releases}
            row = rows.get(self.release.id, ReleaseRow(self.release.id, ""))
            self.nonce = point_back(self.account, row, self.status)

    def go_live(self, reload: Callable[[], object]) -> None:
        """Reload, and wait for the release that was shipped. Raises ReleaseRefused."""
        nonce, self.nonce = self.nonce, None
        if nonce is None:
            reload()
            return
        if self.content:
            self.status = deliver(
                self.account, self.content, self.status, self.scratch, reload, nonce
            )
        else:
            self.status = activate(self.account, nonce, reload)
        insist_on_live(self.status)

    @property
    def is_under_way(self) -> bool:
        """Whether a release was shipped that no reload has put in place yet."""
        return self.nonce is not None

    def outcome(self) -> ReleaseOutcome:
        """What became of it, as far as was seen."""
        status = self.status
        if status.id != self.release.id:
            status = ReleaseStatus(live=status.live)
        is_refused = status.state == "refused"
        return ReleaseOutcome(
            id=self.release.id,
            state=status.state,
            step=status.step,
            error=status.error,
            live=status.live,
            previous=self.previous or "",
            output=output_lines(status) if is_refused else (),
        )


def prepare(wanted: WantedRelease, settings: Settings, tools: Tools, scratch: Path) -> Delivery:
    """Read and resolve what is to be shipped.

    Raises InputError or OutOfTime before anything is asked of PythonAnywhere.
    """
    version = settings.wanted.python_version or ""
    token = settings.target.token
    content = make_content(
        wanted, version, token, scratch, tools.environ, tools.deadline, tools.ci.log
    )
    for warning in content.code.warnings:
        tools.ci.warning(tools.ci.clean(warning))
    layout = Layout.of(settings.target.username, settings.target.domain)
    shown = tuple(source_mappings(settings.wanted, wanted, layout, content.code.manifest))
    if shown:
        raise InputError(shown)
    release = Release(content.id, len(content.code.manifest), content.code.size)
    account = make_account(settings.target, tools)
    return Delivery(account, release, scratch, content, release_cautions(content))


def make_account(target: Target, tools: Tools) -> Account:
    return Account(
        api=tools.api,
        layout=Layout.of(target.username, target.domain),
        deadline=tools.deadline,
        announce=tools.ci.log,
        keep_lock=lambda: tools.transport.guard(LEASE_CALL_SECONDS),
    )
