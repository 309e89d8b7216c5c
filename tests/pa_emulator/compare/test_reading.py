"""Files that are no recordings, or damaged ones."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pa_emulator import Emulator
from pa_emulator.compare.command import run
from pa_emulator.compare.player import play
from pa_emulator.compare.recording import read
from tests.pa_deploy.exchanges.story import Story

HEADER = '{"pa_deploy_recording": 1}'
CALL = json.dumps({"to": "api", "method": "GET", "path": "/api/v0/user/USER/cpu/", "fault": "x"})


DEEP: list[object] = []
for _ in range(60):
    DEEP = [DEEP]


def without(key: str) -> str:
    return json.dumps({name: value for name, value in json.loads(CALL).items() if name != key})


def with_(**more: object) -> str:
    return json.dumps({**json.loads(CALL), **more})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: this is not the header of a recording."),
        ("hello\n", "line 1: this is not the header of a recording."),
        ('{"generator": "pa-deploy"}\n', "line 1: this is not the header of a recording."),
        (
            '{"pa_deploy_recording": 9}\n',
            "line 1: the recording has format 9, and this pa-emulator reads format 1.",
        ),
        (f"{HEADER}\n{CALL}\nnot json\n{CALL}\n", "line 3: it is not JSON."),
        (f"{HEADER}\n[]\n{CALL}\n", "line 2: it is not a JSON object."),
        (f"{HEADER}\n{without('path')}\n{CALL}\n", 'line 2: "path" is missing'),
        (f"{HEADER}\n{without('method')}\n{CALL}\n", 'line 2: "method" is missing'),
        (f"{HEADER}\n{without('fault')}\n{CALL}\n", 'line 2: it has neither "status" nor'),
        (f"{HEADER}\n{with_(to='you')}\n{CALL}\n", 'line 2: "to" is neither "api" nor "site"'),
        (f"{HEADER}\n{with_(path='/etc')}\n{CALL}\n", 'line 2: "path" does not begin with'),
        (f"{HEADER}\n{with_(status='200')}\n{CALL}\n", 'line 2: "status" is not an HTTP status'),
        (
            f"{HEADER}\n{with_(form=[1])}\n{CALL}\n",
            'line 2: "form" is not an object whose values are texts',
        ),
        (
            f"{HEADER}\n{with_(upload={'kind': 'text', 'bytes': 10**12})}\n{CALL}\n",
            'line 2: "bytes" of "upload" is not a whole number from 0 to 100 MiB',
        ),
        (f"{HEADER}\n{with_(method='GET /x')}\n{CALL}\n", 'line 2: "method" is not an HTTP method'),
        (
            f"{HEADER}\n{with_(path='/api/v0/user/USER/' + chr(0xD800))}\n{CALL}\n",
            "line 2: it has half",
        ),
        (f"{HEADER}\n{with_(body=DEEP)}\n{CALL}\n", "line 2: its values are nested in more"),
        (f"{HEADER}\n{'[' * 100_000}\n{CALL}\n", "line 2: it is not JSON."),
    ],
)
def test_a_bad_file_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (tmp_path / "r.jsonl").write_text(text)

    assert run([str(tmp_path / "r.jsonl")]) == 2
    assert capsys.readouterr().err.startswith(f"pa-emulator compare: {said}")


def test_the_next_step_after_damage_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.jsonl").write_text(f"{HEADER}\n{CALL}\n{CALL}\n{CALL}\nx\n{CALL}\n")

    assert run([str(tmp_path / "r.jsonl")]) == 2
    assert (
        "line 5: it is not JSON. The file is damaged there. Record again, or delete this line and "
        "all below it to compare the 3 exchanges above it."
    ) in capsys.readouterr().err


TEXT = f"{HEADER}\n{CALL}\n{CALL}\n"


def zipped(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "" if name.endswith("/") else TEXT)
    return made.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode("utf-16"),
        TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-be"),
        zipped("recording.jsonl"),
        zipped("out/", "out/recording.jsonl"),
    ],
    ids=["CRLF", "BOM", "PowerShell", "LE", "BE with BOM", "BE", "zip", "zip with a folder"],
)
def test_a_recording_is_read_in_the_form_in_which_it_came(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "r.jsonl").write_bytes(raw)

    recording = read(tmp_path / "r.jsonl")

    assert (len(recording.lines), recording.damage) == (2, "")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (zipped("a.jsonl", "b.jsonl"), "it is a zip with 2 files. Unzip it. Pass the file that"),
        (zipped(), "line 1: this is not the header of a recording"),
        (zipped("a.jsonl")[:60], "it is a zip that cannot be read. Download it again"),
        (gzip.compress(TEXT.encode()), "it is compressed. Unpack it first: gunzip "),
    ],
    ids=["two files", "empty zip", "cut zip", "gzip"],
)
def test_a_packed_file_that_cannot_be_read_has_a_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes, said: str
) -> None:
    (tmp_path / "r.zip").write_bytes(raw)

    assert run([str(tmp_path / "r.zip")]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("name", ["none.jsonl", "."])
def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run([str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert f"{tmp_path / name}: " in said
    assert "Pass the file that `pa-deploy … --record FILE` wrote." in said


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
@pytest.mark.parametrize("cut", [1, 20, len(CALL) - 1])
def test_a_file_that_was_cut_off_is_compared_up_to_there(
    fresh: Emulator, tmp_path: Path, cut: int, end: str
) -> None:
    call = with_(status=200)
    (tmp_path / "r.jsonl").write_text(f"{HEADER}\n{call}\n{call}\n{call[:cut]}{end}")

    recording = read(tmp_path / "r.jsonl")

    assert recording.damage == "line 4: it is not JSON"
    assert len(play(recording, fresh).played) == 2


def test_it_knows_all_that_recordings_have(story: Story, tmp_path: Path) -> None:
    for text in story.recordings:
        (tmp_path / "r.jsonl").write_text(text)

        assert {key for line in read(tmp_path / "r.jsonl").lines for key in line.unknown} == set()


def test_what_could_not_be_recorded_is_counted(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text(f'{HEADER}\n{{"not_recorded": "KeyError"}}\n{CALL}\n')

    recording = read(tmp_path / "r.jsonl")

    assert (recording.left_out, len(recording.lines)) == (1, 1)


def test_it_is_a_command_of_the_emulator(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text("hello\n")

    done = subprocess.run(
        [sys.executable, "-m", "pa_emulator", "compare", str(tmp_path / "r.jsonl")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "this is not the header of a recording" in done.stderr
