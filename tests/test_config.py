"""What the config file says, and what it may not say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.inputs import INPUTS, names_in_file, place
from pa_deploy.model import StaticFile, StaticHeader
from pa_deploy.settings import (
    Config,
    Settings,
    read_config,
    resolve_all,
    resolve_one,
    resolve_report,
)
from pa_deploy.settings.config.lines import lines_of

ACCOUNT = {"INPUT_TOKEN": "t0ken", "INPUT_USERNAME": "alice"}
TWO = '[[webapp]]\ndomain = "a.example.com"\n\n[[webapp]]\ndomain = "b.example.com"\n'


class Repository:
    """A workspace whose config file a test writes."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, text: str, name: str = "pa-deploy.toml") -> None:
        (self.directory / name).write_text(text, encoding="utf-8")

    def read(self, **environ: str) -> Config:
        return read_config({}, environ, self.directory)

    def webapps(
        self, text: str = "", flags: Mapping[str, str] | None = None, /, **environ: str
    ) -> tuple[Settings, ...]:
        if text:
            self.write(text)
        given, environ = flags or {}, {**ACCOUNT, **environ}
        config = read_config(given, environ, self.directory)
        return resolve_all(given, environ, self.directory, config)

    def settings(
        self, text: str = "", flags: Mapping[str, str] | None = None, /, **environ: str
    ) -> Settings:
        (only,) = self.webapps(text, flags, **environ)
        return only

    def problems(self, text: str = "", /, **environ: str) -> list[str]:
        with pytest.raises(InputError) as caught:
            self.webapps(text, **environ)
        return [str(problem) for problem in caught.value.problems]

    def problem(self, text: str = "", /, **environ: str) -> str:
        (only,) = self.problems(text, **environ)
        return only


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


# Which file


def test_no_config_file_is_no_problem(repo: Repository) -> None:
    assert repo.read() == Config()


def test_pa_deploy_toml_is_read(repo: Repository) -> None:
    assert repo.settings('reload = "never"').policy.reload == "never"


def test_a_table_of_pyproject_toml_is_read(repo: Repository) -> None:
    repo.write('[project]\nname = "x"\n[tool.pa-deploy]\nreload = "never"\n', "pyproject.toml")

    assert repo.settings().policy.reload == "never"


@pytest.mark.parametrize(
    "text", ["[tool.black]\nline-length = 100\n", "not = = toml", '[project]\nname = "pa-deploy"\n']
)
def test_a_pyproject_toml_that_does_not_speak_of_us_is_left_alone(
    repo: Repository, text: str
) -> None:
    repo.write(text, "pyproject.toml")

    assert repo.read() == Config()


def test_of_two_files_our_own_counts_and_that_is_said(repo: Repository) -> None:
    repo.write('[tool.pa-deploy]\nreload = "auto"\n', "pyproject.toml")
    repo.write('reload = "never"\n')

    assert repo.settings().policy.reload == "never"
    assert repo.read().warnings == (
        (
            "pa-deploy.toml is the config file. "
            "pyproject.toml has a table [tool.pa-deploy] too; it was ignored."
        ),
    )


def test_the_input_config_names_the_file(repo: Repository) -> None:
    repo.write('reload = "never"\n', "other.toml")

    assert repo.settings('reload = "auto"', INPUT_CONFIG="other.toml").policy.reload == "never"


def test_a_named_pyproject_toml_has_its_table_too(repo: Repository) -> None:
    repo.write('[tool.pa-deploy]\nreload = "auto"\n', "pyproject.toml")

    found = repo.settings('reload = "never"', INPUT_CONFIG="pyproject.toml")

    assert found.policy.reload == "auto"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("none.toml", '"none.toml": no such file or directory. The path is relative'),
        (".", '".": is a directory.'),
        ("latin.toml", '"latin.toml" is not UTF-8.'),
        ("bad.toml", "is not valid TOML: "),
        ("deep.toml", "is not valid TOML: "),
        ("pyproject.toml", '"pyproject.toml" has no table [tool.pa-deploy].'),
    ],
)
def test_a_named_file_that_cannot_be_used(repo: Repository, named: str, said: str) -> None:
    (repo.directory / "latin.toml").write_bytes(b'health-text = "\xe9"')
    repo.write("\n\nreload = never\n", "bad.toml")
    repo.write("a = " + "[" * 100_000, "deep.toml")
    repo.write("[tool.black]\n", "pyproject.toml")

    assert repo.problem(INPUT_CONFIG=named).startswith("config: ")
    assert said in repo.problem(INPUT_CONFIG=named)


def test_a_syntax_error_says_the_line(repo: Repository) -> None:
    assert "line 3, column 10" in repo.problem('mode = "plan"\n\nreload = never\n')


def test_a_table_that_is_none(repo: Repository) -> None:
    repo.write("[tool]\npa-deploy = 1\n", "pyproject.toml")

    assert "[tool.pa-deploy] of pyproject.toml is no table." in repo.problem()


def test_a_byte_order_mark_is_no_problem(repo: Repository) -> None:
    assert repo.settings('\ufeffreload = "never"').policy.reload == "never"


# From TOML to values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("force-https = true", True),
        ("force-https = false", False),
        ('force-https = "true"', True),
    ],
)
def test_a_truth_value_is_one_of_toml(repo: Repository, text: str, value: object) -> None:
    assert repo.settings(text).wanted.force_https is value


@pytest.mark.parametrize(
    ("text", "seconds"), [("timeout = 90", 90), ("timeout = 1.5", 1.5), ('timeout = "2m"', 120)]
)
def test_a_number_is_one_of_toml(repo: Repository, text: str, seconds: float) -> None:
    assert repo.settings(text).timeout_seconds == seconds


def test_a_status_may_be_a_number(repo: Repository) -> None:
    check = repo.settings("health-status = 204").health_check

    assert check is not None
    assert check.statuses == ((204, 204),)


@pytest.mark.parametrize(
    "text",
    [
        '[static-files]\n"/static/" = "~/s"\n"/m/" = "/m"',
        'static-files = { "/static/" = "~/s", "/m/" = "/m" }',
        'static-files = ["/static/ = ~/s", "/m/ = /m"]',
        'static-files = """\n/static/ = ~/s\n/m/ = /m\n"""',
        'static-files = [{ url = "/static/", path = "~/s" }, { url = "/m/", path = "/m" }]',
    ],
)
def test_static_files_have_five_spellings(repo: Repository, text: str) -> None:
    assert repo.settings(text).wanted.static_files == (
        StaticFile("/static/", "/home/alice/s"),
        StaticFile("/m/", "/m"),
    )


@pytest.mark.parametrize(
    "text",
    [
        '[[static-headers]]\nurl = "/s/"\nname = "X-A"\nvalue = "1"',
        'static-headers = [{ url = "/s/", name = "X-A", value = "1" }]',
        'static-headers = ["/s/ X-A: 1"]',
        'static-headers = "/s/ X-A: 1"',
    ],
)
def test_static_headers_have_four_spellings(repo: Repository, text: str) -> None:
    assert repo.settings(text).wanted.static_headers == (StaticHeader("/s/", "X-A", "1"),)


def test_none_means_that_there_must_be_none(repo: Repository) -> None:
    assert repo.settings('static-files = "none"').wanted.static_files == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("python-version = 3.10", "it is the number 3.1, and as a number 3.10 is 3.1. Write it in"),
        ("python-version = 313", 'it is a number, and a text is wanted. Write "313", in quotes.'),
        ("virtualenv = true", 'it is true or false, and a text is wanted. Write "true"'),
        ("username = 5", "it is a number, and a text is wanted."),
        ("health-text = 1979-05-27", "a date or a time is no value here."),
        ("static-files = [{ url = 1979-05-27 }]", "a date or a time is no value here."),
        ('virtualenv = ["a", "b"]', "it is a list, and one value is wanted."),
        ('virtualenv = { a = "b" }', "it is a table, and one value is wanted."),
        ("static-files = []", 'nothing is listed in it. Write "none" if there must be none'),
        ("static-headers = {}", "nothing is listed in it."),
        ('static-files = ["/a/ = /a", { url = "/b/", path = "/b" }]', "or texts and tables."),
        ("static-files = [1]", "the list has other things than texts"),
    ],
)
def test_a_value_of_another_type_is_refused(repo: Repository, text: str, said: str) -> None:
    assert repo.problem(text).startswith(f"pa-deploy.toml, line 1: {text.split(maxsplit=1)[0]}: ")
    assert said in repo.problem(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timeout = true", '"true" is not a number of seconds'),
        ('mode = "aply"', 'Did you mean "apply"?'),
        ('static-files = ["/a/ = /a", "b"]', 'static-files, line 2 of its value: "b" is not'),
        ('virtualenv = "a/b"', '"a/b" is no virtualenv.'),
        ('working-directory = "site"', 'Did you mean "~/site"?'),
        ('host = "example.com"', "the token is not sent to"),
        ('wsgi-file = "none.py"', '"none.py": no such file or directory.'),
        ('report = "."', '"." is a directory.'),
        ('health-text = "a\\u0007"', "it has control characters."),
        ('[static-files]\n"/s/" = 1', "each URL must have a path, as a text."),
        ('[[static-headers]]\nurl = "/s/"', 'header 1 must have "url", "name" and "value"'),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_its_place(
    repo: Repository, text: str, said: str
) -> None:
    assert repo.problem(text).startswith("pa-deploy.toml, line 1: ")
    assert said in repo.problem(text)


def test_an_empty_text_is_unset(repo: Repository) -> None:
    found = repo.settings('reload = "auto"\n[environments.e]\nreload = " "\n', PA_ENVIRONMENT="e")

    assert found.policy.reload == "auto"


# Which keys


def test_each_input_is_refused_or_taken(repo: Repository) -> None:
    """Where an input may stand is decided for each, and at the top level a run's may too."""
    for each in INPUTS:
        repo.write(f'{each.name} = ""\n')
        assert bool(repo.read().problems) is (place(each) == "nowhere"), each.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("statc-files = 1", 'there is no such key here. Did you mean "static-files"?'),
        ("static_files = 1", 'Did you mean "static-files"?'),
        ("web-app = 1", 'Did you mean "webapp"?'),
        ("xyzzy = 1", "docs/config.md has a list of all keys."),
        ('allow-host = "x"', "the file may not hold it. Whoever can change the file could then"),
        ('expect-digest = "x"', "A digest belongs to one plan"),
        ('config = "x"', "It says which file is read. Set it by PA_CONFIG"),
        ('environment = "x"', "A table is headed [environments.NAME]."),
    ],
)
def test_a_key_that_may_not_be_there(repo: Repository, text: str, said: str) -> None:
    assert repo.problem(text).startswith(f"pa-deploy.toml, line 1: {text.split(maxsplit=1)[0]}: ")
    assert said in repo.problem(text)


@pytest.mark.parametrize("name", [each.name for each in INPUTS if each.secret])
@pytest.mark.parametrize("header", ["", "[environments.staging]", "[[webapp]]"])
def test_a_secret_is_refused_wherever_it_stands(repo: Repository, name: str, header: str) -> None:
    text = f'{header}\n{name} = "s3cr3t"\n'

    said = next(each for each in repo.problems(text) if "secret" in each)

    assert said.startswith(f"pa-deploy.toml, line 2{', ' if header else ''}{header}: {name}: ")
    assert "as history keeps it. Take it out, and make a new one." in said
    assert "secrets.NAME" in said
    assert "s3cr3t" not in said
    assert "s3cr3t" in repo.read().secrets


def test_each_text_in_a_secret_is_known(repo: Repository) -> None:
    repo.write('token = ["one", { two = "two" }, "None"]\n')

    assert repo.read().secrets == ("one", "two")


def test_a_secret_in_the_file_is_not_told_as_missing_too(repo: Repository) -> None:
    assert "it is a secret" in repo.problem('token = "x"', INPUT_TOKEN="")


@pytest.mark.parametrize("name", ["username", "host", "mode", "timeout", "summary", "report"])
def test_what_holds_for_the_run_is_not_in_an_entry(repo: Repository, name: str) -> None:
    text = f'[[webapp]]\ndomain = "a.example.com"\n{name} = "x"\n'

    assert repo.problem(text) == (
        f"pa-deploy.toml, line 3, [[webapp]]: {name}: it holds for all web apps of the run, so "
        "none can have its own. Move it to the top of the file."
    )


def test_all_that_is_wrong_is_told_at_once(repo: Repository) -> None:
    text = (
        'mod = 1\nreload = "x"\n[environments.e]\nprune = 1979-05-27\n[[webapp]]\nvirtualenv = 1\n'
    )

    told = repo.problems(f'{text}domain = "a.example.com"\n', INPUT_VIRTUALENV="/", INPUT_TOKEN="")

    assert [each.partition(": ")[0] for each in told] == [
        "pa-deploy.toml, line 1",
        "pa-deploy.toml, line 6, [[webapp]]",
        "pa-deploy.toml, line 4, [environments.e]",
        "token",
        "pa-deploy.toml, line 2",
        "virtualenv",
    ]


def test_a_problem_of_what_web_apps_share_is_told_once(repo: Repository) -> None:
    assert "reload" in repo.problem(f'reload = "x"\n{TWO}')


# Environments


ENVIRONMENTS = """
reload = "auto"
health-text = "prod"
[environments.staging]
health-text = "staging"
mode = "plan"
[environments.production]
"""


@pytest.mark.parametrize(
    ("environment", "reload", "text"),
    [("", "auto", "prod"), ("staging", "auto", "staging"), ("production", "auto", "prod")],
)
def test_an_environment_is_laid_over_the_top_level(
    repo: Repository, environment: str, reload: str, text: str
) -> None:
    found = repo.settings(ENVIRONMENTS, PA_ENVIRONMENT=environment)

    assert found.health_check is not None
    assert (found.policy.reload, found.health_check.text) == (reload, text)


def test_an_unknown_environment(repo: Repository) -> None:
    assert repo.problem(ENVIRONMENTS, PA_ENVIRONMENT="stagin") == (
        "environment: pa-deploy.toml has no [environments.stagin]. "
        'Did you mean "staging"? It has: staging, production.'
    )
    assert "It has no environments." in repo.problem('reload = "auto"', PA_ENVIRONMENT="x")


def test_an_environment_without_a_file(repo: Repository) -> None:
    assert repo.problem(PA_ENVIRONMENT="staging").startswith(
        "environment: there is no config file that could have [environments.staging]."
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [("environments = 1", "environments"), ("[environments]\nstaging = 1", "staging")],
)
def test_an_environment_that_is_no_table(repo: Repository, text: str, key: str) -> None:
    assert f"{key}: it is no table. Write [environments.NAME] above its keys." in repo.problem(text)


def test_an_environment_has_no_environments(repo: Repository) -> None:
    assert "there is no such key here" in repo.problem("[environments.a.environments.b]\n")


def test_the_environment_of_a_flag_counts(repo: Repository) -> None:
    assert repo.settings(ENVIRONMENTS, {"environment": "staging"}).mode == "plan"


# Several web apps


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
    assert repo.settings(TWO, {"domain": asked}).target.domain == "b.example.com"
    assert repo.settings(TWO, INPUT_DOMAIN=asked).target.domain == "b.example.com"


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
    assert "has the domain" in repo.problem(TWO, INPUT_DOMAIN="xyz.org")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[webapp]]\ndomain = "A.example.com"\n[[webapp]]\ndomain = "a.example.com"\n',
            'line 4, [[webapp]]: domain: two entries have the domain "a.example.com".',
        ),
        (f"{TWO}[[webapp]]\n", "line 6, [[webapp]]: domain: each [[webapp]] needs one."),
        (f'domain = "x.org"\n{TWO}', "line 1: domain: each [[webapp]] has its own"),
        (
            f'{TWO}[environments.e]\ndomain = "x.org"\n',
            "line 7, [environments.e]: domain: each [[webapp]] has its own",
        ),
        ("[webapp]\n", "line 1: webapp: it is no list of tables. Write [[webapp]] above"),
        ("webapp = [1]\n", "line 1: webapp: it is no list of tables."),
        (
            "[environments.e.webapp]\n",
            "line 1, [environments.e]: webapp: it is no list of tables.",
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


def test_an_environment_named_webapp_is_no_web_app(repo: Repository) -> None:
    found = repo.settings('[environments.webapp]\nmode = "plan"\n', PA_ENVIRONMENT="webapp")

    assert found.mode == "plan"


def test_warnings_are_told_once(repo: Repository) -> None:
    repo.write(TWO)
    found = resolve_all({}, ACCOUNT, repo.directory, repo.read(), ("careful",))

    assert [each.warnings for each in found] == [("careful",), ()]


# What else is read from the file


def test_the_account_may_come_from_the_file(repo: Repository) -> None:
    found = repo.settings(
        'username = "bob"\nhost = "eu.pythonanywhere.com"', INPUT_USERNAME=""
    ).target

    assert (found.username, found.domain) == ("bob", "bob.eu.pythonanywhere.com")


def test_what_is_missing_may_be_written_into_the_file(repo: Repository) -> None:
    assert "or write username into the config file" in repo.problem(INPUT_USERNAME="")


def test_summary_and_report_come_from_the_file(repo: Repository) -> None:
    repo.write('summary = false\nreport = "r.json"\n')

    found = resolve_report({}, {}, repo.directory, repo.read().shared)

    assert (found.summary, found.file) == (False, repo.directory / "r.json")


def test_a_command_reads_the_account_and_the_domain(repo: Repository) -> None:
    repo.write('domain = "www.example.com"\nhealth-check = "/up"\nreload = "x"\n')

    found = resolve_one({}, ACCOUNT, repo.read(), needs_domain=True)

    assert found.health_check.url == "https://www.example.com/up"


def test_a_command_needs_one_of_several_web_apps(repo: Repository) -> None:
    repo.write(TWO)
    config = repo.read()

    with pytest.raises(InputError, match=r"several web apps: a\.example\.com, b\.example\.com\."):
        resolve_one({}, ACCOUNT, config, needs_domain=True)
    chosen = resolve_one({"domain": "b.example.com"}, ACCOUNT, config, needs_domain=True)
    account = resolve_one({}, ACCOUNT, config, needs_domain=False)

    assert chosen.target.domain == "b.example.com"
    assert account.target.username == "alice"


def test_a_command_refuses_a_file_that_is_wrong(repo: Repository) -> None:
    repo.write("mod = 1\n")

    with pytest.raises(InputError, match="there is no such key here"):
        resolve_one({}, ACCOUNT, repo.read(), needs_domain=True)


# Lines


def test_the_line_of_each_key_is_found() -> None:
    text = '''
a = 1
b.c = [
  1, # [x]
]
d = """
e = 2
[f]
"""
[g]
"h i" = { j = 1 }
[[k]]
l = 1
[[k]]
l = 2
[k.m]
n = 3
[[k.o]]
p = 4
[g.q]'''

    assert lines_of(text) == {
        ("a",): 2,
        ("b",): 3,
        ("b", "c"): 3,
        ("d",): 6,
        ("g",): 10,
        ("g", "h i"): 11,
        ("g", "h i", "j"): 11,
        ("k",): 12,
        ("k", 0): 12,
        ("k", 0, "l"): 13,
        ("k", 1): 14,
        ("k", 1, "l"): 15,
        ("k", 1, "m"): 16,
        ("k", 1, "m", "n"): 17,
        ("k", 1, "o"): 18,
        ("k", 1, "o", 0): 18,
        ("k", 1, "o", 0, "p"): 19,
        ("g", "q"): 20,
    }


def test_the_names_in_the_file_are_those_of_their_places() -> None:
    everywhere = names_in_file("web app", "run", "nowhere")

    assert everywhere == tuple(each.name for each in INPUTS)
    assert "token" in names_in_file("nowhere")
