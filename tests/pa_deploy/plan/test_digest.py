"""The digest that stands for a plan: what it depends on, and what it does not."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from itertools import permutations

import pytest

from pa_deploy.model import (
    Change,
    Create,
    Delete,
    PasswordProtection,
    Secret,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    WsgiFile,
)
from pa_deploy.plan import combined_digest
from pa_deploy.plan.encode import digest

DOMAIN = "alice.pythonanywhere.com"
A = StaticFile("/a/", "/srv/a", 1)
B = StaticFile("/b/", "/srv/b", 2)
H = StaticHeader("/s/", "X-A", "1", 3)
FILE = WsgiFile(path="/var/www/w.py", content=b"x")
LOGIN = PasswordProtection(enabled=True, username="carol", password=Secret("s3cret"))


def test_the_digest_is_of_this_text() -> None:
    """So that a digest from one version of pa-deploy is still good for the next."""
    changes = (Delete(A), Create(Setting("password_protection", LOGIN)))
    text = (
        '["alice.pythonanywhere.com",[{"action":"delete","before":{"path":"/srv/a","url":"/a/"},'
        '"kind":"static-file"},{"action":"create","after":{"name":"password-protection",'
        '"value":"carol:***"},"kind":"setting"}]]'
    )

    assert json.loads(text)
    assert digest(DOMAIN, changes) == sha256(text.encode()).hexdigest()


def test_equal_plans_have_equal_digests_whatever_the_row_ids() -> None:
    assert digest(DOMAIN, [Delete(A)]) == digest(DOMAIN, [Delete(replace(A, id=9))])


def test_the_digest_tells_different_plans_apart() -> None:
    changes: list[list[Change]] = [
        [],
        [Delete(A)],
        [Create(A)],
        [Create(A), Create(B)],
        [Create(FILE)],
        [Create(replace(FILE, content=b"y"))],
        [Create(Setting("virtualenv", "/v"))],
        [Create(Setting("source_directory", "/v"))],
        [Create(H)],
        [Create(replace(H, value="2"))],
        [Create(SharedFile("/v"))],
        [Create(SharedFile("/w"))],
    ]
    digests = {digest(DOMAIN, each) for each in changes} | {digest("b.example.com", [])}

    assert len(digests) == len(changes) + 1


def test_the_digest_does_not_depend_on_the_password() -> None:
    other = replace(LOGIN, password=Secret("another"))

    assert len({digest(DOMAIN, [Create(Setting("password_protection", each))])
                for each in (LOGIN, other)}) == 1  # fmt: skip


def test_the_digest_does_not_depend_on_an_order_without_a_meaning() -> None:
    rows: list[Change] = [Create(A), Create(B), Create(StaticFile("/c/", "/srv/c"))]
    headers: list[Change] = [Create(H), Create(replace(H, name="X-B"))]
    shared: list[Change] = [Create(SharedFile("/a")), Create(SharedFile("/b"))]

    assert len({
        digest(DOMAIN, [*some, *more, *most])
        for some in permutations(rows)
        for more in permutations(headers)
        for most in permutations(shared)
    }) == 1  # fmt: skip


@pytest.mark.parametrize(("outer_url", "inner_url"), [("/s/", "/s/in/"), ("/s", "/s/")])
def test_the_digest_depends_on_the_order_of_what_overlaps(outer_url: str, inner_url: str) -> None:
    outer, inner = StaticFile(outer_url, "/x"), StaticFile(inner_url, "/y")

    assert digest(DOMAIN, [Create(outer), Create(inner)]) != digest(
        DOMAIN, [Create(inner), Create(outer)]
    )


def test_the_digest_of_several_plans_is_of_their_digests_a_line_each() -> None:
    assert combined_digest(["ab", "cd"]) == sha256(b"ab\ncd").hexdigest()
