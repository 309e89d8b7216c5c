"""Pages without scripts or forms: nothing here changes anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template import Context, Engine

from pa_emulator.accounts.models import Account
from pa_emulator.files.reach import OutOfReach, reach_through
from pa_emulator.files.store import read_regular
from pa_emulator.hosting import pages
from pa_emulator.machine import machine_of
from pa_emulator.paths import log_path, wsgi_path
from pa_emulator.webapps.models import Webapp

if TYPE_CHECKING:
    from django.http import HttpRequest

ENGINE = Engine(dirs=[str(Path(__file__).with_name("templates"))])
TAIL_BYTES = 2000
LOGS = ("access", "error", "server")


def front_page(_request: HttpRequest) -> HttpResponse:
    """Link to each account's Web tab."""
    return _page("accounts.html", accounts=Account.objects.order_by("pk"))


def show_webapps(request: HttpRequest, username: str) -> HttpResponse:
    """Show an account's web apps: their configuration, and whether they are served."""
    account = Account.objects.filter(username__iexact=username).first()
    if account is None:
        return HttpResponse(pages.not_found(), status=404)
    rows = Webapp.objects.filter(account=account).select_related("account").order_by("pk")
    views = [_described(request, account, webapp) for webapp in rows]
    return _page("webapps.html", account=account, webapps=views)


def show_file(request: HttpRequest, username: str, name: str) -> HttpResponse:
    """Show a file of the account as plain text; links to WSGI files and logs lead here."""
    account = Account.objects.filter(username__iexact=username).first()
    if account is None:
        return HttpResponse(pages.not_found(), status=404)
    try:
        content = read_regular(reach_through(account, machine_of(request).config.root, name).real)
    except (OutOfReach, OSError):
        return HttpResponse(pages.not_found(), status=404)
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


def _described(request: HttpRequest, account: Account, webapp: Webapp) -> dict[str, object]:
    machine = machine_of(request)
    root = machine.config.root
    return {
        "row": webapp,
        # Browsers take every name under localhost to this machine.
        "site": f"{request.scheme}://{webapp.domain_name}.localhost:{request.get_port()}/",
        "is_served": webapp.is_served(machine.clock.now().date()),
        "is_changed": webapp.has_changed(),
        "wsgi": wsgi_path(webapp.domain_name),
        "mappings": webapp.staticfile_set.order_by("pk"),
        "headers": webapp.staticheader_set.order_by("pk"),
        "logs": [_log(root, account, webapp.domain_name, kind) for kind in LOGS],
    }


def _log(root: Path, account: Account, domain: str, kind: str) -> dict[str, str]:
    path = log_path(domain, kind)
    try:
        data = read_regular(reach_through(account, root, path).real)
    except (OutOfReach, OSError):
        data = b""
    tail = data[-TAIL_BYTES:]
    text = tail.partition(b"\n")[2] if len(tail) < len(data) else tail
    return {"kind": kind, "path": path, "tail": text.decode("utf-8", "replace")}


def _page(name: str, **context: object) -> HttpResponse:
    return HttpResponse(ENGINE.get_template(name).render(Context(context)))
