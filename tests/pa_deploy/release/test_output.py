"""What is shown of the output of commands and of the app."""

from __future__ import annotations

import pytest

from pa_deploy.release.output import shortened, telling_line

NPM = """$ run: npm run build
npm error Missing script: "build"
npm error
npm error To see a list of scripts, run:
npm error   npm run
npm error A complete log of this run can be found in: /home/alice/.npm/_logs/2026.log
"""
OLD_NPM = """$ run: npm ci
npm ERR! code ENOENT
npm ERR! path /home/alice/package.json
npm ERR! enoent Could not read package.json
npm ERR! A complete log of this run can be found in:
npm ERR!     /home/alice/.npm/_logs/2026.log
"""
FLASK = """$ run: flask x
Error: Could not locate a Flask application.
See the documentation.
"""


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (NPM, 'Missing script: "build"'),
        (OLD_NPM, "enoent Could not read package.json"),
        (FLASK, "Error: Could not locate a Flask application."),
        ("$ run: a\nValueError: old\n$ run: b\nthe table is gone\n", "the table is gone"),
        ("$ run: a\nfatal: no branch\nhint: look\n", "fatal: no branch"),
        ("$ run: a\n\n", ""),
    ],
)
def test_the_line_with_the_error_is_chosen(output: str, line: str) -> None:
    assert telling_line(output)[0] == line


HOME = "/home/alice/.pa-deploy/alice.pythonanywhere.com"
TRACE = f"""Traceback (most recent call last):
  File "{HOME}/layers/ab12/flask/app.py", line 1, in wsgi_app
    response = self.full_dispatch_request()
               ~~~~~~~~~~~~~~~~~~~~~~~~~~^^
  File "{HOME}/layers/ab12/flask/app.py", line 2, in full_dispatch_request
    rv = self.dispatch_request()
  File "{HOME}/layers/ab12/flask/app.py", line 3, in dispatch_request
    return self.view()
  File "{HOME}/releases/0a1b/code/flaskr/views.py", line 4, in index
    return render()
  File "/usr/lib/python3.13/json/decoder.py", line 5, in decode
    raise it
ValueError: no"""


def test_frames_of_packages_are_few_and_paths_are_short() -> None:
    assert list(shortened(TRACE.split("\n"))) == [
        "Traceback (most recent call last):",
        "  … 2 calls within packages",
        '  File "…/flask/app.py", line 3, in dispatch_request',
        "    return self.view()",
        '  File "flaskr/views.py", line 4, in index',
        "    return render()",
        '  File "…/json/decoder.py", line 5, in decode',
        "    raise it",
        "ValueError: no",
    ]


@pytest.mark.parametrize("text", ["", "a\nb", "  indented\n    more", 'File "x'])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert "\n".join(shortened(text.split("\n"))) == text
