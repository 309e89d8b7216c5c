"""The options of `pa-emulator`, with what its help says of them."""

from __future__ import annotations

import argparse
import contextlib

from pa_emulator.choices import MERCY_SECONDS
from pa_emulator.config import MISSING_WEBAPP, PLANS

LONGEST_RELOAD = 300


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="pa-emulator",
        description="A local PythonAnywhere: it answers the HTTP API and hosts the web apps. "
        "Prints one line of JSON when it is ready.",
        epilog="`pa-emulator verify` compares a server with what is known of the API. "
        "`pa-emulator compare` replays a recording of pa-deploy. Each has its own --help.",
    )
    _add_server(made)
    _add_hosting(made)
    made.add_argument(
        "--stop-with-stdin", action="store_true", help="also stop when standard input ends"
    )
    return made


def _add_server(parser: argparse.ArgumentParser) -> None:
    """Add the options of the API and of its accounts."""
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


def _add_hosting(parser: argparse.ArgumentParser) -> None:
    """Add the options of the web apps and of the other programs that the emulator runs."""
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
        "--plain-hello",
        action="store_true",
        help="give the page of a new web app another title than PythonAnywhere's",
    )


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
