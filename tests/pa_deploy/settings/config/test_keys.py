"""Which keys may stand where."""

from __future__ import annotations

import pytest

from pa_deploy.inputs import INPUTS, names_in_file
from pa_deploy.inputs.input import NOT_FOR_SECRETS
from tests.pa_deploy.settings.config.repository import TWO, Repository


def test_what_the_file_may_not_hold_says_why() -> None:
    secrets = {each.name for each in INPUTS if each.secret}
    why = {each.name for each in INPUTS if each.not_in_file != NOT_FOR_SECRETS}

    assert set(names_in_file("nowhere")) == secrets | why
    assert not secrets & why


def test_each_input_is_refused_or_taken(repo: Repository) -> None:
    """Where an input may stand is decided for each, and at the top level a run's may too."""
    for each in INPUTS:
        repo.write(f'{each.name} = ""\n')
        assert bool(repo.read().problems) is (each.scope == "nowhere"), each.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("statc-files = 1", 'there is no such key here. Did you mean "static-files"?'),
        ("static_files = 1", 'there is no such key here. Did you mean "static-files"?'),
        ("web-app = 1", 'there is no such key here. Did you mean "webapp"?'),
        ("user_name = 1", 'there is no such key here. Did you mean "username"?'),
        ("allow-hosts = 1", "there is no such key here. docs/config.md has a list of all keys."),
        ("xyzzy = 1", "there is no such key here. docs/config.md has a list of all keys."),
        (
            'allow-host = "x"',
            (
                "the file must not contain it. Whoever can change the file could then send the "
                "token to a host of their own. Set it with PA_ALLOW_HOST or, in a workflow, with "
                "`with: allow-host: …`."
            ),
        ),
        (
            'expect-digest = "x"',
            (
                "the file must not contain it. A digest belongs to one plan, but every run "
                "reads the file. Set it with PA_EXPECT_DIGEST or, in a workflow, with "
                "`with: expect-digest: …`."
            ),
        ),
        (
            'config = "x"',
            (
                "the file must not contain it. It names this file. "
                "Set it with PA_CONFIG or, in a workflow, with `with: config: …`."
            ),
        ),
        (
            'environment = "x"',
            (
                "the file must not contain it. It chooses a table of the file. Set it with "
                "PA_ENVIRONMENT or, in a workflow, with `with: environment: …`. "
                "Begin a table with a line [environments.NAME]."
            ),
        ),
    ],
)
def test_a_key_that_may_not_be_there(repo: Repository, text: str, said: str) -> None:
    key = text.partition(" ")[0]

    assert repo.problem(text) == f"pa-deploy.toml, line 1: {key}: {said}"


@pytest.mark.parametrize(
    ("key", "offer"),
    [
        ("virtual_env", 'Did you mean "virtualenv"?'),
        ("user_name", "docs/config.md has a list of all keys."),
    ],
)
def test_in_an_entry_only_what_may_stand_there_is_offered(
    repo: Repository, key: str, offer: str
) -> None:
    assert repo.problem(f'[[webapp]]\ndomain = "a.example.com"\n{key} = 1\n') == (
        f"pa-deploy.toml, line 3, [[webapp]]: {key}: there is no such key here. {offer}"
    )


@pytest.mark.parametrize("name", [each.name for each in INPUTS if each.secret])
@pytest.mark.parametrize("header", ["", "[environments.staging]", "[[webapp]]"])
def test_a_secret_is_refused_wherever_it_stands(repo: Repository, name: str, header: str) -> None:
    text = f'{header}\n{name} = "s3cr3t"\n'

    said = next(each for each in repo.problems(text) if "secret" in each)

    assert said.startswith(f"pa-deploy.toml, line 2{', ' if header else ''}{header}: {name}: ")
    assert "keeps it. Remove it, and replace it with a new secret. Set it with PA_" in said
    own = name.upper().replace("-", "_")
    secret = "PYTHONANYWHERE_TOKEN" if name == "token" else own  # as in the README
    assert f" or, in a workflow, with `with: {name}: ${{{{ secrets.{secret} }}}}`." in said
    assert ("Put values that are not secret into `variables`." in said) is (name == "env")
    assert "s3cr3t" not in said
    assert "s3cr3t" in repo.read().secrets


def test_each_text_in_a_secret_is_known(repo: Repository) -> None:
    repo.write('token = ["one", { two = "two" }, "None"]\npassword-protection = "x:four"\n')

    assert repo.read().secrets == ("one", "two", "x:four", "four")


def test_a_secret_in_the_file_is_not_told_as_missing_too(repo: Repository) -> None:
    assert "it is a secret" in repo.problem('token = "x"', INPUT_TOKEN="")


@pytest.mark.parametrize("name", ["username", "host", "mode", "timeout", "summary", "report"])
def test_what_holds_for_the_run_is_not_in_an_entry(repo: Repository, name: str) -> None:
    text = f'[[webapp]]\ndomain = "a.example.com"\n{name} = "x"\n'

    assert repo.problem(text) == (
        f"pa-deploy.toml, line 3, [[webapp]]: {name}: it is for the whole run, so one web "
        "app cannot have its own. Move it to the top of the file."
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


def test_the_names_in_the_file_are_those_of_their_places() -> None:
    everywhere = names_in_file("webapp", "run", "nowhere")

    assert everywhere == tuple(each.name for each in INPUTS)
    assert "token" in names_in_file("nowhere")
