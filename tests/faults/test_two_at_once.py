"""Two deploys of one web app at once: it ends up as one of them wants it, and not as a mixture."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.faults import child
from tests.faults.state import State, put_state, read_state
from tests.soak import first_of


def inputs(name: str) -> dict[str, str]:
    return {
        "python-version": {"one": "3.12", "two": "3.13"}[name],
        "source-directory": f"/home/alice/{name}",
        "force-https": {"one": "true", "two": "false"}[name],
        "static-files": f"/ = /{name}\n/a/ = /{name}/a\n/{name}/ = /{name}/own",
        "static-headers": f"/ X-Name: {name}",
        "wsgi-file": "wsgi.py",
        "prune": "true",
    }


def is_wholly(state: State, name: str) -> bool:
    settings = state.settings or {}
    given = inputs(name)
    rows = {("/", f"/{name}"), ("/a/", f"/{name}/a"), (f"/{name}/", f"/{name}/own")}
    return (
        settings["python_version"] == given["python-version"]
        and settings["source_directory"] == given["source-directory"]
        and bool(settings["force_https"]) == (given["force-https"] == "true")
        and (len(state.files), set(state.files)) == (3, rows)
        and state.headers == (("/", "X-Name", name),)
        and state.wsgi == name
        and state.is_loaded()
    )


@pytest.mark.parametrize("first", first_of(range(0, 50, 5)), ids=lambda first: f"from {first}")
def test_two_at_once_end_as_one_of_them(
    plain_emulator: Emulator, tmp_path: Path, first: int
) -> None:
    for seed in range(first, first + 5):
        dice = random.Random(seed)
        put_state(plain_emulator, dice.choice((None, "3.10")), [("/", "/old"), ("/old/", "/old")])
        processes = []
        for name in ("one", "two"):
            directory = tmp_path / f"{seed}-{name}"
            directory.mkdir()
            (directory / "wsgi.py").write_text(name)
            processes.append((child.start(plain_emulator, directory, inputs(name)), directory))

        ended = [child.finish(process, directory) for process, directory in processes]

        logs = "\n".join(each.log for each in ended)
        state = read_state(plain_emulator)
        assert [each.exit_code for each in ended] == [0, 0], f"{seed}\n{logs}"
        assert is_wholly(state, "one") or is_wholly(state, "two"), f"{seed}\n{state}\n{logs}"
