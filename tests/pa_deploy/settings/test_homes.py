"""Paths in a home that is not the account's, such as a placeholder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.settings.resolving import cautions


@pytest.mark.parametrize(
    "home",
    [
        "yourusername",
        "myusername",
        "USERNAME",
        "<username>",
        "{username}",
        "your_user_name",
        "<your-username>",
        "YourUserName",
        "my-account",
        "$USER",
    ],
)
@pytest.mark.parametrize("name", ["virtualenv", "source_directory", "working_directory"])
def test_a_placeholder_is_told(name: str, home: str) -> None:
    (said,) = cautions(**{name: f"/home/{home}/mysite"})

    assert said.startswith(f'{name.replace("_", "-")}: "/home/{home}" has a placeholder for the ')
    assert said.endswith("account's name. Write /home/alice or ~.")


@pytest.mark.parametrize(
    ("inputs", "home"),
    [
        ({"virtualenv": "/home/bob/.virtualenvs/x"}, "/home/bob"),
        ({"virtualenv": "~bob"}, "~bob"),
        ({"source_directory": "/home/bob"}, "/home/bob"),
        ({"working_directory": "/home/bob/"}, "/home/bob"),
        ({"static_files": "/static/ = /home/bob/static"}, "/home/bob"),
        ({"static_files": '[{"url": "/s/", "path": "/home/bob/s"}]'}, "/home/bob"),
        ({"static_files": "/static/ = ~bob/static", "source": "."}, "~bob"),
        ({"share_files": "~/a\n/home/bob/a"}, "/home/bob"),
        ({"run": "cp a /home/bob/a", "source": "."}, "/home/bob"),
        ({"run": "cp a '/home/bob/a'", "source": "."}, "/home/bob"),
        ({"run": "ls ~bob/a", "source": "."}, "~bob"),
        ({"run": "sed s,a,b, /home/bob/x", "source": "."}, "/home/bob"),
        ({"run": 'cat "~/x" > "/home/bob/a b"', "source": "."}, "/home/bob"),
        ({"run": "cat /home/bob/x.html", "source": "."}, "/home/bob"),
        ({"run": "cat /home/style.css/x", "source": "."}, "/home/style.css"),
        ({"first_run": "ls >/home/bob/log", "source": "."}, "/home/bob"),
    ],
)
def test_another_account_s_home_is_told(inputs: dict[str, str], home: str) -> None:
    name = next(iter(inputs)).replace("_", "-")

    assert cautions(**inputs) == [
        f'{name}: "{home}" is outside the home of alice. Write /home/alice or ~.'
    ]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("DATA=/home/bob/data", "/home/bob"),
        ("DATABASE_URL=sqlite:////home/bob/db.sqlite3", "/home/bob"),
        ("PATHS=/home/alice/a:/home/bob/b", "/home/bob"),
        ("DATA=~bob/data", "~bob"),
        ("DATA=/home/yourusername/data", "/home/yourusername"),
    ],
)
def test_of_a_variable_the_home_is_told_and_of_a_secret_only_the_name(text: str, home: str) -> None:
    name = text.partition("=")[0]
    (open_,) = cautions(source=".", variables=text)
    (secret,) = cautions(source=".", env=text)

    assert open_.startswith(f'variables: "{home}" in the value of {name} ')
    assert secret.startswith(f"env: a path in the value of {name} ")
    assert home not in secret
    assert open_.endswith(" Write /home/alice.")


@pytest.mark.parametrize(
    "inputs",
    [{"virtualenv": "/home/Alice/v"}, {"run": "ls ~ALICE/x"}, {"share_files": "/home/aLice/x"}],
)
def test_wrong_capitals_of_the_own_name_are_told(inputs: dict[str, str]) -> None:
    (said,) = cautions(**{"source": ".", **inputs})

    assert "differs from `username`, alice, in its capital letters. Write /home/alice or ~." in said


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"virtualenv": "~alice"}, 'virtualenv: "~alice" is not expanded here.'),
        ({"static_files": "/s/ = ~alice/s"}, 'static-files: "~alice" is not expanded here.'),
        (
            {"variables": "A=~alice/a"},
            'variables: "~alice" in the value of A is not expanded here.',
        ),
        ({"env": "A=~alice/a"}, "env: a path in the value of A is not expanded here."),
    ],
)
def test_the_own_home_by_its_name_is_told_if_no_shell_reads_it(
    inputs: dict[str, str], said: str
) -> None:
    (told,) = cautions(**{"source": ".", **inputs})

    assert told.startswith(f"{said} Write /home/alice")


@pytest.mark.parametrize(
    "text",
    [
        "path = '/home/yourusername/mysite'\n",
        "import sys\nsys.path.insert(0, '/home/bob/mysite')\n",
        'os.environ["DB"] = "sqlite:////home/Alice/db"\n',
    ],
)
def test_homes_in_a_wsgi_file_are_told(tmp_path: Path, text: str) -> None:
    before = "# path = '/home/carol'\nif x:\n    # path = '/home/carol'\n    x = ~mask\n# é\n"
    (tmp_path / "wsgi.py").write_text(before + text, encoding="latin-1")

    (said,) = cautions(tmp_path, wsgi_file="wsgi.py")

    assert said.startswith('wsgi-file: "/home/')
    assert said.endswith("Write /home/alice.")


@pytest.mark.parametrize(
    "inputs",
    [
        {"virtualenv": "/home/alice/v", "working_directory": "/home/alice"},
        {"source_directory": "~/x"},
        {"virtualenv": "none"},
        {"static_files": "/home/ = ~/home\n/home/bob/ = /home/alice/x\n/s/ = home/bob"},
        {"run": "ls ~/x ~alice/x /home/alice/x /home/$USER/x /home/${USER}/x /home/*/x"},
        {"run": "rsync -a x deploy@example.com:/home/deploy/x"},
        {"run": "curl https://example.com/home/about -o /tmp/home/x"},
        {"run": "git diff HEAD~two; pip install 'x~=1.0'; awk '$1 ~ x'"},
        {"variables": "LOGIN_REDIRECT_URL=/home/dashboard\nPAGE_ROUTE=/home/x/y"},
        {"variables": "SITE=https://example.com/home/about"},
        {"env": "PASSWORD=~hunter22"},
        {"run": 'ls "/home/$(whoami)/z"\nls /home/$(id -un)/z "/home/$ACCOUNT/z"'},
        {"run": 'echo "~approx 3"\necho \'about ~ten things\'\necho "it is ~so"'},
        {"run": "sed s,/home/old,/home/alice,g x\nsed -i 's#/home/old#/home/alice#' x"},
        {"run": "perl -pi -e 's|/home/old/a|/home/alice/b|g' x\nsed -e s,/home/old,"},
        {"variables": "START=/home/index.html\nPAGE=/home/start.php\nLOGO=/home/logo.png"},
    ],
)
def test_nothing_is_said_of_what_may_be_right(inputs: dict[str, str]) -> None:
    assert cautions(**{"source": ".", **inputs}) == []


def test_a_home_is_told_once_of_an_input() -> None:
    assert len(cautions(source=".", run="ls /home/bob/a /home/bob/b\nls /home/bob/c")) == 1


@pytest.mark.parametrize(
    "inputs",
    [
        {"run": "ls /home/bob/a", "first_run": "ls /home/bob/a"},
        {"variables": "A=/home/bob\nB=/home/bob"},
        {"run": "ls /home/bob /home/carol"},
    ],
)
def test_each_home_is_told_of_each_input_and_variable(inputs: dict[str, str]) -> None:
    assert len(cautions(**{"source": ".", **inputs})) == 2
