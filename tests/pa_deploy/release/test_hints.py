"""What probably helps, by what an app or a command has said."""

from __future__ import annotations

import pytest

from pa_deploy.release.hints import hints


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Invalid HTTP_HOST header: 'alice.pythonanywhere.com'. You may need to add",
            "Add 'alice.pythonanywhere.com' to ALLOWED_HOSTS",
        ),
        (
            "You're using the staticfiles app without having set the STATIC_ROOT setting",
            'STATIC_ROOT = BASE_DIR / "staticfiles"',
        ),
        ("ValueError: Missing staticfiles manifest entry for 'a.css'", "collectstatic"),
        ("OperationalError: no such table: blog_post", "no table blog_post"),
        ("ModuleNotFoundError: No module named 'flask.ext'", "no module flask.ext"),
        (
            (
                "128 static files copied to '/home/a/.pa-deploy/d/releases/1/code/staticfiles'.\n"
                "static is missing after the commands"
            ),
            "collectstatic wrote to staticfiles",
        ),
        ("KeyError: 'API_KEY'", "The variable API_KEY"),
        ("Set the SECRET_KEY environment variable", "not set: SECRET_KEY"),
    ],
)
def test_it_names_the_next_step(said: str, words: str) -> None:
    (hint,) = hints(f"before\n{said}\nafter")

    assert words in hint


@pytest.mark.parametrize(
    "said", ["", "KeyError: 'name'", "ValueError: x", "no such table: a\n" + "later\n" * 60]
)
def test_it_does_not_guess(said: str) -> None:
    assert list(hints(said)) == []
