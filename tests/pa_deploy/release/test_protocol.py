"""The shapes of pointer, status and record are the same for pa-deploy and for the loader."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from pa_deploy import loader
from pa_deploy.loader import layout, status
from pa_deploy.release.protocol import (
    STATES,
    NewRecord,
    Packed,
    Pointer,
    record_in,
    status_in,
)
from pa_deploy.release.refusal import NOT_WANTED, REFUSED_AT

SOURCE = "\n".join(path.read_text() for path in sorted(Path(loader.__file__).parent.glob("*.py")))
POINTER = Pointer(
    nonce="n",
    id="i",
    seconds=1.0,
    releases=(),
    record=NewRecord(
        id="i",
        app="a:b",
        python_path=(),
        environment="",
        shared=(),
        env=(),
        generate=(),
        variables={},
        commit="",
        run_url="",
    ),
    code=Packed(),
)


def keys_of(*names: str) -> set[str]:
    """The keys that the loader reads of the variables with these names."""
    found = set()
    for node in ast.walk(ast.parse(SOURCE)):
        match node:
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
                pass
            case ast.Call(
                func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=str(key)), *_]
            ):
                pass
            case _:
                continue
        if ast.unparse(value) in names:
            found.add(key)
    return found


def test_the_pointer_has_what_the_loader_reads_of_it() -> None:
    read = keys_of("wanted", "self.wanted", "self._wanted", "pointer")

    assert read
    assert read <= set(json.loads(POINTER.encode()))


def test_an_archive_has_what_the_loader_reads_of_it() -> None:
    read = keys_of("archive")

    assert read
    assert read <= set(json.loads(POINTER.encode())["code"])


def test_the_environment_has_what_the_loader_reads_of_it() -> None:
    read = keys_of("packages")

    assert read
    assert read <= set(json.loads(POINTER.encode())["environment"])


def test_a_record_has_what_the_loader_reads_of_it() -> None:
    # By the loader itself, or an earlier pa-deploy.
    own = {"files", "secrets_lost", "layers", "discard"}

    assert keys_of("record", "self.record") - own <= set(json.loads(POINTER.encode())["record"])


def test_the_status_that_the_loader_begins_with_is_understood() -> None:
    assert status_in(json.dumps({**status.STATUS, "layout": layout.LAYOUT}).encode())


@pytest.mark.parametrize("word", [*filter(None, STATES), *REFUSED_AT, NOT_WANTED])
def test_a_word_of_the_status_is_the_loaders(word: str) -> None:
    assert re.search(rf'"{word}(: |")', SOURCE)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"7", b"{}", b"\xff", b"[" * 100_000])
def test_a_damaged_file_is_as_good_as_none(content: bytes | None) -> None:
    assert (status_in(content), record_in(content)) == (None, None)
