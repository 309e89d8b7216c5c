"""How the runner calls `docker` (DockerCommandManager.cs, ContainerActionHandler.cs)."""

from __future__ import annotations

import os
import re
import shlex
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path

FOLDERS = (
    ("_temp", "/github/runner_temp"),
    ("_temp/_github_home", "/github/home"),
    ("_temp/_github_workflow", "/github/workflow"),
    ("_temp/_runner_file_commands", "/github/file_commands"),
)
"""Below the runner's work folder, and where each is mounted; in the order of the flags."""
ENGINE = "docker"
BUILD_FLAGS = tuple(shlex.split(os.environ.get("DOCKER_BUILD_FLAGS", "")))
"""The runner has none; a machine without bridged networks builds with the host's."""


def socket() -> str:
    return os.environ.get("DOCKER_HOST", "").removeprefix("unix://") or "/var/run/docker.sock"


def build_command(label: str, dockerfile: Path) -> list[str]:
    """The context is the folder of the Dockerfile. The tag is the fourth word."""
    tag = f"{label}:{uuid.uuid4().hex}"
    return [
        ENGINE, "build", "-t", tag, *BUILD_FLAGS,
        "-f", str(dockerfile.resolve()), str(dockerfile.resolve().parent),
    ]  # fmt: skip


def container_name(image: str) -> str:
    letters = re.sub(r"[^A-Za-z0-9_]", "", image).lstrip("0123456789")
    return f"{letters}_{uuid.uuid4().hex[:6]}"


def run_command(
    image: str,
    variables: Collection[str],
    *,
    label: str,
    work: Path,
    workspace: Path,
    network: str | None = None,
) -> list[str]:
    """Variables go by name, because a value in the arguments would be in the process list."""
    names = [word for name in variables for word in ("-e", name)]
    mounts = [(socket(), "/var/run/docker.sock")]
    mounts += [(str(work / ours), theirs) for ours, theirs in FOLDERS]
    mounts += [(str(workspace), "/github/workspace")]
    return [
        ENGINE, "run", "--name", container_name(image), "--label", label,
        "--workdir", "/github/workspace", "--rm",
        *names, "-e", "GITHUB_ACTIONS=true", *(() if "CI" in variables else ("-e", "CI=true")),
        *(("--network", network) if network else ()),
        *(word for ours, theirs in mounts for word in ("-v", f"{ours}:{theirs}")),
        image,
    ]  # fmt: skip


def translated(environ: Mapping[str, str], work: Path, workspace: Path) -> dict[str, str]:
    """Values that are, or begin with, a path of the host, as the container sees it.

    The first that fits counts, and only at the beginning of a value (ContainerInfo.cs).
    """
    pairs = [(str(workspace), "/github/workspace")]
    pairs += [(str(work / ours), theirs) for ours, theirs in reversed(FOLDERS)]

    def inside(value: str) -> str:
        for ours, theirs in pairs:
            if value == ours or value.startswith(f"{ours}/"):
                return theirs + value[len(ours) :]
        return value

    return {name: inside(value) for name, value in environ.items()}
