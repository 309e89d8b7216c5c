"""`static_files/` and `static_headers/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.pa_emulator.client import DOMAIN

if TYPE_CHECKING:
    from tests.pa_emulator.client import Client

FILES = f"webapps/{DOMAIN}/static_files/"
HEADERS = f"webapps/{DOMAIN}/static_headers/"
KINDS = pytest.mark.parametrize(
    ("rows", "row"),
    [
        (FILES, {"url": "/static/", "path": "/home/alice/static"}),
        (HEADERS, {"url": "/static/", "name": "X-A", "value": "b"}),
    ],
    ids=["files", "headers"],
)


@KINDS
def test_created_rows_are_listed_with_ids(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    answer = alice.post(rows, json=row)
    assert (answer.status_code, answer.json()) == (201, {"id": 1, **row})
    assert alice.get(rows).json() == [{"id": 1, **row}]


@KINDS
def test_forms_do_as_well(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    assert alice.post(rows, data=row).status_code == 201


@KINDS
def test_the_same_row_twice_makes_two(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    alice.post(rows, json=row)
    alice.post(rows, json=row)
    assert [found["id"] for found in alice.get(rows).json()] == [1, 2]


@KINDS
def test_one_row_is_shown(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    alice.post(rows, json=row)
    assert alice.get(f"{rows}1/").json() == {"id": 1, **row}


@KINDS
def test_patch_changes_one_field(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    alice.post(rows, json=row)
    answer = alice.patch(f"{rows}1/", data={"url": "/s/"})
    assert (answer.status_code, answer.json()) == (200, {"id": 1, **row, "url": "/s/"})


@KINDS
def test_put_wants_all_fields(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    alice.post(rows, json=row)
    assert alice.put(f"{rows}1/", json={"url": "/s/"}).status_code == 400
    assert alice.put(f"{rows}1/", json={**row, "url": "/s/"}).json()["url"] == "/s/"


@KINDS
def test_delete_is_204_then_404(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    alice.post(rows, json=row)
    assert alice.delete(f"{rows}1/").status_code == 204
    answer = alice.delete(f"{rows}1/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


@KINDS
def test_ids_are_not_used_again(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    alice.post(rows, json=row)
    alice.delete(f"{rows}1/")
    assert alice.post(rows, json=row).json()["id"] == 2


@KINDS
def test_missing_fields_are_400(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    answer = alice.post(rows, json={})
    assert answer.status_code == 400
    assert answer.json() == {key: ["This field is required."] for key in row}


@KINDS
def test_no_app_is_404_to_read_and_403_to_write(
    alice: Client, rows: str, row: dict[str, Any]
) -> None:
    assert alice.get(rows).status_code == 404
    assert alice.post(rows, json=row).status_code == 403


@KINDS
def test_rows_of_another_app_are_404(alice: Client, rows: str, row: dict[str, Any]) -> None:
    alice.create()
    alice.create(f"x-{DOMAIN}")
    alice.post(rows, json=row)
    other = rows.replace(DOMAIN, f"x-{DOMAIN}")
    assert alice.get(f"{other}1/").status_code == 404


def test_an_id_beyond_all_integers_is_404(alice: Client) -> None:
    alice.create()
    assert alice.get(FILES + "9" * 30 + "/").status_code == 404


def test_mappings_are_not_checked(alice: Client) -> None:
    alice.create()
    answer = alice.post(FILES, json={"url": "no slash", "path": "nowhere"})
    assert answer.status_code == 201
