"""Patterns as git reads them: lines of a `.gitignore`, of `include` and of `exclude`. Pure.

Each rule comes from gitignore(5) or, if that page is silent, from what git does: `dir.c` cuts
the lines, `wildmatch.c` matches. tests/pa_deploy/bundle/test_patterns_of_git.py compares the two.

A pattern becomes a regular expression over bytes, as names are bytes to git. Between two stars
everything has a fixed length. So a star may take as little as it can and never take more later (an
atomic group): the time grows with the pattern's length times the path's, not with its stars.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

Check = Callable[[], None]
"""Raises if there is no time left."""
GROUP_PATTERNS = 200
GROUP_BYTES = 32 * 1024
"""So many patterns, or bytes of them, are tried between two calls of a `Check`."""
LONGEST_PATH = 4096
"""In bytes (Linux's PATH_MAX). A pattern that needs a longer path matches nothing."""
LONGEST_PATTERN = 4 * LONGEST_PATH
"""In bytes. A longer one would have to be mostly stars, escapes and classes; it matches nothing."""

BOM = b"\xef\xbb\xbf"
WILD = re.compile(rb"[*?[\\]")
TRAILING_SPACES = re.compile(rb"((?:[^\\]|\\.)*?) *", re.DOTALL)
NOTHING = b"(?!)"
ESCAPED_SLASH = rb"\/"
EVERY_BYTE = frozenset(range(256))
CLASSES = {
    b"alnum": b"0-9A-Za-z",
    b"alpha": b"A-Za-z",
    b"blank": b" \t",
    b"cntrl": b"\x00-\x1f\x7f",
    b"digit": b"0-9",
    b"graph": b"!-~",
    b"lower": b"a-z",
    b"print": b" -~",
    b"punct": b"!-/:-@\\[-`{-~",
    b"space": b" \t\n\r",
    b"upper": b"A-Z",
    b"xdigit": b"0-9A-Fa-f",
}


def never() -> None:
    """A `Check` if the time does not count."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line. `by_name`: it has no slash, so it matches only the last part of a path.

    `names_one`: its last part has no wildcard. `start` is the text before its first wildcard.
    """

    text: str
    line: int
    negated: bool
    only_folders: bool
    by_name: bool
    names_one: bool
    start: bytes
    regex: bytes
    _match: Callable[[bytes], object] = field(compare=False, repr=False)

    def matches(self, path: bytes, *, is_folder: bool) -> bool:
        """Whether it matches the path itself, not a folder above it."""
        if self.only_folders and not is_folder:
            return False
        return bool(self._match(_name(path) if self.by_name else path))

    def may_match_in(self, folder: bytes) -> bool:
        """Whether it could match a path in the folder. False is certain."""
        inside, start = folder + b"/", self.start
        return self.by_name or inside.startswith(start) or start.startswith(inside)


class _Group:
    """Some patterns, the last one first. One expression for all of them tells at once that a path
    matches none, as most do.
    """

    __slots__ = ("_is_name", "_is_path", "_reversed")

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        self._reversed = patterns[::-1]
        self._is_name = _any_of(each for each in patterns if each.by_name)
        self._is_path = _any_of(each for each in patterns if not each.by_name)

    def matching(self, path: bytes, *, is_folder: bool) -> Iterator[Pattern]:
        if self._is_name(_name(path)) or self._is_path(path):
            yield from (each for each in self._reversed if each.matches(path, is_folder=is_folder))


class Patterns:
    """The lines of one file or one input. The last that matches a path decides about it.

    `check` is called now and then, and may raise: many lines take long.
    """

    __slots__ = ("_caseless", "_check", "_groups", "all")

    def __init__(
        self, patterns: Iterable[Pattern], *, caseless: bool = False, check: Check = never
    ) -> None:
        self.all = tuple(patterns)
        self._caseless = caseless
        self._check = check
        self._groups = tuple(_groups(self.all, check))[::-1]

    def matching(self, path: bytes, *, is_folder: bool) -> Iterator[Pattern]:
        """The patterns that match, the last one first."""
        path = path.lower() if self._caseless else path
        for group in self._groups:
            self._check()
            yield from group.matching(path, is_folder=is_folder)

    def last(self, path: bytes, *, is_folder: bool) -> Pattern | None:
        return next(self.matching(path, is_folder=is_folder), None)

    def takes(self, path: bytes, *, is_folder: bool) -> bool:
        """Whether the last pattern that matches does not begin with `!`."""
        found = self.last(path, is_folder=is_folder)
        return found is not None and not found.negated


def patterns_in_file(content: bytes, *, caseless: bool = False, check: Check = never) -> Patterns:
    """The patterns of a `.gitignore`. Only a line feed ends a line."""
    lines = enumerate(content.removeprefix(BOM).split(b"\n"), start=1)
    plain = ((number, line.removesuffix(b"\r")) for number, line in lines)
    return _patterns(plain, caseless, check)


def patterns_of(lines: Iterable[str], *, check: Check = never) -> Patterns:
    """The patterns of an input, which come as one text each."""
    texts = (line.encode("utf-8", "surrogateescape") for line in lines)
    return _patterns(enumerate(texts, start=1), caseless=False, check=check)


def pattern_for(path: str) -> str:
    """A line that means this path alone: in one without a slash each folder would count."""
    escaped = re.sub(r"[*?\[\\]| $", r"\\\g<0>", path)
    return escaped if "/" in path.rstrip("/") and path[0] not in "!#" else f"/{escaped}"


def _patterns(lines: Iterable[tuple[int, bytes]], caseless: bool, check: Check) -> Patterns:  # noqa: FBT001
    found = (_pattern(number, line, caseless) for number, line in _checked(lines, check))
    return Patterns((each for each in found if each), caseless=caseless, check=check)


def _checked(lines: Iterable[tuple[int, bytes]], check: Check) -> Iterator[tuple[int, bytes]]:
    for number, line in lines:
        check()
        yield number, line


def _groups(patterns: tuple[Pattern, ...], check: Check) -> Iterator[_Group]:
    group: list[Pattern] = []
    size = 0
    for each in patterns:
        group.append(each)
        size += len(each.regex)
        if len(group) == GROUP_PATTERNS or size >= GROUP_BYTES:
            check()
            yield _Group(tuple(group))
            group, size = [], 0
    if group:
        yield _Group(tuple(group))


def _pattern(number: int, line: bytes, caseless: bool) -> Pattern | None:  # noqa: FBT001
    """The pattern of a line; None for a comment and an empty line."""
    if line.startswith(b"#"):
        return None
    line = _without_trailing_spaces(line.partition(b"\0")[0])  # to C a NUL is the end
    said = line.decode("utf-8", "replace")
    negated = line.startswith(b"!")
    text = line[negated:]
    only_folders = text.endswith(b"/")
    text = text[: len(text) - only_folders]
    if not text:
        return None
    by_name = b"/" not in text
    text = text.removeprefix(b"/")
    text = text.lower() if caseless else text
    start = WILD.split(text, maxsplit=1)[0]
    regex = _regex(text, b"" if by_name else start, caseless)
    return Pattern(
        text=said,
        line=number,
        negated=negated,
        only_folders=only_folders,
        by_name=by_name,
        names_one=not re.search(rb"[*?[]", re.sub(rb"\\.", b"", _name(text), flags=re.DOTALL)),
        start=start,
        regex=regex,
        _match=re.compile(regex, re.DOTALL).fullmatch,
    )


def _without_trailing_spaces(line: bytes) -> bytes:
    """An escaped space stays, and all spaces if the line ends in a lone backslash."""
    found = TRAILING_SPACES.fullmatch(line)
    return found[1] if found else line


def _name(path: bytes) -> bytes:
    return path.rpartition(b"/")[2]


def _any_of(patterns: Iterable[Pattern]) -> Callable[[bytes], object]:
    regex = b"|".join(each.regex for each in patterns) or NOTHING
    return re.compile(regex, re.DOTALL).fullmatch


class _Token(NamedTuple):
    """A piece of a pattern: one `byte`, a `star`, `stars` that cross slashes, or a `slash`."""

    kind: str
    regex: bytes = b""


class _MatchesNothing(Exception):
    """A malformed pattern: git lets it match nothing."""


def _regex(text: bytes, start: bytes, caseless: bool) -> bytes:  # noqa: FBT001
    """A regular expression for the whole path. Git compares `start` literally before it matches
    the rest, so two stars right behind it are at a beginning: `a**/b` is `a` and `**/b`.
    """
    if len(text) > LONGEST_PATTERN:
        return NOTHING
    try:
        tokens = tuple(_tokens(text[len(start) :], caseless))
    except _MatchesNothing:
        return NOTHING
    if len(start) + sum(each.kind == "byte" for each in tokens) > LONGEST_PATH:
        return NOTHING
    return re.escape(start) + _joined(tokens)


def _tokens(text: bytes, caseless: bool) -> Iterator[_Token]:  # noqa: FBT001
    at = 0
    while at < len(text):
        here = text[at : at + 1]
        if here == b"*":
            end = at
            while text[end : end + 1] == b"*":
                end += 1
            yield _Token("stars" if _crosses(text, at, end) else "star")
            at = end
        elif here == b"[":
            end, members = _class(text, at, caseless)
            yield _Token("byte", _one_of(members))
            at = end
        elif here == b"?":
            yield _Token("byte", b"[^/]")
            at += 1
        else:
            is_escaped = here == b"\\"
            here = text[at + is_escaped : at + is_escaped + 1]
            if not here:
                raise _MatchesNothing
            if here == b"/":
                yield _Token("slash", ESCAPED_SLASH if is_escaped else here)
            else:
                yield _Token("byte", re.escape(here))
            at += 1 + is_escaped


def _crosses(text: bytes, begin: int, end: int) -> bool:
    """Whether stars are `**` alone between two slashes, or a slash and an end of the pattern."""
    behind = text[end : end + 2]
    return (
        end - begin > 1
        and (begin == 0 or text[begin - 1 : begin] == b"/")
        and (behind in (b"", b"\\/") or behind.startswith(b"/"))
    )


def _class(text: bytes, begin: int, caseless: bool) -> tuple[int, frozenset[int]]:  # noqa: FBT001
    """The end of the class that begins with a `[`, and its bytes. A slash is never one of them."""
    at = begin + 1
    negated = text[at : at + 1] in (b"!", b"^")
    at += negated
    members: set[int] = set()
    previous: int | None = None
    first = True
    while first or text[at : at + 1] != b"]":
        first = False
        if text[at : at + 2] == b"[:" and (end := text.find(b"]", at + 2)) != at + 2:
            if end < 0:
                raise _MatchesNothing
            if text[end - 1 : end] == b":":
                members |= _named_class(text[at + 2 : end - 1])
                previous, at = None, end + 1
                continue
        if text[at : at + 1] == b"-" and previous and text[at + 1 : at + 2] not in (b"", b"]"):
            at, last = _byte(text, at + 1)
            members |= set(range(previous, last + 1))
            previous = None
            continue
        at, previous = _byte(text, at)
        members.add(previous)
    if caseless:
        members |= set(bytes(members).lower())
    return at + 1, frozenset((EVERY_BYTE - members if negated else members) - {ord("/")})


def _byte(text: bytes, at: int) -> tuple[int, int]:
    """What is behind the byte at a place in a class, and the byte, which may be escaped."""
    at += text[at : at + 1] == b"\\"
    if at >= len(text):
        raise _MatchesNothing
    return at + 1, text[at]


def _named_class(name: bytes) -> set[int]:
    if name not in CLASSES:
        raise _MatchesNothing
    one = re.compile(b"[" + CLASSES[name] + b"]")
    return {each for each in EVERY_BYTE if one.match(bytes([each]))}


def _one_of(members: frozenset[int]) -> bytes:
    if not members:
        return NOTHING
    return b"[" + b"".join(b"\\x%02x" % each for each in sorted(members)) + b"]"


def _joined(tokens: tuple[_Token, ...]) -> bytes:
    """Pieces between `**`, each of which is tried folder by folder until it fits once."""
    pieces: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind == "stars":
            pieces.append([])
        else:
            pieces[-1].append(token)
    regex = _parts(pieces[0])
    for number, piece in enumerate(pieces[1:], start=2):
        regex += _behind_stars(piece, is_last=number == len(pieces))
    return regex


def _behind_stars(piece: list[_Token], *, is_last: bool) -> bytes:
    if not piece:  # the end of the pattern
        return b".*"
    # `piece` begins with the slash behind the stars. `**/` may stand for nothing.
    folders = b"(?:[^/]*/)+?" if piece[0].regex == ESCAPED_SLASH else b"(?:[^/]*/)*?"
    found = folders + _parts(piece[1:])
    return found if is_last else b"(?>" + found + b")"


def _parts(tokens: list[_Token]) -> bytes:
    """Whole parts of a path, with the slashes between them."""
    regex = b""
    part: list[_Token] = []
    for token in tokens:
        if token.kind == "slash":
            regex += _part(part) + token.regex
            part = []
        else:
            part.append(token)
    return regex + _part(part)


def _part(tokens: list[_Token]) -> bytes:
    texts = [b""]
    for token in tokens:
        if token.kind == "star":
            texts.append(b"")
        else:
            texts[-1] += token.regex
    first, *between = texts
    if not between:
        return first
    last = between.pop()
    regex = first + b"".join(b"(?>[^/]*?" + text + b")" for text in between)
    return regex + (b"(?>[^/]*" + last + b"(?![^/]))" if last else b"[^/]*+")
