"""What other processes can see of this one holds no secret, once pa-deploy has read it."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.runner import ENTRYPOINT, PROGRAM
from tests.soak import first_of

TOKEN = "0123456789abcdef0123456789abcdef01234567"
IN_A_HEADER = base64.b64encode(f"x:{TOKEN}".encode()).decode()
PASSWORD = "correct-horse-4"
KEY = "django-insecure-5f2k"
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="this system has no /proc"
)


@contextmanager
def connected(argv: list[str], environ: dict[str, str], program: list[str]) -> Iterator[Path]:
    """The folder in /proc of a run that waits for the first answer of its API."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        host = f"http://127.0.0.1:{server.getsockname()[1]}"
        fixed = {"PA_USERNAME": "alice", "PA_HOST": host, "PA_ALLOW_HOST": host}
        process = subprocess.Popen(
            [*program, *argv],
            env={"PATH": os.environ["PATH"], **fixed, **environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            connection, _ = server.accept()
            with connection:
                yield Path(f"/proc/{process.pid}")
        finally:
            process.kill()
            process.wait()


PROGRAMS = [[sys.executable, str(ENTRYPOINT)], [str(PROGRAM)]]


@needs_proc
@pytest.mark.parametrize(
    ("argv", "environ", "program"),
    first_of(
        [
            (*given, program)
            for given in (
                ([], {"PA_TOKEN": TOKEN}),
                ([], {"INPUT_TOKEN": TOKEN}),
                ([], {"PLUGIN_TOKEN": TOKEN}),
                ([], {"API_TOKEN": TOKEN}),
                ([], {"INPUT_TOKEN": TOKEN, "MY_COPY": f"Token {TOKEN}"}),
                ([], {"PA_TOKEN": TOKEN, "API_TOKEN": f"another-{TOKEN}"}),
                ([], {"PA_TOKEN": TOKEN, "HEADER": IN_A_HEADER}),
                (["--token", TOKEN], {}),
                ([f"--token={TOKEN}"], {}),
                (["deploy", "--token", TOKEN], {"PA_TOKEN": f"weaker-{TOKEN}"}),
            )
            for program in PROGRAMS
        ],
    ),
)
def test_no_token_can_be_read_from_proc(
    argv: list[str], environ: dict[str, str], program: list[str]
) -> None:
    with connected(argv, environ, program) as process:
        shown = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()

    assert TOKEN.encode() not in shown
    assert IN_A_HEADER.encode() not in shown
    assert b"PA_USERNAME=alice" in shown


@needs_proc
@pytest.mark.parametrize(
    ("argv", "environ"),
    first_of(
        [
            ([], {"PA_PASSWORD_PROTECTION": f"guest:{PASSWORD}", "PA_ENV": f"KEY={KEY}"}),
            ([], {"INPUT_ENV": f"A=1\nKEY={KEY}\n", "INPUT_PASSWORD-PROTECTION": f"g:{PASSWORD}"}),
            ([], {"PA_ENV_COUNT": "2", "PA_ENV_0": f"KEY={KEY}", "PA_ENV_1": f"B={PASSWORD}"}),
            (["--env", f"KEY={KEY}", f"--password-protection=guest:{PASSWORD}"], {}),
        ],
    ),
)
def test_no_other_secret_can_be_read_from_proc(argv: list[str], environ: dict[str, str]) -> None:
    program = [sys.executable, str(ENTRYPOINT)]
    of_release = {"PA_SOURCE": str(ROOT / "tests" / "plans"), "PA_LOCK": "false"}
    with connected(argv, {"PA_TOKEN": TOKEN, **of_release, **environ}, program) as process:
        shown = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()

    assert not [text for text in (TOKEN, PASSWORD, KEY) if text.encode() in shown]
