"""Runs a client's code in its own environment, as a program of its own."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from tests.pa_emulator.clients.environments import programs_of

if TYPE_CHECKING:
    from tests.pa_emulator.client import Client

# The last line is the answer; the client may have printed before.
SHOW = "\nimport json as _json\nprint()\nprint(_json.dumps(result, default=repr))\n"


def start(
    client: Client, requirement: str, *command: str, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run one of the environment's programs as a PythonAnywhere console would have it."""
    env = {
        "API_TOKEN": client.pa.token,
        "HOME": str(client.pa.path("/home/alice")),
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
        "REQUESTS_CA_BUNDLE": str(client.pa.ca),
        "USER": "alice",
        **variables,
    }
    program, *arguments = command
    return subprocess.run(
        [str(programs_of(requirement) / program), *arguments],
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def results(client: Client, requirement: str, code: str, **variables: str) -> Any:  # noqa: ANN401
    """Run Python code that leaves its findings in `result`, and return them."""
    done = start(client, requirement, "python", "-c", code + SHOW, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
