"""The file of `--json`: nothing else is overwritten, and nothing waits."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pa_emulator.verify.command import run
from pa_emulator.verify.report import MARK
from pa_emulator.written_file import WrittenFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from pa_emulator import Emulator


def _link(path: Path) -> None:
    path.with_name("mine").write_text("mine")
    path.symlink_to("mine")


REFUSED: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("mine"),
    "other JSON": lambda path: path.write_text('{"program": "mine"}'),
    "a list": lambda path: path.write_text("[]"),
    "deep JSON": lambda path: path.write_text("[" * 100_000),
    "bytes": lambda path: path.write_bytes(b"\xff\xfe"),
    "a fifo": os.mkfifo,
    "a link": _link,
    "a broken link": lambda path: path.symlink_to("nothing"),
    "a device": lambda path: path.symlink_to("/dev/full"),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_report_is_refused_before_a_run(
    pa: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: str,
) -> None:
    monkeypatch.setenv("PA_TOKEN", pa.token)
    path = tmp_path / "report.json"
    REFUSED[kind](path)
    before = path.lstat().st_mtime_ns
    pa.clear_requests()

    assert run([f"--against={pa.url}", "--username=alice", f"--json={path}"]) == 2

    assert capsys.readouterr().err.startswith("pa-emulator verify: --json ")
    assert path.lstat().st_mtime_ns == before
    assert pa.requests() == []


def test_a_report_replaces_an_earlier_one(tmp_path: Path) -> None:
    file = WrittenFile("--json", tmp_path / "report.json", MARK, "report.json")
    file.write(f"{MARK}1}}")

    file.check()
    file.write("new")

    assert file.path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [file.path]


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "a\ud8ffb"])
def test_any_text_of_a_server_can_be_written(tmp_path: Path, text: str) -> None:
    file = WrittenFile("--json", tmp_path / "report.json", MARK, "report.json")

    file.write(json.dumps(text, ensure_ascii=False))

    assert json.loads(file.path.read_text()) == text


def test_a_report_that_cannot_be_written_in_the_end_is_6_and_the_earlier_one_stays(
    pa: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PA_TOKEN", pa.token)
    path = tmp_path / "report.json"
    path.write_text(f"{MARK}1}}")

    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target == path:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    options = [f"--against={pa.url}", "--username=alice", "--only=students", f"--json={path}"]

    assert run(options) == 6
    assert f"--json {path}: no space left on device" in capsys.readouterr().err
    assert path.read_text() == f"{MARK}1}}"
    assert not list(tmp_path.glob(".report*"))
