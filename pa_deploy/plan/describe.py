"""The words for changes and values: the same in plan, log, summary and errors. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from pa_deploy.layout import FOLDER
from pa_deploy.model import (
    Change,
    Create,
    Delete,
    NewWebapp,
    PasswordProtection,
    Release,
    Resource,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    Update,
    WsgiFile,
)
from pa_deploy.plan.encode import login_text
from pa_deploy.sizes import shown_size
from pa_deploy.unprintable import LINE_END

MOST_SENTENCES = 20
IN_RELEASE = re.compile(rf"/home/[^/]+/{re.escape(FOLDER)}/[^/]+/current(?:/(.*))?")
SIGNS = {Create: "+", Update: "~", Delete: "-"}


def name(resource: Resource) -> str:
    """What it is, without its value."""
    match resource:
        case NewWebapp(domain):
            return f"web app {domain}"
        case Setting(setting):
            return setting.replace("_", "-")
        case StaticFile(url):
            return f"static file mapping {url}"
        case StaticHeader(url, header):
            return f"static header {header} for {url}"
        case WsgiFile(path=path):
            return f"WSGI file {path}"
        case SharedFile(path):
            return f"shared file {path}"
        case Release():
            return "release"


def value(resource: Resource) -> str:
    """Its value, as text for people; "" if it has none (yet)."""
    match resource:
        case NewWebapp(_, python_version):
            return f"Python {python_version}"
        case Setting():
            return _setting_value(resource)
        case StaticFile(_, path):
            return _as_written(path)
        case StaticHeader(_, _, text):
            return text
        case WsgiFile(content=content):
            return _content(content)
        case SharedFile(_, url):
            return url or ""
        case Release():
            return _release_value(resource)


def _as_written(path: str) -> str:
    """A path in a release as the user wrote it."""
    found = IN_RELEASE.fullmatch(path)
    return f"{found[1] or '.'} (in the release)" if found else path


def _look_alike(old: str, new: str) -> bool:
    """Whether two paths differ, but are shown alike: they are in releases of two web apps."""
    return old != new and _as_written(old) == _as_written(new)


def _content(content: bytes | None) -> str:
    if content is None:
        return "none"
    return f"{len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()[:8]}…"


def _release_value(release: Release) -> str:
    if release.files is None or release.size is None:
        return release.id
    return f"{release.id} ({count(release.files, 'file')}, {shown_size(release.size)})"


def _setting_value(setting: Setting) -> str:
    match setting.value:
        case bool() as flag:
            return str(flag).lower()
        case PasswordProtection() as protection:
            return login_text(protection) or "none"
        case text:
            return text or "none"


def before(change: Change) -> str:
    match change:
        case Create():
            return ""
        case Update(StaticFile(_, old), StaticFile(_, new)) if _look_alike(old, new):
            return old
    return value(change.before)


def after(change: Change) -> str:
    match change:
        case Delete():
            return ""
        case Update(StaticFile(_, old), StaticFile(_, new)) if _look_alike(old, new):
            return new
        case Update(Setting(_, PasswordProtection()) as old, new) if value(old) == value(new):
            return f"{value(new)} (another password)"
    return value(change.after)


def subject(change: Change) -> str:
    if isinstance(change, Create) and isinstance(change.after, SharedFile):
        return change.after.path
    return name(change.before if isinstance(change, Delete) else change.after)


def verb(change: Change) -> str:
    match change:
        case Create(WsgiFile()):
            return "Install"
        case Create(Setting()):
            return "Set"
        case Create(SharedFile()):
            return "Share"
        case Create(Release()) | Update(_, Release()):
            return "Ship"
        case Create():
            return "Create"
        case Update():
            return "Change"
        case Delete():
            return "Delete"


def sentence(change: Change) -> str:
    """One line: `Change virtualenv: none → /home/alice/.virtualenvs/site`."""
    match change:
        case Update(StaticFile(old), StaticFile(new)) if old != new:
            values = f"{old}: {before(change)} → {new}: {after(change)}"
            return one_line(f"Change static file mapping {values}")
        case Update():
            values = f"{before(change)} → {after(change)}"
        case Create() | Delete():
            values = before(change) or after(change)
    return one_line(f"{verb(change)} {subject(change)}" + (f": {values}" if values else ""))


def one_line(text: str) -> str:
    """With blanks in place of line ends, so that nothing in it begins a line of its own."""
    return LINE_END.sub(" ", text)


def sentences(changes: Sequence[Change]) -> str:
    """The first changes as one sentence, and how many more there are."""
    said = [sentence(change) for change in changes[:MOST_SENTENCES]]
    if len(changes) > MOST_SENTENCES:
        said.append(f"and {count(len(changes) - MOST_SENTENCES, 'more change')}")
    return "; ".join(said)


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
