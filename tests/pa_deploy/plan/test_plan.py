"""The plan as a value, where a sentence about it would not tell; most cases are in tests/plans."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from pa_deploy.model import (
    SETTINGS,
    Actual,
    Change,
    Create,
    Delete,
    NewWebapp,
    PasswordProtection,
    Plan,
    Policy,
    Release,
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
from pa_deploy.plan import (
    change_json,
    make_plan,
    plan_json,
    same_setting,
    target,
    used_paths,
)
from pa_deploy.plan.encode import digest, kind, login_text
from pa_deploy.plan.order import first_hiding, overlapping

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


@pytest.mark.parametrize(
    ("there", "wanted", "same"),
    [
        ("correct-", "correct-horse", True),
        ("correct-horse", "correct-horse", True),
        ("correct-horse", "correct-mouse", False),
        ("correct", "correct-horse", False),
        ("correct-horse", "correct-", False),
    ],
)
def test_of_a_password_pythonanywhere_may_keep_eight_characters(
    there: str, wanted: str, *, same: bool
) -> None:
    one, other = (
        Setting("password_protection", replace(LOGIN, password=Secret(each)))
        for each in (there, wanted)
    )

    assert same_setting(one, other) is same


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

    assert [change.before.id for change in changes if isinstance(change, Delete)] == [8, 9]


def test_an_exact_plan_leaves_the_wanted_rows_and_no_other() -> None:
    other = replace(H, value="2")
    wanted = WantedWebapp(domain=DOMAIN, static_files=(B,), static_headers=(other,))

    found = make_plan(actual(A, B, static_headers=(H, other)), wanted, Policy(exact=True))

    assert found.changes == (Update(A, B), Delete(B), Update(H, other), Delete(other))
    assert found.unchanged == ()


@pytest.mark.parametrize(
    ("live", "changes", "unchanged"),
    [
        (None, (Create(Release("r2")),), ()),
        (Release("r1"), (Update(Release("r1"), Release("r2")),), ()),
        (Release("r2"), (), (Release("r2"),)),
    ],
)
def test_a_release_goes_live_where_another_or_none_is(
    live: Release | None, changes: tuple[Change, ...], unchanged: tuple[Resource, ...]
) -> None:
    found = plan(actual(release=live), release=Release("r2"))

    assert (found.changes, found.unchanged) == (changes, unchanged)


def test_a_part_that_was_not_looked_at_counts_as_empty() -> None:
    seen = Actual(observed_on=date(2026, 3, 1), webapp=WEBAPP)

    changes = plan(seen, static_files=(A,), static_headers=(H,), share_files=(SharedFile("/a"),))

    assert changes.changes == (Create(A), Create(H), Create(SharedFile("/a")))


def test_a_plan_is_of_the_wanted_domain() -> None:
    assert plan(actual()).domain == DOMAIN


def test_a_plan_has_the_digest_of_its_changes() -> None:
    found = plan(actual(), static_files=(A,))

    assert found.digest == digest(DOMAIN, [Create(A)])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/srv/site", "/srv/site/", True),
        ("/srv/site/", "/srv/site", True),
        ("", "", True),
        ("/srv/site", "", False),
        ("/srv/PROJECT_X", "/srv/PROJECT_", False),
        ("/srv/PROJECT_", "/srv/PROJECT_X", False),
    ],
)
def test_a_directory_is_the_same_with_and_without_its_last_slash(
    one: str, other: str, *, same: bool
) -> None:
    assert same_setting(Setting("virtualenv", one), Setting("virtualenv", other)) is same


def test_what_leads_to_each_path_is_named() -> None:
    webapp = replace(WEBAPP, source_directory="/home/alice/src", working_directory="/home/alice/")
    wanted = WantedWebapp(
        domain=DOMAIN,
        source_directory="/home/alice/new",
        share_files=(SharedFile("/home/alice/a"),),
    )

    paths = used_paths(actual(A, webapp=webapp), wanted)

    assert [(path, str(what)) for path, what in paths] == [
        ("/v", "`virtualenv`"),
        ("/home/alice/new", "`source-directory`"),
        ("/home/alice/", "`working-directory`"),
        ("/srv/a", "the mapping /a/"),
        ("/home/alice/a", "`share-files`"),
    ]


def test_a_row_without_a_url_hides_all_that_follow() -> None:
    all_urls = StaticFile("", "/srv")

    assert list(first_hiding((A, all_urls, B))) == [(all_urls, B)]


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
        (
            Create(Release("r1", files=2, size=3)),
            {"action": "create", "kind": "release", "after": {"id": "r1"}},
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


def test_a_change_leads_to_the_same_whether_it_creates_or_updates() -> None:
    assert target(Create(A)) == target(Update(B, A))
    assert target(Delete(A)) == ("delete", *target(Create(A)))


@pytest.mark.parametrize(
    "resource",
    [
        NewWebapp(DOMAIN, "3.13"), Setting("virtualenv", "/v"), A, H, FILE, Release("r1"),
        SharedFile("/a"),
    ],
    ids=kind,
)  # fmt: skip
def test_a_target_tells_resources_apart(resource: Resource) -> None:
    others: list[Resource] = [
        NewWebapp("b.example.com", "3.13"), Setting("source_directory", "/v"), B,
        replace(A, path="/other"), replace(H, name="X-B"), replace(H, value="2"),
        replace(H, url="/t/"), replace(FILE, path="/w2.py"), SharedFile("/b"),
        SharedFile("/var/www/w.py"), Release("r2"),
    ]  # fmt: skip

    assert target(Create(resource)) not in [target(Create(each)) for each in others]
    if isinstance(resource, StaticFile | StaticHeader):
        rows = [each for each in others if isinstance(each, StaticFile | StaticHeader)]
        assert target(Delete(resource)) not in [target(Delete(each)) for each in rows]


def test_a_login_is_shown_by_its_name() -> None:
    assert (login_text(LOGIN), login_text(PasswordProtection())) == ("carol:***", "")


ROWS = [StaticFile(url, f"/{number}") for number, url in enumerate(
    ["/a/b/", "/a", "/b", "/a/", "/a", "/", "/ab", "/a/b"])]  # fmt: skip


def test_rows_overlap_where_one_url_begins_with_the_other() -> None:
    pairs = [
        (i, j)
        for j, later in enumerate(ROWS)
        for i, earlier in enumerate(ROWS[:j])
        if earlier.url.startswith(later.url) or later.url.startswith(earlier.url)
    ]

    assert sorted(overlapping(ROWS)) == sorted(pairs)


def test_a_row_is_hidden_by_the_first_that_its_url_begins_with() -> None:
    hidden = [(earlier.path, later.path) for earlier, later in first_hiding(ROWS)]

    assert hidden == [("/1", "/3"), ("/1", "/4"), ("/1", "/6"), ("/1", "/7")]


def test_a_url_may_be_very_long() -> None:
    """Looking at each of its beginnings would not end."""
    rows = [StaticFile("/" + "a" * size, "/x") for size in (0, 3_000_000, 2_999_999)]

    assert sorted(overlapping(rows)) == [(0, 1), (0, 2), (1, 2)]
    assert len(list(first_hiding(rows))) == 2


def test_a_plan_covers_each_setting_of_the_web_app() -> None:
    both = {each.name for each in fields(Webapp)} & {each.name for each in fields(WantedWebapp)}

    assert set(SETTINGS) == both - {"domain"}
