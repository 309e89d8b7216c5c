"""What a complaint cites of others, so that no such text is taken for a word of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.model import Actual, Policy, WantedWebapp
from pa_deploy.plan import make_plan
from pa_deploy.settings import read_config, resolve_all, resolve_one
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Source

ACCOUNT = {"token": "t0ken", "username": "alice"}
TWO = '[[webapp]]\ndomain = "a.org"\n[[webapp]]\ndomain = "b.org"\n'


def cited(run: Callable[[], object]) -> list[tuple[str, str | None]]:
    """Of each problem the input, and what it cites."""
    with pytest.raises(InputError) as caught:
        run()
    return [(problem.input, problem.cites) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"reload": "x"}, ("reload", "x")),
        ({"static-files": "/a/ = /a\nb"}, ("static-files", "/a/ = /a\nb")),
        ({"password-protection": "carol"}, ("password-protection", "")),
        ({"virtualenv": " a/b "}, ("virtualenv", "a/b")),
        ({"source-directory": "a"}, ("source-directory", "a")),
        ({"health-text": "\x1b"}, ("health-text", "")),
        ({"expect-digest": " "}, ("expect-digest", "")),
        ({"token": ""}, ("token", "")),
        ({"host": "x.org"}, ("host", "x.org None")),
        ({"host": "x.org", "allow-host": "y.org"}, ("host", "x.org y.org")),
        ({"wsgi-file": "none.py"}, ("wsgi-file", "none.py /nowhere")),
        ({"report": "x" * 5000}, ("report", "x" * 5000)),
        ({"app": "a:b"}, ("app", "a:b")),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_complaint_about_an_input_cites_its_text(
    flags: dict[str, str], expected: tuple[str, str | None]
) -> None:
    assert cited(lambda: resolve({**ACCOUNT, **flags}, {}, Path("/nowhere"))) == [expected]


def test_of_several_sources_the_one_that_counts_is_cited() -> None:
    config = (Source({"virtualenv": "a/b"}), Source({"virtualenv": "c/d"}))

    assert cited(lambda: resolve(ACCOUNT, {}, Path(), (), config)) == [("virtualenv", "a/b")]


@pytest.mark.parametrize(
    ("text", "environment", "expected"),
    [
        ("mod = 1", "", ("mod", "pa-deploy.toml 1 mod")),
        ('mod = "x"', "", ("mod", "pa-deploy.toml  mod")),
        ("virtualenv = true", "", ("virtualenv", "pa-deploy.toml True")),
        ("virtualenv = 2.5", "", ("virtualenv", "pa-deploy.toml 2.5")),
        ("virtualenv = [1]", "", ("virtualenv", "pa-deploy.toml ")),
        ('token = "s3cret"', "", ("token", "pa-deploy.toml ")),
        ("[environments.e]\nmod = 1", "", ("mod", "pa-deploy.toml 1 environments e mod")),
        ("environments = 1", "", ("environments", "pa-deploy.toml  environments")),
        ("webapp = 1", "", ("webapp", "pa-deploy.toml  webapp")),
        ("[[webapp]]\nmod = 1", "", ("mod", "pa-deploy.toml 1 webapp 0 mod")),
        (f"domain = 'c.org'\n{TWO}", "", ("domain", "pa-deploy.toml c.org")),
        ("", "e", ("environment", "e pa-deploy.toml")),
        ("[environments.f]\n[environments.g]", "e", ("environment", "e pa-deploy.toml f g")),
    ],
)
def test_a_complaint_about_the_file_cites_its_name_its_keys_and_plain_values(
    tmp_path: Path, text: str, environment: str, expected: tuple[str, str]
) -> None:
    (tmp_path / "pa-deploy.toml").write_text(text)

    config = read_config({"environment": environment}, {}, tmp_path)

    assert (config.problems[0].input, config.problems[0].cites) == expected


def test_an_environment_without_a_file_is_cited(tmp_path: Path) -> None:
    (problem,) = read_config({"environment": "e"}, {}, tmp_path).problems

    assert problem.cites == "e"


def test_web_apps_to_choose_from_are_cited_by_their_domains(tmp_path: Path) -> None:
    (tmp_path / "pa-deploy.toml").write_text(TWO)
    config = read_config({}, {}, tmp_path)
    asked = {**ACCOUNT, "domain": "c.org"}

    one = cited(lambda: resolve_one(ACCOUNT, {}, config, needs_domain=True))
    other = cited(lambda: resolve_all(asked, {}, tmp_path, config))

    assert (one, other) == ([("domain", "a.org b.org")], [("domain", "c.org a.org b.org")])


@pytest.mark.parametrize("create", [True, False])
def test_a_web_app_that_is_not_there_is_no_text_of_others(*, create: bool) -> None:
    nothing = Actual(observed_on=date(2026, 3, 1), webapp=None)
    wanted, policy = WantedWebapp(domain="a.org"), Policy(create=create)

    assert cited(lambda: make_plan(nothing, wanted, policy)) == [
        ("python-version" if create else "create", "")
    ]
