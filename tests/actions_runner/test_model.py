"""The model of the runner: it takes what the runner takes, and fails what the runner fails."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.actions_runner.action import Action, input_variables, unexpected_inputs
from tests.actions_runner.docker_cli import build_command, run_command, translated
from tests.actions_runner.file_commands import BadFileCommand, read_key_values, summary_problem
from tests.actions_runner.masking import Masker
from tests.actions_runner.workflow_commands import Command, CommandReader, parse

ACTION = Action(inputs={"token": None, "static-files": None, "mode": "apply"}, image="Dockerfile")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("a=b\n", {"a": "b"}),
        ("a= b \n\n", {"a": " b "}),
        ("a=b=c<<d\n", {"a": "b=c<<d"}),
        ("a<<EOF\nx\n\ny=1\nEOF\n", {"a": "x\n\ny=1"}),
        ("a<<EOF\nx\r\nEOF", {"a": "x\r"}),
        ("a<<EOF\nEOF\n", {"a": ""}),
        ("a<<=\nx\n=\n", {"a": "x"}),
        ("", {}),
    ],
)
def test_pairs_are_read_by_the_runner_s_grammar(text: str, pairs: dict[str, str]) -> None:
    assert dict(read_key_values(text)) == pairs


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n", "Invalid format 'a'"),
        ("<<EOF\nx\nEOF\n", "must not be empty"),
        ("a<<\nx\n\n", "must not be empty"),
        ("a<<EOF\nx\n", "delimiter not found 'EOF'"),
        ("a<<EOF\nx\n EOF\n", "delimiter not found 'EOF'"),
        ("a<<EOF\nx", "EOF marker missing new line"),
        ("=x\n", "Name must not be empty"),
    ],
)
def test_pairs_that_fail_a_step(text: str, message: str) -> None:
    with pytest.raises(BadFileCommand, match=message):
        list(read_key_values(f"good=1\n{text}"))


def test_a_summary_of_more_than_a_mebibyte_is_not_shown() -> None:
    assert summary_problem(b"x" * 1024 * 1024) is None
    assert "got 1024k" in str(summary_problem(b"x" * (1024 * 1024 + 1)))


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("::error::x", Command("error", "x")),
        (" \u2003::ERROR title=a%3Ab,line=3::x%0Ay%25", Command("error", "x\ny%", {"title": "a:b", "line": "3"})),  # noqa: E501
        ("text ##[warning title=a%3Bb]x", Command("warning", "x", {"title": "a;b"})),
        ("::endgroup::", Command("endgroup", "")),
        ("::unknown::x", None),
        ("::error x", None),
        ("a ::error::x", None),
        ("##[unknown]x", None),
    ],
)  # fmt: skip
def test_lines_that_are_commands(line: str, command: Command | None) -> None:
    assert parse(line) == command


def read(*lines: str, secret: str = "s3cret") -> CommandReader:
    reader = CommandReader(Masker(secret))
    for line in lines:
        reader.read(line)
    return reader


@pytest.mark.parametrize(
    "line",
    ["::set-env name=a::b", "x ##[add-path]y", "::stop-commands::", "::stop-commands::error"],
)
def test_commands_that_fail_a_step(line: str) -> None:
    assert read(line).failed


def test_stopped_commands_are_text_until_the_token() -> None:
    reader = read("::stop-commands::abc", "::error::x", "::abc::", "::error::y")

    assert [each.message for each in reader.annotations.kept] == ["y"]


def test_only_ten_annotations_of_a_kind_are_kept() -> None:
    reader = read(*[f"::error::{number}" for number in range(12)], "::warning::x")

    assert len(reader.annotations.kept) == 11
    assert "##[error]11" in reader.log


def test_annotations_are_masked_and_cut() -> None:
    reader = read("::error title=s3cret::s3cret" + "x" * 5000)

    assert reader.annotations.kept[0].title == "***"
    assert len(reader.annotations.kept[0].message) == 4096
    assert "s3cret" not in str(reader.log)


def test_a_mask_counts_from_the_next_line_on() -> None:
    assert read("hidden", "::add-mask::hidden", "a hidden one").log == ["hidden", "a *** one"]


def test_old_commands_work_with_a_warning() -> None:
    reader = read("::set-output name=a::b")

    assert (reader.outputs, len(reader.annotations.kept), reader.failed) == ({"a": "b"}, 1, False)


@pytest.mark.parametrize(
    "shown",
    [
        "s3c/ret?x",
        base64.b64encode(b"s3c/ret?x").decode(),
        base64.b64encode(b"3c/ret?x").decode(),
        "s3c%2Fret%3Fx",
    ],
)
def test_a_secret_is_masked_in_its_usual_encodings(shown: str) -> None:
    assert Masker("s3c/ret?x").mask(f"a {shown} b") == "a *** b"


def test_each_line_of_a_secret_is_masked() -> None:
    assert Masker("one\n two \n").mask("two, one, three") == "***, ***, three"


def test_hits_that_touch_become_one() -> None:
    assert Masker("ab", "bc").mask("xabcx ab") == "x***x ***"


def test_a_form_that_the_runner_does_not_know_is_not_masked() -> None:
    assert Masker("s3cret").mask("s3cret"[::-1]) == "terc3s"


def test_inputs_keep_their_hyphens_and_are_all_there() -> None:
    assert input_variables(ACTION, {"Static-Files": "a\r\n", "two words": "x"}) == {
        "INPUT_STATIC-FILES": "a\r\n",
        "INPUT_TWO_WORDS": "x",
        "INPUT_TOKEN": "",
        "INPUT_MODE": "apply",
    }


def test_an_input_that_is_not_declared_is_a_warning() -> None:
    assert unexpected_inputs(ACTION, {"token": "t", "entrypoint": "x"}) is None
    assert "Unexpected input(s) 'static_files'" in str(
        unexpected_inputs(ACTION, {"static_files": "x"})
    )


def test_the_context_of_a_build_is_the_folder_of_the_dockerfile(tmp_path: Path) -> None:
    command = build_command("abc123", tmp_path / "Dockerfile")

    assert command[:3] == ["docker", "build", "-t"]
    assert command[3].startswith("abc123:")
    assert command[-3:] == ["-f", str(tmp_path / "Dockerfile"), str(tmp_path)]


def test_a_run_passes_values_by_name_only() -> None:
    variables = {"INPUT_TOKEN": "t0p-secret", "INPUT_STATIC-FILES": "x"}
    command = run_command(
        "abc123:1f", variables, label="abc123", work=Path("/w/_work"), workspace=Path("/w/repo")
    )

    assert "t0p-secret" not in " ".join(command)
    assert command[command.index("-e") : command.index("-e") + 4] == [
        "-e",
        "INPUT_TOKEN",
        "-e",
        "INPUT_STATIC-FILES",
    ]
    assert "/w/_work/_temp/_runner_file_commands:/github/file_commands" in command
    assert not {"-i", "-t", "--init", "--user", "--network"} & set(command)


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("/w/repo/repo", "/github/workspace"),
        ("/w/repo/repo/dist", "/github/workspace/dist"),
        ("/w/repo/repository", "/w/repo/repository"),
        ("/w/_temp/_runner_file_commands/x", "/github/file_commands/x"),
        ("/w/_temp/_github_home", "/github/home"),
        ("/w/_temp/other", "/github/runner_temp/other"),
        ("a /w/repo/repo", "a /w/repo/repo"),
        ("/opt/hostedtoolcache", "/opt/hostedtoolcache"),
    ],
)
def test_only_a_path_at_the_beginning_of_a_value_is_translated(host: str, inside: str) -> None:
    found = translated({"X": host}, Path("/w"), Path("/w/repo/repo"))

    assert found == {"X": inside}
