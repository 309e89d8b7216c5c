"""Everything that is done with one account, recorded.

It takes seconds, so the workers of a run share it: the first one that needs it makes it.
"""

from __future__ import annotations

import fcntl
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from pa_deploy.cli import main
from pa_emulator import Emulator

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
SECRETS = [
    "xK9-django-key-2207",
    "p@ss w0rd/with&odd=signs",
    "línea-ünï-4711",
    "-----BEGIN KEY-----\nMIIabc123\nQqRr9988\n-----END KEY-----",
    '{"private_key_id": "9f8e7d6c5b"}',
]
PASSWORD = "visitor-pass-5150"
VISITOR = "grandmother"
USER = "Zebulon42"
DOMAIN = "zebulon42.pythonanywhere.com"
EMAIL = "zoe.quill@blueheron-corp.example"
APP = """\
import os
def wendigo(environ, start_response):
    start_response(os.environ['QUOKKA'], [('X-Wombat', 'marsupial')])
    return [b'platypus echidna wallaby']
"""
FILES = {
    "narwhal.py": APP,
    "assets-of-ours/kestrel.css": "osprey { falcon: buzzard-harrier }",
    "templates-zq/quetzal.html": "<cassowary>toucan hornbill</cassowary>",
    "gryphon data.txt": f"contact {EMAIL} about the manticore",
    "hippogriff.custom-ending": "\x01\x02 basilisk",
}


@dataclass(frozen=True)
class Story:
    """`recordings` has one for each command; `codes` are the exit codes."""

    recordings: list[str]
    codes: list[int]
    token: str
    folder: str
    root: str

    @property
    def text(self) -> str:
        return "".join(self.recordings)


def shared_story(folder: Path) -> Story:
    """The story, made once in this folder."""
    file = folder / "story.json"
    with (folder / "story.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            file.write_text(json.dumps(asdict(_make(folder / "workspace-of-zorro"))))
        return Story(**json.loads(file.read_text()))


def _make(folder: Path) -> Story:
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    with (
        pytest.MonkeyPatch.context() as patch,
        Emulator(username=USER, rate_limit=0, plain_hello=True) as pa,
    ):
        patch.chdir(folder)
        return _tell(pa, folder)


DEPLOY = {
    "source": ".",
    "app": "narwhal:wendigo",
    "python-version": PYTHON,
    "static-files": "/fauna/ = assets-of-ours\n/static/ = templates-zq",
    "static-headers": "/fauna/ X-Ibex: chamois",
    "password-protection": f"{VISITOR}:{PASSWORD}",
    "variables": "QUOKKA=200 OK",
    "health-check": "/bandicoot?key=numbat",
    "share-files": "~/gryphon-notes.txt",
    "env": json.dumps({f"NAME_{number}": text for number, text in enumerate(SECRETS)}),
}
STEPS: list[tuple[str, Mapping[str, str]]] = [
    ("deploy", DEPLOY),
    ("deploy", {**DEPLOY, "variables": "QUOKKA=200 OK\nMARMOT=pika"}),
    (
        "deploy",
        {**DEPLOY, "variables": "QUOKKA=500 Oh", "health-timeout": "1", "preflight": "false"},
    ),
    ("deploy", {"source-directory": "~/aardvark-project", "virtualenv": "axolotl"}),
    ("rollback", {"health-check": "/"}),
    ("status", {}),
    ("releases", {}),
    ("logs", {}),
    ("files tree ~", {}),
    ("files tree ~/no-such-tapir", {}),
    ("files shared ~/gryphon-notes.txt", {}),
    ("files unshare ~/gryphon-notes.txt --yes", {}),
    ("consoles list", {}),
    ("static-files remove 1 --yes", {}),
    ("static-files list", {"domain": "www.okapi-shop.example"}),
    ("webapps delete --yes", {}),
]
CODES = [0, 0, 8, 2, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5, 0]


def _tell(pa: Emulator, folder: Path) -> Story:
    """Deploy, deploy another, have one fail, go back, and look at it in all ways."""
    pa.path(f"/home/{USER}/gryphon-notes.txt").write_text("jackalope")
    pa.path(f"/home/{USER}/aardvark-project/inner").mkdir(parents=True)
    file = folder.parent / "recording.jsonl"
    codes, recordings = [], []
    for words, inputs in STEPS:
        environ = {
            "PA_TOKEN": pa.token,
            "PA_USERNAME": USER,
            "PA_HOST": pa.url,
            "PA_ALLOW_HOST": pa.url,
            "PA_RECORD": str(file),
            "GITHUB_SHA": "c0ffee" * 6,
            "GITHUB_REPOSITORY": "llama-org/alpaca",
            "GITHUB_ACTOR": "vicuna",
            "USER": "guanaco",
            **{f"PA_{name.upper().replace('-', '_')}": text for name, text in inputs.items()},
        }
        codes.append(main(words.split(), environ))
        recordings.append(file.read_text())
    return Story(recordings, codes, pa.token, str(folder), str(pa.root))
