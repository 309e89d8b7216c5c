"""`pa-deploy releases`, `rollback` and `release …`: the releases of one web app."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pa_deploy.cli.context import Context
from pa_deploy.cli.options import JSON_FLAG, YES_FLAG, flags, input_flags
from pa_deploy.cli.parsing import Command, Group
from pa_deploy.cli.reading import read_and_hide
from pa_deploy.cli.session import Session, with_session
from pa_deploy.cli.show import Row, Show
from pa_deploy.deploy import Warnings, reload_webapp
from pa_deploy.deploy.locking import give_back, make_lock, take
from pa_deploy.deploy.reach import make_destination
from pa_deploy.errors import (
    DiskFull,
    Interrupted,
    NotFound,
    PlanChanged,
    Refused,
    ReloadFailed,
    Unhealthy,
    Unreachable,
)
from pa_deploy.layout import insist_on_known
from pa_deploy.loader_files import is_loader, is_untouched, number_of_loader, replaced_name
from pa_deploy.model import (
    ReleaseRow,
    ReleaseStatus,
    StaticFile,
    WantedRelease,
    Webapp,
)
from pa_deploy.reconcile import find_missing
from pa_deploy.release import (
    Destination,
    activate,
    check_to_ask,
    choose,
    detach,
    former,
    insist_on_known_pointer,
    insist_on_live,
    is_there,
    left_sentences,
    point_back,
    read_code,
    read_record,
    read_status,
    source_mappings,
)
from pa_deploy.report import health_sentence
from pa_deploy.settings import (
    LOCK_INPUTS,
    SITE_INPUTS,
    SOURCE_INPUTS,
    STATUS_INPUTS,
    resolve_source,
    wsgi_path,
)
from pa_deploy.verify import wait_until_healthy, with_login

LARGEST = 20


@click.group("releases", cls=Group, default="list")
def releases() -> None:
    """List the releases, and make room for them.

    Without a command, it lists them.
    """


@releases.command("list", cls=Command)
@with_session(*SITE_INPUTS, in_home=True)
def list_releases(session: Session) -> None:
    """List the releases on PythonAnywhere. The one that went live last comes first.

    The last column says whether `rollback` can go there: `next` is where it goes without `--to`.
    """
    destination = destination_of(session)
    status = read_status_of(destination)
    if status.live and not is_loader(destination.api.files.read(wsgi_path(session.domain)) or b""):
        status = replace(status, live="")  # the site of before the first release serves
    rows = [
        {
            "id": row.id,
            "created": row.created,
            "state": _state(row, status),
            "rollback": _rollback(row, status),
        }
        for row in status.releases
    ]
    session.show.rows(rows, nothing="There are no releases.")


def _state(row: ReleaseRow, status: ReleaseStatus) -> str:
    if row.id == status.live:
        return "live" if row.is_target else "live, not seen healthy"
    if row.bad:
        return "rolled back"
    return "kept" if row.is_target else "not seen healthy"


def _rollback(row: ReleaseRow, status: ReleaseStatus) -> str:
    """Whether `rollback` can go to it, or does so without `--to`."""
    if row.id == status.live or not row.is_target:
        return "no"
    return "next" if row == former(status, status.live) else "with --to"


@click.command("rollback", cls=Command)
@click.option("--to", "release", metavar="ID", help="The id of a release, or how "
              "it begins. If you leave it out: the newest earlier release that was "
              "healthy.")  # fmt: skip
@with_session(*STATUS_INPUTS, *LOCK_INPUTS, in_home=True)
def rollback(session: Session, release: str | None) -> None:
    """Go back to a release that was live and healthy. Wait until the site is healthy.

    No command runs, and `shared` paths stay as they are.
    """
    destination = destination_of(session)
    status = read_status_of(destination)
    choose(status, release)  # so that a slip of the pen takes no lock
    _insist_on_loader(session, destination)
    if session.settings.lock:
        lock(session)
        status = _look_again(destination, status, release)
    row = choose(status, release)
    if not is_there(destination, row.id, status.layout):
        raise NotFound(
            f"Release {row.id} was deleted: it is not in {destination.layout.releases} any more.",
            advice="Deploy that version of your code again, or name another release: --to ID.",
        )
    webapp = session.tools.api.webapps.show(session.domain)
    destination = with_logins(destination, webapp)
    mappings = session.tools.api.static_files.list(session.domain)
    _insist_on_hidden_source(destination, row.id, status, mappings)
    try:
        interpreter = (webapp.python_version, webapp.virtualenv)
        nonce = point_back(destination, row, status, interpreter)
        reached = activate(destination, nonce)
        for said in left_sentences(reached, destination.layout, is_rollback=True):
            destination.warn(said)
        insist_on_live(reached, destination.redact)
        healthy = _healthy(session, row, webapp, mappings)
        _warn_of_folders(session, destination, row.id, mappings)
    except Interrupted as error:
        error.advice = _look_first(row.id)
        raise
    except (Unreachable, ReloadFailed) as error:
        error.advice = f"{error.advice}\n{_look_first(row.id)}"
        raise
    said = f"Release {row.id} is live again, in place of {status.live}{healthy}."
    session.show.text(said, release=row.id, previous_release=status.live)


def with_logins(destination: Destination, webapp: Webapp) -> Destination:
    """The destination, whose site may ask for a password."""
    protection = webapp.password_protection
    return replace(destination, logins=(protection,)) if protection.enabled else destination


def _insist_on_hidden_source(
    destination: Destination,
    release: str,
    status: ReleaseStatus,
    mappings: tuple[StaticFile, ...],
) -> None:
    """Raise Refused if a mapping that fits the live release would show the other one's source."""
    record = read_record(destination, release, status.layout)
    if record is None or not record.app:
        return
    wanted = WantedRelease(source=Path(), app=record.app)
    found = source_mappings(mappings, wanted, destination.layout, record.files)
    shown = [str(each) for each in found]
    live = read_record(destination, status.live, status.layout) if shown and status.live else None
    if shown and not (live and live.app):
        raise Refused(
            f"Release {release} has an app. {' '.join(shown)}",
            advice="Nothing was changed. Deploy that version of your code again, with mappings "
            "that do not show its source.",
        )


def _warn_of_folders(
    session: Session, destination: Destination, release: str, mappings: tuple[StaticFile, ...]
) -> None:
    """A rollback changes no mapping: those of the other release may show what this one lacks."""
    start = f"{destination.layout.current}/"
    shown = [each for each in mappings if f"{each.path.rstrip('/')}/".startswith(start)]
    missing = find_missing(session.tools.api, (each.path for each in shown))
    for each in shown:
        if each.path in missing:
            folder = each.path.removeprefix(start)
            destination.warn(
                f"The static file mapping {each.url} shows `{folder}`, which release {release} "
                "does not have. So its files are missing from the site. Deploy the code of that "
                "release again, with its own `static-files`."
            )


def _look_first(release: str) -> str:
    """Advice if it is not known to be live: if it is, the same command would leave it too."""
    return (
        f"See with `pa-deploy releases` whether release {release} is live. If it is not, run: "
        f"pa-deploy rollback --to {release}. Without --to, the rollback may go back further."
    )


def lock(session: Session) -> None:
    """Take the lock until the command ends. Raises Locked.

    If the disk is too full even for an empty file, go on without: this command makes room, or
    writes over what is there.
    """
    tools, warnings = session.tools, Warnings(session.show.ci)
    lock = make_lock(session.domain, tools)
    session.afterwards.callback(give_back, lock, tools, warnings)
    try:
        take(lock, session.settings.lock_timeout_seconds, tools, warnings)
    except DiskFull:
        warnings.warn("The disk is too full for the lock, so this command goes on without it.")


def _look_again(
    destination: Destination, before: ReleaseStatus, release: str | None
) -> ReleaseStatus:
    """The status under the lock. "The release before" must still mean the same one."""
    status = read_status(destination, has_run=True)
    if release is None and (status.live, status.previous) != (before.live, before.previous):
        raise PlanChanged(
            f"While this run waited, release {status.live} went live in place of {before.live}."
            if status.live != before.live
            else "While this run waited, other releases went live, and then release "
            f"{status.live} again.",
            cause="Another deploy, or a rollback, had the lock before this one.",
            advice="Nothing was changed. List the releases with `pa-deploy releases`, and choose "
            "one: pa-deploy rollback --to ID.",
        )
    return status


def _healthy(
    session: Session, row: ReleaseRow, webapp: Webapp, mappings: tuple[StaticFile, ...]
) -> str:
    """Wait until the site is healthy with that release; return its answer. Raises Unhealthy."""
    check = check_to_ask(session.settings, row.check)
    if check is None:
        return ", the site was not asked"
    tools = session.tools
    mapped = tuple(each.url for each in mappings)
    check = replace(check, release=row.id, mapped=mapped)
    check = with_login(check, webapp)
    health = wait_until_healthy(check, tools.site, tools.deadline, session.say)
    if not health.healthy:
        raise Unhealthy(
            f"Release {row.id} is live again, but the site is not healthy: "
            f"{health_sentence(health)}.",
            cause="It may need `env` values or database tables that another release has changed.",
            advice=f"Look at the error log: pa-deploy logs error.{_other_page(session, row)}",
        )
    return f": {health_sentence(health)}"


def _other_page(session: Session, row: ReleaseRow) -> str:
    """Advice if nobody has said which page is to be asked for."""
    if row.check or session.settings.has_check:
        return ""
    return (
        " If the app has no page at /, ask for one that it has: pa-deploy status --health-check "
        "/PAGE. The next rollback needs --health-check too."
    )


@click.group("release", cls=Group)
def release() -> None:
    """See what a release contains, or stop using releases."""


@release.command("files")
@click.option("-n", "count", type=click.IntRange(min=1), default=LARGEST, show_default=True,
              help="How many files to show, the largest first.")  # fmt: skip
@input_flags(*SOURCE_INPUTS)
@JSON_FLAG
@click.pass_obj
def show_files(context: Context, /, *, count: int, as_json: bool, **given: Any) -> int:  # noqa: ANN401
    """List the largest files of a release, and all that is left out.

    What is left out is listed with the reason. Nothing is sent.
    """
    told, ci = context.given.with_flags(flags(given)), context.ci.aside()
    with context.interrupts.raised():
        inputs = read_and_hide(told, ci)
        wanted = resolve_source(inputs.given, inputs.config, inputs.problems)
        code = read_code(wanted, inputs.token)
    for warning in code.warnings:
        ci.warning(warning)
    ci.log(f"The release has {code.count}.")
    if code.left_out:
        ci.log(f"{code.left_out_count}.")
    rows: list[Row] = [
        {"path": path, "bytes": size, "left_out": None} for path, size in code.largest(count)
    ]
    rows += ({"path": row.path, "bytes": None, "left_out": row.reason} for row in code.left_out)
    Show(ci, as_json).rows(rows, nothing="There are no files.")
    return 0


@release.command("detach")
@YES_FLAG
@with_session(*SITE_INPUTS, in_home=True)
def detach_command(session: Session, *, yes: bool) -> None:
    """Stop using releases.

    Put back the WSGI file that was there before the first release, and reload. Releases and shared
    paths stay on PythonAnywhere until you delete them.
    """
    destination, path = destination_of(session), wsgi_path(session.domain)
    read_status_of(destination)
    present = _insist_on_loader(session, destination)
    session.confirm(
        f"Put back the old WSGI file of {session.domain}? Releases will not be served any more.",
        yes=yes,
    )
    kept = "" if is_untouched(present) else _keep_edited(destination, path, present)
    if not detach(destination, path):
        raise NotFound(
            f"There is no copy of {path} from before the first release.",
            advice="Install your own WSGI file: set `wsgi-file`, or edit it on the Web tab.",
        )
    _reload_detached(session, path)
    said = f"{path} is again as it was before the first release.{kept}"
    session.say(f"{said} The releases are still in {destination.layout.base}.")
    session.show.done({"domain": session.domain, "detached": True})


def read_status_of(destination: Destination) -> ReleaseStatus:
    """The loader's last status. Raises NewerPaDeploy, also for a pointer that waits for it."""
    insist_on_known_pointer(destination)
    return read_status(destination, has_run=True)


def destination_of(session: Session) -> Destination:
    return make_destination(session.settings.target, session.tools, Warnings(session.tools.ci))


def _insist_on_loader(session: Session, destination: Destination) -> bytes:
    """The WSGI file, which serves releases. Raises NotFound for another one."""
    path = wsgi_path(session.domain)
    content = destination.api.files.read(path) or b""
    insist_on_known(number_of_loader(content), session.domain)
    if not is_loader(content):
        raise NotFound(
            f"{path} does not serve releases.",
            cause="No release was shipped yet, or the site was detached, or the file was changed.",
            advice="To serve releases, deploy with `source`.",
        )
    return content


def _keep_edited(destination: Destination, path: str, content: bytes) -> str:
    """Keep what somebody has made of pa-deploy's WSGI file; where, as a sentence."""
    place = f"{destination.layout.backups}/{replaced_name(path, content)}"
    destination.api.files.upload(place, content)
    return f" Somebody had edited pa-deploy's WSGI file. The edited file is kept as {place}."


def _reload_detached(session: Session, path: str) -> None:
    try:
        warning = reload_webapp(session.domain, session.tools, check=None)
    except ReloadFailed as error:
        error.advice = (
            f"{error.advice}\n{path} is again as it was before the first release. To reload: "
            "pa-deploy reload"
        )
        raise
    if warning:
        session.show.ci.warning(warning)
