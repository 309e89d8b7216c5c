"""What a person at a terminal sees: colours, and a last line that says what is happening."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO

import pytest

from pa_deploy.ci import Ci, detect
from pa_deploy.ci.terminal import Terminal

CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*[1-9][0-9;]*m")
SHOWN, HIDDEN = "\x1b[?25h", "\x1b[?25l"


class Screen(StringIO):
    """What a terminal was sent."""

    def isatty(self) -> bool:
        return True

    @property
    def text(self) -> str:
        return CODES.sub("", self.getvalue())


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def face(screen: Screen) -> Iterator[Ci]:
    made = detect({"TERM": "xterm-256color"}, screen, screen)
    yield made
    made.doing("")


def test_it_is_for_a_terminal(face: Ci) -> None:
    assert isinstance(face, Terminal)


@pytest.mark.parametrize(
    ("environ", "out", "err"),
    [
        ({"TERM": "dumb"}, Screen(), Screen()),
        ({}, StringIO(), Screen()),
        ({}, Screen(), StringIO()),
        ({"GITLAB_CI": "true"}, Screen(), Screen()),
    ],
    ids=["dumb", "out in a pipe", "err in a file", "a CI"],
)
def test_others_get_plain_lines(environ: dict[str, str], out: StringIO, err: StringIO) -> None:
    assert not isinstance(detect(environ, out, err), Terminal)


@pytest.mark.parametrize(
    "line", ["  + Create web app", "  - Delete header", "Warning: x", "Healthy: x", "| migrating"]
)
def test_lines_have_colours(face: Ci, screen: Screen, line: str) -> None:
    face.log(line)

    assert screen.text == f"{line}\n"
    assert screen.getvalue() != screen.text


def test_no_color_is_heeded(screen: Screen) -> None:
    face = detect({"NO_COLOR": "1", "TERM": "xterm-256color"}, screen, screen)
    face.log("  + Create web app")
    face.error("Bad input", "x")

    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", screen.getvalue())


@pytest.mark.parametrize("text", ["[bold]x[/bold]", ":smile:", "[link=http://x]y[/link]", "[/]"])
def test_brackets_are_brackets(face: Ci, screen: Screen, text: str) -> None:
    face.log(text)
    face.doing(text)
    face.doing("")

    assert screen.text.startswith(f"{text}\n")
    assert f" {text}" in screen.text


def test_a_long_line_is_not_cut(screen: Screen) -> None:
    face = detect({"TERM": "xterm", "COLUMNS": "20"}, screen, screen)
    face.log("word " * 40)

    assert screen.text == "word " * 40 + "\n"


def test_it_says_what_is_happening(face: Ci, screen: Screen) -> None:
    face.doing("Uploading", 5, 10)

    assert "Uploading" in screen.text
    assert "━" in screen.text
    assert "0:00:00" in screen.text


def test_without_a_number_there_is_no_bar(face: Ci, screen: Screen) -> None:
    face.doing("On PythonAnywhere: run: make")

    assert "━" not in screen.text


def test_in_a_narrow_terminal_that_is_one_line(screen: Screen) -> None:
    face = detect({"TERM": "xterm", "COLUMNS": "30"}, screen, screen)
    face.doing("On PythonAnywhere: run: " + "make " * 30)
    face.doing("")

    drawn = [line for line in screen.text.splitlines() if "0:00:00" in line]
    assert drawn
    assert all(len(line) <= 30 for line in drawn)


def test_it_is_wiped_away_at_the_end(face: Ci, screen: Screen) -> None:
    face.doing("Uploading")
    assert HIDDEN in screen.getvalue()
    face.doing("")

    assert screen.getvalue().rindex(SHOWN) > screen.getvalue().rindex(HIDDEN)
    before = len(screen.getvalue())
    face.log("Done")
    assert CODES.sub("", screen.getvalue()[before:]) == "Done\n"


def test_it_shows_no_secret(face: Ci, screen: Screen) -> None:
    face.mask("hunter22-hunter33")
    face.doing("run: echo hunter22-hunter33")
    face.log("| hunter22-hunter33")

    assert "hunter22" not in screen.getvalue()


def test_a_quiet_run_tells_warnings_and_the_result(face: Ci, screen: Screen) -> None:
    face.is_quiet = True
    face.doing("Uploading")
    face.log("Plan: no changes")
    face.warning("careful")
    face.error("Refused", "why")
    face.result("all is well")

    assert screen.text == "Warning: careful\nError: Refused\nwhy\nall is well\n"
