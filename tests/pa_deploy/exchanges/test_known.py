"""What the contract says that the API has is known to recordings, so that they do not hide it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pa_deploy.exchanges.known import KEYS, SEGMENTS, SERVICES
from pa_deploy.layout import Layout
from pa_deploy.loader.files import OUTPUT, PLACES, UPLOADED
from pa_emulator.verify.cases import load

CASES = [case for case in load() if case.request.api != "site"]


def keys_in(value: object) -> Iterator[str]:
    """The keys of all objects in a JSON value."""
    if isinstance(value, dict):
        yield from value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from keys_in(each)


def test_the_words_of_paths() -> None:
    paths = [case.request.path for case in CASES if not case.request.path.startswith("files/path")]
    words = {word for path in paths for word in path.split("/") if re.fullmatch("[a-z_]+", word)}

    assert words - SERVICES == set()


def test_the_names_of_what_pa_deploy_keeps_on_pythonanywhere() -> None:
    layout = Layout.of("alice", "DOMAIN")
    properties = [name for name, value in vars(Layout).items() if isinstance(value, property)]
    paths = [getattr(layout, name) for name in properties if name not in ("domain", "loader")]
    names = {name for path in paths for name in path.removeprefix(layout.base).split("/")}

    assert {*names, *PLACES, *UPLOADED, OUTPUT} - SEGMENTS == set()


def test_the_keys_of_answers() -> None:
    """But for those of a folder's listing, which are the names of its files."""
    answers = [case.answer for case in CASES if not case.request.path.startswith("files/path")]
    keys = {key for answer in answers for key in keys_in([answer.body, answer.includes])}

    assert keys - KEYS == set()
