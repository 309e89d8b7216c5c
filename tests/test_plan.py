"""The plan as a value, where a sentence about it would not tell; most cases are in tests/plans."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import permutations
from typing import Any

import pytest

from pa_deploy.model import (
    Actual,
    Change,
    Create,
    Delete,
    NewWebapp,
    PasswordProtection,
    Plan,
    Policy,
    Resource,
    Secret,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    Update,
    WantedWebapp,
    Webapp,
    WsgiFile,
)
from pa_deploy.plan import change_json, digest, kind, login_text, make_plan, plan_json, target

DOMAIN = "alice.pythonanywhere.com"
WEBAPP = Webapp(domain=DOMAIN, python_version="3.10", virtualenv="/v")
A = StaticFile("/a/", "/srv/a", 1)
B = StaticFile("/b/", "/srv/b", 2)
H = StaticHeader("/s/", "X-A", "1", 3)
FILE = WsgiFile(path="/var/www/w.py", content=b"x")
C = StaticFile("/c/", "/srv/c")
LOGIN = PasswordProtection(enabled=True, username="carol", password=Secret("s3cret"))


def actual(*rows: StaticFile, webapp: Webapp | None = WEBAPP, **parts: Any) -> Actual:  # noqa: ANN401
    seen = Actual(observed_on=date(2026, 3, 1), webapp=webapp, static_files=rows)
    return replace(seen, **parts)


def plan(seen: Actual, **wanted: Any) -> Plan:  # noqa: ANN401
    return make_plan(seen, replace(WantedWebapp(domain=DOMAIN), **wanted), Policy())


def test_changes_hold_what_is_there_and_what_is_to_be() -> None:
    new = StaticFile("/a/", "/new")

    changes = plan(actual(A), virtualenv="", static_files=(new, B), wsgi_file=FILE).changes

    assert changes == (
        Update(Setting("virtualenv", "/v"), Setting("virtualenv", "")),
        Update(A, new),
        Create(B),
        Create(FILE),
    )


def test_a_new_web_app_s_settings_are_created_too() -> None:
    assert plan(actual(webapp=None), python_version="3.13", force_https=False).changes == (
        Create(NewWebapp(DOMAIN, "3.13")),
        Create(Setting("force_https", value=False)),
    )


def test_what_is_right_already_is_listed_as_it_is_there() -> None:
    shared = SharedFile("/home/alice/a", "/user/alice/shares/x/")
    seen = actual(
        A, B, webapp=replace(WEBAPP, virtualenv="/v/"), static_headers=(H,), wsgi_file=FILE,
        shared_files=(shared,),
    )  # fmt: skip

    found = plan(
        seen,
        virtualenv="/v",
        static_files=(StaticFile("/b/", "/srv/b"), StaticFile("/a/", "/new")),
        static_headers=(StaticHeader("/s/", "X-A", "1"),),
        wsgi_file=FILE,
        share_files=(SharedFile("/home/alice/a"),),
    ).unchanged

    assert found == (Setting("virtualenv", "/v/"), B, H, FILE, shared)
    assert [row.id for row in found if isinstance(row, StaticFile | StaticHeader)] == [2, 3]
    assert found[-1] is shared


@pytest.mark.parametrize(
    ("row", "part"), [(A, "static_files"), (H, "static_headers")], ids=["files", "headers"]
)
def test_of_copies_it_is_the_later_ones_that_are_deleted(
    row: StaticFile | StaticHeader, part: str
) -> None:
    copies = tuple(replace(row, id=number) for number in (7, 8, 9))

    changes = plan(replace(actual(), **{part: copies}), **{part: (row,)}).changes  # type: ignore[arg-type]

    assert [change.before.id for change in changes if isinstance(change, Delete)] == [8, 9]  # type: ignore[union-attr]


def test_a_part_that_was_not_looked_at_counts_as_empty() -> None:
    seen = Actual(observed_on=date(2026, 3, 1), webapp=WEBAPP)

    changes = plan(seen, static_files=(A,), static_headers=(H,), share_files=(SharedFile("/a"),))

    assert changes.changes == (Create(A), Create(H), Create(SharedFile("/a")))


def test_a_plan_is_of_the_wanted_domain() -> None:
    assert plan(actual()).domain == DOMAIN


@pytest.mark.parametrize(
    ("change", "data"),
    [
        (
            Create(NewWebapp(DOMAIN, "3.13")),
            {"action": "create", "kind": "webapp",
             "after": {"domain": DOMAIN, "python_version": "3.13"}},
        ),
        (
            Create(Setting("force_https", value=False)),
            {"action": "create", "kind": "setting",
             "after": {"name": "force-https", "value": False}},
        ),
        (
            Update(Setting("password_protection", PasswordProtection()),
                   Setting("password_protection", LOGIN)),
            {"action": "update", "kind": "setting",
             "before": {"name": "password-protection", "value": ""},
             "after": {"name": "password-protection", "value": "carol:***"}},
        ),
        (
            Delete(A),
            {"action": "delete", "kind": "static-file",
             "before": {"url": "/a/", "path": "/srv/a"}},
        ),
        (
            Update(H, replace(H, value="2")),
            {"action": "update", "kind": "static-header",
             "before": {"url": "/s/", "name": "X-A", "value": "1"},
             "after": {"url": "/s/", "name": "X-A", "value": "2"}},
        ),
        (
            Update(WsgiFile(path="/w.py", content=None), WsgiFile(path="/w.py", content=b"")),
            {"action": "update", "kind": "wsgi-file",
             "before": {"path": "/w.py", "sha256": None, "bytes": None},
             "after": {"path": "/w.py", "bytes": 0, "sha256":
                       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}},
        ),
        (
            Create(SharedFile("/home/alice/a")),
            {"action": "create", "kind": "shared-file", "after": {"path": "/home/alice/a"}},
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_change_as_json(change: Change, data: dict[str, object]) -> None:
    assert change_json(change) == data


def test_a_plan_as_json() -> None:
    found = plan(actual(A, B), static_files=(StaticFile("/a/", "/srv/a"), C))

    assert plan_json(found) == {
        "version": 1,
        "domain": DOMAIN,
        "digest": found.digest,
        "changes": [change_json(Create(C))],
        "unchanged": [{"kind": "static-file", "url": "/a/", "path": "/srv/a"}],
        "notes": ["The mapping /b/ → /srv/b is not listed; it was left alone."],
        "reload": True,
    }


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
        [Create(SharedFile("/v"))],
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


def test_the_digest_depends_on_the_order_of_what_overlaps() -> None:
    outer, inner = StaticFile("/s/", "/x"), StaticFile("/s/in/", "/y")

    assert digest(DOMAIN, [Create(outer), Create(inner)]) != digest(
        DOMAIN, [Create(inner), Create(outer)]
    )


def test_a_change_leads_to_the_same_whether_it_creates_or_updates() -> None:
    assert target(Create(A)) == target(Update(B, A))
    assert target(Delete(A)) != target(Create(A))


@pytest.mark.parametrize(
    "resource",
    [NewWebapp(DOMAIN, "3.13"), Setting("virtualenv", "/v"), A, H, FILE, SharedFile("/a")],
    ids=kind,
)
def test_a_target_tells_resources_apart(resource: Resource) -> None:
    others: list[Resource] = [
        NewWebapp("b.example.com", "3.13"), Setting("source_directory", "/v"), B,
        replace(A, path="/other"), replace(H, name="X-B"), replace(H, value="2"),
        replace(H, url="/t/"), replace(FILE, path="/w2.py"), SharedFile("/b"),
        SharedFile("/var/www/w.py"),
    ]  # fmt: skip

    assert target(Create(resource)) not in [target(Create(each)) for each in others]


def test_a_login_is_shown_by_its_name() -> None:
    assert (login_text(LOGIN), login_text(PasswordProtection())) == ("carol:***", "")
