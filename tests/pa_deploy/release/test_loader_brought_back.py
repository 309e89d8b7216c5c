"""A loader that somebody has deleted or damaged on PythonAnywhere is brought back by a deploy."""

from __future__ import annotations

import pytest

from pa_deploy.loader_files import loader_zip
from pa_deploy.release import reloads
from tests.hosted import visit
from tests.pa_deploy.release.account import hello, loader_with
from tests.pa_deploy.release.shipper import Shipper
from tests.soak import first_of


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reloads, "SILENCE_SECONDS", 1.0)
    monkeypatch.setattr(reloads, "STILL_SECONDS", 2.0)


@pytest.mark.soak
@pytest.mark.parametrize("content", first_of([None, b"", b"PK"]))
def test_the_only_loader(shipper: Shipper, content: bytes | None) -> None:
    shipper.serve("one")
    loader = shipper.pa.path(shipper.account.layout.loader)
    loader.unlink()
    if content is not None:
        loader.write_bytes(content)

    shipper.ship(hello("two"))

    assert visit(shipper.pa).text == "two"
    assert loader.read_bytes() == loader_zip()


@pytest.mark.soak
def test_one_for_which_a_former_one_serves(shipper: Shipper) -> None:
    shipper.serve("one")
    former, content = loader_with(b"# former\n")
    shipper.pa.path(shipper.account.layout.loader).with_name(former).write_bytes(content)
    loader = shipper.pa.path(shipper.account.layout.loader)
    loader.write_bytes(b"damaged")
    shipper.ship(hello("two"))
    assert shipper.status().loader == former

    shipper.ship(hello("three"))

    assert shipper.status().loader == loader.name
    assert visit(shipper.pa).text == "three"
