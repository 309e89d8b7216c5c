"""How an exception of an app is told in one line."""

from __future__ import annotations

import os
from pathlib import Path

import jinja2
import pytest

from pa_deploy.loader import traces
from pa_deploy.loader.traces import said


def raised_by(templates: Path) -> BaseException:
    loader = jinja2.FileSystemLoader(templates)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one, the tests say
        jinja2.Environment(loader=loader, autoescape=True).get_template("page.html").render()
    return caught.value


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("\n{% endfr %}", "Encountered unknown tag 'endfr'."),
        ("\n{{ missing.name }}", "'missing' is undefined"),
        ("\n{{ 1 / 0 }}", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_template_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str, told: str
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(template)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(traces, "RELEASES", f"{tmp_path}{os.sep}")

    line = said(raised_by(tmp_path / "templates"))

    assert told in line
    assert line.endswith("(templates/page.html, line 2)")


class DjangoError(Exception):
    template_debug = {"name": "blog/index.html", "line": 3}  # noqa: RUF012 - as Django has it


class OddError(Exception):
    @property
    def filename(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (DjangoError("bad tag"), "DjangoError: bad tag (blog/index.html, line 3)"),
        (OddError("odd"), "OddError: odd"),
        (
            FileNotFoundError(2, "No such file", "x.txt"),
            "FileNotFoundError: [Errno 2] No such file: 'x.txt'",
        ),
        (ValueError("plain"), "ValueError: plain"),
    ],
)
def test_a_place_is_told_only_if_the_exception_tells_one(error: Exception, line: str) -> None:
    assert said(error).endswith(line)
