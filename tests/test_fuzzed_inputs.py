"""Whatever stands in an input: it is accepted, or the run ends with exit code 2 and its name."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pa_deploy.cli import main
from pa_deploy.cli.several import nothing_done
from pa_deploy.deploy import Tools
from pa_deploy.inputs import INPUTS
from pa_deploy.model import Failure, Outcome
from pa_deploy.settings import Settings

RUNS = 10_000
PARTS = 4
BESIDE = {"token": "0" * 40, "username": "alice", "python-version": "3.13"}
FRAGMENTS = (
    "/", "//", "~/", "~", "..", "=", ":", "#", " ", "\n", "\r\n", "\t", "@", ",", "-", "%", "{}",
    "[]", "none", "true", "0", "-1", "1e9", "nan", "9" * 400, "www.pythonanywhere.com", "https://",
    "http://[", "127.0.0.1", "localhost:1", "/static/ = ~/s", '{"/a/": "/b"}', '[{"url": "/"}]',
    "X-A: b", "user:pass", "3.13", "200-399", "/dev/null", "\ud800", "\x00", "\x1b[31m",
    "::error::", "é", "\u202e",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(FRAGMENTS), max_size=5).map("".join),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=6).map("".join),
)
NAMES = st.sampled_from([each.name for each in INPUTS])
SECRET = {each.name: each for each in INPUTS if each.secret}
ACCEPTED = Failure(title="accepted", message="", exit_code=99)


@pytest.fixture(scope="module")
def _nothing_is_deployed(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Inputs that are accepted end there: the run itself is not what is tested."""

    def stop(webapps: Sequence[Settings], _tools: Tools) -> tuple[Outcome, ...]:
        assert repr(webapps)
        return (nothing_done(ACCEPTED),)

    workspace = tmp_path_factory.mktemp("workspace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("pa_deploy.cli.run"), "deploy_all", stop)
        # A report must not be written wherever a text happens to lead.
        patch.setattr(import_module("pa_deploy.cli.run"), "write_file", lambda *_: None)
        patch.chdir(workspace)
        yield


def run_with(given: dict[str, str]) -> tuple[int, str]:
    environ = {f"INPUT_{name.upper()}": text for name, text in {**BESIDE, **given}.items()}
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(shown):
        code = main(["deploy"], environ)
    return code, shown.getvalue()


def insist_on_the_rule(given: dict[str, str]) -> None:
    code, shown = run_with(given)

    assert code in (2, ACCEPTED.exit_code), shown
    assert "Traceback" not in shown
    if code == 2:
        # `host` is what `allow-host` is for, and `token` what is missing.
        names = {*given, "token", "host", "allow-host", "domain"}
        # A secret is hidden even where it is a part of the input's own name.
        secrets = [
            secret
            for name, text in given.items()
            if name in SECRET and text.strip()
            for secret in SECRET[name].hidden(text.strip())
        ]
        names |= {name.replace(secret, "***") for secret in secrets for name in names}
        assert any(f"{name}: " in shown or f"{name}, line" in shown for name in names), shown


@pytest.mark.usefixtures("_nothing_is_deployed")
@pytest.mark.parametrize("_part", range(PARTS))
@settings(
    max_examples=RUNS * 8 // 10 // PARTS,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(name=NAMES, text=TEXTS)
@example(name="static-headers", text="[" * 100_000)
@example(name="static-files", text='{"a":' * 100_000)
@example(name="report", text="x" * 5000)
@example(name="wsgi-file", text="\x00")
@example(name="health-check", text="https://[::1")
def test_any_text_of_one_input(_part: int, name: str, text: str) -> None:
    insist_on_the_rule({name: text})


@pytest.mark.usefixtures("_nothing_is_deployed")
@settings(
    max_examples=RUNS * 2 // 10,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.dictionaries(NAMES, TEXTS, min_size=2, max_size=6))
def test_any_texts_of_several_inputs(given: dict[str, str]) -> None:
    insist_on_the_rule(given)
