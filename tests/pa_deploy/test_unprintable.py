"""Characters that a line of text cannot have: one home for all that ask for them."""

import re

import pytest

from pa_deploy.unprintable import is_one_line, is_unprintable, printable
from tests.places import ROOT

SET = re.compile(r"\\x7f|\\u2028")
"""What a set of such characters has in its source."""
ELSEWHERE = {
    "bundle/patterns.py",  # the class [:cntrl:] of Git's patterns
    "bundle/read.py",  # how programs begin
    "bundle/private_keys.py",  # bytes of a format
    "cli/show.py",  # what is escaped in JSON
    "init/toml.py",  # the one character that JSON leaves and TOML escapes
}


@pytest.mark.parametrize("text", ["a\0", "a\tb", "a\nb", "\x7f", "\x85", "\udc80"])
def test_no_name_has_it(text: str) -> None:
    assert is_unprintable(text)


@pytest.mark.parametrize("text", ["a b", "a\u202fb", "é", "日本", ""])
def test_a_name_may_have_it(text: str) -> None:
    assert not is_unprintable(text)


@pytest.mark.parametrize("text", ["a\nb", "a\u2028b", "a\u2029b", "a\x85b", "a\0", "\udc80"])
def test_it_is_not_one_line(text: str) -> None:
    assert not is_one_line(text)


@pytest.mark.parametrize("text", ["a\tb", "a b", "é", ""])
def test_it_is_one_line(text: str) -> None:
    assert is_one_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x1b[1;31mred\x1b[0m", "red"), ("a\u202eb", "ab"), ("a\0b", "ab"), ("\udc80", "\\udc80")],
)
def test_what_is_shown_of_it(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_no_other_module_has_such_a_set() -> None:
    """But for the loader, which imports nothing of ours."""
    folder = ROOT / "pa_deploy"
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if SET.search(path.read_text())
    }
    ours = {path for path in found if not path.startswith("loader/")}

    assert ours - ELSEWHERE == {"unprintable.py"}
