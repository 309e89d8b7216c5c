"""Values that can be used and are probably mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given

ACCOUNT = {"token": "t0ken", "username": "alice"}


def cautions(workspace: Path = Path(), /, **inputs: str) -> list[str]:
    flags = {name.replace("_", "-"): value for name, value in inputs.items()}
    return [str(each) for each in resolve(Given.of({**ACCOUNT, **flags}, {}, workspace)).cautions]


def problems(**inputs: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        cautions(**inputs)
    return [str(each) for each in caught.value.problems]


# --- variables without a value


@pytest.mark.parametrize("env", ["KEY=", "KEY = ''", 'KEY=""', "KEY=' '", '{"KEY": ""}'])
def test_an_empty_secret_is_told_by_its_name(env: str) -> None:
    (said,) = cautions(source=".", env=env)

    assert said.startswith("env: KEY is empty. Check the name of the secret")
    assert "write `KEY=` in `variables`" in said


def test_each_empty_secret_is_told_and_no_value() -> None:
    said = cautions(source=".", env="A=\nB=hunter22\nC=\n")

    assert [each.split()[1] for each in said] == ["A", "C"]
    assert "hunter22" not in "".join(said)


@pytest.mark.parametrize(
    "inputs",
    [{"env": "K=${{ secrets.X }}"}, {"env": "K=a${{x}}"}, {"variables": "K=${{ vars.X }}"}],
)
def test_an_expression_that_nothing_filled_in_is_told(inputs: dict[str, str]) -> None:
    (said,) = cautions(source=".", **inputs)

    assert "the value of K still contains `${{ … }}`." in said


def test_an_empty_variable_is_as_it_should_be() -> None:
    assert cautions(source=".", variables="KEY=") == []


# --- homes


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
        ({"first_run": "ls >/home/bob/log", "source": "."}, "/home/bob"),
    ],
)
def test_another_account_s_home_is_told(inputs: dict[str, str], home: str) -> None:
    (said,) = cautions(**inputs)

    assert f': "{home}" is outside the home of alice. Write /home/alice or ~.' in said


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

    assert f'variables: "{home}" in the value of {name} ' in open_
    assert f"env: a path in the value of {name} " in secret
    assert home not in secret


@pytest.mark.parametrize(
    "inputs",
    [{"virtualenv": "/home/Alice/v"}, {"run": "ls ~ALICE/x"}, {"share_files": "/home/aLice/x"}],
)
def test_wrong_capitals_of_the_own_name_are_told(inputs: dict[str, str]) -> None:
    (said,) = cautions(**{"source": ".", **inputs})

    assert "differs from `username`, alice, in its capital letters. Write /home/alice or ~." in said


@pytest.mark.parametrize(
    "text",
    [
        "path = '/home/yourusername/mysite'\n",
        "import sys\nsys.path.insert(0, '/home/bob/mysite')\n",
        'os.environ["DB"] = "sqlite:////home/Alice/db"\n',
    ],
)
def test_homes_in_a_wsgi_file_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "wsgi.py").write_text("# path = '/home/carol'\nx = ~mask\n" + text)

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


@pytest.mark.parametrize("line", ["KEY=hunter22 # mine", "KEY = hunter22  #\tx", "KEY= # none"])
@pytest.mark.parametrize("name", ["env", "variables"])
def test_a_comment_behind_a_variable_is_told(name: str, line: str) -> None:
    (said,) = cautions(source=".", **{name: line})

    assert said.startswith(
        f"{name}: the # in the value of KEY is part of the value, not a comment."
    )
    assert "hunter22" not in said


@pytest.mark.parametrize(
    "text",
    ["KEY=#fff", "KEY=a#b", "KEY=12 Main St #5", "KEY='a # b'", '{"KEY": "a # b"}', "# KEY=a # b"],
)
def test_a_sign_that_may_belong_to_the_value(text: str) -> None:
    assert cautions(source=".", variables=text) == []


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"static_headers": "/s/ Cache-Control: no-store # now"}, 'of Cache-Control for "/s/" is'),
        ({"password_protection": "carol:h22 # me"}, "the # in the password is part"),
        ({"report": "report.json # all"}, 'the # in the file name "report.json # all" is part'),
        ({"outputs_file": "out.env #x"}, 'the # in the file name "out.env #x" is part'),
    ],
)
def test_other_comments_are_told(inputs: dict[str, str], said: str) -> None:
    (told,) = cautions(**inputs)

    assert said in told
    assert not {"hunter22", "h22"} & set(told.split())


@pytest.mark.parametrize(("password", "count"), [("hunter22", 0), ("hunter222", 1), ("x" * 40, 1)])
def test_a_password_of_which_only_the_beginning_counts(password: str, count: int) -> None:
    told = cautions(password_protection=f"carol:{password}")

    assert ["compares only the first 8 characters" in each for each in told] == [True] * count


# --- shared


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    (tmp_path / "db.sqlite3").touch()
    (tmp_path / "link").symlink_to("media")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("media", ("media/",)),
        ("media/\ndb.sqlite3", ("media/", "db.sqlite3")),
        ("db.sqlite3/", ("db.sqlite3",)),
        ("link", ("link/",)),
        ("new/\nnew.sqlite3", ("new/", "new.sqlite3")),
        ('["media", "my file.db", "a,b", "#c", "*d"]', ("media/", "my file.db", "a,b", "#c", "*d")),
    ],
)
def test_what_is_shared_is_a_folder_or_a_file_as_in_the_source(
    source: Path, text: str, expected: tuple[str, ...]
) -> None:
    release = resolve(Given.of({**ACCOUNT, "source": ".", "shared": text}, {}, source)).release

    assert release is not None
    assert release.shared == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("db.sqlite3/", 'but "db.sqlite3" is a file in the source. It is shared as a file.'),
        ("new.sqlite3/", 'is shared as a folder. If it is a file, write "new.sqlite3".'),
        ("uploads", 'so it is shared as a file. If it is a folder, write "uploads/".'),
        ("a/uploads", 'so it is shared as a file. If it is a folder, write "a/uploads/".'),
        ('["a\\\\b/"]', 'If it separates folders, write "a/b/".'),
    ],
)
def test_a_slash_that_may_be_wrong_is_told(source: Path, text: str, said: str) -> None:
    (told,) = cautions(source, source=".", shared=text)

    assert said in told


@pytest.mark.parametrize("text", ["media", "media/", "db.sqlite3", "new.db", "new/", "link/"])
def test_a_slash_that_is_right(source: Path, text: str) -> None:
    assert cautions(source, source=".", shared=text) == []
