"""From flags and environment to Settings."""

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.model import SharedFile, StaticFile
from pa_deploy.settings import ReportSettings, Settings, resolve_report
from pa_deploy.settings.resolve import resolve, resolve_status
from pa_deploy.settings.sources import Given, Source

REQUIRED = {"INPUT_TOKEN": "t0ken", "INPUT_USERNAME": "Alice"}


def settings(workspace: Path = Path(), /, **environ: str) -> Settings:
    """Settle what the environment says; `_` in a name stands for `-`."""
    inputs = {f"INPUT_{name.upper().replace('_', '-')}": text for name, text in environ.items()}
    return resolve(Given.of({}, {**REQUIRED, **inputs}, workspace))


def problems(**environ: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        settings(**environ)
    return [str(problem) for problem in caught.value.problems]


def test_a_flag_is_stronger_than_the_environment() -> None:
    found = resolve(Given.of({"reload": "never"}, {**REQUIRED, "INPUT_RELOAD": "auto"}, Path()))

    assert found.policy.reload == "never"


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
        resolve(Given.of({}, environ, Path()))

    assert {problem.input for problem in caught.value.problems} == {
        "token",
        "wsgi-file",
        "virtualenv",
    }


@pytest.mark.parametrize("name", ["host", "username", "allow-host"])
def test_what_says_where_the_web_app_is_and_cannot_be_read_is_told_alone(name: str) -> None:
    assert problems(**{"host": "x", "allow-host": "x", name: "\x01"}) == [
        f"{name}: it has a control character, '\\x01'. Type it again."
    ]


def test_a_host_is_judged_though_the_token_is_missing() -> None:
    assert [text.partition(":")[0] for text in problems(token="", host="x")] == ["token", "host"]


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
        ("/srv/VENV_X", "/srv/VENV_X"),
        ("none", ""),
    ],
)
def test_a_virtualenv_becomes_an_absolute_path(text: str, path: str) -> None:
    assert settings(virtualenv=text).wanted.virtualenv == path


@pytest.mark.parametrize("text", ["/", "//", "..", ".", "a/b"])
def test_what_is_no_virtualenv_is_refused(text: str) -> None:
    assert problems(virtualenv=text) == [
        f'virtualenv: "{text}" is not a virtualenv. Give an absolute path, ~/…, or a bare name.'
    ]


def test_a_tilde_stands_for_the_home_with_its_case() -> None:
    assert settings(static_files="/s/ = ~/s").wanted.static_files == (
        StaticFile("/s/", "/home/Alice/s"),
    )


def test_no_source_directory_can_be_wanted() -> None:
    assert settings(source_directory="none").wanted.source_directory == ""


def test_the_home_can_be_the_working_directory() -> None:
    assert settings(working_directory="~").wanted.working_directory == "/home/Alice"


def test_a_file_to_share_counts_once_however_it_is_spelled() -> None:
    found = settings(share_files="~/a\n/home/Alice/a\n~/a/\n~/X\n/srv/").wanted.share_files

    assert found == (SharedFile("/home/Alice/a"), SharedFile("/home/Alice/X"), SharedFile("/srv"))


def test_a_password_is_not_in_the_settings_as_text() -> None:
    assert "s3cret" not in repr(settings(password_protection="carol:s3cret"))


@pytest.mark.parametrize("name", ["source-directory", "working-directory"])
def test_a_relative_directory_gets_a_suggestion(name: str) -> None:
    assert problems(**{name: "mysite"}) == [
        f'{name}: the path "mysite" is not absolute. Did you mean "~/mysite"?'
    ]


def test_the_wsgi_file_goes_where_pythonanywhere_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_bytes(b"x = 1\r\n")

    file = settings(tmp_path, wsgi_file="wsgi.py", domain="WWW.Example.com").wanted.wsgi_file

    assert file is not None
    assert (file.path, file.content) == ("/var/www/www_example_com_wsgi.py", b"x = 1\r\n")


@pytest.mark.parametrize("size", [100 * 2**20 + 1, 200 * 2**20, 2**30])
def test_a_wsgi_file_that_is_too_large_is_told_with_the_unit_as_it_is_written(
    tmp_path: Path, size: int
) -> None:
    with (tmp_path / "wsgi.py").open("wb") as file:
        file.truncate(size)

    with pytest.raises(InputError, match="it is not a file, or it is larger than 100 MiB"):
        settings(tmp_path, wsgi_file="wsgi.py")


def test_a_wsgi_file_that_is_not_there_is_told_with_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        settings(tmp_path, wsgi_file="none.py")

    assert str(caught.value) == (
        'wsgi-file: "none.py": no such file or directory. '
        f"The path is relative to the workspace, {tmp_path}. Was the code checked out?"
    )


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


def test_control_characters_are_refused() -> None:
    assert problems(health_text="a\x1bb") == [
        "health-text: it has a control character, '\\x1b'. Type it again."
    ]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_the_line_of_a_control_character_is_told(end: str) -> None:
    text = end.join(("/a/ = /a", "", "/b/ = /\x00b", "/c/ = /c"))

    assert problems(static_files=text) == [
        "static-files, line 3: it has a control character, '\\x00'. Type it again."
    ]


def test_a_directory_is_no_report_file(tmp_path: Path) -> None:
    (tmp_path / "X").mkdir()

    with pytest.raises(InputError) as caught:
        settings(tmp_path, report="./X//")

    assert str(caught.value) == (
        'report: "./X//" is a directory. Name a file in it, for example ./X/report.'
    )
    assert resolve_report(Given.of({"report": "X"}, {}, tmp_path)).file is None


def test_status_needs_only_the_account() -> None:
    environ = {**REQUIRED, "INPUT_RELOAD": "nonsense", "INPUT_TIMEOUT": "7"}
    status = resolve_status(Given.of({}, environ, Path()))

    assert status.health_check is not None
    assert status.health_check.url == "https://alice.pythonanywhere.com/"
    assert status.timeout_seconds == 7


def test_status_asks_nothing_where_a_deploy_asks_nothing() -> None:
    assert resolve_status(Given.of({"health-check": "none"}, REQUIRED, Path())).health_check is None


def test_status_has_the_rules_of_a_deploy() -> None:
    given = {"health-check": "/up", "health-status": "404", "health-text": "x"}

    check = resolve_status(Given.of(given, REQUIRED, Path())).health_check

    assert check is not None
    assert check.url == "https://alice.pythonanywhere.com/up"
    assert (check.statuses, check.text) == (((404, 404),), "x")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("health-check", "x", '"x" is neither a path nor a URL.'),
        ("host", "x", 'the token is not sent to "x", which is not PythonAnywhere.'),
    ],
)
def test_status_refuses_what_it_needs_and_cannot_use(name: str, text: str, said: str) -> None:
    config = (Source({name: text}, "line 3 of {}".format),)

    with pytest.raises(InputError) as caught:
        resolve_status(Given.of({}, REQUIRED, Path()), config)

    assert str(caught.value).startswith(f"line 3 of {name}: {name}: {said}")


def test_the_summary_input_counts_also_where_others_are_bad() -> None:
    environ = {"INPUT_SUMMARY": "false", "INPUT_RELOAD": "nonsense", "INPUT_REPORT": "x.json"}

    found = resolve_report(Given.of({}, environ, Path("/w")))

    assert (found.summary, found.file) == (False, Path("/w/x.json"))


def test_a_summary_and_no_report_is_what_is_written_unasked() -> None:
    found = resolve_report(Given.of({}, {}, Path()))

    assert (found.summary, found.file) == (True, None)


def test_what_is_written_goes_where_each_input_says() -> None:
    given = {"report": "r.json", "outputs-file": "/o/out.env", "summary-file": "~/s.md"}

    assert resolve_report(Given.of(given, {}, Path("/w"))) == ReportSettings(
        mode="apply",
        summary=True,
        file=Path("/w/r.json"),
        outputs_file=Path("/o/out.env"),
        summary_file=Path("/w/~/s.md"),
    )


def test_a_host_that_is_repeated_gets_the_token() -> None:
    target = settings(host="pa.example.com", allow_host="pa.example.com").target

    assert (target.host.origin, target.token.reveal()) == ("https://pa.example.com", "t0ken")


def test_a_host_that_is_not_repeated_is_refused_with_what_to_write() -> None:
    (said,) = problems(host="pa.example.com")

    assert said.startswith('host: the token is not sent to "pa.example.com"')
    assert said.endswith("repeat it: allow-host: pa.example.com")


def test_a_digest_to_expect_is_handed_on() -> None:
    assert settings(expect_digest="0" * 64).expect_digest == "0" * 64


def test_the_token_is_not_in_the_settings_as_text() -> None:
    assert "t0ken" not in repr(settings())
