"""Values that can be used and are probably mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.settings.resolving import cautions, problems, settings

# --- variables without a value


@pytest.mark.parametrize("env", ["KEY=", "KEY = ''", 'KEY=""', "KEY=' '", '{"KEY": ""}'])
def test_an_empty_secret_is_told_by_its_name(env: str) -> None:
    assert cautions(source=".", env=env) == [
        (
            "env: KEY is empty. Check the name of the secret: a secret that does not exist is "
            "empty. If the value should be empty, write `KEY=` in `variables`."
        )
    ]


def test_each_empty_secret_is_told_and_no_value() -> None:
    said = cautions(source=".", env="A=\nB=hunter22\nC=\n")

    assert [each.split()[1] for each in said] == ["A", "C"]
    assert "hunter22" not in "".join(said)


@pytest.mark.parametrize("name", ["env", "variables"])
@pytest.mark.parametrize("text", ["${{ secrets.X }}", "a${{x}}", "${{ vars.X }}/b"])
def test_an_expression_that_nothing_filled_in_is_told(name: str, text: str) -> None:
    assert cautions(source=".", **{name: f"K={text}"}) == [
        (
            f"{name}: the value of K still contains `${{{{ … }}}}`. "
            f"Only a GitHub workflow replaces that. Set `{name}` in the workflow."
        )
    ]


def test_an_empty_variable_is_as_it_should_be() -> None:
    assert cautions(source=".", variables="KEY=") == []


# --- comments behind a value


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("python_version", "3.13 # newest", "3.13"),
        ("virtualenv", "mysite # my venv", "mysite"),
        ("virtualenv", "~/.virtualenvs/x  #mine", "~/.virtualenvs/x"),
        ("source_directory", "~/mysite # code", "~/mysite"),
        ("working_directory", "/home/alice # home", "/home/alice"),
        ("health_check", "/health # page", "/health"),
        ("domain", "www.example.com # mine", "www.example.com"),
        ("mode", "plan # for now", "plan"),
        ("timeout", "90 # seconds", "90"),
        ("app", "mysite.wsgi:application # app", "mysite.wsgi:application"),
    ],
)
def test_a_comment_behind_a_value_is_refused(name: str, value: str, right: str) -> None:
    (said,) = problems(source=".", **{name: value})

    assert said.startswith(f'{name.replace("_", "-")}: "{value}" ')
    assert said.endswith(f'Write only "{right}": a # does not start a comment here.')


@pytest.mark.parametrize("line", ["src # code", "src  #code", "a/b # c"])
def test_a_comment_behind_a_folder_is_refused(line: str) -> None:
    assert problems(source=".", python_path=f"lib\n{line}") == [
        f'python-path, line 2: "{line}" ends in a comment. Put a comment on its own line.'
    ]


@pytest.mark.parametrize(
    "line",
    [
        *("KEY=hunter22 # mine", "KEY = hunter22  #\tx", "KEY= # none", "KEY=a=hunter22 # x=y"),
        *("KEY='a # b", "KEY='a' # b", "KEY='a # b\""),
    ],
)
@pytest.mark.parametrize("name", ["env", "variables"])
def test_a_comment_behind_a_variable_is_told(name: str, line: str) -> None:
    assert cautions(source=".", **{name: line}) == [
        (
            f"{name}: the # in the value of KEY is part of the value, not a comment. If you meant "
            "a comment, move it to its own line. If not, put the value in quotes."
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("KEY=#fff", "KEY=a#b", "KEY=12 Main St #5", "KEY='a # b'", 'KEY="a # b"'),
        *('{"KEY": "a # b"}', "# KEY=a # b"),
    ],
)
def test_a_sign_that_may_belong_to_the_value(text: str) -> None:
    assert cautions(source=".", variables=text) == []


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (
            {"static_headers": "/s/ Cache-Control: no-store # now"},
            (
                'static-headers: the # in the value of Cache-Control for "/s/" is part of the '
                "value, not a comment. If you meant a comment, move it to its own line."
            ),
        ),
        (
            {"password_protection": "carol:h22 # me"},
            (
                "password-protection: the # in the password is part of the password, not a "
                "comment. If you meant a comment, remove it. Otherwise, visitors must type it."
            ),
        ),
        *(
            (
                {name: text},
                (
                    f'{name.replace("_", "-")}: the # in the file name "{text}" is part of the '
                    "name, not a comment. If you meant a comment, remove it."
                ),
            )
            for name, text in (
                ("report", "report.json # all"),
                ("outputs_file", "out.env #x"),
                ("summary_file", "a/summary.md\t# x"),
                ("record", "r.jsonl # x"),
            )
        ),
    ],
)
def test_other_comments_are_told(inputs: dict[str, str], said: str) -> None:
    assert cautions(**inputs) == [said]


@pytest.mark.parametrize(
    "inputs",
    [
        {"static_headers": "/s/ X-Colour: #fff"},
        {"password_protection": "carol:a #b"},
        {"report": "build #1/report.json"},
        {"outputs_file": "out#1.env"},
        {"summary_file": "summary.md"},
        {"record": "#1.jsonl"},
    ],
)
def test_nothing_is_said_of_other_signs(inputs: dict[str, str]) -> None:
    assert cautions(**inputs) == []


@pytest.mark.parametrize("password", ["hunter222", "hunter22 and more", "x" * 40])
def test_a_password_of_which_only_the_beginning_counts(password: str) -> None:
    assert cautions(password_protection=f"carol:{password}") == [
        (
            "password-protection: PythonAnywhere compares only the first 8 characters of the "
            "password. Choose a password whose first 8 characters are hard to guess."
        )
    ]


@pytest.mark.parametrize("password", ["four", "hunter2", "hunter22"])
def test_a_password_that_counts_as_a_whole(password: str) -> None:
    assert cautions(password_protection=f"carol:{password}") == []


# --- a recording in the folder that is shipped


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """It has a folder `app`, and links that lead into it."""
    (tmp_path / "app" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to("app")
    (tmp_path / "link.jsonl").symlink_to("app/r.jsonl")
    return tmp_path


@pytest.mark.parametrize("source", [".", "app", "link"])
@pytest.mark.parametrize("record", ["app/r.jsonl", "link/sub/r.jsonl", "link.jsonl"])
def test_a_recording_in_source_is_left_out_of_the_release_with_a_warning(
    workspace: Path, record: str, source: str
) -> None:
    found = settings(workspace, record=record, source=source)

    assert found.release
    assert workspace / record in found.release.own_files
    assert [str(each) for each in found.cautions] == [
        (
            f'record: "{record}" is in the folder of `source`. Releases leave it out. '
            "To avoid this warning, name a file outside that folder."
        )
    ]


@pytest.mark.parametrize("record", ["r.jsonl", "app.jsonl", "other/r.jsonl"])
def test_a_recording_elsewhere_is_no_reason_to_warn(workspace: Path, record: str) -> None:
    assert cautions(workspace, record=record, source="app") == []
