"""What a CI system sees, and what it can never see."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pa_deploy.ci import Ci, detect, harmless_lines
from pa_deploy.ci.github import GitHub


@pytest.fixture
def plain() -> tuple[Ci, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return detect({}, out, err), out, err


class Runner:
    """GitHub's face, writing to a stream that the test can read."""

    def __init__(self, **environ: str) -> None:
        self._raw = io.BytesIO()
        stream = io.TextIOWrapper(self._raw, encoding="utf-8", newline="", write_through=True)
        self.ci = detect({"GITHUB_ACTIONS": "true", **environ}, stream, stream)

    def written(self) -> str:
        return self._raw.getvalue().decode()


@pytest.mark.parametrize(
    "text",
    [
        "::error::x",
        "  ::set-output name=a::b",
        "\u2003::warning::x",
        "a\r::add-mask::e",
        "a\u2028::debug::x",
        "a\x85::debug::x",
        "a\v::debug::x",
        "say ##[error]x",
        "##[set-env name=PATH]x",
        "##vso[task.setvariable variable=x]y",
        "\x1b[31m::error::x",
        "\x00::error::x",
        "####[error]x",
    ],
)
def test_no_text_becomes_a_command(text: str) -> None:
    for line in harmless_lines(text):
        assert not line.strip("\x00\x1b \u2003").startswith("::")
        assert "##[" not in line
        assert "##vso[" not in line


def test_harmless_text_stays_as_it_is() -> None:
    assert harmless_lines("Create /static/: a → b\n  ok :: fine #1") == [
        "Create /static/: a → b",
        "  ok :: fine #1",
    ]


def test_escape_sequences_and_bidirectional_marks_are_taken_out() -> None:
    assert harmless_lines("\x1b[31mred\x1b[0m \u202eevil") == ["red evil"]


def test_a_masked_text_is_never_shown(plain: tuple[Ci, io.StringIO, io.StringIO]) -> None:
    ci, out, err = plain
    ci.mask("s3cret")

    ci.log("a s3cret here")
    ci.warning("s3cret")
    ci.error("s3cret", "s3cret")

    assert "s3cret" not in out.getvalue() + err.getvalue()
    assert out.getvalue() == "a *** here\n"


def test_a_plain_log_has_no_workflow_commands(plain: tuple[Ci, io.StringIO, io.StringIO]) -> None:
    ci, out, err = plain

    with ci.group("title"):
        ci.log("line")
    ci.output("a", "b")
    ci.summary("# x", failed=False)
    ci.error("Bad", "why")

    assert out.getvalue() == "title\nline\n"
    assert err.getvalue() == "Error: Bad\nwhy\n"


def test_a_command_whose_output_is_data_logs_to_the_error_stream(
    plain: tuple[Ci, io.StringIO, io.StringIO],
) -> None:
    ci, out, err = plain
    ci.mask("s3cret")

    ci.aside().log("s3cret line")

    assert (out.getvalue(), err.getvalue()) == ("", "*** line\n")


def test_github_gets_one_line_for_an_annotation() -> None:
    runner = Runner()
    runner.ci.error("Bad: thing", "100 %\nsecond\rthird")

    assert runner.written() == "::error title=Bad%3A thing::100 %25%0Asecond%0Athird\n"


def test_github_learns_the_mask_before_anything_else() -> None:
    runner = Runner()
    runner.ci.mask("s3cret")
    runner.ci.warning("s3cret")

    lines = runner.written().splitlines()
    assert lines[0].startswith("::add-mask")
    assert "s3cret" not in lines[1]


def test_github_gets_groups() -> None:
    runner = Runner()
    with runner.ci.group("title"):
        runner.ci.log("line")

    out = runner.written().splitlines()
    assert [line.split("::")[1].strip() for line in (out[0], out[2])] == ["group", "endgroup"]


def test_an_annotation_stays_below_the_runner_s_limit() -> None:
    runner = Runner()
    runner.ci.warning("x" * 10_000)

    assert len(runner.written()) < 4096


def test_an_output_of_many_lines_arrives_whole(tmp_path: Path) -> None:
    file = tmp_path / "output"
    runner = Runner(GITHUB_OUTPUT=str(file))

    runner.ci.output("plan", "a=b\nEOF\n::x::")

    name, *value, last = file.read_text().rstrip("\n").split("\n")
    assert name.startswith("plan<<")
    assert last == name.removeprefix("plan<<")
    assert value == ["a=b", "EOF", "::x::"]


def test_the_summary_is_appended_to(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_text("before\n")
    runner = Runner(GITHUB_STEP_SUMMARY=str(file))

    runner.ci.summary("# ours", failed=False)

    assert file.read_text() == "before\n# ours\n"


def test_a_summary_that_cannot_be_written_does_not_end_the_run() -> None:
    runner = Runner(GITHUB_STEP_SUMMARY="/proc/none/summary")

    runner.ci.summary("# x", failed=False)

    runner.ci.summary("# y", failed=False)

    assert (
        runner.written().count("::warning::Cannot write to the file that GITHUB_STEP_SUMMARY names")
        == 1
    )


def test_only_github_s_own_variable_means_github() -> None:
    assert isinstance(detect({"GITHUB_ACTIONS": "true"}, io.StringIO(), io.StringIO()), GitHub)
    assert type(detect({"CI": "true"}, io.StringIO(), io.StringIO())) is Ci


def test_bytes_that_are_no_utf_8_do_not_stop_the_log(
    plain: tuple[Ci, io.StringIO, io.StringIO],
) -> None:
    ci, out, _ = plain

    ci.log(b"caf\xe9".decode("utf-8", "surrogateescape"))

    assert out.getvalue() == "caf\\udce9\n"


def test_a_secret_cut_by_control_characters_is_found(
    plain: tuple[Ci, io.StringIO, io.StringIO],
) -> None:
    ci, out, _ = plain
    ci.hiding.add("s3cret")

    ci.log("s3\x07cr\x1b[0met")

    assert out.getvalue() == "***\n"


def test_a_reader_that_went_away_stops_nothing() -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    detect({}, Gone(), Gone()).log("line")


def test_a_summary_too_large_for_the_runner_is_cut_visibly(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    runner = Runner(GITHUB_STEP_SUMMARY=str(file))

    runner.ci.summary("ä" * 99 + "\n" + ("é" * 99 + "\n") * 10_000, failed=False)

    assert file.stat().st_size < 1024 * 1024
    assert "The summary was cut here" in file.read_text().splitlines()[-2]
