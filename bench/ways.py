"""The ways to do the work, as contenders, and the calls that the limit is made of."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.account import DOMAIN, MAPPINGS, WEBAPP, account
from bench.curl import Get, Send, Step, curl
from bench.model import Contender

SCRIPTS = Path(__file__).parent / "contenders"
PROGRAM = str(Path(sys.executable).with_name("pa-deploy"))
PA_DEPLOY = (PROGRAM, "deploy")
LIMIT = "limit (curl)"
LOCKED_LIMIT = "limit and lock (curl)"
OURS = "pa-deploy"
UNLOCKED = "pa-deploy, lock: false"
OFFICIAL = "pythonanywhere-core"
PER_FILE = "a request a file"

LIST = Get(path=account("webapps/"))
LOOK = (LIST, Get(path=account(f"{WEBAPP}static_files/")))
RELOAD = Send(method="POST", path=account(f"{WEBAPP}reload/"))
VISIT = Get(path="/", host=DOMAIN)


def limit(
    prepare: Callable[[], None],
    steps: Sequence[Step],
    *,
    parallel: bool = False,
    name: str = LIMIT,
) -> Contender:
    return Contender(name=name, command=curl(steps, parallel=parallel), prepare=prepare)


def pa_deploy(prepare: Callable[[], None], name: str = OURS, **inputs: str) -> Contender:
    environ = {f"PA_{each.upper()}": text for each, text in inputs.items()}
    return Contender(name=name, command=PA_DEPLOY, prepare=prepare, environ=environ)


def configuring(
    prepare: Callable[[], None],
    mappings: Sequence[tuple[str, str]] = MAPPINGS,
    name: str = OURS,
    **inputs: str,
) -> Contender:
    """pa-deploy with the inputs that say what `account.configured` makes."""
    rows = "\n".join(f"{url} = {path}" for url, path in mappings)
    return pa_deploy(
        prepare,
        name,
        python_version="3.13",
        source_directory="/home/alice/mysite",
        static_files=rows,
        static_check="false",  # as the others, which compare no files
        **inputs,
    )


def script(name: str, *arguments: str) -> tuple[str, ...]:
    """The command of one of the contenders that are programs of their own."""
    return (sys.executable, str(SCRIPTS / name), *arguments)


def creation(domain: str) -> tuple[Step, Step]:
    new = (("domain_name", domain), ("python_version", "python313"))
    directory = (("source_directory", "/home/alice/mysite"),)
    return (
        Send(method="POST", path=account("webapps/"), form=new),
        Send(method="PATCH", path=account(f"webapps/{domain}/"), form=directory),
    )


def uploaded(file: Path, path: str) -> Send:
    """The file as `path` in the home directory."""
    return Send(method="POST", path=account(f"files/path/home/alice/{path}"), content=file)


def under_lock(steps: Sequence[Step], ticket: Path) -> Iterator[Step]:
    """The steps, the first of which looks, and what pa-deploy's lock adds at the least.

    A ticket, the list of tickets before anything is looked at, and the ticket's end.
    """
    directory = f".pa-deploy/{DOMAIN}/lock"
    taken = uploaded(ticket, f"{directory}/{ticket.name}")
    yield taken
    yield Get(path=account(f"files/path/home/alice/{directory}/"))
    yield from steps
    yield Send(method="DELETE", path=taken.path)


def added(domain: str, url: str, path: str) -> Step:
    row = (("url", url), ("path", path))
    return Send(method="POST", path=account(f"webapps/{domain}/static_files/"), form=row)
