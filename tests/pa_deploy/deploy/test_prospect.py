"""What follows for a web app from what is wanted and what is there."""

from __future__ import annotations

from datetime import date

import pytest

from pa_deploy.deploy.prospect import Prospect
from pa_deploy.model import Actual, PasswordProtection, Secret, StaticFile, WantedWebapp, Webapp

DOMAIN = "alice.pythonanywhere.com"
OLD = StaticFile("/old/", "/home/alice/old", id=1)
NEW = StaticFile("/new/", "/home/alice/new")
FIRST = PasswordProtection(enabled=True, username="a", password=Secret("one"))
SECOND = PasswordProtection(enabled=True, username="a", password=Secret("two"))
OFF = PasswordProtection()


def prospect(there: Webapp | None = None, **wanted: object) -> Prospect:
    rows = (OLD,) if there else None
    actual = Actual(observed_on=date(2026, 1, 31), webapp=there, static_files=rows)
    fields: dict[str, object] = {"domain": DOMAIN, **wanted}
    return Prospect(WantedWebapp(**fields), actual)  # type: ignore[arg-type]


def webapp(**given: object) -> Webapp:
    fields: dict[str, object] = {"domain": DOMAIN, "python_version": "3.10", **given}
    return Webapp(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "mappings", "left_alone"),
    [
        ({}, (OLD,), ()),
        ({"static_files": ()}, (), (OLD,)),
        ({"static_files": (NEW,)}, (NEW,), (OLD,)),
    ],
    ids=["not spoken of", "none", "another one"],
)
def test_the_mappings(
    wanted: dict[str, object], mappings: tuple[StaticFile, ...], left_alone: tuple[StaticFile, ...]
) -> None:
    found = prospect(webapp(), **wanted)

    assert (found.mappings, found.left_alone) == (mappings, left_alone)


@pytest.mark.parametrize(
    ("there", "wanted", "interpreter"),
    [
        (None, {}, ("", "")),
        (None, {"python_version": "3.13"}, ("3.13", "")),
        (webapp(virtualenv="/v"), {}, ("3.10", "/v")),
        (webapp(virtualenv="/v"), {"virtualenv": ""}, ("3.10", "")),
        (webapp(virtualenv="/v"), {"python_version": "3.13", "virtualenv": "/w"}, ("3.13", "/w")),
    ],
)
def test_the_interpreter(
    there: Webapp | None, wanted: dict[str, object], interpreter: tuple[str, str]
) -> None:
    assert prospect(there, **wanted).interpreter == interpreter


@pytest.mark.parametrize(
    ("there", "wanted", "logins"),
    [
        (FIRST, None, (FIRST,)),
        (FIRST, SECOND, (FIRST, SECOND)),
        (FIRST, FIRST, (FIRST,)),
        (FIRST, OFF, (FIRST,)),
        (OFF, SECOND, (SECOND,)),
    ],
)
def test_the_logins_that_the_site_may_ask_for(
    there: PasswordProtection,
    wanted: PasswordProtection | None,
    logins: tuple[PasswordProtection, ...],
) -> None:
    found = prospect(webapp(password_protection=there), password_protection=wanted)

    assert found.logins == logins


@pytest.mark.parametrize(
    ("there", "wanted", "folders"),
    [
        (webapp(), {}, ()),
        (webapp(source_directory="/s", working_directory="/w"), {}, ("/s", "/w")),
        (webapp(source_directory="/s"), {"source_directory": "/n"}, ("/n", "/s")),
        (webapp(working_directory="/s"), {"source_directory": "/s"}, ("/s",)),
    ],
)
def test_the_folders_of_the_site(
    there: Webapp, wanted: dict[str, object], folders: tuple[str, ...]
) -> None:
    assert prospect(there, **wanted).folders == folders
