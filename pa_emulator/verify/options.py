"""Parses and checks the command line of `pa-emulator verify`."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pa_emulator.verify import hosts
from pa_emulator.verify.report import MARK
from pa_emulator.verify.server import Target
from pa_emulator.written_file import CannotWrite, WrittenFile

if TYPE_CHECKING:
    from collections.abc import Sequence

EPILOG = """\
The token comes from --token-file, PA_TOKEN or API_TOKEN; on a terminal you are asked for it.

exit codes:
  0  all facts that were tried hold
  1  some facts differ
  2  bad input, or not confirmed; nothing was changed
  3  stopped early: interrupted, or no connection
  4  the server does not accept the token
  5  something that this run made is still there; the message says what and how to remove it
  6  the report of --json could not be written
"""
USERNAME = re.compile("[A-Za-z0-9]{1,30}")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class BadOption(Exception):
    """The command line is wrong; the message names the option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Empty `services` means all; `report` is the file for the JSON."""

    target: Target
    dry_run: bool
    yes: bool
    slow: bool
    report: WrittenFile | None
    services: tuple[str, ...]


def parser(services: Sequence[str]) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="pa-emulator verify",
        description="Check a server against the contract: the real PythonAnywhere, or an emulator. "
        "The run changes only what it has made itself, and removes all of it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    server = made.add_mutually_exclusive_group()
    server.add_argument("--host", metavar="HOST", help="a real server: www.pythonanywhere.com")
    server.add_argument(
        "--against",
        metavar="URL",
        help="a running emulator; also tries calls that are not safe on a real account",
    )
    made.add_argument(
        "--allow-host",
        metavar="HOST",
        help="repeat --host, to send the token to a host that is not PythonAnywhere",
    )
    made.add_argument("--username", help="the account (or PA_USERNAME)")
    made.add_argument(
        "--token-file", metavar="FILE", help="a file that contains only the API token (or PA_TOKEN)"
    )
    made.add_argument(
        "--domain", help="domain for the web app that it makes (USERNAME.pythonanywhere.com)"
    )
    made.add_argument("--dry-run", action="store_true", help="list all calls, but send none")
    made.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    made.add_argument("--slow", action="store_true", help="also try calls that take long")
    made.add_argument("--json", metavar="FILE", help="write a report that you can publish")
    made.add_argument(
        "--only", action="append", default=[], metavar="SERVICE", help=", ".join(services)
    )
    return made


def parse(argv: Sequence[str], services: Sequence[str]) -> Options:
    """Parse the command line. Raises BadOption; argparse itself ends the program for `--help`."""
    args, rest = parser(services).parse_known_args(argv)
    _refuse_rest(rest)
    unknown = [name for name in args.only if name not in services]
    if unknown:
        raise BadOption(f"--only: {unknown[0]!r} is not one of {', '.join(services)}")
    username = _username(args)
    return Options(
        target=_target(args, username),
        dry_run=args.dry_run,
        yes=args.yes,
        slow=args.slow,
        report=_report(args.json),
        services=tuple(args.only),
    )


def _refuse_rest(rest: list[str]) -> None:
    """Name an unknown option, but not its value, which may be a token."""
    if any(word.partition("=")[0] == "--token" for word in rest):
        raise BadOption(
            "--token: other users of the machine could read it. Use --token-file instead"
        )
    options = [word.partition("=")[0] for word in rest if word.startswith("-")]
    if options:
        raise BadOption(f"{options[0]}: unknown option. See pa-emulator verify --help")
    if rest:
        raise BadOption("unexpected argument. It is not shown, because it may be a secret")


def _username(args: argparse.Namespace) -> str:
    username = args.username or os.environ.get("PA_USERNAME", "")
    if not username and args.dry_run:
        return "USER"
    if not username:
        raise BadOption("--username: missing. Pass the name of your account, or set PA_USERNAME")
    if not USERNAME.fullmatch(username):
        raise BadOption("--username: use letters and digits, at most 30")
    return str(username)


def _target(args: argparse.Namespace, username: str) -> Target:
    url = _url(args)
    host = urlsplit(url).hostname
    suffix = "eu.pythonanywhere.com" if host == "eu.pythonanywhere.com" else "pythonanywhere.com"
    domain = (args.domain or f"{username}.{suffix}").lower()
    if not DOMAIN.fullmatch(domain):
        raise BadOption(f"--domain: {domain!r} is not a domain like name.example.com")
    token = "" if args.dry_run else _token(args.token_file)
    return Target(url, username, token, domain, is_emulator=bool(args.against))


def _url(args: argparse.Namespace) -> str:
    if not args.host and not args.against:
        raise BadOption("--host: missing. Pass www.pythonanywhere.com or eu.pythonanywhere.com")
    if args.against and args.allow_host:
        raise BadOption("--allow-host: works only with --host. Remove it, or pass --host")
    try:
        if args.against:
            return hosts.emulator(args.against)
        return hosts.real(args.host, args.allow_host)
    except hosts.HostRefused as error:
        raise BadOption(str(error)) from None


def _token(file: str | None) -> str:
    token = _read(Path(file)) if file else _given_token()
    if not re.fullmatch("[!-~]{1,200}", token):
        where = "--token-file: the content of the file" if file else "PA_TOKEN: its value"
        raise BadOption(f"{where} is not a token (printable ASCII without spaces, at most 200)")
    return token


def _given_token() -> str:
    for name in ("PA_TOKEN", "API_TOKEN"):
        if os.environ.get(name, "").strip():
            return os.environ[name].strip()
    if not sys.stdin.isatty():
        raise BadOption("--token-file: missing. Pass a file with the API token, or set PA_TOKEN")
    return getpass.getpass("API token (from the Account page): ").strip()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        # Without the file's name: some people pass the token itself.
        raise BadOption(f"--token-file: cannot read the file: {reason}") from error


def _report(path: str | None) -> WrittenFile | None:
    """Check now whether the report can be written at the end."""
    if path is None:
        return None
    file = WrittenFile("--json", Path(path), MARK, "report.json")
    try:
        file.check()
    except CannotWrite as error:
        raise BadOption(str(error)) from None
    return file
