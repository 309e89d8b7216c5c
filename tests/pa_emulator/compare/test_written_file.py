"""Files that `pa-emulator compare --cases` and `pa-emulator verify --json` write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pa_emulator.compare.command import run
from pa_emulator.compare.recording import read
from pa_emulator.verify.options import BadOption, parse
from tests.soak import in_soak

RECORDING = '{"pa_deploy_recording": 1}\n'
MARKED = "# Written by `pa-emulator compare --cases`. Review\n"
REPORT = '{\n  "format": 1,\n'


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "r.jsonl"
    file.write_text(RECORDING)
    return file


def cases(recording: Path, to: Path) -> int:
    return run([str(recording), "--cases", str(to)])


def somebodys(folder: Path) -> Path:
    file = folder / "notes.txt"
    file.write_text("mine\n")
    return file


def below_a_file(folder: Path) -> Path:
    return somebodys(folder) / "cases.yaml"


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "the recording": (lambda folder: folder / "r.jsonl", "it exists, and this command did not"),
    "a file of somebody": (somebodys, "it exists, and this command did not write it. Delete it"),
    "a folder": (lambda folder: folder, "it is a directory. Name a file in it: "),
    "below a file": (below_a_file, "is not a directory. Name another file."),
    "a name that is too long": (lambda folder: folder / ("x" * 300), "Name another file."),
}


@pytest.mark.parametrize("place", REFUSED)
def test_cases_are_not_written_over_what_is_not_ours(
    recording: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    monkeypatch.setattr("pa_emulator.compare.command.compare", lambda _: pytest.fail("it worked"))
    make, said = REFUSED[place]

    assert cases(recording, make(tmp_path)) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.startswith("pa-emulator compare: --cases ")) == ("", True)
    assert said in told.err
    assert recording.read_text() == RECORDING
    assert read(recording).lines == ()


@pytest.mark.parametrize("place", REFUSED)
@pytest.mark.usefixtures("recording")
def test_a_report_is_not_written_over_what_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("PA_TOKEN", "token")
    make, said = REFUSED[place]

    with pytest.raises(BadOption) as caught:
        parse(["--username=alice", "--against=localhost", f"--json={make(tmp_path)}"], ())

    assert said in str(caught.value)


@pytest.mark.parametrize("before", [None, in_soak(""), in_soak(MARKED)])
def test_cases_are_written_to_a_new_place_and_over_former_ones(
    recording: Path, tmp_path: Path, before: str | None
) -> None:
    file = tmp_path / "out" / "of" / "it" / "cases.yaml"
    if before is not None:
        file.parent.mkdir(parents=True)
        file.write_text(before)

    assert cases(recording, file) == 0
    assert file.read_text().startswith("# Written by `pa-emulator compare --cases`.")


@pytest.mark.parametrize("before", [None, "", REPORT])
def test_a_report_may_go_to_a_new_place_and_over_a_former_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.setenv("PA_TOKEN", "token")
    file = tmp_path / "out" / "report.json"
    if before is not None:
        file.parent.mkdir()
        file.write_text(before)

    options = parse(["--username=alice", "--against=localhost", f"--json={file}"], ())
    assert options.report is not None
    options.report.write(REPORT)

    assert file.read_text() == REPORT
