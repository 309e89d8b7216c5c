"""Old pinned packages get the versions of others that they need."""

from __future__ import annotations

import pytest

from pa_deploy.detect.companions import companions

OF_FLASK_1 = ("Jinja2<3.1", "itsdangerous<2.1", "MarkupSafe<2.1", "Werkzeug<2.1")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Flask==1.1.2\nrequests\n", OF_FLASK_1),
        ("flask==1.0", OF_FLASK_1),
        ("Flask==2.2.5", ("Werkzeug<3",)),
        ("flask~=2.0.0", ("Werkzeug<3",)),
        ("Flask==2.2.5\nFlask-Login==0.5.0", ("Werkzeug<3",)),
        ("flask\nFlask_SQLAlchemy==2.5.1", ("Flask<2.3", "SQLAlchemy<2", "Werkzeug<3")),
        ("flask==2.2.5\nFlask_SQLAlchemy==2.5.1\nWerkzeug==2.3", ("SQLAlchemy<2",)),
        ("dash==1.18.1", ("Flask<2.2", "Werkzeug<2.1")),
    ],
)
def test_what_is_open_is_limited(text: str, lines: tuple[str, ...]) -> None:
    assert companions(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "Flask==1.1.2\nJinja2==2.11.3\nitsdangerous==1.1.0\nMarkupSafe==1.1.1\nWerkzeug==1.0.1",
        "Flask==3.0.0",
        "Flask==2.3.2",
        "Flask",
        "Flask>=1.0",
        "requests==1.0",
        "",
    ],
)
def test_what_is_listed_or_new_is_left_alone(text: str) -> None:
    assert companions(text) == ()
