"""A recording of everything that a deploy does has nothing in it that is somebody's own."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pa_emulator import Emulator
from pa_emulator.compare import report
from pa_emulator.compare.player import play
from pa_emulator.compare.recording import read
from tests.pa_deploy.exchanges.leaks import found, pieces
from tests.pa_deploy.exchanges.story import (
    CODES,
    DOMAIN,
    EMAIL,
    FILES,
    PASSWORD,
    SECRETS,
    STEPS,
    USER,
    VISITOR,
    Story,
)

LINES = [line for secret in SECRETS for line in secret.splitlines()]
OWN = {
    "secrets": [PASSWORD, VISITOR, *SECRETS, *LINES],
    "names of the account": [USER, DOMAIN, DOMAIN.replace(".", "_"), EMAIL, "blueheron", "okapi"],
    "names of the CI": ["vicuna", "guanaco", "alpaca", "llama-org", "c0ffee"],
    "names of files": [
        *("narwhal", "assets-of-ours", "kestrel", "templates-zq", "quetzal", "gryphon", "tapir"),
        *("hippogriff", "custom-ending", "aardvark", "axolotl"),
    ],
    "values": [
        *("wendigo", "marmot", "fauna", "x-ibex", "chamois", "bandicoot", "numbat", "wombat"),
        *("quokka", "200 OK", "500 Oh"),
    ],
    "contents of files": [piece for text in FILES.values() for piece in pieces(text)],
    "answers of the site": pieces("platypus echidna wallaby"),
    "logs": ["response-time", "uWSGI", "spawned"],
}


def test_the_story_ends_as_it_should(story: Story) -> None:
    assert story.codes == CODES


@pytest.mark.parametrize("kind", OWN)
def test_nothing_of_ones_own_is_recorded(story: Story, kind: str) -> None:
    assert found(OWN[kind], story.text) == []


def test_nothing_of_this_machine_is_recorded(story: Story) -> None:
    name = socket.gethostname()
    machine = [str(Path.home()), story.folder, story.root, "zorro"]
    machine += [name] if len(name) > 3 else []  # a shorter one is in a digest by chance

    assert found([*machine, story.token], story.text) == []


def test_what_the_api_said_is_recorded(story: Story) -> None:
    assert '{"detail": "/home/USER/name-1 does not exist"}' in story.text
    said = "No such file or directory: /home/USER/.pa-deploy/DOMAIN/status.json"
    assert f'{{"detail": "{said}"}}' in story.text


@pytest.mark.parametrize("step", range(len(STEPS)), ids=lambda step: STEPS[step][0])
def test_the_emulator_answers_as_it_did(
    story: Story, fresh: Emulator, tmp_path: Path, step: int
) -> None:
    (tmp_path / "r.jsonl").write_text(story.recordings[step])

    comparison = play(read(tmp_path / "r.jsonl"), fresh)

    assert [line for line in report.lines(comparison) if line.startswith("line ")] == []
    assert comparison.played
