"""Back to the release before, and back to what was there before all releases."""

from __future__ import annotations

import pytest

from pa_deploy.errors import NotFound, Refused
from pa_deploy.model import ReleaseRow, ReleaseStatus
from pa_deploy.release import choose
from pa_emulator import Emulator
from tests.hosted import DOMAIN, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.shipper import WSGI, Shipper, calls, releases, writes
from tests.soak import in_soak


@pytest.mark.soak
def test_rollback_goes_to_the_release_before(shipper: Shipper, pa: Emulator) -> None:
    first = shipper.serve("one")
    shipper.ship(hello("two"))
    calls(pa)

    status = shipper.rollback()

    assert (visit(pa).text, status.live) == ("one", first)
    assert writes(pa) == [
        f"POST {releases('pointer.json')}",
        f"POST webapps/{DOMAIN}/reload/",
    ]


@pytest.mark.soak
def test_rollback_twice_goes_back_twice(shipper: Shipper, pa: Emulator) -> None:
    for text in ("one", "two", "three"):
        shipper.ship(hello(text))
    shipper.rollback()
    shipper.rollback()

    assert visit(pa).text == "one"
    with pytest.raises(NotFound, match="There is no older release to go back to"):
        shipper.rollback()


@pytest.mark.soak
def test_rollback_to_a_named_release(shipper: Shipper, pa: Emulator) -> None:
    ids = [shipper.ship(hello(text)).live for text in ("one", "two", "three")]

    shipper.rollback(ids[0][:6])

    assert visit(pa).text == "one"


@pytest.mark.parametrize("beginning", ["", "0", "01"])
def test_a_beginning_of_several_ids_is_told_as_one(beginning: str) -> None:
    status = ReleaseStatus(releases=(ReleaseRow("0123", ""), ReleaseRow("0145", "")))

    with pytest.raises(NotFound) as caught:
        choose(status, beginning)

    assert caught.value.what == (
        f'There is more than one release whose id starts with "{beginning}" on PythonAnywhere.'
    )


@pytest.mark.soak
def test_rollback_runs_no_commands(shipper: Shipper) -> None:
    shipper.ship(hello("one"), run=("echo one >> ../../../ran",))
    shipper.ship(hello("two"), run=("echo two >> ../../../ran",))

    shipper.rollback()

    assert (shipper.folder / "ran").read_text() == "one\ntwo\n"


@pytest.mark.soak
@pytest.mark.parametrize("name", ["live", in_soak(""), in_soak("0123")])
def test_rollback_to_what_is_not_one_other_release_is_refused(
    shipper: Shipper, pa: Emulator, name: str
) -> None:
    shipper.serve("one")
    live = shipper.ship(hello("two")).live

    with pytest.raises(Refused):
        shipper.rollback(live if name == "live" else name)

    assert visit(pa).text == "two"


def test_the_former_wsgi_file_is_kept_once_and_put_back(shipper: Shipper, pa: Emulator) -> None:
    shipper.serve("one")
    shipper.install()
    before = pa.path(shipper.account.layout.before).read_text()
    assert "Hello, World!" in before

    assert shipper.detach()
    shipper.reload()

    assert pa.path(WSGI).read_text() == before
    assert "Hello, World!" in visit(pa).text
    assert not shipper.detach()
