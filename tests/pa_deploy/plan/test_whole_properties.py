"""What holds for every plan, whatever all of the state, of what is wanted and of the policy are."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pa_deploy.errors import InputError
from pa_deploy.model import (
    Actual,
    Create,
    Delete,
    PasswordProtection,
    Plan,
    Policy,
    Secret,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    WantedWebapp,
    Webapp,
    WsgiFile,
)
from pa_deploy.plan import change_json, make_plan, plan_json, target
from tests.simulated import after

DOMAIN = "alice.pythonanywhere.com"
WSGI_PATH = "/var/www/alice_pythonanywhere_com_wsgi.py"
URLS = st.sampled_from(["/", "/s", "/s/", "/s/in/", "/s/in/er/", "/m/", "/static"])
PATHS = st.sampled_from(["/a", "/a/", "/b", ""])
VERSIONS = st.sampled_from(["3.12", "3.13"])
FILES = st.builds(StaticFile, URLS, st.sampled_from(["/a", "/b"]))
HEADERS = st.builds(
    StaticHeader, URLS, st.sampled_from(["X-A", "x-a", "X-B"]), st.sampled_from(["1", "2", ""])
)
SHARED = st.builds(SharedFile, st.sampled_from(["/home/alice/a", "/home/alice/b"]))
LOGINS = st.one_of(
    st.just(PasswordProtection()),
    st.builds(
        PasswordProtection,
        enabled=st.just(value=True),
        username=st.sampled_from(["carol", "dave"]),
        password=st.sampled_from([Secret("s3cret"), Secret("an0ther")]),
    ),
)
WSGI = st.builds(WsgiFile, path=st.just(WSGI_PATH), content=st.sampled_from([b"x", b"y", b""]))
WEBAPPS = st.builds(
    Webapp,
    domain=st.just(DOMAIN),
    python_version=VERSIONS,
    source_directory=PATHS,
    working_directory=PATHS,
    virtualenv=PATHS,
    force_https=st.booleans(),
    password_protection=LOGINS,
    expiry=st.none() | st.dates(date(2026, 2, 20), date(2026, 4, 1)),
)


def numbered(rows: list[Any]) -> tuple[Any, ...]:
    return tuple(replace(row, id=number) for number, row in enumerate(rows, start=1))


@st.composite
def actuals(draw: st.DrawFn, webapps: st.SearchStrategy[Webapp | None] = WEBAPPS) -> Actual:
    webapp = draw(webapps)
    return Actual(
        observed_on=date(2026, 3, 1),
        webapp=webapp,
        static_files=draw(st.lists(FILES, max_size=5).map(numbered)) if webapp else (),
        static_headers=draw(st.lists(HEADERS, max_size=4).map(numbered)) if webapp else (),
        wsgi_file=draw(WSGI | st.just(WsgiFile(path=WSGI_PATH, content=None))),
        shared_files=draw(st.lists(SHARED, unique=True).map(tuple)),
    )


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def header_key(row: StaticHeader) -> tuple[str, str]:
    return row.url, row.name.lower()


WANTED = st.builds(
    WantedWebapp,
    domain=st.just(DOMAIN),
    python_version=optional(VERSIONS),
    source_directory=optional(PATHS),
    working_directory=optional(PATHS),
    virtualenv=optional(PATHS),
    force_https=optional(st.booleans()),
    password_protection=optional(LOGINS),
    static_files=optional(st.lists(FILES, max_size=4, unique_by=lambda row: row.url).map(tuple)),
    static_headers=optional(st.lists(HEADERS, max_size=4, unique_by=header_key).map(tuple)),
    wsgi_file=optional(WSGI),
    share_files=optional(st.lists(SHARED, unique=True).map(tuple)),
)
POLICIES = st.builds(
    Policy,
    create=st.booleans(),
    prune=st.booleans(),
    reload=st.sampled_from(["always", "auto", "never"]),
)
ANY_ACTUAL = actuals(st.none() | WEBAPPS)


def may_create(actual: Actual, wanted: WantedWebapp, policy: Policy) -> bool:
    return actual.webapp is not None or (policy.create and wanted.python_version is not None)


def checked_plan(actual: Actual, wanted: WantedWebapp, policy: Policy) -> Plan | None:
    """The plan, or None where there can be none, as then InputError is raised."""
    if may_create(actual, wanted, policy):
        return make_plan(actual, wanted, policy)
    with pytest.raises(InputError):
        make_plan(actual, wanted, policy)
    return None


@given(ANY_ACTUAL, WANTED, POLICIES)
def test_after_the_changes_nothing_is_left_to_change(
    actual: Actual, wanted: WantedWebapp, policy: Policy
) -> None:
    plan = checked_plan(actual, wanted, policy)

    if plan is not None:
        assert make_plan(after(plan.changes, actual), wanted, policy).changes == ()


@given(ANY_ACTUAL, WANTED, POLICIES)
def test_after_the_changes_everything_is_as_wanted(
    actual: Actual, wanted: WantedWebapp, policy: Policy
) -> None:
    plan = checked_plan(actual, wanted, policy)
    if plan is None:
        return
    reached = after(plan.changes, actual)

    assert reached.webapp is not None
    for name in ("python_version", "force_https", "password_protection"):
        assert getattr(wanted, name) in (None, getattr(reached.webapp, name))
    for name in ("source_directory", "working_directory", "virtualenv"):
        is_there = getattr(reached.webapp, name).rstrip("/")
        assert getattr(wanted, name) is None or getattr(wanted, name).rstrip("/") == is_there
    assert wanted.wsgi_file in (None, reached.wsgi_file)
    for part in ("static_files", "static_headers"):
        assert set(getattr(wanted, part) or ()) <= set(getattr(reached, part) or ())
        if getattr(wanted, part) == () or (policy.prune and getattr(wanted, part)):
            assert len(getattr(reached, part)) == len(getattr(wanted, part))
    assert set(wanted.share_files or ()) <= set(reached.shared_files or ())


@given(ANY_ACTUAL, WANTED, POLICIES)
def test_what_is_left_unset_is_not_touched(
    actual: Actual, wanted: WantedWebapp, policy: Policy
) -> None:
    plan = checked_plan(actual, wanted, policy)
    if plan is None or actual.webapp is None:
        return
    reached = after(plan.changes, actual)

    assert reached.webapp is not None
    for each in fields(Webapp):
        if getattr(wanted, each.name, None) is None:
            assert getattr(reached.webapp, each.name) == getattr(actual.webapp, each.name)
    for unset, part in (
        (wanted.static_files, "static_files"),
        (wanted.static_headers, "static_headers"),
        (wanted.wsgi_file, "wsgi_file"),
        (wanted.share_files, "shared_files"),
    ):
        assert unset is not None or getattr(reached, part) == getattr(actual, part)


@given(ANY_ACTUAL, WANTED, POLICIES)
def test_without_prune_only_rows_with_a_listed_url_are_touched(
    actual: Actual, wanted: WantedWebapp, policy: Policy
) -> None:
    plan = checked_plan(actual, wanted, replace(policy, prune=False))
    if plan is None:
        return
    reached = after(plan.changes, actual)

    for part in ("static_files", "static_headers"):
        listed = {row.url for row in getattr(wanted, part) or ()}
        if getattr(wanted, part):
            assert [row for row in getattr(actual, part) if row.url not in listed] == [
                row for row in getattr(reached, part) if row.url not in listed
            ]


@st.composite
def equal_states(draw: st.DrawFn) -> tuple[Actual, WantedWebapp]:
    """A state without rows that hide each other or say the same, and the wish for just that."""
    actual = draw(actuals())
    assert actual.webapp is not None
    files = tuple({row.url: row for row in actual.static_files or ()}.values())
    headers = tuple({header_key(row): row for row in actual.static_headers or ()}.values())
    file = draw(WSGI)
    actual = replace(actual, static_files=files, static_headers=headers, wsgi_file=file)
    webapp = actual.webapp
    assert webapp is not None
    return actual, WantedWebapp(
        domain=DOMAIN,
        python_version=webapp.python_version,
        source_directory=webapp.source_directory,
        working_directory=webapp.working_directory,
        virtualenv=webapp.virtualenv,
        force_https=webapp.force_https,
        password_protection=webapp.password_protection,
        static_files=tuple(replace(row, id=None) for row in files),
        static_headers=tuple(replace(row, id=None) for row in headers),
        wsgi_file=file,
        share_files=actual.shared_files,
    )


@given(equal_states(), POLICIES)
def test_the_plan_of_equal_states_is_empty(
    states: tuple[Actual, WantedWebapp], policy: Policy
) -> None:
    actual, wanted = states
    plan = make_plan(actual, wanted, policy)

    assert plan.changes == ()
    assert plan.reload is (policy.reload == "always")
    assert len(plan.unchanged) == 7 + sum(
        len(part or ()) for part in (wanted.static_files, wanted.static_headers, wanted.share_files)
    )


@st.composite
def reordered(draw: st.DrawFn) -> tuple[WantedWebapp, WantedWebapp]:
    """Two lists of inputs that mean the same: only what overlaps is in the same order."""
    wanted = draw(WANTED)
    files = list(wanted.static_files or ())
    for _ in range(draw(st.integers(0, 6))):
        if len(files) > 1:
            place = draw(st.integers(0, len(files) - 2))
            one, other = files[place], files[place + 1]
            if not (one.url.startswith(other.url) or other.url.startswith(one.url)):
                files[place : place + 2] = [other, one]
    return wanted, replace(
        wanted,
        static_files=None if wanted.static_files is None else tuple(files),
        static_headers=None
        if wanted.static_headers is None
        else tuple(draw(st.permutations(wanted.static_headers))),
        share_files=None
        if wanted.share_files is None
        else tuple(draw(st.permutations(wanted.share_files))),
    )


@given(ANY_ACTUAL, reordered(), POLICIES)
def test_the_digest_does_not_depend_on_an_order_without_a_meaning(
    actual: Actual, pair: tuple[WantedWebapp, WantedWebapp], policy: Policy
) -> None:
    one, other = (checked_plan(actual, wanted, policy) for wanted in pair)

    assert (one and one.digest) == (other and other.digest)


@given(ANY_ACTUAL, WANTED, POLICIES)
def test_a_change_is_made_once_and_is_one(
    actual: Actual, wanted: WantedWebapp, policy: Policy
) -> None:
    """Nothing is changed to what it is, and no two changes are of one row or one thing.

    But rows that are not listed may have been there twice, and are made as often to move on.
    """
    plan = checked_plan(actual, wanted, policy)
    if plan is None:
        return
    changed = [
        (type(change.before), getattr(change.before, "id", change.before))
        for change in plan.changes
        if not isinstance(change, Create)
    ]
    created = Counter(target(change) for change in plan.changes if isinstance(change, Create))
    there = Counter(target(Create(row)) for row in actual.static_files or ())

    assert len(changed) == len(set(changed))
    assert all(times <= max(1, there[made]) for made, times in created.items())
    for change in plan.changes:
        if not isinstance(change, Create | Delete):
            assert change.before != change.after


@given(ANY_ACTUAL, WANTED, POLICIES)
def test_no_plan_shows_a_password(actual: Actual, wanted: WantedWebapp, policy: Policy) -> None:
    plan = checked_plan(actual, wanted, policy)
    if plan is None:
        return
    text = f"{plan} {plan_json(plan)} {[change_json(change) for change in plan.changes]}"

    assert "s3cret" not in text
    assert "an0ther" not in text


@given(ANY_ACTUAL, WANTED, POLICIES)
def test_the_python_version_is_set_before_the_virtualenv_and_files_are_shared_last(
    actual: Actual, wanted: WantedWebapp, policy: Policy
) -> None:
    plan = checked_plan(actual, wanted, policy)
    ranks = [_rank(change) for change in plan.changes] if plan else []

    assert ranks == sorted(ranks)


def _rank(change: Any) -> int:  # noqa: ANN401
    match change.before if isinstance(change, Delete) else change.after:
        case Setting("python_version"):
            return 1
        case Setting():
            return 2
        case StaticFile():
            return 3
        case StaticHeader():
            return 4
        case WsgiFile():
            return 5
        case SharedFile():
            return 6
        case _:
            return 0
