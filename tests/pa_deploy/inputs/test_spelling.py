"""Settings in messages, as the config file writes them."""

from __future__ import annotations

import sys
import tomllib
from io import StringIO
from pathlib import Path

import pytest

from pa_deploy.cli import main
from pa_deploy.inputs import BY_NAME, INPUTS, in_toml
from pa_deploy.settings.config.values import text_of


@pytest.mark.parametrize(
    ("said", "spelled"),
    [
        ("Set `app: mysite.wsgi:application`.", 'Set `app = "mysite.wsgi:application"`.'),
        ("Add `shared: db.sqlite3`.", 'Add `shared = ["db.sqlite3"]`.'),
        ("Set `static-check: false`.", "Set `static-check = false`."),
        ("Set `health-timeout: 90`.", "Set `health-timeout = 90`."),
        ('Set `python-version: "3.12"`.', 'Set `python-version = "3.12"`.'),
        ("Set `python-version: 3.12`.", 'Set `python-version = "3.12"`.'),
        ('Set `source: a "b"`.', 'Set `source = "a \\"b\\""`.'),
        ("`app: a:b` and `source: c`", '`app = "a:b"` and `source = "c"`'),
    ],
)
def test_a_setting_becomes_a_line_of_the_config_file(said: str, spelled: str) -> None:
    assert in_toml(said) == spelled


@pytest.mark.parametrize(
    "said",
    [
        "by `with: token: x`",
        "the line `status: ERROR`",
        "`token: secret`",
        "Set app: a:b",
        "`app:` is empty",
        "`app = a:b`",
    ],
)
def test_what_is_no_setting_of_the_file_stays(said: str) -> None:
    assert in_toml(said) == said


@pytest.mark.parametrize("name", [each.name for each in INPUTS if each.scope != "nowhere"])
@pytest.mark.parametrize("value", ["false", "60", "3.12", "none", "a/b c"])
def test_the_line_is_read_as_the_value_that_was_said(name: str, value: str) -> None:
    line = in_toml(f"`{name}: {value}`").strip("`")
    (written,) = tomllib.loads(line).values()
    each = BY_NAME[name]
    if each.json_list and isinstance(written, list):
        assert written == [value]
    else:
        assert text_of(each, written) == value


@pytest.mark.parametrize("name", ["pa-deploy.toml", "pyproject.toml"])
def test_with_a_config_file_messages_have_its_lines(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = "[tool.pa-deploy]\n" if name == "pyproject.toml" else ""
    (tmp_path / name).write_text(f'{header}source = "."\napp = "mysite:make(1)"\n')
    assert '`app = "wsgi:application"`' in complaint(tmp_path, monkeypatch)


def test_without_one_they_have_those_of_a_workflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"PA_SOURCE": ".", "PA_APP": "mysite:make(1)"}
    assert "`app: wsgi:application`" in complaint(tmp_path, monkeypatch, **given)


def complaint(folder: Path, monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    """What a deploy says of a factory with arguments."""
    monkeypatch.chdir(folder)
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    environ = {"PA_TOKEN": "0123456789abcdef", "PA_USERNAME": "alice", **given}
    assert main(["plan"], environ) == 2
    return stream.getvalue()
