"""Reading sources that may hold anything."""

from __future__ import annotations

import ast

import pytest

from pa_deploy.detect import LARGEST_PARSED, Tree
from pa_deploy.detect.names import names_of
from pa_deploy.detect.tree import parse_source


@pytest.mark.parametrize(
    "data",
    [
        "app = 'é'".encode(),
        b"\xef\xbb\xbfapp = '\xc3\xa9'",
        b"# -*- coding: latin-1 -*-\napp = '\xe9'",
        b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\napp = '\xe9'",
        b"app = '\xc3\xa9'\r\n",
    ],
    ids=["UTF-8", "BOM", "Latin-1", "cp1252", "CRLF"],
)
def test_a_source_is_decoded_as_python_does(data: bytes) -> None:
    code = parse_source(data)

    assert code is not None
    assert isinstance(code.body[-1], ast.Assign)
    assert ast.literal_eval(code.body[-1].value) == "é"


@pytest.mark.parametrize(
    "data",
    [
        b"print 'hello'",
        b"app = '\xe9'",
        b"# coding: nonsense\napp = 1",
        b"# coding: punycode\napp = 1",
        b"app = 1\0",
        "app = 1".encode("utf-16"),
        b"(" * 10_000,
        b"-" * 100_000 + b"1",
        b"app = " + b"a." * 100_000 + b"b",
        b"x = " + b"[" * 500 + b"]" * 500,
    ],
    ids=lambda data: ascii(data[:20]),
)
def test_what_cannot_be_parsed_is_nothing(data: bytes) -> None:
    assert parse_source(data) is None


@pytest.mark.parametrize("sign", ["+", "and", ".a+", "if x else"])
def test_a_source_that_is_nested_deep_harms_nothing(sign: str) -> None:
    code = parse_source(("x = " + f"a {sign} " * 600 + "a").encode())

    assert code is None or "x" in names_of(code).bindings


def test_a_chain_of_elif_that_is_too_long_may_have_any_name() -> None:
    code = parse_source(("if a:\n b = 1\n" + "elif a:\n b = 1\n" * 900).encode())

    assert code is None or names_of(code).is_open


def test_an_odd_escape_is_no_warning() -> None:
    assert parse_source(rb"x = '\d'") is not None


def test_a_large_file_is_not_parsed() -> None:
    data = b"app = 1\n".ljust(LARGEST_PARSED + 1, b"#")

    assert Tree.of(["a.py"], lambda _: data).parse("a.py") is None
    assert Tree.of(["a.py"], lambda _: data[:-1]).parse("a.py") is not None


def test_a_file_that_cannot_be_read_is_not_parsed() -> None:
    assert Tree.of(["a.py"], lambda _: None).parse("a.py") is None


def test_files_beyond_the_limit_of_all_are_passed_over() -> None:
    tree = Tree.of(["a.py", "b.py"], lambda _: b"x = 1\n", 6)

    assert [tree.parse(each) is None for each in ("a.py", "b.py", "a.py")] == [False, True, False]
    assert tree.passed_over == {"b.py"}
