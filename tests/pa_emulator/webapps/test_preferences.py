"""Default Pythons and the system image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pa_emulator.client import Client

PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]
KINDS = pytest.mark.parametrize(
    ("key", "offer"),
    [
        ("default_python_version", "available_python_versions"),
        ("default_python3_version", "available_python3_versions"),
        ("default_save_and_run_python_version", "available_python_versions"),
    ],
)


@KINDS
def test_default_python_and_those_on_offer(alice: Client, key: str, offer: str) -> None:
    assert alice.get(f"{key}/").json() == {key: "3.13", offer: PYTHONS}


@KINDS
def test_patch_answers_and_keeps_the_new_one(alice: Client, key: str, offer: str) -> None:
    answer = alice.patch(f"{key}/", data={key: "3.10"})
    assert (answer.status_code, answer.json()) == (200, {key: "3.10", offer: PYTHONS})
    assert alice.get(f"{key}/").json()[key] == "3.10"


@KINDS
def test_another_python_is_400(alice: Client, key: str, offer: str) -> None:
    answer = alice.patch(f"{key}/", data={key: "2.7"})
    assert (answer.status_code, answer.json()) == (400, {key: ['"2.7" is not a valid choice.']})
    assert offer in alice.get(f"{key}/").json()


def test_system_image(alice: Client) -> None:
    image = {"system_image": "innit", "available_system_images": ["innit"]}
    assert alice.get("system_image/").json() == image
    assert alice.patch("system_image/", data={"system_image": "innit"}).json() == image


def test_an_older_system_image_is_400(alice: Client) -> None:
    assert alice.patch("system_image/", data={"system_image": "haggis"}).status_code == 400
