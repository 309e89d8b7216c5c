"""Where secrets stand in the environment and in the words of a command."""

from __future__ import annotations

import pytest

from pa_deploy.settings import secret_flags, secret_texts, secret_variables


def test_all_texts_that_may_be_a_token_are_secret() -> None:
    environ = {"PA_TOKEN": " a ", "API_TOKEN": "b", "X": "c"}

    assert set(secret_texts(environ, {"token": "d", "username": "e"})) == {"a", "b", "d"}


def test_the_password_alone_is_a_secret_too() -> None:
    assert secret_texts({"PA_PASSWORD_PROTECTION": "carol:a:b"}) == ("carol:a:b", "a:b")


def test_none_is_no_secret() -> None:
    assert secret_texts({"PA_PASSWORD_PROTECTION": "none"}) == ()


def test_what_a_plugin_is_given_is_secret_too() -> None:
    environ = {"PLUGIN_TOKEN": "t0ken", "PLUGIN_STATIC_FILES": "/a/ = /a,/b/ = /b"}

    assert secret_texts(environ) == ("t0ken",)


def test_all_values_of_env_are_secrets_and_their_names_are_not() -> None:
    environ = {"INPUT_ENV": "KEY=hunter22\nDEBUG=true\nNAME=mysite.settings\nKEY_2=hunter22\n"}

    assert secret_texts(environ) == ("hunter22", "true", "mysite.settings")


def test_values_of_a_broken_env_are_hidden_too() -> None:
    assert secret_texts({"INPUT_ENV": "KEY=hunter22\nhunter33"}) == ("hunter22", "hunter33")


@pytest.mark.parametrize(
    "name",
    [
        *("PA_TOKEN", "API_TOKEN", "INPUT_TOKEN", "PLUGIN_TOKEN"),
        *("INPUT_PASSWORD-PROTECTION", "PA_ENV", "PA_ENV_COUNT", "PA_ENV_0", "PA_ENV_12"),
    ],
)
def test_a_variable_that_holds_a_secret_is_known(name: str) -> None:
    environ = {"HOME": "/", name: "x", "PA_USERNAME": "alice"}

    assert secret_variables(environ) == (name,)


@pytest.mark.parametrize(
    "name", ["TOKEN", "PA_TOKEN_FILE", "PA_DOMAIN", "MY_PA_TOKEN", "PA_ENVIRONMENT", "PA_ENV_X"]
)
def test_no_other_variable_is(name: str) -> None:
    assert secret_variables({name: "x"}) == ()


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--token", "a"], (("token", "a"),)),
        (["deploy", "--token=a", "--env", "B=c"], (("env", "B=c"), ("token", "a"))),
        (["--env=A=b=c"], (("env", "A=b=c"),)),
        (["--username", "alice", "--token"], ()),
        (["--token="], ()),
    ],
)
def test_the_values_of_secret_flags_are_found(
    argv: list[str], expected: tuple[tuple[str, str], ...]
) -> None:
    assert secret_flags(argv) == expected
