"""The command `pa-emulator`."""

from __future__ import annotations

import difflib
import errno
import os
import socket
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pa_emulator import options
from pa_emulator.config import (
    MIB,
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
    import argparse
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


def run(argv: Sequence[str] | None = None) -> None:
    """Run until SIGINT or SIGTERM; exit 2 with one sentence if it cannot start.

    If the first word is in COMMANDS, run that command instead.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    if words and words[0] in COMMANDS:
        sys.exit(_command(words[0], words[1:]))
    if words and not words[0].startswith("-"):
        _refuse(_no_such_command(words[0]))
    parser = options.parser()
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


def _uwsgi() -> Path | None:
    """Return the real uWSGI, built if needed; if the build fails, print why and return None."""
    try:
        return uwsgi()
    except CannotBuild as error:
        sys.stderr.write(
            f"pa-emulator: --reload has no effect: {error}. The emulator itself ends the old "
            "instance and starts the new one; no reload is ever lost.\n"
        )
        return None


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
        plain_hello=args.plain_hello,
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
    """Ask the system: the server's own error does not say which of its attempts failed."""
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
