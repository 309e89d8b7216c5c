"""The loader's zip and the WSGI file, as they are uploaded."""

from __future__ import annotations

import hashlib
import io
import types
import zipfile
from typing import TYPE_CHECKING

import pytest

from pa_deploy.layout import Layout
from pa_deploy.loader_files import (
    is_loader,
    is_untouched,
    loader_name,
    loader_zip,
    wsgi_file,
)
from tests import compiled_loader
from tests.pa_deploy.release.edition import NUMBERS, Edition

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "/home/alice/.pa-deploy/alice.pythonanywhere.com"


@pytest.fixture(autouse=True)
def _as_users_get_it() -> Iterator[None]:
    with compiled_loader.shipped():
        yield


def test_the_zip_is_the_same_on_every_machine() -> None:
    """Or the plan would have another WSGI file on a laptop than in CI."""
    with zipfile.ZipFile(io.BytesIO(loader_zip())) as archive:
        members = archive.infolist()

    assert {each.compress_type for each in members} == {zipfile.ZIP_STORED}
    assert {each.date_time for each in members} == {(1980, 1, 1, 0, 0, 0)}
    names = [each.filename for each in members]
    assert names == sorted(names)


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_the_zip_does_not_tell_of_the_system_that_it_was_made_on(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = loader_zip()
    monkeypatch.setattr(zipfile, "sys", types.SimpleNamespace(platform=system))
    loader_zip.cache_clear()

    assert loader_zip() == here


def test_the_zip_has_no_module_that_nobody_imports_there() -> None:
    with zipfile.ZipFile(io.BytesIO(loader_zip())) as archive:
        names = archive.namelist()

    assert "pa_deploy_loader/serve.py" in names
    assert "pa_deploy_loader/wsgi_file.py" not in names


def test_the_zip_is_named_by_its_digest() -> None:
    assert loader_name() == hashlib.sha256(loader_zip()).hexdigest() + ".zip"
    assert Layout(BASE).loader == f"{BASE}/loader/{loader_name()}"


def test_the_wsgi_file_says_what_it_is_and_how_to_leave() -> None:
    text = wsgi_file(BASE).decode()

    assert is_loader(wsgi_file(BASE))
    assert f"BASE = {BASE!r}" in text
    assert f"LOADER = {loader_name()!r}" in text
    assert "pa-deploy release detach" in text
    statements = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
    assert len(statements) <= 18


def test_a_wsgi_file_that_a_pa_deploy_has_written_is_untouched() -> None:
    """If this fails, `wsgi_file.py` has changed: add its SHA-256 to `WRITTEN`."""
    assert is_untouched(wsgi_file(BASE))
    assert is_untouched(wsgi_file(BASE).replace(loader_name().encode(), b"another.zip"))
    for number in NUMBERS:
        assert is_untouched(Edition(number).loader(BASE).encode())


def test_one_that_somebody_has_edited_is_not_untouched() -> None:
    text = wsgi_file(BASE)

    assert not is_untouched(text + b"import os\n")
    assert not is_untouched(text.replace(b"\n", b"\r\n"))
    assert not is_untouched(b"")
