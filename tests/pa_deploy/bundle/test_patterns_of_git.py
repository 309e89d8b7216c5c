"""Patterns and selections, compared with what the real git says. The seeds are fixed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_deploy import bundle
from pa_deploy.bundle.patterns import Patterns, patterns_in_file
from tests.pa_deploy.bundle.git import Git, needs_git
from tests.soak import IS_SOAK, one_in

pytestmark = needs_git

TIMES = 20 if IS_SOAK else 1
PIECES = (
    *("a", "b", "ab", "c", "*", "**", "***", "?", "/", "//", "**/", "/**", "/**/"),
    *("[ab]", "[!a]", "[^a]", "[]a]", "[!]a]", "[^]", "[a-c]", "[c-a]", "[a-]", "[--0]", "[a/b]"),
    *("[[:alpha:]]", "[[:space:]]", "[[:punct:]]", "[[:foo:]]", "[[:alpha:]-z]", "[[:", "[[:a]"),
    *("[", "]", "[a", "[[]", "[\\]]", "[\\a-c]", "[a\\", "[/]", "\\", "\\*", "\\/", "\\a"),
    *("(", "|", "!", "#", " ", "\\ ", "\t", "\r", "\x0c", "\x00", ".", "-", "\xe9", "\ufeff"),
)
NAMES = (
    *("a", "b", "ab", "c", "ba", "aab", "abc", "*", "\\", "[", "]", "!a", "#a", " a", "a ", "a\t"),
    *("-", "\xe9", "a.b", "(", "|", "[a", "a\r", "a\x0cb", "\x0b"),
)
TAME = (
    *("*.log", "/build/", "build", "!keep.log", "a/**", "!a/b/", "**/c", "b/*", "!b/c", "/*/x"),
    *("*", "!*/", "!*.py", "x/", "/a/b/", "c.py", "[ab]*", "!a", "?.log", "a/b/c/", "**/b/*.log"),
)


def ignored_line(patterns: Patterns, path: str) -> bytes:
    """The line that decides about a path, as `git check-ignore -v` tells it."""
    parts = os.fsencode(path).split(b"/")
    found = None
    for count in range(1, len(parts) + 1):
        found = patterns.last(b"/".join(parts[:count]), is_folder=count < len(parts))
        if found and not found.negated:
            break
    return str(found.line).encode() if found else b""


def lines(chance: random.Random) -> bytes:
    made = ["".join(chance.choices(PIECES, k=chance.randint(1, 6))) for _ in range(3)]
    end = chance.choice(["\n", "\n", "\r\n"])
    begin = chance.choice(["", "", "", "\ufeff"])
    return (begin + end.join(made) + chance.choice(["", end])).encode()


def paths(chance: random.Random) -> Iterator[str]:
    for _ in range(40):
        yield "/".join(chance.choices(NAMES, k=chance.randint(1, 4)))


@pytest.mark.parametrize("seed", one_in(2, range(4)))
def test_each_line_means_what_it_means_to_git(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    git = Git.new(tmp_path)
    for _ in range(60 * TIMES):
        content, asked = lines(chance), sorted(set(paths(chance)))
        (tmp_path / ".gitignore").write_bytes(content)
        said = git.run(
            *("check-ignore", "-z", "--stdin", "-v", "-n", "--no-index"),
            given=b"".join(os.fsencode(path) + b"\0" for path in asked),
            ok=(0, 1),
        ).split(b"\0")

        patterns = patterns_in_file(content)
        assert {path: ignored_line(patterns, path) for path in asked} == {
            os.fsdecode(said[at + 3]): said[at + 1] for at in range(0, len(said) - 1, 4)
        }, content


def grow(chance: random.Random, folder: Path, depth: int = 0) -> None:
    """A tree with ignore files in some of its folders."""
    folder.mkdir(exist_ok=True)
    if chance.random() < (0.9, 0.4, 0.2, 0.1)[depth]:
        text = "\n".join(chance.choices(TAME, k=chance.randint(1, 4)))
        (folder / ".gitignore").write_text(text)
    for name in ("a.log", "keep.log", "c.py", "x", "build"):
        if chance.random() < 0.5:
            (folder / name).write_text(name)
    for name in ("a", "b", "c"):
        if depth < 3 and chance.random() < 0.5:
            grow(chance, folder / name, depth + 1)


@pytest.mark.parametrize("seed", one_in(20, range(600)))
def test_a_tree_is_shipped_as_git_has_it(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    git = Git.new(tmp_path / "tree")
    grow(chance, git.folder)
    (git.folder / ".git" / "info" / "exclude").write_text(chance.choice(TAME))
    files = (path for path in git.folder.rglob("*") if not path.is_dir())
    every = sorted(path.relative_to(git.folder).as_posix() for path in files)
    own = [path for path in every if not path.startswith(".git/")]
    tracked = [path for path in own if chance.random() < 0.2]
    if tracked:
        git.run("add", "-f", "--", *tracked)

    assert list(bundle.select(git.folder).manifest) == git.shipped()
