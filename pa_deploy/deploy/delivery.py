"""A release on its way: what is live, how it is shipped or gone back to, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import Problem
from pa_deploy.layout import Layout, insist_on_known
from pa_deploy.loader.paths import covers
from pa_deploy.loader_files import is_loader, number_of_loader
from pa_deploy.model import (
    Actual,
    Boot,
    Compared,
    HealthCheck,
    PasswordProtection,
    Release,
    ReleaseOutcome,
    ReleaseRow,
    ReleaseStatus,
    StaticFile,
    WantedWebapp,
    WsgiFile,
)
from pa_deploy.release import (
    REQUEST_HEADER,
    Bundle,
    Destination,
    Ready,
    Sent,
    Shipment,
    attempt_of,
    check_of_release,
    compare,
    compare_by_site,
    differences,
    find_becoming_shared,
    former,
    insist_on_live,
    insist_on_ready,
    insist_on_shared,
    is_noted,
    is_one_verified,
    late_sentences,
    left_sentences,
    look_ahead,
    make_ready,
    mapped_folders,
    mapped_paths,
    needs_judging,
    note_verified,
    output_lines,
    page_check,
    point_back,
    point_to,
    read_boot,
    read_status,
    request_key,
    rival_paths,
    sending,
    site_of_before,
    switch,
    unfilled_live,
    with_verified,
    withdraw,
)
from pa_deploy.settings import Settings, Target, wsgi_path
from pa_deploy.transport import Fault

VISIT_SECONDS = 10.0
"""How long the site may take to answer a signed request, for which the app does nothing."""
LEASE_CALL_SECONDS = 40.0
"""A look at the loader's status may take so long; the lock must count until then."""
UNAUTHORIZED = 401


@dataclass(slots=True)
class Delivery:
    """Brings one release there. Without `bundle` it is there already, and is gone back to.

    `check` is how the site is asked when it is live, `webapp` is how the web app is to be then.
    """

    destination: Destination
    release: Release
    scratch: Path
    bundle: Bundle | None = None
    status: ReleaseStatus = field(default_factory=ReleaseStatus)
    previous: str | None = None
    shipment: Shipment | None = None
    sent: Sent | None = None
    compared: Compared | None = None
    """How the live release differs if it is the wanted one, but for what may be left behind."""
    becoming_shared: tuple[str, ...] = ()
    """Paths that become shared, and that the live release has as its own."""
    check: HealthCheck | None = None
    webapp: WantedWebapp | None = None
    interpreter: tuple[str, str] = ("", "")
    """The Python version and the virtualenv that the web app will have, "" if not known."""
    nonce: str = ""
    """That of the pointer that was written last."""
    is_from_before: bool = False
    """Whether the site of before the first release serves, though there are releases."""
    is_waited_for: bool = False
    """Whether somebody waits for what that pointer wants, or has done so."""
    ready: Ready | None = None
    """What `make_ready` has come to, until it is switched to."""
    before: Boot | None = None
    """The last import before the WSGI file is written; None if it stays as it is, or if the web app
    is new: PythonAnywhere does not start that before its first reload.
    """

    def live(self, actual: Actual) -> Release | None:
        """The live release. None if none is, or it is not whole, or is about to be replaced.

        Raises NewerPaDeploy if the status, the WSGI file or a record is from a newer one, and
        ReleaseRefused if the data of a path that is no longer shared would be left behind.
        """
        self.destination = destination = replace(
            self.destination, logins=_logins(self.webapp, actual)
        )
        self.interpreter = _interpreter(self.webapp, actual)
        wsgi_file = actual.wsgi_file
        if wsgi_file and wsgi_file.content:
            insist_on_known(number_of_loader(wsgi_file.content), destination.layout.domain)
        self.status = read_status(destination)
        if actual.webapp and wsgi_file and wsgi_file.content != destination.layout.wsgi_file():
            self.before = read_boot(destination)
        if self.status.live and wsgi_file and _is_foreign(wsgi_file.content):
            # The release was left for the site of before, which has served since.
            self.is_from_before = True
            self.status = replace(self.status, live="")
        if self.previous is None:
            self.previous = self.status.live
        live = self._whole_live()
        if self.bundle:
            is_same = live is not None and live.id == self.release.id
            shipment = (
                Shipment(bundle=self.bundle, status=self.status)
                if is_same
                else look_ahead(destination, self.bundle, self.status)
            )
            insist_on_shared(destination, shipment.record, self.bundle.wanted)
            self.becoming_shared = find_becoming_shared(
                destination, self.status.live, shipment.record, self.bundle.wanted
            )
            self.shipment = self._with_trial(shipment, actual)
        return live

    def _with_trial(self, shipment: Shipment, actual: Actual) -> Shipment:
        """With what is to be tried before the release serves."""
        wanted, layout = shipment.bundle.wanted, self.destination.layout
        mappings = _mappings(self.webapp, actual)
        python, virtualenv = self.interpreter
        return replace(
            shipment,
            check=page_check(self.check),
            attempt=attempt_of(wanted, self.check, layout, mappings),
            mapped=mapped_folders(wanted, layout, mappings),
            sampled=mapped_paths(wanted, layout, mappings),
            rivals=rival_paths(wanted, layout, (*mappings, *_left_alone(mappings, actual))),
            former=() if self.status.live else _folders_of(self.webapp, actual),
            python=python,
            virtualenv=virtualenv,
        )

    def _whole_live(self) -> Release | None:
        destination, status = self.destination, self.status
        if not status.live:
            return None
        live = Release(status.live)
        if live.id != self.release.id:
            # Another one is replaced anyhow, whatever the pointer says.
            return live
        has_env = self.bundle is not None and bool(self.bundle.wanted.env)
        told = compare(destination, status, has_env=has_env)
        if told is None:
            return None
        named = self.bundle.wanted.discard_changes if self.bundle else ()
        changed = tuple(path for path in told.changed if not covers(named, path))
        self.compared = replace(told, changed=changed)
        if told.missing or changed != told.changed:
            others = tuple(row for row in status.releases if row.id != live.id)
            self.status = replace(status, live="", releases=others)
            return None
        return live

    def unfilled(self, rows: Iterable[StaticFile]) -> tuple[Problem, ...]:
        """Those of the mappings for which the live release has nothing, if it is the wanted one:
        of another one, the preparer finds out.
        """
        if self.bundle is None or self.previous != self.release.id:
            return ()
        manifest = self.bundle.code.manifest
        live = unfilled_live(rows, self.bundle.wanted, manifest, self.destination, self.release.id)
        return tuple(live)

    def why_not_live(self) -> str:
        """Why the live release is another one than the wanted one."""
        wanted, live = self.release.id, self.status.live
        row = next((row for row in self.status.releases if row.id == wanted), None)
        if not live:
            return "No release is live."
        if live == wanted:
            return f"Release {wanted} went live, but it is not complete on PythonAnywhere any more."
        if row is None:
            said = (
                f"Release {live} is live. The files or inputs have changed since it was deployed."
            )
            return " ".join((said, *self._differences()))
        if row.bad:
            return f"Release {wanted} was rolled back, and release {live} is live."
        return f"Release {wanted} was deployed before, but now release {live} is live."

    def _differences(self) -> Iterator[str]:
        record = self.shipment.record if self.shipment else None
        if record and self.bundle:
            yield from differences(record, self.bundle)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Upload what is not there. It is deleted again if what is done meanwhile fails."""
        if self.shipment is None:
            yield
            return
        with sending(self.destination, self.shipment, self.scratch) as self.sent:
            if self.is_from_before:
                self.destination.api.files.upload(self.destination.layout.again, b"")
            yield

    def ship(self) -> None:
        """Upload the pointer, which `activate` waits for, while `sending`."""
        self.is_waited_for, self.nonce = False, ""
        self.ready = None
        if self.shipment is None or self.sent is None:
            rows = {row.id: row for row in self.status.releases}
            row = rows.get(self.release.id, ReleaseRow(self.release.id, ""))
            self.nonce = point_back(self.destination, row, self.status, self.interpreter)
            return
        if self.shipment.bundle.wanted.first_run:
            first = not is_one_verified(self.destination)
            self.shipment = replace(self.shipment, first=first)
        point_to(self.destination, self.shipment, self.sent, self.before, self._pointing)

    def _pointing(self, nonce: str) -> None:
        self.nonce = nonce

    def withdraw(self) -> bool:
        """Take back a pointer that was written and that nothing has waited for yet. Whether it is
        certain that none of this run is there.
        """
        if self.is_waited_for:
            return False
        return not self.nonce or withdraw(self.destination, self.nonce)

    def make_ready(self) -> None:
        """Have what was shipped prepared. Raises ReleaseRefused."""
        self.is_waited_for = True
        self.ready = make_ready(
            self.destination, self.nonce, self.shipment, self.scratch, self.before
        )
        self.status = self.ready.status
        self.nonce = self.status.nonce
        self.before = None
        insist_on_ready(self.status, self.destination.redact, self._app, self._copies())
        self.is_waited_for = False

    def activate(self) -> None:
        """Reload, and wait for what was shipped. Raises ReleaseRefused."""
        is_changed = self.ready is not None
        if self.ready is None:
            self.make_ready()
        self.is_waited_for = True
        if self.ready:
            self.status = switch(self.destination, self.ready, is_changed=is_changed)
        self.ready = None
        is_rollback = self.bundle is None
        for said in left_sentences(self.status, self.destination.layout, is_rollback=is_rollback):
            self.destination.warn(said)
        insist_on_live(self.status, self.destination.redact, self._app, self._copies())

    @property
    def _app(self) -> str:
        return self.bundle.wanted.app if self.bundle else ""

    def _copies(self) -> str:
        """Where shared databases are as they were before the commands, as a sentence; or ""."""
        wanted = self.bundle.wanted if self.bundle else None
        if wanted is None or not wanted.shared or not wanted.backups:
            return ""
        return (
            "If the command changed a shared database: a copy from before the commands is in "
            f"{self.destination.layout.backups}."
        )

    def late(self, *, ask: bool) -> Iterator[str]:
        """What was written in releases after the site had left them; if need be, `ask` the site."""
        told = self.compared
        if told is None and ask and self.status.live:
            told = compare_by_site(self.destination, self.status)
        return self._late_in(told)

    def late_since_switch(self) -> Iterator[str]:
        """What was written in the former release since the site has left it, by the end of a run.

        A request may still have been under way at the switch.
        """
        return self._late_in(compare_by_site(self.destination, self.status))

    def _late_in(self, told: Compared | None) -> Iterator[str]:
        late = told.late if told else ()
        return late_sentences(late, self.status, self.destination.layout)

    def is_live_in_doubt(self) -> bool:
        """Whether nobody has seen the live release healthy since it was switched to.

        If so, that costs a request, unless this run has switched to it.
        """
        is_own = self.status.nonce == self.nonce
        if needs_judging(self.status) and not is_own and is_noted(self.destination, self.status):
            self.vouch()
        return needs_judging(self.status)

    def check_of_live(self, check: HealthCheck | None) -> HealthCheck | None:
        """How to ask whether the live release is healthy, which another run has deployed."""
        return check_of_release(check, self.status, self.status.live)

    def vouch(self) -> None:
        """Take the live release for healthy, so that a rollback may go back to it."""
        self.status = with_verified(self.status)
        if self.shipment:
            self.shipment = replace(self.shipment, status=self.status)

    def note_verified(self) -> None:
        """Note that the live release is healthy, if that is not known yet."""
        if self.status.live == self.release.id and self.is_live_in_doubt():
            self.status = note_verified(self.destination, self.status)

    def target(self) -> Release | None:
        """What a rollback goes back to, whether this one is live yet or not; None if nothing is."""
        row = former(self.status, self.release.id)
        return Release(row.id) if row else None

    def file_of_before(self) -> WsgiFile | None:
        """The WSGI file of before the first release; None if it was not kept."""
        content = site_of_before(self.destination)
        path = wsgi_path(self.destination.layout.domain)
        return None if content is None else WsgiFile(path=path, content=content)

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


def _is_foreign(wsgi_file: bytes | None) -> bool:
    """Whether it is not one of pa-deploy's."""
    return wsgi_file is not None and not is_loader(wsgi_file)


def _mappings(wanted: WantedWebapp | None, actual: Actual) -> tuple[StaticFile, ...]:
    """The static file mappings that there will be."""
    given = wanted.static_files if wanted else None
    return given if given is not None else actual.static_files or ()


def _left_alone(mappings: tuple[StaticFile, ...], actual: Actual) -> Iterator[StaticFile]:
    """The mappings that are there and that no input speaks of."""
    return (row for row in actual.static_files or () if row not in mappings)


def _interpreter(wanted: WantedWebapp | None, actual: Actual) -> tuple[str, str]:
    """The Python version and the virtualenv that there will be, "" for each that is not known."""
    there = actual.webapp
    version = (wanted and wanted.python_version) or (there.python_version if there else "")
    virtualenv = wanted.virtualenv if wanted else None
    if virtualenv is None:
        virtualenv = there.virtualenv if there else ""
    return version, virtualenv


def _logins(wanted: WantedWebapp | None, actual: Actual) -> tuple[PasswordProtection, ...]:
    """What the site asks for now, and what it will ask for after a reload."""
    both = (each.password_protection for each in (actual.webapp, wanted) if each)
    return tuple(dict.fromkeys(each for each in both if each and each.enabled))


def _folders_of(wanted: WantedWebapp | None, actual: Actual) -> tuple[str, ...]:
    """The folders that the Web tab shows, and those that the inputs name."""
    both = [each for each in (wanted, actual.webapp) if each]
    folders = [each.source_directory for each in both] + [each.working_directory for each in both]
    return tuple(dict.fromkeys(filter(None, folders)))


def deliver_bundle(
    bundle: Bundle, settings: Settings, tools: Tools, scratch: Path, warn: Callable[[str], None]
) -> Delivery:
    """Brings what was read on this side. `warn` gets what the user should look at."""
    release = Release(bundle.id, len(bundle.code.manifest), bundle.code.size)
    return Delivery(
        replace(make_destination(settings.target, tools), warn=warn),
        release,
        scratch,
        bundle,
        check=settings.health_check,
        webapp=settings.wanted,
    )


def make_destination(target: Target, tools: Tools) -> Destination:
    return Destination(
        api=tools.api,
        layout=Layout.of(target.username, target.domain),
        deadline=tools.deadline,
        announce=tools.ci.log,
        doing=tools.ci.doing,
        warn=tools.ci.warning,
        ask=partial(_visit, target, tools),
        request_key=request_key(target.token, target.domain),
        keep_lock=lambda: tools.transport.guard(LEASE_CALL_SECONDS),
        run=tools.run,
        redact=tools.ci.redact,
    )


def _visit(
    target: Target,
    tools: Tools,
    headers: Mapping[str, str],
    logins: tuple[PasswordProtection, ...],
) -> bytes | None:
    """Ask the site for what no app and no static file answers; what the loader says.

    The first of the `logins` that the site accepts is used, if it asks for one.
    """
    url = f"https://{target.domain}/.pa-deploy"
    for login in logins or (None,):
        try:
            answer = tools.site.get(url, VISIT_SECONDS, login, headers)
        except Fault:
            return None
        if answer.status != UNAUTHORIZED:
            break
    return answer.body if REQUEST_HEADER.lower() in answer.headers else None
