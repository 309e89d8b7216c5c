"""The image, run as GitHub's runner runs it."""

from __future__ import annotations

import os
import subprocess

from tests.container.conftest import Container

SITE = {"python_version": "3.13", "static_files": "/static/ = ~/static\r\n/media/ = ~/media\r\n"}


def test_a_first_and_a_second_deploy(container: Container) -> None:
    first = container.run(**SITE)
    second = container.run(**SITE, reload="auto")

    assert (first.exit_code, first.outputs["created"], first.outputs["healthy"]) == (
        0,
        "true",
        "true",
    )
    assert (second.exit_code, second.outputs["changed"]) == (0, "false")
    assert "✅" in first.summary


def test_a_failed_deploy_fails_the_step(container: Container) -> None:
    done = container.run(**{**SITE, "token": "0" * 40})

    assert done.exit_code == 4
    assert "::error " in done.log
    assert "Invalid token" in done.summary


def test_a_hostile_environment_changes_nothing(container: Container) -> None:
    nonsense = ("-e", "PATH=/nonsense", "-e", "PYTHONPATH=/github/workspace", "-e", "LANG=C")
    (container.directory / "workspace" / "requests.py").write_text("raise SystemExit('hijacked')")

    done = container.run(*nonsense, "--read-only", **SITE)

    assert done.exit_code == 0, done.log
    assert done.outputs["domain"] == "alice.pythonanywhere.com"


def test_the_image_carries_neither_emulator_nor_tests(image: str) -> None:
    listing = subprocess.run(
        ["docker", "run", "--rm", "--entrypoint", "find", image, "/opt", "-name", "*.py"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "/pa_deploy/cli/" in listing
    assert "/pa_emulator/" not in listing
    assert "site-packages/tests/" not in listing


def test_another_ci_gives_the_inputs_by_our_own_names(container: Container) -> None:
    emulator = container.emulator
    given = {
        "PA_TOKEN": emulator.token,
        "PA_USERNAME": "alice",
        "PA_HOST": emulator.url,
        "PA_ALLOW_HOST": emulator.url,
        "PA_PYTHON_VERSION": "3.13",
    }
    flags = [flag for name in given for flag in ("-e", name)]

    done = subprocess.run(
        ["docker", "run", "--rm", "--network", "host", *flags, container.image],
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "::" not in done.stdout + done.stderr
