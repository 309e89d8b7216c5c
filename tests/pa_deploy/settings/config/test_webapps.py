"""Several web apps in one file."""

from __future__ import annotations

import pytest

from pa_deploy.model import StaticFile
from pa_deploy.settings import resolve_all
from pa_deploy.settings.reading import read_inputs
from pa_deploy.settings.sources import Given
from tests.pa_deploy.settings.config.repository import ACCOUNT, TWO, Repository


def test_each_entry_is_a_web_app_in_the_order_of_the_file(repo: Repository) -> None:
    domains = [each.target.domain for each in repo.webapps(TWO)]

    assert domains == ["a.example.com", "b.example.com"]


def test_the_cascade_from_the_strongest_to_the_weakest(repo: Repository) -> None:
    sources = [
        ("flag", {"health-text": "flag"}, {}),
        ("variable", {}, {"INPUT_HEALTH-TEXT": "variable"}),
        ("entry", {}, {}),
        ("environment", {}, {}),
        ("top", {}, {}),
        (None, {}, {}),
    ]
    for index, (expected, _, _) in enumerate(sources):
        left = [name for name, _, _ in sources[index:]]
        flags, variables = {}, {"PA_ENVIRONMENT": "e"}
        for _, flag, variable in sources[index:]:
            flags.update(flag)
            variables.update(variable)
        lines = [
            'health-text = "top"' if "top" in left else "",
            "[environments.e]",
            'health-text = "environment"' if "environment" in left else "",
            '[[webapp]]\ndomain = "a.example.com"',
            'health-text = "entry"' if "entry" in left else "",
        ]

        check = repo.settings("\n".join(lines), flags, **variables).health_check

        assert check is not None
        assert check.text == expected


def test_an_entry_s_table_is_its_own(repo: Repository) -> None:
    text = (
        '[[webapp]]\ndomain = "a.example.com"\n[webapp.static-files]\n"/a/" = "/a"\n'
        '[[webapp]]\ndomain = "b.example.com"\n[webapp.static-files]\n"/b/" = "/b"\n'
    )

    found = [each.wanted.static_files for each in repo.webapps(text)]

    assert found == [(StaticFile("/a/", "/a"),), (StaticFile("/b/", "/b"),)]


def test_an_environment_may_have_its_own_web_apps(repo: Repository) -> None:
    text = f'{TWO}[[environments.e.webapp]]\ndomain = "c.example.com"\n'

    assert len(repo.webapps(text)) == 2
    assert repo.settings(text, PA_ENVIRONMENT="e").target.domain == "c.example.com"


@pytest.mark.parametrize("asked", ["b.example.com", " B.example.COM "])
def test_a_domain_chooses_its_entry(repo: Repository, asked: str) -> None:
    text = f'{TWO}virtualenv = "/b"\n'

    for found in (repo.settings(text, {"domain": asked}), repo.settings(text, INPUT_DOMAIN=asked)):
        assert (found.target.domain, found.wanted.virtualenv) == ("b.example.com", "/b")


def test_what_is_wrong_with_an_entry_that_is_not_asked_for_does_not_matter(
    repo: Repository,
) -> None:
    text = f'{TWO}wsgi-file = "none.py"\n'

    assert repo.settings(text, INPUT_DOMAIN="a.example.com").wanted.wsgi_file is None


def test_a_domain_that_no_entry_has(repo: Repository) -> None:
    assert repo.problem(TWO, INPUT_DOMAIN="c.example.com") == (
        'domain: no [[webapp]] of the config file has the domain "c.example.com". '
        'Did you mean "b.example.com"? It has: a.example.com, b.example.com.'
    )
    assert repo.problem(TWO, INPUT_DOMAIN="xyz.org") == (
        'domain: no [[webapp]] of the config file has the domain "xyz.org". '
        "It has: a.example.com, b.example.com."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[webapp]]\ndomain = "A.example.com"\n[[webapp]]\ndomain = "a.example.com"\n',
            (
                'line 4, [[webapp]]: domain: two entries have the domain "a.example.com". '
                "Keep one of them."
            ),
        ),
        (f"{TWO}[[webapp]]\n", "line 6, [[webapp]]: domain: each [[webapp]] needs one. Add it."),
        (
            f'domain = "x.org"\n{TWO}',
            (
                "line 1: domain: with [[webapp]] entries, each entry needs its own. "
                "Move it into its [[webapp]] entry."
            ),
        ),
        (
            f'{TWO}[environments.e]\ndomain = "x.org"\n',
            (
                "line 7, [environments.e]: domain: with [[webapp]] entries, each entry needs its "
                "own. Move it into its [[webapp]] entry."
            ),
        ),
        ("[webapp]\n", "line 1: webapp: it is not a list of tables. Write [[webapp]] above"),
        ("webapp = [1]\n", "line 1: webapp: it is not a list of tables."),
        (
            "[environments.e.webapp]\n",
            "line 1, [environments.e]: webapp: it is not a list of tables.",
        ),
        (
            '[[webapp]]\ndomain = "a.example.com"\n[[webapp.webapp]]\n',
            "line 3, [[webapp]]: webapp: there is no such key here.",
        ),
        (
            'webapp = [{ domain = "a.example.com", mod = 1 }]\n',
            "line 1, [[webapp]]: mod: there is no such key here.",
        ),
        ("[[webapp]]\ndomain = 5\n", "line 2, [[webapp]]: domain: "),
    ],
)
def test_a_list_of_web_apps_that_cannot_be_used(repo: Repository, text: str, said: str) -> None:
    assert repo.problem(text, PA_ENVIRONMENT="e" if "[environments.e" in text else "").startswith(
        f"pa-deploy.toml, {said}"
    )


def test_what_is_wrong_with_the_domains_is_told_beside_the_rest(repo: Repository) -> None:
    assert len(repo.problems("mod = 1\n[[webapp]]\n")) == 2


def test_an_environment_named_webapp_is_no_web_app(repo: Repository) -> None:
    found = repo.settings('[environments.webapp]\nmode = "plan"\n', PA_ENVIRONMENT="webapp")

    assert found.mode == "plan"


def test_warnings_are_told_once(repo: Repository) -> None:
    repo.write(TWO)
    found = resolve_all(read_inputs(Given.of({}, ACCOUNT, repo.directory)), ("careful",))

    assert [each.warnings for each in found] == [("careful",), ()]
