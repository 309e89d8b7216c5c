"""The token from a file: which of the ways to say it counts, and what the file may hold."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.settings import read_inputs, resolve_all
from pa_deploy.settings.sources import Given
from pa_deploy.settings.token_file import with_token

NAME_A_FILE = "The file must contain only the token. Its path is relative to the workspace."


def flags_of(
    flags: Mapping[str, str], environ: Mapping[str, str], workspace: Path
) -> Mapping[str, str]:
    return with_token(Given.of(flags, environ, workspace)).flags.texts


def written(workspace: Path, content: bytes) -> dict[str, str]:
    """Flags that name a file with that content."""
    (workspace / "token").write_bytes(content)
    return {"token-file": "token"}


@pytest.mark.parametrize(
    ("flags", "environ", "token"),
    [
        ({}, {}, None),
        ({"token": "flag"}, {}, "flag"),
        ({"token": "flag", "token-file": "file"}, {}, "flag"),
        ({"token": " ", "token-file": "file"}, {}, "from-file"),
        ({"token-file": "file"}, {}, "from-file"),
        ({"token-file": " file\n"}, {}, "from-file"),
        ({"token-file": "file"}, {"PA_TOKEN": "variable"}, "from-file"),
        ({"token": "flag"}, {"PA_TOKEN_FILE": "file"}, "flag"),
        ({}, {"PA_TOKEN_FILE": "file"}, "from-file"),
        ({}, {"PA_TOKEN_FILE": "file", "PA_TOKEN": " "}, "from-file"),
        ({"token-file": " "}, {"PA_TOKEN_FILE": "file"}, "from-file"),
    ],
)
def test_the_strongest_way_to_say_the_token_counts(
    tmp_path: Path, flags: dict[str, str], environ: dict[str, str], token: str | None
) -> None:
    (tmp_path / "file").write_text("from-file")
    flags = {"username": "alice", **flags}

    assert flags_of(flags, environ, tmp_path) == (
        flags if token is None else {**flags, "token": token}
    )


def test_a_token_in_the_environment_is_left_there(tmp_path: Path) -> None:
    environ = {"PA_TOKEN": "variable", "PA_TOKEN_FILE": "none"}

    assert flags_of({"mode": "plan"}, environ, tmp_path) == {"mode": "plan"}


def test_a_file_that_does_not_count_is_not_read(tmp_path: Path) -> None:
    flags = {"token": "flag", "token-file": "none"}

    assert flags_of(flags, {"PA_TOKEN_FILE": "none"}, tmp_path) == flags


def test_a_whole_path_is_taken_as_it_is(tmp_path: Path) -> None:
    flags = {"token-file": str(tmp_path / "token")}
    written(tmp_path, b"t0ken")

    assert flags_of(flags, {}, Path("/nowhere"))["token"] == "t0ken"


@pytest.mark.parametrize("content", [b"t0ken", b" t0ken\r\n", b"\xef\xbb\xbft0ken\n"])
def test_what_stands_around_the_token_is_not_of_it(tmp_path: Path, content: bytes) -> None:
    assert flags_of(written(tmp_path, content), {}, tmp_path)["token"] == "t0ken"


def test_no_more_than_a_token_may_have_is_read(tmp_path: Path) -> None:
    assert flags_of(written(tmp_path, b"a" * 5000), {}, tmp_path)["token"] == "a" * 4096


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none", '"none": no such file or directory.'),
        ("folder", '"folder": is a directory.'),
        ("a\0b", '"a\0b": it cannot be read.'),
        ("latin", '"latin": it cannot be read.'),
        ("empty", '"empty" is empty.'),
        ("blank", '"blank" is empty.'),
        ("words", '"words" has more than one word in it.'),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    files = {"latin": b"\xe9", "empty": b"", "blank": b" \n", "words": b"token: t0ken"}
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)

    with pytest.raises(InputError) as caught:
        flags_of({"token-file": name}, {}, tmp_path)

    assert str(caught.value) == f"token-file: {said} {NAME_A_FILE}"


@pytest.mark.parametrize(
    ("flag", "text", "said"),
    [
        ("reload", "x", 'reload: "x" is not one of the choices.'),
        ("python-version", "4", 'python-version: "4" is not a Python version.'),
        ("source", "nowhere", "source: "),
    ],
)
def test_it_is_told_with_all_else_that_is_wrong(
    tmp_path: Path, flag: str, text: str, said: str
) -> None:
    flags = {"username": "alice", "token-file": "none", flag: text}

    with pytest.raises(InputError) as caught:
        resolve_all(read_inputs(Given.of(flags, {}, tmp_path)))

    first, second = (str(problem) for problem in caught.value.problems)
    assert first == f'token-file: "none": no such file or directory. {NAME_A_FILE}'
    assert second.startswith(said)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_file_that_was_written_on_windows_is_read(
    tmp_path: Path, encoding: str, end: str
) -> None:
    bom = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    flags = written(tmp_path, bom + f"0123abc{end}".encode(encoding))

    assert flags_of(flags, {}, tmp_path)["token"] == "0123abc"
