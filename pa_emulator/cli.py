"""The command `pa-emulator`."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import errno
import os
import socket
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pa_emulator.choices import MERCY_SECONDS
from pa_emulator.config import (
    MIB,
    MISSING_WEBAPP,
    PLANS,
    CannotStart,
    Config,
    is_token,
    is_username,
)
from pa_emulator.hosting.build import CannotBuild, uwsgi
from pa_emulator.hosting.options import is_passable
from pa_emulator.hosting.pythons import pyuwsgi_path
from pa_emulator.paths import remove_folder

if TYPE_CHECKING:
    from collections.abc import Sequence


COMMANDS = {
    "compare": "pa_emulator.compare.command",
    "verify": "pa_emulator.verify.command",
}
"""The other commands and their modules. Each module's `run` returns an exit code."""
OTHER_ROOT = "Pass a folder that you may write to, like --root ./pythonanywhere"
LAST_PORT = 65535
LONGEST_LATENCY_MS = 3_600_000
LONGEST_MERCY = 3600
LONGEST_RELOAD = 300


def run(argv: Sequence[str] | None = None) -> None:
    """Run until SIGINT or SIGTERM; exit 2 with one sentence if it cannot start.

    If the first word is in COMMANDS, run that command instead.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    if words and words[0] in COMMANDS:
        sys.exit(_command(words[0], words[1:]))
    if words and not words[0].startswith("-"):
        _refuse(_no_such_command(words[0]))
    parser = _parser()
    args, rest = parser.parse_known_args(words)
    if rest:
        _refuse_rest(parser, rest)
    config = _config(args)
    try:
        _serve(config)
    except SystemExit:
        if args.root is None:
            remove_folder(config.root)
        raise


def _no_such_command(word: str) -> str:
    near = difflib.get_close_matches(word.lower(), COMMANDS, n=1)
    if near:
        return f'no such command "{word}". Did you mean {near[0]}?'
    names = " and ".join(COMMANDS)
    return f'no such command "{word}". The commands are {names}. To start the emulator, pass none'


def _refuse_rest(parser: argparse.ArgumentParser, rest: Sequence[str]) -> NoReturn:
    """Name the words that belong to no option."""
    if rest[0].startswith("-"):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest[0] in COMMANDS:
        _refuse(f"the command comes first: pa-emulator {rest[0]} …")
    _refuse(_no_such_command(rest[0]))


def _command(name: str, words: Sequence[str]) -> int:
    try:
        module = import_module(COMMANDS[name])  # needs the extra
    except ModuleNotFoundError as error:
        _refuse(f"{error.name} is missing: pip install 'pa-deploy[emulator]'")
    return int(module.run(words))


def _serve(config: Config) -> None:
    if config.hosting and pyuwsgi_path() is None:
        _refuse("uWSGI is missing: pip install pyuwsgi (not on Windows), or pass --no-hosting")
    try:
        from pa_emulator.server import serve  # noqa: PLC0415 - needs the extra, and --help must not

        serve(config)
    except ModuleNotFoundError as error:
        _refuse(f"{error.name} is missing: pip install 'pa-deploy[emulator]'")
    except OSError as error:
        if _is_taken(config.port):
            _refuse(f"port {config.port} of 127.0.0.1 is in use. Pass another --port, or 0")
        what = f"{error.filename}: " if error.filename else ""
        _refuse(
            f"{what}{error.strerror or error} (port {config.port}, root {config.root}). "
            f"{OTHER_ROOT}"
        )
    except CannotStart as error:
        _refuse(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pa-emulator",
        description="A local PythonAnywhere: it answers the HTTP API and hosts the web apps. "
        "Prints one line of JSON when it is ready.",
        epilog="`pa-emulator verify` compares a server with what is known of the API. "
        "`pa-emulator compare` replays a recording of pa-deploy. Each has its own --help.",
    )
    parser.add_argument(
        "--port", type=int, default=8888, help="port on 127.0.0.1; 0 picks a free one (8888)"
    )
    parser.add_argument("--username", default="alice", help="the first account (alice)")
    parser.add_argument("--token", help="its API token (the last one of this root, else random)")
    parser.add_argument(
        "--root", help="folder for state and files (a new folder, which is not deleted)"
    )
    parser.add_argument(
        "--plan",
        choices=sorted(PLANS),
        help="limits of the account (the last one of this root, else paid)",
    )
    parser.add_argument(
        "--webapps",
        type=int,
        metavar="N",
        help="how many web apps an account may have (the limit of its plan)",
    )
    parser.add_argument(
        "--tls", action="store_true", help="serve https, with its own certificate authority"
    )
    parser.add_argument(
        "--latency", type=int, default=0, metavar="MS", help="milliseconds before each answer (0)"
    )
    parser.add_argument(
        "--rate-limit",
        type=int,
        default=40,
        metavar="N",
        help="calls a minute for each endpoint; 0: no limit (40)",
    )
    parser.add_argument(
        "--missing-webapp",
        choices=MISSING_WEBAPP,
        default=MISSING_WEBAPP[0],
        help="status for a web app that does not exist (mixed: 404 to GET, else 403)",
    )
    parser.add_argument("--no-hosting", action="store_true", help="do not run the web apps")
    parser.add_argument(
        "--no-programs", action="store_true", help="run no web apps, websites, tasks or consoles"
    )
    parser.add_argument(
        "--lazy-apps",
        action="store_true",
        help="import the WSGI file in each worker, not once before the fork",
    )
    parser.add_argument(
        "--reload",
        choices=["touch", "restart"],
        help="reload as a real uWSGI emperor does (the emulator starts a new instance itself)",
    )
    parser.add_argument(
        "--strict-python",
        action="store_true",
        help="refuse web apps whose Python version this machine does not have",
    )
    parser.add_argument(
        "--reload-mercy",
        type=float,
        default=MERCY_SECONDS,
        metavar="S",
        help="seconds after a reload until a hung worker is killed (60)",
    )
    parser.add_argument(
        "--reload-seconds",
        type=_seconds_range,
        default=(0.0, 0.0),
        metavar="MIN-MAX",
        help="least seconds for a reload; PythonAnywhere takes 5-8 (0: as fast as possible)",
    )
    parser.add_argument(
        "--memory-limit",
        type=int,
        default=0,
        metavar="MB",
        help="kill a process with more memory; PythonAnywhere has 3072 (0: no limit)",
    )
    parser.add_argument(
        "--process-limit",
        type=int,
        default=0,
        metavar="N",
        help="most processes of a site or task (0: no limit)",
    )
    parser.add_argument(
        "--raw-paths", action="store_true", help="pass // and .. in a path to the app"
    )
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="also stop when standard input ends"
    )
    return parser


def _uwsgi() -> Path | None:
    """Return the real uWSGI, built now if need be; None, and why on stderr, if it cannot be."""
    try:
        return uwsgi()
    except CannotBuild as error:
        sys.stderr.write(
            f"pa-emulator: --reload has no effect: {error}. The emulator itself ends the old "
            "instance and starts the new one; no reload is ever lost.\n"
        )
        return None


def _seconds_range(text: str) -> tuple[float, float]:
    """`5-8` -> (5.0, 8.0); `5` -> (5.0, 5.0)."""
    least, _, most = text.partition("-")
    with contextlib.suppress(ValueError):
        found = (float(least), float(most or least))
        if 0 <= found[0] <= found[1] <= LONGEST_RELOAD:
            return found
    raise argparse.ArgumentTypeError(
        f"{text!r} is not a range of seconds like 5-8, at most {LONGEST_RELOAD}"
    )


def _config(args: argparse.Namespace) -> Config:
    _check(args)
    _check_hosting(args)
    root = args.root or tempfile.mkdtemp(prefix="pa-emulator-")
    return Config(
        username=args.username,
        token=args.token or "",
        root=_made(Path(root)),
        port=args.port,
        plan=args.plan or "",
        webapps=args.webapps or 0,
        tls=args.tls,
        latency_seconds=args.latency / 1000,
        rate_limit=args.rate_limit,
        missing_webapp=args.missing_webapp,
        programs=not args.no_programs,
        hosting=not (args.no_hosting or args.no_programs),
        lazy_apps=args.lazy_apps,
        reload=args.reload or "",
        uwsgi=_uwsgi() if args.reload else None,
        strict_python=args.strict_python,
        mercy_seconds=args.reload_mercy,
        raw_paths=args.raw_paths,
        memory_limit=args.memory_limit * MIB,
        process_limit=args.process_limit,
        reload_seconds=args.reload_seconds,
        stop_with_stdin=args.stop_with_stdin,
    )


def _check(args: argparse.Namespace) -> None:
    """Refuse bad values now: later errors would not name the option."""
    if not is_username(args.username):
        _refuse("--username: use letters and digits, at most 30")
    if args.root is not None and not (args.root and is_passable(args.root)):
        _refuse("--root: pass the path of a folder without $(, %( and @(, which uWSGI expands")
    if args.token is not None and not is_token(args.token):
        _refuse("--token: use printable ASCII without spaces, at most 200 characters")
    if not 0 <= args.port <= LAST_PORT:
        _refuse(f"--port: pass a number from 0 to {LAST_PORT}")
    if not 0 <= args.latency <= LONGEST_LATENCY_MS:
        _refuse(f"--latency: pass milliseconds from 0 to {LONGEST_LATENCY_MS}")
    if args.webapps is not None and args.webapps < 1:
        _refuse("--webapps: pass a number, 1 or more")
    if args.stop_with_stdin and sys.stdin is None:
        _refuse("--stop-with-stdin: standard input is closed. Open it first")
    if args.rate_limit < 0:
        _refuse("--rate-limit: pass calls a minute, 0 or more")


def _check_hosting(args: argparse.Namespace) -> None:
    if not 0 < args.reload_mercy <= LONGEST_MERCY:
        _refuse(f"--reload-mercy: pass seconds, more than 0 and at most {LONGEST_MERCY}")
    if args.memory_limit < 0:
        _refuse("--memory-limit: pass megabytes, 0 or more")
    if args.process_limit < 0:
        _refuse("--process-limit: pass a number, 0 or more")


def _is_taken(port: int) -> bool:
    """Ask the system: the server's own error does not say which of its attempts mattered."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _made(root: Path) -> Path:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        _refuse(f"--root {root}: this is not a folder. {OTHER_ROOT}")
    except OSError as error:
        _refuse(f"--root {root}: cannot make this folder: {error.strerror}. {OTHER_ROOT}")
    if not os.access(root, os.W_OK | os.X_OK):
        _refuse(f"--root {root}: you may not write to this folder. {OTHER_ROOT}")
    return root.resolve()


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(f"pa-emulator: {message}\n")
    sys.exit(2)
