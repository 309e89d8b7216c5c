"""Where the texts of inputs come from, and which of them count."""

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.inputs import INPUTS
from pa_deploy.settings import unknown_inputs
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given

REQUIRED = {"INPUT_TOKEN": "t0ken", "INPUT_USERNAME": "Alice"}
CONSOLE = {"PYTHONANYWHERE_SITE": "www.pythonanywhere.com"}


@pytest.mark.parametrize(
    ("name", "variable"), [(each.name, name) for each in INPUTS for name in each.environment]
)
def test_each_input_is_read_from_each_of_its_names(name: str, variable: str) -> None:
    assert Given.of({}, {variable: "text"}, Path()).environment.text(name) == "text"


@pytest.mark.parametrize("index", range(5))
def test_the_environment_names_have_an_order(index: int) -> None:
    names = ["INPUT_HEALTH-TIMEOUT", "INPUT_HEALTH_TIMEOUT", "PLUGIN_HEALTH_TIMEOUT"]
    names += ["PLUGIN_HEALTH-TIMEOUT", "PA_HEALTH_TIMEOUT"]
    environ = {name: str(number) for number, name in enumerate(names, start=1) if number > index}

    check = resolve(Given.of({}, {**REQUIRED, **environ}, Path())).health_check

    assert check is not None
    assert check.timeout_seconds == index + 1


@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_an_empty_text_is_unset(empty: str) -> None:
    environ = {**REQUIRED, "INPUT_RELOAD": empty, "PA_RELOAD": "never"}

    assert resolve(Given.of({}, environ, Path())).policy.reload == "never"


def test_the_console_s_own_variables_serve() -> None:
    environ = {"API_TOKEN": "t", "PYTHONANYWHERE_USERNAME": "alice"}

    assert resolve(Given.of({}, environ, Path())).target.username == "alice"


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
    assert Given.of({}, environ, Path()).environment.text("username") == username


def test_what_is_required_and_missing_says_how_to_set_it() -> None:
    with pytest.raises(InputError) as caught:
        resolve(Given.of({}, {}, Path()))

    assert [str(problem) for problem in caught.value.problems] == [
        (
            "token: it is required and was not given. Set it with --token, PA_TOKEN or, in a "
            "workflow, `with: token:`. A secret is empty if its name is wrong, or in a pull "
            "request from a fork."
        ),
        (
            "username: it is required and was not given. Set it with --username, PA_USERNAME or, "
            "in a workflow, `with: username:`, or write username into the config file."
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


@pytest.mark.parametrize("variable", ["INPUT_EXPECT-DIGEST", "PLUGIN_EXPECT_DIGEST"])
def test_a_digest_of_blanks_is_refused(tmp_path: Path, variable: str) -> None:
    with pytest.raises(InputError, match="expect-digest: it is set but empty"):
        resolve(Given.of({}, {**REQUIRED, variable: " \n"}, tmp_path))


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_digest_on_the_command_line_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="expect-digest: it is set but empty"):
        resolve(Given.of({"expect-digest": text}, REQUIRED, tmp_path))


def test_a_digest_that_the_runner_has_not_been_given_is_unset(tmp_path: Path) -> None:
    assert (
        resolve(Given.of({}, {**REQUIRED, "INPUT_EXPECT-DIGEST": ""}, tmp_path)).expect_digest
        is None
    )


def test_blanks_of_another_input_are_unset(tmp_path: Path) -> None:
    assert (
        resolve(Given.of({"mode": ""}, {**REQUIRED, "INPUT_MODE": " "}, tmp_path)).mode == "apply"
    )


def test_a_digest_is_stronger_than_a_blank_in_a_weaker_source(tmp_path: Path) -> None:
    given = {"expect-digest": "d1" * 32}

    assert resolve(Given.of(given, {**REQUIRED, "PA_EXPECT_DIGEST": " "}, tmp_path)).expect_digest


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("PA_DOMIAN", "PA_DOMAIN"),
        ("PA_STATIC-FILES", "PA_STATIC_FILES"),
        ("PA_TOKN", "PA_TOKEN"),
    ],
)
def test_a_misspelt_variable_is_warned_of(variable: str, meant: str) -> None:
    said = f"{variable} was ignored. Did you mean {meant}?"

    assert unknown_inputs({variable: "x"}) == (said,)


@pytest.mark.parametrize(
    "variable",
    ["PA_XYZZY", "PA_DEPLOY_DOMAIN", "PA_STATIC_FILES_COUNT", "PA_STATIC_FILES_0", "PATH", "PA"],
)
def test_a_variable_of_others_is_not(variable: str) -> None:
    assert unknown_inputs({variable: "x"}) == ()


def test_blank_texts_are_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        resolve(Given.of({"expect-digest": " "}, REQUIRED, tmp_path))

    assert str(caught.value) == (
        "expect-digest: it is set but empty. Check the variable or step output that it comes from, "
        "or remove the input."
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STATIC_FILES", "/media/ = ~/media\nC:/Program Files/Git/static/ = ~/static"),
        ("HEALTH_CHECK", "C:/Program Files/Git/health"),
        ("VIRTUALENV", "C:/Users/alice/venv"),
        ("WORKING_DIRECTORY", r"d:\site"),
    ],
)
def test_a_path_that_git_bash_has_changed_is_told(name: str, value: str) -> None:
    with pytest.raises(InputError) as refused:
        resolve(Given.of({}, {**REQUIRED, f"PA_{name}": value}, Path()))

    (problem,) = refused.value.problems
    assert problem.advice.startswith("It contains a Windows path. Git Bash changes ")


@pytest.mark.parametrize("value", ["static/ = ~/static", "b = C:/c", "http://x/ = ~/d"])
def test_other_faults_keep_their_own_advice(value: str) -> None:
    with pytest.raises(InputError) as refused:
        resolve(Given.of({}, {**REQUIRED, "PA_STATIC_FILES": value}, Path()))

    assert "Git Bash" not in str(refused.value)
