"""From the texts of the inputs that say what a release is made of to their values."""

from __future__ import annotations

import json

import pytest

from pa_deploy.inputs import BY_NAME, BadValue, releases
from pa_deploy.inputs.app import app as read_app


def complaints(parse: object, value: str) -> str:
    with pytest.raises(BadValue) as bad:
        parse(value)  # type: ignore[operator]
    return "\n".join(f"{line}: {message}" for line, message, _ in bad.value.complaints)


@pytest.mark.parametrize("value", ["mysite.wsgi:application", "app:app", "a.b:c.d", "_a:_b"])
def test_an_app_is_a_module_and_a_name_in_it(value: str) -> None:
    assert read_app(value) == value


@pytest.mark.parametrize(
    "value", ["app", "app:", ":app", "app.py", "a/b:c", "a:b(1)", "a: b", "1:a"]
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


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"])
def test_a_value_that_no_variable_can_hold(text: str) -> None:
    assert "each value a text" in complaints(releases.env, f'{{"KEY": "{text}"}}')


def test_a_value_whose_bytes_are_no_utf_8_is_kept() -> None:
    assert revealed("KEY=a\udcffb") == revealed('{"KEY": "a\\udcffb"}') == {"KEY": "a\udcffb"}


def test_a_name_is_generated_once() -> None:
    assert releases.generate("SECRET_KEY\n# one more\nSALT\nSALT") == ("SECRET_KEY", "SALT")


@pytest.mark.parametrize(
    "line", ["KEY=hunter22", "KEY = hunter22", "a-b", "A B", "PA_DEPLOY_X", "7"]
)
def test_what_is_no_name_to_generate(line: str) -> None:
    with pytest.raises(BadValue) as bad:
        releases.generate(f"FINE\n{line}")

    ((number, said, advice),) = bad.value.complaints
    assert number == 2
    assert "hunter22" not in said + advice


@pytest.mark.parametrize("value", ["1", "0", "-1", "three", "51", "3.5"])
def test_how_many_releases_may_be_kept(value: str) -> None:
    assert "from 2 to 50" in complaints(releases.keep_releases, value)


MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("512MiB", 512 * MIB),
        ("512 mib", 512 * MIB),
        ("512M", 512 * MIB),
        ("1 GB", 1_000_000_000),
        ("1.5 GiB", 1536 * MIB),
        ("500 mb", 500_000_000),
        ("2097152 bytes", 2 * MIB),
        ("2048 KiB", 2 * MIB),
        ("0", 0),
        ("None", 0),
    ],
)
def test_a_disk_limit_in_bytes(value: str, size: int) -> None:
    assert releases.disk_limit(value) == size


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("512", '"512" has no unit. Write 512MiB if you mean that.'),
        ("1,5 GB", '"1,5 GB" is not a size. Write it as 512MiB or 1 GB'),
        ("-1", "is not a size"),
        ("half", "is not a size"),
        ("512 iB", "has no unit"),
        ("1e9 B", "is not a size"),
        ("100 kB", "is less than 1 MiB"),
        ("\u0665MB", "is not a size"),
    ],
)
def test_what_is_not_a_disk_limit(value: str, said: str) -> None:
    assert said in told(value)


def told(value: str) -> str:
    with pytest.raises(BadValue) as bad:
        releases.disk_limit(value)
    return "\n".join(f"{message} {advice}" for _, message, advice in bad.value.complaints)


@pytest.mark.parametrize("line", [r"src\app", r".\src", "src\\"])
def test_folders_of_a_release_have_slashes(line: str) -> None:
    slashed = line.replace("\\", "/")

    assert complaints(releases.python_path, f"lib\n{line}") == f'2: "{line}" has a backslash.'
    assert releases.python_path(slashed)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://bob:pa%20ss-word@host/simple/", {"pa%20ss-word", "pa ss-word"}),
        ("https://abc123DEF456ghi789jkl:@host/", {"abc123DEF456ghi789jkl"}),
        ("https://abc123DEF456:x-oauth-basic@host/", {"abc123DEF456"}),
        ("https://t0ken@host/simple/", {"t0ken"}),
        ("https://host/abc123DEF456ghi789jkl/simple/", {"abc123DEF456ghi789jkl"}),
        ("https://host/simple/?key=abc123DEF456ghi789jkl&x=1", {"abc123DEF456ghi789jkl"}),
        ("postgres://bob:hush-hush@host:5432/shop", {"hush-hush"}),
        ("https://host/simple/", set()),
    ],
)
def test_of_a_url_what_is_secret_is_hidden_alone_too(url: str, parts: set[str]) -> None:
    text = f"PIP_INDEX_URL={url}"

    assert set(BY_NAME["env"].secrets_in(text)) == {url, *parts}
