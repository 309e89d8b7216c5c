"""Packages that are shipped to the emulator: each travels once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pa_deploy.errors import ReleaseRefused
from pa_deploy.model import ReleaseStatus
from pa_emulator import Emulator
from tests.hosted import visit
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.release.shipper import Shipper, calls, releases
from tests.soak import first_of

APP = """\
import {names}
def app(environ, start_response):
    start_response("200 OK", [])
    return [" ".join(each.TEXT for each in ({names},)).encode()]
"""
NAMES = ("red", "blue", "green")


@pytest.fixture
def with_wheels(shipper: Shipper) -> Shipper:
    for name in NAMES:
        wheels.make(shipper.source / "wheels", name, "1.0", {f"{name}.py": f"TEXT = '{name}'\n"})
    return shipper


def ship(shipper: Shipper, *names: str, **more: Any) -> ReleaseStatus:  # noqa: ANN401 - parts of what is wanted
    """An app that needs these packages."""
    file = shipper.source / "requirements.txt"
    file.write_text("\n".join(["--no-index", "--find-links wheels", *names, ""]))
    app = more.pop("app_text", APP.format(names=", ".join(names)))
    return shipper.ship({"mysite.py": app}, requirements=file, **more)


def packages_sent(shipper: Shipper) -> list[str]:
    """What was said of packages since the last look."""
    found = [line for line in shipper.log if re.match("Dependencies: ", line)]
    shipper.log.clear()
    return found


def test_of_a_new_set_only_what_is_new_is_sent(with_wheels: Shipper, pa: Emulator) -> None:
    ship(with_wheels, "red", "blue")
    assert visit(pa).text == "red blue"
    first = packages_sent(with_wheels)
    calls(pa)

    ship(with_wheels, "red", "blue", "green")

    assert visit(pa).text == "red blue green"
    assert first == ["Dependencies: 2 of 2 packages are new: blue==1.0, red==1.0"]
    assert packages_sent(with_wheels) == ["Dependencies: 1 of 3 packages are new: green==1.0"]
    made = calls(pa)
    assert sum(call.startswith(f"POST {releases('incoming/')}") for call in made) == 2
    assert sum("distributions" in call for call in made) == 1


@pytest.mark.soak
def test_a_release_with_the_same_set_asks_for_nothing_and_sends_nothing(
    with_wheels: Shipper, pa: Emulator
) -> None:
    ship(with_wheels, "red", "blue")
    packages_sent(with_wheels)
    calls(pa)

    ship(with_wheels, "red", "blue", app_text=APP.format(names="red, blue") + "# new\n")

    assert packages_sent(with_wheels) == []
    made = calls(pa)
    assert not [call for call in made if "distributions" in call]
    assert sum(call.startswith(f"POST {releases('incoming/')}") for call in made) == 1


@pytest.mark.soak
@pytest.mark.parametrize("refusal", first_of([{"app_text": "1 / 0\n"}, {"run": ("exit 1",)}]))
def test_what_a_refused_first_release_has_brought_is_not_sent_again(
    with_wheels: Shipper, pa: Emulator, refusal: dict[str, Any]
) -> None:
    with pytest.raises(ReleaseRefused):
        ship(with_wheels, "red", **refusal)
    assert packages_sent(with_wheels) == ["Dependencies: 1 of 1 packages are new: red==1.0"]

    ship(with_wheels, "red")

    assert visit(pa).text == "red"
    assert packages_sent(with_wheels) == []


@pytest.mark.soak
def test_of_packages_that_are_damaged_there_these_are_sent_again(
    with_wheels: Shipper, pa: Emulator
) -> None:
    ship(with_wheels, "red", "blue")
    (file,) = with_wheels.folder.glob("distributions/*/red.py")
    file.write_text("damaged")  # in the environment too: it is one file
    packages_sent(with_wheels)

    ship(with_wheels, "red", "blue", "green")

    assert visit(pa).text == "red blue green"
    assert packages_sent(with_wheels) == [
        "Dependencies: 1 of 3 packages are new: green==1.0",
        "Dependencies: 1 of 3 packages are new: red==1.0",
    ]


@pytest.mark.soak
def test_a_damaged_environment_is_put_together_again_without_an_upload(
    with_wheels: Shipper, pa: Emulator
) -> None:
    ship(with_wheels, "red")
    (file,) = with_wheels.folder.glob("environments/*/lib/*/site-packages/red.py")
    file.unlink()
    packages_sent(with_wheels)

    ship(with_wheels, "red", app_text=APP.format(names="red") + "# new\n")

    assert visit(pa).text == "red"
    assert packages_sent(with_wheels) == []


@pytest.mark.soak
def test_a_former_set_serves_again(with_wheels: Shipper, pa: Emulator) -> None:
    ship(with_wheels, "red")
    ship(with_wheels, "blue")

    with_wheels.rollback()

    assert visit(pa).text == "red"
