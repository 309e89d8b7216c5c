"""From flags and environment to Settings."""

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.inputs import INPUTS
from pa_deploy.model import SharedFile, StaticFile
from pa_deploy.settings import (
    Settings,
    from_environment,
    resolve,
    resolve_report,
    resolve_status,
    secret_texts,
    unknown_inputs,
)

REQUIRED = {"INPUT_TOKEN": "t0ken", "INPUT_USERNAME": "Alice"}


def settings(workspace: Path = Path(), /, **environ: str) -> Settings:
    """Settle what the environment says; `_` in a name stands for `-`."""
    inputs = {f"INPUT_{name.upper().replace('_', '-')}": text for name, text in environ.items()}
    return resolve({}, {**REQUIRED, **inputs}, workspace)


def problems(**environ: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        settings(**environ)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "variable"), [(each.name, name) for each in INPUTS for name in each.environment]
)
def test_each_input_is_read_from_each_of_its_names(name: str, variable: str) -> None:
    assert from_environment({variable: "text"})[name] == "text"


def test_a_flag_is_stronger_than_the_environment() -> None:
    found = resolve({"reload": "never"}, {**REQUIRED, "INPUT_RELOAD": "auto"}, Path())

    assert found.policy.reload == "never"


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


def test_what_is_required_and_missing_says_how_to_set_it() -> None:
    with pytest.raises(InputError) as caught:
        resolve({}, {}, Path())

    assert ["token", "username"] == [problem.input for problem in caught.value.problems]
    assert "--token" in caught.value.problems[0].advice
    assert "fork" in caught.value.problems[0].advice


def test_all_problems_are_told_at_once() -> None:
    told = problems(reload="sometimes", static_files="/ok/ = /ok\nbad", virtualenv="a/b", host="x")

    assert {text.split(":")[0] for text in told} == {
        "static-files, line 2",
        "reload",
        "virtualenv",
        "host",
    }


def test_files_and_paths_are_checked_too_when_the_token_is_missing() -> None:
    environ = {"INPUT_USERNAME": "a", "INPUT_WSGI-FILE": "none.py", "INPUT_VIRTUALENV": "/"}

    with pytest.raises(InputError) as caught:
        resolve({}, environ, Path())

    assert {problem.input for problem in caught.value.problems} == {
        "token",
        "wsgi-file",
        "virtualenv",
    }


def test_unset_inputs_leave_everything_alone() -> None:
    wanted = settings().wanted

    assert [None] * 9 == [
        wanted.python_version,
        wanted.virtualenv,
        wanted.source_directory,
        wanted.working_directory,
        wanted.force_https,
        wanted.password_protection,
        wanted.share_files,
        wanted.static_files,
        wanted.wsgi_file,
    ]


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.pythonanywhere.com", "alice.pythonanywhere.com"),
        ("eu.pythonanywhere.com", "alice.eu.pythonanywhere.com"),
    ],
)
def test_the_domain_comes_from_the_account(host: str, domain: str) -> None:
    assert settings(host=host).target.domain == domain


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("site", "/home/Alice/.virtualenvs/site"),
        ("~/venv/", "/home/Alice/venv"),
        ("/srv/venv", "/srv/venv"),
        ("none", ""),
    ],
)
def test_a_virtualenv_becomes_an_absolute_path(text: str, path: str) -> None:
    assert settings(virtualenv=text).wanted.virtualenv == path


@pytest.mark.parametrize("text", ["/", "//", "..", ".", "a/b"])
def test_what_is_no_virtualenv_is_refused(text: str) -> None:
    assert problems(virtualenv=text)[0].startswith("virtualenv: ")


def test_a_tilde_stands_for_the_home_with_its_case() -> None:
    assert settings(static_files="/s/ = ~/s").wanted.static_files == (
        StaticFile("/s/", "/home/Alice/s"),
    )


def test_no_source_directory_can_be_wanted() -> None:
    assert settings(source_directory="none").wanted.source_directory == ""


def test_the_home_can_be_the_working_directory() -> None:
    assert settings(working_directory="~").wanted.working_directory == "/home/Alice"


def test_a_file_to_share_counts_once_however_it_is_spelled() -> None:
    found = settings(share_files="~/a\n/home/Alice/a\n~/a/").wanted.share_files

    assert found == (SharedFile("/home/Alice/a"),)


def test_a_password_is_not_in_the_settings_as_text() -> None:
    assert "s3cret" not in repr(settings(password_protection="carol:s3cret"))


def test_a_relative_directory_gets_a_suggestion() -> None:
    assert 'Did you mean "~/mysite"?' in problems(source_directory="mysite")[0]


def test_the_wsgi_file_goes_where_pythonanywhere_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_bytes(b"x = 1\r\n")

    file = settings(tmp_path, wsgi_file="wsgi.py", domain="WWW.Example.com").wanted.wsgi_file

    assert file is not None
    assert (file.path, file.content) == ("/var/www/www_example_com_wsgi.py", b"x = 1\r\n")


def test_a_health_check_path_is_asked_at_the_site() -> None:
    check = settings(health_check="/up?deep=1").health_check

    assert check is not None
    assert check.url == "https://alice.pythonanywhere.com/up?deep=1"


def test_a_health_check_url_stays() -> None:
    check = settings(health_check="https://www.example.com/up").health_check

    assert check is not None
    assert check.url == "https://www.example.com/up"


def test_no_health_check_can_be_wanted() -> None:
    assert settings(health_check="none").health_check is None


def test_an_unknown_input_is_warned_of() -> None:
    assert unknown_inputs({"INPUT_STATC-FILES": "x"}) == (
        'There is no input "statc-files"; it was ignored. Did you mean "static-files"?',
    )


def test_the_runner_s_own_inputs_are_no_surprise() -> None:
    assert unknown_inputs({"INPUT_ARGS": "x", "INPUT_ENTRYPOINT": "y"}) == ()


def test_control_characters_are_refused() -> None:
    assert problems(health_text="a\x1bb") == [
        "health-text: it has control characters. Type it anew."
    ]


def test_a_directory_is_no_report_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="report"):
        settings(tmp_path, report=".")


def test_status_needs_only_the_account() -> None:
    status = resolve_status({}, {**REQUIRED, "INPUT_RELOAD": "nonsense"})

    assert status.health_check.url == "https://alice.pythonanywhere.com/"


def test_the_summary_input_counts_also_where_others_are_bad() -> None:
    environ = {"INPUT_SUMMARY": "false", "INPUT_RELOAD": "nonsense", "INPUT_REPORT": "x.json"}

    found = resolve_report({}, environ, Path("/w"))

    assert (found.summary, found.file) == (False, Path("/w/x.json"))


def test_all_texts_that_may_be_a_token_are_secret() -> None:
    environ = {"PA_TOKEN": " a ", "API_TOKEN": "b", "X": "c"}

    assert set(secret_texts(environ, {"token": "d", "username": "e"})) == {"a", "b", "d"}


def test_the_token_is_not_in_the_settings_as_text() -> None:
    assert "t0ken" not in repr(settings())
