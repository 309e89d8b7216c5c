"""The inputs that say what a release is made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.inputs import BadValue, releases
from pa_deploy.inputs.app import app as read_app
from pa_deploy.model import Secret, WantedRelease
from pa_deploy.release import read_code
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.secrets import secret_texts
from pa_deploy.settings.sources import Given


def complaints(parse: object, value: str) -> str:
    with pytest.raises(BadValue) as bad:
        parse(value)  # type: ignore[operator]
    return "\n".join(f"{line}: {message}" for line, message, _ in bad.value.complaints)


@pytest.mark.parametrize("value", ["mysite.wsgi:application", "app:app", "a.b:c.d", "_a:_b"])
def test_an_app_is_a_module_and_a_name_in_it(value: str) -> None:
    assert read_app(value) == value


@pytest.mark.parametrize(
    "value", ["app", "app:", ":app", "app.py", "a/b:c", "a:b()", "a: b", "1:a"]
)
def test_what_is_no_app(value: str) -> None:
    assert value in complaints(read_app, value)


def test_commands_are_lines_without_comments_and_may_go_on() -> None:
    text = "# first\npython manage.py migrate\n\n  pip list | \\\n    head\n"

    assert releases.commands(text) == ("python manage.py migrate", "pip list |      head")


def test_patterns_keep_their_exclamation_marks() -> None:
    assert releases.patterns("docs/\n!docs/index.md\n") == ("docs/", "!docs/index.md")


def test_shared_paths_are_in_the_release() -> None:
    assert releases.shared("db.sqlite3\n./media//\na/b") == ("db.sqlite3", "media/", "a/b")


@pytest.mark.parametrize("value", ["/var", "~/media", "../x", "a/../..", ".", "./"])
def test_shared_paths_that_are_not_in_the_release(value: str) -> None:
    assert complaints(releases.shared, f"ok\n{value}") == f'2: "{value}" is not in the release.'


def test_a_shared_path_in_another_one_is_refused() -> None:
    said = '2: "media/users/" is in "media/", which is shared already.'

    assert complaints(releases.shared, "media/\nmedia/users/") == said


@pytest.mark.parametrize(
    ("line", "said", "advice"),
    [
        ("db.sqlite3 media/", "has a space.", "Write each path on its own line."),
        ("my file.db", "has a space.", "Write each path on its own line."),
        ("db.sqlite3,media/", "has a comma.", "Write each path on its own line."),
        ("db.sqlite3, media/", "has a comma.", "Write each path on its own line."),
        ("media/ # uploads", "ends in a comment.", 'Write only "media/".'),
        ("media/  #uploads, all", "ends in a comment.", 'Write only "media/".'),
        ("media#1", "has a #.", "Put a comment on its own line."),
        ("media/*", "has a wildcard,", 'Write "media/" to share the folder.'),
        ("a/b?/c", "has a wildcard,", 'Write "a/" to share the folder.'),
        ("*.sqlite3", "has a wildcard,", "Name each path."),
        ("x[0-9]/", "has a wildcard,", "Name each path."),
        ("media\\", "has a backslash.", 'Write "media/".'),
        ("media\\users", "has a backslash.", 'Write "media/users".'),
    ],
)
def test_a_line_that_may_not_be_one_shared_path(line: str, said: str, advice: str) -> None:
    with pytest.raises(BadValue) as bad:
        releases.shared(f"ok/\n{line}")

    ((number, message, next_step),) = bad.value.complaints
    as_list = json.dumps([line])
    assert (number, message.startswith(f'"{line}" {said}')) == (2, True)
    assert next_step.startswith(advice)
    assert f"shared = {as_list} in pa-deploy.toml, or {as_list} as JSON in a workflow." in next_step
    assert releases.shared(as_list) == (line,)


def test_all_such_lines_are_told_at_once() -> None:
    assert complaints(releases.shared, "a b\nok\nc,d\n# e f").count("\n") == 1


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('["a"', "1: this is not valid JSON."),
        ("[a]/", "1: this is not valid JSON."),
        ("[]", "None: the JSON list must contain one or more texts, and nothing else."),
        ('["a", 1]', "None: the JSON list must contain one or more texts, and nothing else."),
        (
            '[{"path": "a"}]',
            "None: the JSON list must contain one or more texts, and nothing else.",
        ),
        ('["../x"]', 'None: "../x" is not in the release.'),
        ('["/x"]', 'None: "/x" is not in the release.'),
        ('[""]', 'None: "" is not in the release.'),
        ('["a/", "a/b c"]', 'None: "a/b c" is in "a/", which is shared already.'),
        ('["a\\nb"]', "None: 'a\\nb' has characters that a file name cannot have here."),
        ('["a\\ud800"]', "None: 'a\\ud800' has characters that a file name cannot have"),
    ],
)
def test_a_json_list_that_is_not_one_of_shared_paths(value: str, said: str) -> None:
    assert complaints(releases.shared, value).startswith(said)


def revealed(value: str) -> dict[str, str]:
    return {name: secret.reveal() for name, secret in releases.env(value)}


def test_env_has_lines_or_is_json() -> None:
    text = '# settings\nA=1\nB = two=2 \nC="quoted"\nD=\'\nE=\n'

    assert revealed(text) == {"A": "1", "B": "two=2", "C": "quoted", "D": "'", "E": ""}
    assert revealed('{"KEY": "a\\nb"}') == {"KEY": "a\nb"}


@pytest.mark.parametrize(
    "value", ["A=1\nhunter2", "1A=hunter2", '{"A": ["hunter2"]}', '{"A": hunter2', "A=hunter2\nA=2"]
)
def test_no_complaint_about_env_cites_a_value(value: str) -> None:
    assert "hunter2" not in complaints(releases.env, value)


def test_all_values_of_env_are_secrets_and_their_names_are_not() -> None:
    environ = {"INPUT_ENV": "KEY=hunter22\nDEBUG=true\nNAME=mysite.settings\nKEY_2=hunter22\n"}

    assert secret_texts(environ) == ("hunter22", "true", "mysite.settings")


def test_values_of_a_broken_env_are_hidden_too() -> None:
    assert secret_texts({"INPUT_ENV": "KEY=hunter22\nhunter33"}) == ("hunter22", "hunter33")


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"])
def test_a_value_that_no_variable_can_hold(text: str) -> None:
    assert "each value a text" in complaints(releases.env, f'{{"KEY": "{text}"}}')


def test_a_value_whose_bytes_are_no_utf_8_is_kept() -> None:
    assert revealed("KEY=a\udcffb") == revealed('{"KEY": "a\\udcffb"}') == {"KEY": "a\udcffb"}


@pytest.mark.parametrize("value", ["1", "0", "-1", "three", "51", "3.5"])
def test_how_many_releases_may_be_kept(value: str) -> None:
    assert "from 2 to 50" in complaints(releases.keep_releases, value)


def settings_of(workspace: Path, **inputs: str) -> WantedRelease | None:
    flags = {"token": "t", "username": "alice"}
    named = {name.replace("_", "-"): value for name, value in inputs.items()}
    return resolve(Given.of({**flags, **named}, {}, workspace)).release


def test_a_release_is_wanted_where_a_source_is_given(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()

    assert settings_of(tmp_path) is None
    assert settings_of(
        tmp_path,
        source=".",
        python_version="3.13",
        app="a:b",
        include="x",
        exclude="y",
        requirements="requirements.txt",
        run="make",
        env="K=v",
        shared="db",
        keep_releases="5",
    ) == WantedRelease(
        source=tmp_path / ".",
        workspace=tmp_path,
        app="a:b",
        include=("x",),
        exclude=("y",),
        requirements=tmp_path / "requirements.txt",
        run=("make",),
        env=(("K", Secret("v")),),
        shared=("db",),
        keep=5,
    )


@pytest.mark.parametrize("name", ["token_file", "report", "outputs_file", "summary_file"])
@pytest.mark.parametrize("source", [".", "site"])
def test_the_files_of_the_run_itself_are_not_shipped(
    tmp_path: Path, name: str, source: str
) -> None:
    """Least of all the one with the token, which the site might even serve."""
    (tmp_path / "site" / "deep").mkdir(parents=True)
    files = {"site/app.py", "site/deep/[own] !file", "site/[own] !file"}
    for file in files:
        (tmp_path / file).write_text("t0ken")

    wanted = settings_of(tmp_path, source=source, include="*", **{name: "site/[own] !file"})

    assert wanted
    shipped = {f"site/{path.removeprefix('site/')}" for path in read_code(wanted).manifest}
    assert shipped == files - {"site/[own] !file"}


@pytest.mark.parametrize(
    ("config", "is_left_out"), [("conf/site.toml", True), ("conf/pyproject.toml", False)]
)
def test_the_config_file_is_not_shipped_unless_others_read_it(
    tmp_path: Path, config: str, *, is_left_out: bool
) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "app.py").touch()
    (tmp_path / config).touch()

    wanted = settings_of(tmp_path, source=".", config=config)

    assert wanted
    assert (config not in read_code(wanted).manifest) == is_left_out


@pytest.mark.parametrize("given", [{}, {"exclude": "*"}, {"exclude": "a.log"}])
def test_nothing_to_ship_is_told_with_what_was_left_out(
    tmp_path: Path, given: dict[str, str]
) -> None:
    (tmp_path / "a.log").touch()
    (tmp_path / ".gitignore").write_text("*\n")
    wanted = settings_of(tmp_path, source=".", **given)
    assert wanted

    with pytest.raises(InputError) as caught:
        read_code(wanted)

    assert str(caught.value).startswith(
        f"source: all files in \"{tmp_path}\" are left out: '.gitignore' ("
    )
    assert "'a.log' (" in str(caught.value)


def test_a_file_of_the_run_that_is_elsewhere_excludes_nothing(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()

    wanted = settings_of(tmp_path, source="site", report="report.json")

    assert wanted
    assert wanted.exclude == ()


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"app": "a:b"}, "app: it has no effect without `source`."),
        ({"env": "K=v"}, "env: it has no effect without"),
        ({"source": "missing"}, "source: There is no folder missing in the workspace."),
        ({"source": ".", "requirements": "r.txt"}, "requirements: There is no file r.txt in the "),
        ({"source": "x" * 5000}, "There is no folder "),
        ({"source": "\ud800"}, "There is no folder "),
        ({"source": ".", "report": "\0/x"}, "report: "),
        ({"source": ".", "requirements": "x" * 5000}, "There is no file "),
        ({"source": ".", "wsgi-file": "wsgi.py"}, "wsgi-file: it cannot be used with `source`"),
        ({"source": ".", "requirements": "wsgi.py"}, "python-version: it is needed, because"),
        (
            {"source": ".", "reload": "never"},
            "reload: `never` cannot be used with `source`: a release goes live by a reload.",
        ),
    ],
)
def test_inputs_that_do_not_go_together(tmp_path: Path, inputs: dict[str, str], said: str) -> None:
    (tmp_path / "wsgi.py").touch()

    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        settings_of(tmp_path, **inputs)


def test_static_files_of_a_release_may_be_relative_to_it(tmp_path: Path) -> None:
    text = "/static/ = staticfiles/\n/ = .\n/m/ = ~/media\n/a/ = /home/alice/a"
    flags = {"token": "t", "username": "alice", "source": ".", "static-files": text}
    current = "/home/alice/.pa-deploy/alice.pythonanywhere.com/current"

    rows = resolve(Given.of(flags, {}, tmp_path)).wanted.static_files or ()

    assert [row.path for row in rows] == [
        f"{current}/staticfiles",
        current,
        "/home/alice/media",
        "/home/alice/a",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("/a/ = /a\n/static/ = static", "static-files, line 2"),
        ("# why\n\n/a/ = ~/a\r\n /static/ = static", "static-files, line 4"),
        ("/static/ = static\n/b/ = /b", "static-files, line 1"),
        ('{"/a/": "/a",\n "/static/": "static"}', "static-files"),
        ('[{"url": "/static/", "path": "static"}]', "static-files"),
    ],
)
def test_relative_static_files_need_a_release(tmp_path: Path, text: str, place: str) -> None:
    flags = {"token": "t", "username": "alice", "static-files": text}

    with pytest.raises(InputError, match=f'^{place}: the path "static" is not absolute'):
        resolve(Given.of(flags, {}, tmp_path))


@pytest.mark.parametrize("path", ["../x", "a/../../x", ".."])
def test_static_files_do_not_lead_out_of_the_release(tmp_path: Path, path: str) -> None:
    text = f"/static/ = {path}"
    flags = {"token": "t", "username": "alice", "source": ".", "static-files": text}

    with pytest.raises(InputError, match="is not in the release"):
        resolve(Given.of(flags, {}, tmp_path))


def test_a_release_brings_its_wsgi_file(tmp_path: Path) -> None:
    flags = {"token": "t", "username": "alice", "source": "."}
    base = "/home/alice/.pa-deploy/alice.pythonanywhere.com"

    file = resolve(Given.of(flags, {}, tmp_path)).wanted.wsgi_file

    assert file is not None
    assert f"BASE = '{base}'".encode() in (file.content or b"")
    assert (file.path, file.keep_as) == (
        "/var/www/alice_pythonanywhere_com_wsgi.py",
        f"{base}/before/wsgi_before.py",
    )
