"""`students/` and `databases/mysql/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pa_emulator.client import Client


def test_nobody_has_students_at_first(alice: Client) -> None:
    assert alice.get("students/").json() == {"students": []}


def test_students_are_listed_for_their_teacher(alice: Client, bob: Client) -> None:
    alice.pa.add_student("bob", teacher="alice")
    assert alice.get("students/").json() == {"students": [{"username": "bob"}]}
    assert bob.get("students/").json() == {"students": []}


@pytest.mark.parametrize("path", ["students/bob/", "students/bob", "students/BOB/"])
@pytest.mark.usefixtures("bob")
def test_a_student_is_removed(alice: Client, path: str) -> None:
    alice.pa.add_student("bob", teacher="alice")
    assert alice.delete(path).status_code == 204
    assert alice.get("students/").json() == {"students": []}
    assert alice.delete(path).status_code == 404


@pytest.mark.usefixtures("bob")
def test_anothers_student_is_not_found(alice: Client, free: Client) -> None:
    alice.pa.add_student("bob", teacher="alice")
    answer = free.delete("students/bob/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


def test_a_student_without_account_is_refused(alice: Client) -> None:
    with pytest.raises(ValueError, match="student: name an account"):
        alice.pa.add_student("nobody", teacher="alice")


def test_paid_accounts_have_mysql_without_databases(alice: Client, free: Client) -> None:
    assert alice.get("databases/mysql/").json() == []
    answer = free.get("databases/mysql/")
    assert (answer.status_code, "MySQL" in answer.json()["detail"]) == (403, True)
