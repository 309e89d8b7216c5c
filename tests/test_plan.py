"""The changes that lead from what is to what is wanted."""

from dataclasses import replace
from datetime import date

import pytest

from pa_deploy.errors import InputError
from pa_deploy.model import (
    Actual,
    Create,
    Delete,
    NewWebapp,
    Plan,
    Policy,
    Reload,
    Setting,
    StaticFile,
    StaticHeader,
    Update,
    WantedWebapp,
    Webapp,
    WsgiFile,
)
from pa_deploy.plan import make_plan

DOMAIN = "alice.pythonanywhere.com"
TODAY = date(2026, 3, 1)
WEBAPP = Webapp(
    domain=DOMAIN, python_version="3.10", working_directory="/home/alice/", virtualenv="/v"
)
WANTED = WantedWebapp(domain=DOMAIN)
A = StaticFile("/a/", "/srv/a", 1)
B = StaticFile("/b/", "/srv/b", 2)
PATH = "/var/www/alice_pythonanywhere_com_wsgi.py"


def actual(*rows: StaticFile, webapp: Webapp | None = WEBAPP, wsgi: bytes | None = None) -> Actual:
    return Actual(
        observed_on=TODAY,
        webapp=webapp,
        static_files=rows,
        wsgi_file=WsgiFile(path=PATH, content=wsgi),
    )


def plan(seen: Actual, policy: Policy | None = None, **wanted: object) -> Plan:
    return make_plan(seen, replace(WANTED, **wanted), policy or Policy())  # type: ignore[arg-type]


def rows(*wanted: StaticFile, seen: tuple[StaticFile, ...]) -> Plan:
    return plan(actual(*seen), static_files=wanted)


def test_nothing_wanted_changes_nothing() -> None:
    assert plan(actual(A, wsgi=b"x")).changes == ()


def test_a_missing_web_app_is_created_with_its_settings_and_the_rest() -> None:
    missing = actual(webapp=None)
    file = WsgiFile(path=PATH, content=b"x")

    changes = plan(
        missing,
        python_version="3.13",
        virtualenv="/v",
        force_https=True,
        static_files=(A,),
        wsgi_file=file,
    ).changes

    assert changes == (
        Create(NewWebapp(DOMAIN, "3.13")),
        Create(Setting("virtualenv", "/v")),
        Create(Setting("force_https", value=True)),
        Create(A),
        Create(file),
    )


def test_creating_needs_a_python_version() -> None:
    with pytest.raises(InputError, match="python-version: it is needed"):
        plan(actual(webapp=None))


def test_creating_can_be_forbidden() -> None:
    with pytest.raises(InputError, match="create: there is no web app"):
        plan(actual(webapp=None), Policy(create=False), python_version="3.13")


def test_the_python_version_comes_before_the_virtualenv() -> None:
    changes = plan(actual(), virtualenv="/new", python_version="3.13").changes

    assert changes == (
        Update(Setting("python_version", "3.10"), Setting("python_version", "3.13")),
        Update(Setting("virtualenv", "/v"), Setting("virtualenv", "/new")),
    )


def test_an_empty_virtualenv_takes_it_away() -> None:
    assert plan(actual(), virtualenv="").changes == (
        Update(Setting("virtualenv", "/v"), Setting("virtualenv", "")),
    )


def test_force_https_false_is_wanted_not_unset() -> None:
    seen = actual(webapp=replace(WEBAPP, force_https=True))

    assert len(plan(seen, force_https=False).changes) == 1


def test_what_is_right_already_is_listed() -> None:
    assert plan(actual(), python_version="3.10").unchanged == (Setting("python_version", "3.10"),)


def test_a_directory_is_the_same_with_and_without_its_last_slash() -> None:
    assert plan(actual(), working_directory="/home/alice").changes == ()


def test_a_missing_mapping_is_created() -> None:
    assert rows(A, B, seen=(A,)).changes == (Create(B),)


def test_a_mapping_to_another_path_is_updated_in_its_row() -> None:
    new = StaticFile("/a/", "/srv/new")

    assert rows(new, seen=(A,)).changes == (Update(A, new),)


def test_the_id_of_a_row_makes_no_difference() -> None:
    assert rows(StaticFile("/a/", "/srv/a"), seen=(A,)).changes == ()


def test_an_empty_list_deletes_every_mapping() -> None:
    assert rows(seen=(A, B)).changes == (Delete(A), Delete(B))


def test_a_row_that_is_not_listed_stays_and_is_noted() -> None:
    found = rows(A, seen=(A, B))

    assert (found.changes, len(found.notes)) == ((), 1)


def test_exact_copies_of_a_listed_row_are_deleted() -> None:
    copy = StaticFile("/a/", "/srv/a", 7)

    changes = rows(A, seen=(A, B, copy)).changes

    assert [change.before.id for change in changes if isinstance(change, Delete)] == [7]  # type: ignore[union-attr]


def test_the_first_of_two_rows_with_one_url_is_ours_as_it_is_the_one_that_serves() -> None:
    other = StaticFile("/a/", "/srv/old", 5)

    assert rows(A, seen=(other, A)).changes == (Delete(A), Update(other, A))


def test_order_is_kept_as_it_is_where_it_has_no_meaning() -> None:
    assert rows(A, B, seen=(B, A)).changes == ()


def test_overlapping_urls_in_the_wrong_order_are_put_in_the_listed_one() -> None:
    outer, inner = StaticFile("/s/", "/x", 1), StaticFile("/s/in/", "/y", 2)

    assert rows(inner, outer, seen=(outer, inner)).changes == (
        Update(inner, outer),
        Update(outer, inner),
    )


def test_a_new_row_that_must_come_first_takes_the_place_of_the_one_it_must_precede() -> None:
    outer, inner = StaticFile("/s/", "/x", 1), StaticFile("/s/in/", "/y")

    assert rows(inner, outer, seen=(outer,)).changes == (Create(outer), Update(outer, inner))


def test_a_row_that_hides_a_later_one_is_noted() -> None:
    found = rows(StaticFile("/", "/x"), StaticFile("/s/", "/y"), seen=())

    assert "looked for in /x first" in found.notes[0]


def headers(*wanted: StaticHeader, seen: tuple[StaticHeader, ...], prune: bool = False) -> Plan:
    return plan(replace(actual(), static_headers=seen), Policy(prune=prune), static_headers=wanted)


H = StaticHeader("/s/", "X-A", "1", 1)
I = StaticHeader("/s/", "X-B", "1", 2)  # noqa: E741


def test_headers_are_created_updated_and_left_alone() -> None:
    new = StaticHeader("/s/", "x-a", "2")

    found = headers(new, StaticHeader("/t/", "X-A", "1"), seen=(H, I))

    assert found.changes == (Update(H, new), Create(StaticHeader("/t/", "X-A", "1")))
    assert len(found.notes) == 1


def test_an_equal_header_is_right_already() -> None:
    assert headers(replace(H, id=None), seen=(H,)).unchanged == (H,)


def test_copies_of_a_header_are_deleted() -> None:
    copy = replace(H, id=3)

    assert [change.before.id for change in headers(H, seen=(H, copy)).changes] == [3]  # type: ignore[union-attr]


def test_no_headers_wanted_deletes_every_header() -> None:
    assert headers(seen=(H, I)).changes == (Delete(H), Delete(I))


def test_prune_deletes_headers_that_are_not_listed() -> None:
    assert headers(H, seen=(H, I), prune=True).changes == (Delete(I),)


def test_prune_deletes_mappings_that_are_not_listed_and_notes_nothing() -> None:
    found = plan(actual(A, B), Policy(prune=True), static_files=(A,))

    assert (found.changes, found.notes) == ((Delete(B),), ())


def test_prune_does_not_touch_what_the_inputs_leave_alone() -> None:
    assert plan(actual(A, B), Policy(prune=True)).changes == ()


def test_an_equal_wsgi_file_is_left_alone() -> None:
    file = WsgiFile(path=PATH, content=b"x")

    assert plan(actual(wsgi=b"x"), wsgi_file=file).changes == ()


def test_another_wsgi_file_is_replaced() -> None:
    file = WsgiFile(path=PATH, content=b"y")

    assert plan(actual(wsgi=b"x"), wsgi_file=file).changes == (
        Update(WsgiFile(path=PATH, content=b"x"), file),
    )


@pytest.mark.parametrize(
    ("policy", "idle", "busy"),
    [("always", True, True), ("auto", False, True), ("never", False, False)],
)
def test_reload_follows_its_policy(policy: Reload, idle: bool, busy: bool) -> None:  # noqa: FBT001
    chosen = Policy(reload=policy)

    assert (idle, busy) == (
        plan(actual(), chosen).reload,
        plan(actual(), chosen, python_version="3.13").reload,
    )


@pytest.mark.parametrize(
    ("expiry", "said"),
    [
        (date(2026, 3, 16), ""),
        (date(2026, 3, 15), "in 14 days"),
        (date(2026, 2, 28), "expired on"),
        (None, ""),
    ],
)
def test_an_expiry_that_nears_is_noted(expiry: date | None, said: str) -> None:
    notes = plan(actual(webapp=replace(WEBAPP, expiry=expiry))).notes

    assert said in " ".join(notes)
    assert bool(said) == bool(notes)


def test_equal_plans_have_equal_digests_whatever_the_row_ids() -> None:
    one = rows(StaticFile("/a/", "/new"), seen=(A,))
    other = rows(StaticFile("/a/", "/new"), seen=(replace(A, id=9),))

    assert one.digest == other.digest


def test_the_digest_tells_different_plans_apart() -> None:
    digests = {
        rows(seen=()).digest,
        rows(A, seen=()).digest,
        rows(A, B, seen=()).digest,
        plan(actual(), wsgi_file=WsgiFile(path=PATH, content=b"y")).digest,
        plan(actual(), wsgi_file=WsgiFile(path=PATH, content=b"z")).digest,
        plan(actual(), domain="b.pythonanywhere.com").digest,
    }

    assert len(digests) == 6
