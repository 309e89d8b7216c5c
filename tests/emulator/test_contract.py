"""Holds the emulator to the contract: requests and the answers known of the real API, as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.emulator.client import Client

if TYPE_CHECKING:
    import requests

    from pa_emulator import Emulator

FOLDER = Path(__file__).with_name("contract")
SOURCES = {"API page", "official library", "observed by clients", "inferred"}
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(file.read_text())
]


@pytest.mark.parametrize("case", CASES)
def test_answer_is_the_real_ones(pa: Emulator, case: dict[str, Any]) -> None:
    if "plan" in case:
        pa.add_user("alice", token=pa.token, plan=case["plan"])
    alice = Client(pa, api=case.get("api", "v0"))
    for request in case.get("given", ()):
        send(alice, request)
    if case.get("as") == "nobody":
        del alice.session.headers["Authorization"]
    if case.get("as") == "stranger":
        alice.session.headers["Authorization"] = "Token " + "0" * 40
    answer = send(alice, case["request"])
    alice.session.close()
    check(answer, case["answer"])
    assert case["source"] in SOURCES


def send(client: Client, request: dict[str, Any]) -> requests.Response:
    files = {"content": request["content"]} if "content" in request else None
    return client(
        request["method"],
        request["path"],
        data=request.get("form"),
        json=request.get("json"),
        params=request.get("query"),
        files=files,
    )


def check(answer: requests.Response, wanted: dict[str, Any]) -> None:
    assert answer.status_code == wanted["status"], answer.text
    assert wanted.get("type", "") in answer.headers.get("Content-Type", "")
    assert wanted.get("text", "") in answer.text
    for name, value in wanted.get("headers", {}).items():
        assert answer.headers[name] == value
    if "includes" in wanted:
        found = {key: answer.json()[key] for key in wanted["includes"]}
        assert filled(wanted["includes"], found) == found
    if "body" in wanted:
        assert filled(wanted["body"], answer.json()) == answer.json()


def filled(wanted: Any, found: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Put what was found in the place of what may be anything."""
    if wanted == "<any>" or (wanted == "<id>" and isinstance(found, int) and found > 0):
        return found
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {key: filled(value, found.get(key)) for key, value in wanted.items()}
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [filled(*pair) for pair in zip(wanted, found, strict=True)]
    return wanted
