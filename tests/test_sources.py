"""Where the texts of inputs come from, and which of them count."""

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.inputs import INPUTS
from pa_deploy.settings import from_environment, resolve, secret_texts, unknown_inputs

REQUIRED = {"INPUT_TOKEN": "t0ken", "INPUT_USERNAME": "Alice"}
CONSOLE = {"PYTHONANYWHERE_SITE": "www.pythonanywhere.com"}


@pytest.mark.parametrize(
    ("name", "variable"), [(each.name, name) for each in INPUTS for name in each.environment]
)
def test_each_input_is_read_from_each_of_its_names(name: str, variable: str) -> None:
    assert from_environment({variable: "text"})[name] == "text"


@pytest.mark.parametrize("index", range(5))
def test_the_environment_names_have_an_order(index: int) -> None:
    names = ["INPUT_HEALTH-TIMEOUT", "INPUT_HEALTH_TIMEOUT", "PLUGIN_HEALTH_TIMEOUT"]
    names += ["PLUGIN_HEALTH-TIMEOUT", "PA_HEALTH_TIMEOUT"]
    environ = {name: str(number) for number, name in enumerate(names, start=1) if number > index}

    check = resolve({}, {**REQUIRED, **environ}, Path()).health_check

    assert check is not None
    assert check.timeout_seconds == index + 1


@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_an_empty_text_is_unset(empty: str) -> None:
    environ = {**REQUIRED, "INPUT_RELOAD": empty, "PA_RELOAD": "never"}

    assert resolve({}, environ, Path()).policy.reload == "never"


def test_the_console_s_own_variables_serve() -> None:
    environ = {"API_TOKEN": "t", "PYTHONANYWHERE_USERNAME": "alice"}

    assert resolve({}, environ, Path()).target.username == "alice"


@pytest.mark.parametrize(
    ("environ", "username"),
    [
        ({**CONSOLE, "LOGNAME": "alice", "USER": "bob"}, "alice"),
        ({**CONSOLE, "LOGNAME": "", "USER": "bob"}, "bob"),
        ({**CONSOLE, "USER": "bob", "PA_USERNAME": "carol"}, "carol"),
        (CONSOLE, ""),
        ({"LOGNAME": "alice", "USER": "alice"}, ""),
    ],
)
def test_in_a_console_alone_the_login_name_is_the_account_s(
    environ: dict[str, str], username: str
) -> None:
    assert from_environment(environ)["username"] == username


def test_what_is_required_and_missing_says_how_to_set_it() -> None:
    with pytest.raises(InputError) as caught:
        resolve({}, {}, Path())

    assert [str(problem) for problem in caught.value.problems] == [
        (
            "token: it is required and was not given. Set it by --token, PA_TOKEN or, in a "
            "workflow, `with: token:`. A secret that does not exist, or a pull request from a "
            "fork, gives empty text."
        ),
        (
            "username: it is required and was not given. Set it by --username, PA_USERNAME or, in "
            "a workflow, `with: username:`, or write username into the config file."
        ),
    ]


def test_an_unknown_input_is_warned_of() -> None:
    assert unknown_inputs({"INPUT_STATC-FILES": "x"}) == (
        'There is no input "statc-files"; it was ignored. Did you mean "static-files"?',
    )
    assert unknown_inputs({"PLUGIN_STATC_FILES": "x"}) == unknown_inputs({"INPUT_STATC-FILES": "x"})


def test_an_input_like_no_other_is_warned_of_without_an_offer() -> None:
    assert unknown_inputs({"INPUT_XYZZY": "x"}) == ('There is no input "xyzzy"; it was ignored.',)


def test_each_unknown_input_is_warned_of_and_nothing_else() -> None:
    environ = {"HOME": "/", "INPUT_B_B": "", "INPUT_RELOAD": "", "INPUT_A": "", "PLUGIN_ARGS": ""}

    assert unknown_inputs({**environ, "PA_C": "", "INPUT_ARGS": ""}) == (
        'There is no input "a"; it was ignored.',
        'There is no input "b-b"; it was ignored.',
    )


def test_the_runner_s_own_inputs_are_no_surprise() -> None:
    assert unknown_inputs({"INPUT_ARGS": "x", "INPUT_ENTRYPOINT": "y"}) == ()


def test_all_texts_that_may_be_a_token_are_secret() -> None:
    environ = {"PA_TOKEN": " a ", "API_TOKEN": "b", "X": "c"}

    assert set(secret_texts(environ, {"token": "d", "username": "e"})) == {"a", "b", "d"}


def test_the_password_alone_is_a_secret_too() -> None:
    assert secret_texts({"PA_PASSWORD_PROTECTION": "carol:a:b"}) == ("carol:a:b", "a:b")


def test_none_is_no_secret() -> None:
    assert secret_texts({"PA_PASSWORD_PROTECTION": "none"}) == ()
