"""Whatever stands in an input: it is accepted, or the run ends with exit code 2 and its name."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pa_deploy.cli import main
from pa_deploy.deploy import Tools
from pa_deploy.inputs import INPUTS
from pa_deploy.model import Failure, Outcome
from pa_deploy.settings import Settings
from tests.soak import IS_SOAK

RUNS = 10_000 if IS_SOAK else 150
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
ALL = [each.name for each in INPUTS]
SECRET = {each.name: each for each in INPUTS if each.secret}
ACCEPTED = Failure(title="accepted", message="", exit_code=99)


@pytest.fixture(scope="module")
def _nothing_is_deployed(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Inputs that are accepted end there: the run itself is not what is tested."""

    def stop(webapps: Sequence[Settings], _tools: Tools) -> tuple[Outcome, ...]:
        assert repr(webapps)
        return (Outcome(failure=ACCEPTED),)

    workspace = tmp_path_factory.mktemp("workspace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("pa_deploy.cli.deployment"), "deploy_all", stop)
        # A report must not be written wherever a text happens to lead.
        patch.setattr(import_module("pa_deploy.cli.deployment"), "write_file", lambda *_: None)
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
            for secret in SECRET[name].secrets_in(text.strip())
        ]
        names |= {name.replace(secret, "***") for secret in secrets for name in names}
        assert any(f"{name}: " in shown or f"{name}, line" in shown for name in names), shown


SPARE = 1.35
"""Chance tries some texts more than once; only different ones are counted."""
THOROUGH = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.usefixtures("_nothing_is_deployed")
@pytest.mark.parametrize("part", range(PARTS))
def test_any_text_of_one_input(part: int) -> None:
    """Each part has inputs of its own, since with CI set Hypothesis draws the same in all."""
    texts_each = RUNS * 8 // 10 // PARTS
    seen = set()

    @settings(max_examples=int(texts_each * SPARE), **THOROUGH)  # type: ignore[arg-type]
    @given(name=st.sampled_from(ALL[part::PARTS]), text=TEXTS)
    def try_each(name: str, text: str) -> None:
        seen.add((name, text))
        insist_on_the_rule({name: text})

    try_each()
    assert len(seen) >= texts_each


@pytest.mark.usefixtures("_nothing_is_deployed")
def test_any_texts_of_several_inputs() -> None:
    seen = set()

    @settings(max_examples=RUNS * 21 // 100, **THOROUGH)  # type: ignore[arg-type]
    @given(st.dictionaries(st.sampled_from(ALL), TEXTS, min_size=2, max_size=6))
    def try_each(given: dict[str, str]) -> None:
        seen.add(tuple(given.items()))
        insist_on_the_rule(given)

    try_each()
    assert len(seen) >= RUNS * 2 // 10


@pytest.mark.usefixtures("_nothing_is_deployed")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("static-headers", "[" * 100_000),
        ("static-files", '{"a":' * 100_000),
        ("report", "x" * 5000),
        ("wsgi-file", "\x00"),
        ("health-check", "https://[::1"),
    ],
    ids=lambda text: text[:14].encode("unicode_escape").decode(),
)
def test_texts_that_have_been_trouble(name: str, text: str) -> None:
    insist_on_the_rule({name: text})
