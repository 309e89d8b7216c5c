"""Recordings that somebody has made to do harm: they are compared, or refused with code 2."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pa_emulator import Emulator
from pa_emulator.compare import cases, player, report
from pa_emulator.compare.command import run
from pa_emulator.compare.player import Comparison, play
from pa_emulator.compare.recording import read
from tests.soak import first_of

HEADER = '{"pa_deploy_recording": 1}\n'
USER = "/api/v0/user/USER"
ODD_NAMES = ["a" * 300, "é" * 200, "/".join(["x" * 200] * 30), "a\0b", "²", "a\r\nX: y"]
ODD_NUMBERS = ["²", "9" * 30, "9" * 5000, "-1", "1.5", "٣", "soon", ""]


def write(file: Path, *lines: dict[str, Any]) -> Path:
    told = [
        {"to": "api", "method": "GET", "status": 200, "body": {}, "seconds": 0.1, **line}
        for line in lines
    ]
    file.write_text(HEADER + "".join(f"{json.dumps(line)}\n" for line in told))
    return file


def played(pa: Emulator, tmp_path: Path, *lines: dict[str, Any]) -> Comparison:
    comparison = play(read(write(tmp_path / "r.jsonl", *lines)), pa)
    cases.text(comparison)
    assert list(report.lines(comparison))
    return comparison


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_odd_name_of_a_file_is_compared(
    fresh: Emulator, tmp_path: Path, name: str, method: str
) -> None:
    path = f"/home/USER/{name}"
    content = {"kind": "text", "bytes": 3}
    file = {"method": method, "path": f"{USER}/files/path{path}", "content": content}
    tree = {"path": f"{USER}/files/tree/", "query": {"path": path}, "body": [path, f"{path}/"]}
    listing = {"path": f"{USER}/files/path/home/USER/", "body": {name: {"type": "file"}}}

    assert len(played(fresh, tmp_path, file, tree, listing).played) == len((file, tree, listing))


@pytest.mark.parametrize("number", [*ODD_NUMBERS, "1/²", "../1"])
@pytest.mark.parametrize("place", ["consoles/{}/", "webapps/DOMAIN/static_files/{}/", "{}/"])
def test_an_odd_id_is_compared(fresh: Emulator, tmp_path: Path, number: str, place: str) -> None:
    played(fresh, tmp_path, {"path": f"{USER}/{place.format(number)}", "body": {"id": number}})


@pytest.mark.parametrize("seconds", ODD_NUMBERS)
def test_an_odd_time_to_wait_is_compared(fresh: Emulator, tmp_path: Path, seconds: str) -> None:
    line = {"path": f"{USER}/cpu/", "status": 429, "headers": {"retry-after": seconds}}

    (one,) = played(fresh, tmp_path, line).played

    assert one.reply.status == 429


@pytest.mark.parametrize("entry", ["b", 1, None, [], {"type": []}])
def test_a_listing_with_odd_entries_is_compared(
    fresh: Emulator, tmp_path: Path, entry: object
) -> None:
    line = {"path": f"{USER}/files/path/home/USER/folder/", "body": {"a": entry}}

    played(fresh, tmp_path, line)


HARMFUL = [
    "\x1b]0;title\x07",
    "\n::error::hi",
    "\r##[error]hi",
    "\x85::x::",
    "\u2028::x::",
    "\u202e",
]


@pytest.mark.parametrize("text", HARMFUL)
def test_what_is_printed_is_harmless(fresh: Emulator, tmp_path: Path, text: str) -> None:
    line = {"path": f"{USER}/{text}/", "body": {text: 1}, "headers": {"content-type": text}}
    comparison = played(fresh, tmp_path, line)

    lines = list(report.lines(comparison))

    assert [each for each in lines if not each.isprintable()] == []
    assert "::" not in "".join(lines)
    assert "##" not in "".join(lines)


def command(file: Path | str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pa_emulator", "compare", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environ},
    )


@pytest.mark.parametrize(
    "kind", first_of(["pipe", "/dev/tty", "/dev/zero", "folder", "none", "large"])
)
def test_what_is_not_a_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    file = tmp_path / kind if not kind.startswith("/") else Path(kind)
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    elif kind == "large":
        with file.open("wb") as stream:
            stream.truncate(1024 * 1024 * 1024)

    done = command(file)

    assert done.returncode == 2
    assert done.stderr.startswith(f"pa-emulator compare: {file}: ")
    assert "Traceback" not in done.stderr


@pytest.mark.soak
def test_a_terminal_that_knows_ascii_alone_is_enough(tmp_path: Path) -> None:
    file = write(tmp_path / "r.jsonl", {"path": f"{USER}/cpu/", "body": {"é漢": "…" * 100}})

    done = command(file, PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert (done.returncode, done.stderr) == (1, "")


def test_a_failure_of_the_command_is_no_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("odd\n::error::x")

    monkeypatch.setattr(player, "Emulator", fail)
    file = write(tmp_path / "r.jsonl", {"path": f"{USER}/cpu/"})

    assert run([str(file)]) == 2
    assert "(RuntimeError: odd\\n: :error: :x)" in capsys.readouterr().err
