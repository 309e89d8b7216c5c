"""Secrets that stand in the repository are told, and their values are not shown."""

from __future__ import annotations

import pytest

from pa_deploy.detect.exposed import env_files, keys_in_code
from tests.pa_deploy.detect.project import tree


def of_files(path: str, text: str) -> list[str]:
    return [str(each) for each in env_files(tree({path: text}))]


def of_code(code: str) -> list[str]:
    return [str(each) for each in keys_in_code(tree({"app.py": code}), ["app.py"])]


@pytest.mark.parametrize("path", [".env", "site/.env", ".env.production", ".env.local"])
def test_a_file_of_variables_with_secrets_is_told(path: str) -> None:
    (said,) = of_files(path, "DEBUG=1\nexport DB_PASSWORD = 'hush'\n")

    assert f"git does not ignore {path}, which has secrets (DB_PASSWORD)." in said
    assert f"git rm --cached {path}" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env", "DEBUG=1\nFLASK_APP=app\n"),
        (".env", "SECRET_KEY=\n"),
        (".env", "# SECRET_KEY=x\n"),
        (".env.example", "SECRET_KEY=x\n"),
        (".env.sample", "SECRET_KEY=x\n"),
        (".envrc.md", "SECRET_KEY=x\n"),
    ],
)
def test_one_without_secrets_is_not(path: str, text: str) -> None:
    assert of_files(path, text) == []


@pytest.mark.parametrize(
    "code",
    [
        'app.secret_key = "hush"',
        'app.secret_key = b"hush"',
        'app.config["SECRET_KEY"] = "hush"',
        'app.config.from_mapping(SECRET_KEY="hush", DEBUG=True)',
        'class Config:\n    SECRET_KEY = "hush"',
    ],
)
def test_a_key_in_the_code_is_told_with_its_line(code: str) -> None:
    (said,) = of_code(f"{code}\n")

    assert said.startswith(f"app.py:{2 if 'class' in code else 1}: generate: ")
    assert "stands in the code" in said
    assert "hush" not in said


@pytest.mark.parametrize("made", ["os.urandom(24)", "secrets.token_hex()", "str(uuid4())"])
def test_a_key_that_is_made_at_each_start_is_told(made: str) -> None:
    (said,) = of_code(f"app.secret_key = {made}\n")

    assert "secret_key changes at each start" in said


@pytest.mark.parametrize(
    "code",
    [
        'app.secret_key = os.environ["K"]',
        'app.secret_key = ""',
        "app.secret_key = read()",
        'app.secret_key = os.getenv("K") or os.urandom(24)',
    ],
)
def test_a_key_from_elsewhere_is_not(code: str) -> None:
    assert of_code(f"{code}\n") == []
