"""What probably helps, by what an app or a command has said."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback

import pytest

from pa_deploy.release.hints import hints
from tests.soak import first_of


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Invalid HTTP_HOST header: 'alice.pythonanywhere.com'. You may need to add",
            "Add 'alice.pythonanywhere.com' to ALLOWED_HOSTS",
        ),
        ("Invalid host header", "`allowed_hosts` of TrustedHostMiddleware"),
        (
            (
                "SystemCheckError: System check identified some issues:\n\nERRORS:\n"
                "a.B.c: (fields.E202) It must be a relative path.\n\tHINT: Remove the slash."
            ),
            "finds: a.B.c: (fields.E202) It must be a relative path. Correct it.",
        ),
        ("SecurityError: Host 'a.example' is not trusted.", "Add 'a.example' to its trusted hosts"),
        (
            "You're using the staticfiles app without having set the STATIC_ROOT setting",
            'STATIC_ROOT = BASE_DIR / "staticfiles"',
        ),
        ("ValueError: Missing staticfiles manifest entry for 'a.css'", "collectstatic"),
        (
            (
                "128 static files copied to '/home/a/.pa-deploy/d/releases/1/code/staticfiles'.\n"
                "static is missing after the commands"
            ),
            "collectstatic wrote to staticfiles",
        ),
        (
            "ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
            "does not have the system library libGL.so.1",
        ),
        (" * Serving Flask app 'app'\n * Debug mode: off", "Put `app.run()` below"),
        (
            '  File "/x/werkzeug/serving.py", line 1119, in run_simple\n    run_with_reloader(',
            "Put `app.run()` below",
        ),
        ("INFO:     Uvicorn running on http://127.0.0.1:8000", "Put `app.run()` below"),
    ],
)
def test_it_names_the_next_step(said: str, words: str) -> None:
    (hint,) = hints(f"before\n{said}\nafter")

    assert words in hint


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            'RuntimeError: Form data requires "python-multipart" to be installed. ',
            "Add `python-multipart` to your requirements",
        ),
        (
            "AssertionError: jinja2 must be installed to use Jinja2Templates",
            "Add `jinja2` to your requirements",
        ),
        (
            "ImportError: email-validator is not installed, run `pip install pydantic[email]`",
            "Add `pydantic[email]` to your requirements",
        ),
        (
            "ImproperlyConfigured: Error loading MySQLdb module.\nDid you install mysqlclient?",
            "Add `mysqlclient` to your requirements",
        ),
        ("sh: 1: alembic: not found", "Add alembic to your requirements"),
        ("bash: line 1: flask: command not found", "Add Flask to your requirements"),
        (
            "Error: Could not locate a Flask application.\nError: No such command 'init-db'.",
            "write `flask --app flaskr …`",
        ),
    ],
)
def test_what_has_to_be_added_is_named(said: str, words: str) -> None:
    (hint,) = hints(f"before\n{said}\nafter", "flaskr:create_app()")

    assert words in hint


@pytest.mark.parametrize(
    "said",
    [
        "[notice] To update, run: pip install --upgrade pip",
        "bash: npm: command not found",
        "WARNING: pip install pip is old",
    ],
)
def test_what_is_no_mistake_of_the_requirements_is_not_told(said: str) -> None:
    assert list(hints(said)) == []


@pytest.mark.parametrize(
    "said",
    [
        "sqlite3.OperationalError: no such table: blog_post",
        "sqlite3.OperationalError: no such column: blog_post",
        'psycopg.errors.UndefinedTable: relation "blog_post" does not exist',
        """MySQLdb.ProgrammingError: (1146, "Table 'blog_post' doesn't exist")""",
        """OperationalError: (1054, "Unknown column 'blog_post' in 'field list'")""",
    ],
)
@pytest.mark.parametrize(
    ("framework", "advice"),
    [
        ("django.db.utils.", "Add to `run`: python manage.py migrate --no-input"),
        ("", "to `first-run` if it empties the database"),
    ],
)
def test_of_a_missing_table_it_names_the_command(said: str, framework: str, advice: str) -> None:
    (hint,) = hints(framework + said)

    assert hint.startswith("The database has no table or column blog_post. Add ")
    assert advice in hint


@pytest.mark.parametrize(
    "error",
    [
        "django.db.utils.OperationalError: no such table: blog_post",
        "django.db.utils.IntegrityError: NOT NULL constraint failed",
        "ZeroDivisionError: division by zero",
    ],
)
def test_a_migration_that_failed_is_named(error: str) -> None:
    frames = '  File "x.py", line 1, in f\n    f()\n' * 60
    done = "  Applying blog.0001_initial... OK\n  Applying blog.0002_more... FAKED\n"

    (hint,) = hints(f"{done}  Applying blog.0003_fails...Traceback:\n{frames}{error}\nexit 1")

    assert hint == f"The migration blog.0003_fails failed ({error}). Correct it."


def test_migrations_that_were_applied_did_not_fail() -> None:
    assert [*hints("  Applying blog.0001_initial... OK\nUnknown command: 'collect'")] == []


@pytest.mark.parametrize(
    ("module", "version"), [("distutils.util", "3.12"), ("cgi", "3.13"), ("binhex", "3.11")]
)
def test_of_a_module_that_python_removed_it_names_the_version(module: str, version: str) -> None:
    (hint,) = hints(f"ModuleNotFoundError: No module named '{module}'")

    assert hint == (
        f"Python {version} removed the module {module.partition('.')[0]}. List a newer version of "
        f"the package that imports it, or set a `python-version` before {version}."
    )


@pytest.mark.parametrize(
    "said",
    [
        "ImportError: cannot import name 'Iterator' from 'collections' (/x/__init__.py)",
        "AttributeError: module 'inspect' has no attribute 'getargspec'",
        "AttributeError: module 'asyncio' has no attribute 'coroutine'",
    ],
)
def test_a_name_that_python_removed_is_no_matter_of_requirements_alone(said: str) -> None:
    (hint,) = hints(said)

    assert "A newer Python may have removed it" in hint
    assert "set an older `python-version`" in hint
    assert "one of your files has the same name as the module" in hint


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("PIL", "Pillow"),
        ("cv2", "opencv-python-headless"),
        ("rest_framework", "djangorestframework"),
    ],
)
def test_of_a_missing_module_it_names_the_package(module: str, package: str) -> None:
    (hint,) = hints(f"ModuleNotFoundError: No module named '{module}'")

    assert f"The module {module} comes with {package}. Add {package} to" in hint


@pytest.mark.parametrize("module", ["django.utils.lru_cache", "shop.views", "flask.ext.wtf"])
def test_of_a_part_of_a_module_it_is_said_that_the_rest_is_there(module: str) -> None:
    (hint,) = hints(f"ModuleNotFoundError: No module named '{module}'")

    first = module.partition(".")[0]
    assert hint.startswith(f"{first} is there, but has no {module}. If it is a package, list the ")


@pytest.mark.parametrize(
    "said",
    [
        "ModuleNotFoundError: No module named 'django.core.urlresolvers'",
        "TypeError: ForeignKey.__init__() missing 1 required positional argument: 'on_delete'",
        "TypeError: __init__() missing 1 required positional argument: 'on_delete'",
        "RuntimeError: __class__ not set defining 'AbstractBaseUser' as <class 'x'>",
        (
            '  File "/e/lib/python3.9/site-packages/django/contrib/admin/widgets.py", line 151\n'
            "    '%s=%s' % (k, v) for k, v in params.items(),\n    ^\n"
            "SyntaxError: Generator expression must be parenthesized"
        ),
    ],
)
def test_of_code_for_an_old_django_it_names_the_version_that_still_runs(said: str) -> None:
    (hint,) = hints(said)

    assert 'list `Django==1.11.29`, and set `python-version = "3.9"`' in hint


def test_of_a_package_that_python_cannot_read_the_version_is_at_fault() -> None:
    said = '  File "/e/site-packages/old/a.py", line 3\n    async = 1\nSyntaxError: invalid syntax'

    (hint,) = hints(said)

    assert hint == (
        "Python cannot read old/a.py, line 3, of a package that is listed: invalid syntax. "
        "List a newer version of the package."
    )


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/home/a/.pa-deploy/a.b/releases/12ab/code/data/x.csv", "data/x.csv, which is not in the"),
        ("x.csv", "The code opens x.csv, which is not in the release. Commit it."),
        ("/home/bob/key.json", "/home/bob/key.json, which is not on PythonAnywhere. If it is"),
    ],
)
def test_a_file_that_is_not_there_is_named(path: str, words: str) -> None:
    (hint,) = hints(f"FileNotFoundError: [Errno 2] No such file or directory: '{path}'")

    assert words in hint


def test_a_program_that_is_not_there_is_no_file_to_commit() -> None:
    try:
        subprocess.run(["no-such-program"], check=False)
    except FileNotFoundError:
        assert list(hints(traceback.format_exc())) == []


OUTER_FRAMES = '  File "<frozen importlib._bootstrap>", line 1 in _load\n' * 70


def test_where_the_app_was_when_its_time_was_over_is_told() -> None:
    said = (
        "Current thread 0x1 (most recent call first):\n"
        '  File "/e/site-packages/requests/api.py", line 59 in request\n'
        '  File "/home/a/.pa-deploy/a.b/releases/12ab/code/shop/rates.py", line 7 in <module>\n'
        '  File "/home/a/.pa-deploy/a.b/releases/12ab/code/app.py", line 1 in <module>\n'
        f"{OUTER_FRAMES}"
        "it was ended after 60 s, as its time was over"
    )

    (hint,) = hints(said)

    assert hint.startswith("When the time was over, the app was at shop/rates.py, line 7. ")


def test_a_module_that_nobody_knows_may_be_a_package_s_or_one_s_own() -> None:
    (hint,) = hints("ModuleNotFoundError: No module named 'shop'")

    assert hint == (
        "Python finds no module shop. If a package has it, add the package to your requirements. "
        "If it is your own, add its folder to `python-path`."
    )


@pytest.mark.parametrize(
    "said",
    [
        "KeyError: 'API_KEY'",
        "File \"<frozen os>\", line 679, in __getitem__\nKeyError: 'API_KEY'",
        "File \"/x/os.py\", line 1, in __getitem__\n    raise KeyError(key)\nKeyError: 'API_KEY'",
        "ImproperlyConfigured: Set the API_KEY environment variable",
        "decouple.UndefinedValueError: API_KEY not found. Declare it as envvar or define a default",
        'environs.EnvError: Environment variable "API_KEY" not set',
        "KeyError: \"Config 'API_KEY' is missing, and has no default.\"",
        "ValidationError: 1 validation error for Settings\nAPI_KEY\n  Field required [type=missing",
    ],
)
def test_a_variable_that_is_not_set_is_named(said: str) -> None:
    (hint,) = hints(said)

    assert hint == (
        "The variable API_KEY is probably not set. Add it to `env` if it is a secret, else to "
        "`variables`."
    )


def test_a_variable_in_small_letters_is_known_by_where_it_was_sought() -> None:
    name = "no_such_variable"
    try:
        os.environ[name]
    except KeyError:
        (hint,) = hints(traceback.format_exc())

    assert "The variable no_such_variable" in hint


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("SyntaxError: invalid syntax (shop/a.py, line 3)", "read shop/a.py, line 3: invalid synt"),
        ("IndentationError: unexpected indent (a.py, line 2)", "a.py, line 2: unexpected indent"),
        ("TabError: inconsistent use of tabs (a.py, line 9)", "a.py, line 9: inconsistent use"),
        (
            '  File "/1/code/shop/views.py", line 8\n  def (x):\n  ^\nSyntaxError: invalid syntax',
            "read shop/views.py, line 8: invalid syntax",
        ),
        (
            '  File "build.py", line 2\n    x = 1\nIndentationError: unexpected indent',
            "read build.py, line 2: unexpected indent",
        ),
        (
            "jinja2.exceptions.TemplateSyntaxError: Unknown tag 'x'. (templates/a.html, line 2)",
            "Correct the template templates/a.html, line 2.",
        ),
        (
            "ImportError: cannot import name 'Markup' from 'flask' (/x/flask/__init__.py)",
            "The installed flask has no Markup.",
        ),
        (
            "ImportError: cannot import name 'db' from partially initialized module 'shop' (most",
            "Two modules import each other, so db is not there yet.",
        ),
        (
            "AttributeError: module 'random' has no attribute 'choice'",
            "The module random has no choice.",
        ),
        (
            "ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
            "Django's SECRET_KEY is empty.",
        ),
    ],
)
def test_the_cause_fits_the_exception(said: str, words: str) -> None:
    (hint,) = hints(said)

    assert words in hint


@pytest.mark.parametrize(
    "said",
    [
        *("", "KeyError: 'name'", "ValueError: x", "no such table: a\n" + "later\n" * 60),
        "KeyError: 'TAG'\n\ndjango.template.TemplateSyntaxError: Invalid block tag: 'TAG'",
    ],
)
def test_it_does_not_guess(said: str) -> None:
    assert list(hints(said)) == []


DJANGO = """\
import os, sys
import django
from django.conf import settings
from django.test import RequestFactory
given = dict(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF="__main__", STATIC_URL="/static/")
given["DATABASES"] = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
given["INSTALLED_APPS"] = ["django.contrib.contenttypes", "django.contrib.auth"]
given["INSTALLED_APPS"] += ["django.contrib.staticfiles"]
urlpatterns = []
{}
"""
MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
SET_UP = "settings.configure(**given); django.setup()"


@pytest.mark.parametrize(
    ("code", "words"),
    first_of(
        [
            (
                f"{SET_UP}\nfrom django.contrib.auth.models import User\nUser.objects.count()",
                "The database has no table or column auth_user.",
            ),
            (
                (
                    f"{SET_UP}\nfrom django.contrib.staticfiles.storage import StaticFilesStorage\n"
                    "StaticFilesStorage().path('a.css')"
                ),
                "Django has no STATIC_ROOT",
            ),
            (
                (
                    f"given['STORAGES'] = {{'staticfiles': {{'BACKEND': '{MANIFEST}'}}}}\n"
                    f"given['STATIC_ROOT'] = '/nowhere'\n{SET_UP}\n"
                    "from django.templatetags.static import static\nstatic('a.css')"
                ),
                "Static files were not collected.",
            ),
            (
                (
                    f"given['ALLOWED_HOSTS'] = []\n{SET_UP}\n"
                    "RequestFactory().get('/', HTTP_HOST='a.example').get_host()"
                ),
                "Add 'a.example' to ALLOWED_HOSTS",
            ),
            (f"given['SECRET_KEY'] = ''\n{SET_UP}\nsettings.SECRET_KEY", "SECRET_KEY is empty"),
            (
                f"given['INSTALLED_APPS'] += ['rest_framework_x', 'corsheaders']\n{SET_UP}",
                "Python finds no module rest_framework_x",
            ),
            (f"given['INSTALLED_APPS'] += ['corsheaders']\n{SET_UP}", "django-cors-headers"),
            ("os.environ['DJANGO_KEY']", "The variable DJANGO_KEY is probably not set"),
        ],
    ),
)
def test_what_django_really_says_is_recognized(code: str, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DJANGO.format(code)], capture_output=True, text=True, check=False
    )

    (hint,) = hints(done.stderr)
    assert words in hint, done.stderr


def test_a_sentence_that_python_ends_with_a_question_mark_ends_once() -> None:
    (hint,) = hints("SyntaxError: invalid syntax. Perhaps you forgot a comma? (app.py, line 3)")

    assert ": invalid syntax. Perhaps you forgot a comma. If the file works" in hint
