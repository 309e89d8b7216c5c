"""Which variables PythonAnywhere can make: keys with which an app signs its own texts."""

from __future__ import annotations

import pytest

from pa_deploy.detect.app_variables import app_variables
from pa_deploy.detect.own_keys import own_keys
from tests.pa_deploy.detect.project import tree

READ = 'import os\nK = os.environ["X"]\n'


def keys(code: str) -> set[str]:
    files = tree({"app.py": code})
    return set(own_keys(files, ["app.py"], app_variables(files, ["app.py"])))


@pytest.mark.parametrize(
    "use",
    [
        'app.secret_key = os.environ["X"]',
        "app.secret_key = K",
        "app.secret_key = K.encode()",
        'app.config["SECRET_KEY"] = os.environ["X"]',
        'app.config["SECRET_KEY"] = os.getenv("X") or "dev"',
        'app.config.from_mapping(SECRET_KEY=os.environ.get("X", "dev"))',
        'app.config.update({"SECRET_KEY": os.environ["X"]})',
        'app.add_middleware(SessionMiddleware, secret_key=os.environ["X"])',
        'class Config:\n    SECRET_KEY: str = os.environ["X"]',
        "SECRET_KEY = hashlib.sha256(K.encode() + os.environ['X'].encode()).digest()",
    ],
)
def test_what_signs_the_app_s_own_texts_is_a_key(use: str) -> None:
    assert keys(f"{READ}{use}\n") == {"X"}


@pytest.mark.parametrize(
    ("name", "is_key"),
    [
        ("SECRET_KEY", True),
        ("FLASK_SECRET_KEY", True),
        ("WTF_CSRF_SECRET_KEY", True),
        ("session_secret", True),
        ("STRIPE_SECRET_KEY", False),
        ("AWS_SECRET_KEY", False),
        ("RECAPTCHA_SECRET_KEY", False),
        ("FACEBOOK_APP_SECRET", False),
    ],
)
def test_a_name_tells_whether_somebody_else_gives_it_out(name: str, *, is_key: bool) -> None:
    assert keys(f'import os\nx = os.environ["{name}"]\n') == ({name} if is_key else set())


@pytest.mark.parametrize(
    "use",
    [
        'Fernet(os.environ["SECRET_KEY"])',
        'Fernet(os.environ["SECRET_KEY"].encode())',
        'int(os.environ["SECRET_KEY"], 16)',
        'app.secret_key = bytes.fromhex(os.environ["SECRET_KEY"])',
        'app.secret_key = base64.b64decode(os.getenv("SECRET_KEY") or "")',
        'SECRET_KEY = os.environ["SECRET_KEY"]\nf = Fernet(SECRET_KEY)',
        'class C:\n    SECRET_KEY = os.environ["SECRET_KEY"]\nf = Fernet(C.SECRET_KEY)',
        'app.config["K"] = os.environ["SECRET_KEY"]\nf = Fernet(current_app.config["K"])',
        'K = os.environ["SECRET_KEY"]\nhmac.new(K.encode(), request.data)',
        'boto3.client("s3", aws_secret_access_key=os.environ["SECRET_KEY"])',
        'K = os.environ["SECRET_KEY"]\nstripe.api_key = K\napp.secret_key = K',
        'app.secret_key = os.environ["ADMIN_PASSWORD"]',
    ],
)
def test_a_key_that_needs_a_form_is_not_made(use: str) -> None:
    assert keys(f"import os\n{use}\n") == set()


def test_a_form_that_is_made_of_any_text_needs_none() -> None:
    made = 'Fernet(base64.urlsafe_b64encode(os.environ["SECRET_KEY"][:32].encode()))'

    assert keys(f"import os\nf = {made}\n") == {"SECRET_KEY"}
