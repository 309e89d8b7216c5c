"""The warning that has told before why a release would be refused."""

from __future__ import annotations

import pytest

from pa_deploy.deploy.forewarned import forewarned

WARNINGS = (
    "shared: db.sqlite3 is in the release.",
    "run: `cd web` has no effect.",
    "run: `python manage.py migrate` needs manage.py. Set `source: site1`.",
    "pa-deploy.toml, line 2: app: the module main is not in the release. Set `app: app.main:app`.",
)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("run: python manage.py migrate", "Set `source: site1`"),
        ("run: other", "`cd web` has no effect"),
        ("app: main:app", "Set `app: app.main:app`"),
        ("import: main:app", "Set `app: app.main:app`"),
        ("try: GET /", "Set `app: app.main:app`"),
    ],
)
def test_it_is_about_an_input_of_the_step(step: str, said: str) -> None:
    assert said in forewarned(WARNINGS, step)


@pytest.mark.parametrize("step", ["unpack", "first-run: make", "static-files: x: y", ""])
def test_another_warning_is_not_repeated(step: str) -> None:
    assert forewarned(WARNINGS[:1], step) == ""
