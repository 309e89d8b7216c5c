"""What is said of the commands of `run` and `first-run`."""

from __future__ import annotations

import pytest

from pa_deploy.bundle import pattern_for
from tests.pa_deploy.detect.project import DJANGO, FLASK, below, caution, cautions

FILES = {
    **below("backend"),
    "scripts/seed.py": "",
    "deploy.sh": "",
    "flaskr/__init__.py": FLASK,
    "requirements/base.txt": "",
}


@pytest.mark.parametrize(
    "line",
    [
        "python scripts/seed.py",
        "python3 -u -W ignore ./scripts/seed.py --all",
        "cd scripts && python seed.py",
        "cd scripts; cd ..; python scripts/seed.py",
        "(cd scripts && python seed.py) && bash deploy.sh",
        "X=1 env Y=2 python backend/manage.py migrate",
        "uv run python backend/manage.py check",
        "cd backend && python3.13 manage.py migrate 2>&1 | tee migrate.log",
        "pip install -r requirements/base.txt",
        "flask --app flaskr init-db",
        "cd backend && flask --app flaskr run",
        "flask --app flaskr:create_app() init-db",
        "FLASK_APP=flaskr python -m flask run",
        "python -m backend.mysite.settings",
        "python -c 'open(\"no.py\")'",
        "python -m pip install x",
        "python -m pytest tests/no.py",
        "python $SCRIPT/no.py",
        "python ~/no.py",
        "python /home/alice/no.py",
        "cd $X && python no.py",
        "cd ~/x && python no.py",
        "cd .. && python no.py",
        "echo 'python no.py'",
        "echo python no.py",
        "# python no.py",
        "true # python no.py",
        "if [ -f no.py ]; then python no.py; fi",
        "python $(ls *.py)",
        "curl -o no.py https://example.com/no.py && python no.py",
        "echo x > no.py; python no.py",
        "git clone https://example.com/x && python x/no.py",
        "python 'no.py",
        "pip install -r https://example.com/no.txt",
        "flask --app elsewhere run",
        "PYTHONPATH=backend python -m mysite.settings",
    ],
)
def test_nothing_is_said_of_commands_that_may_be_right(line: str) -> None:
    assert cautions(FILES, run=(line,)) == []


@pytest.mark.parametrize(
    ("line", "needs", "found", "mended"),
    [
        (
            "python manage.py migrate",
            "manage.py",
            "backend/manage.py",
            "python backend/manage.py migrate",
        ),
        (
            "python3.13 -u manage.py x",
            "manage.py",
            "backend/manage.py",
            "python3.13 -u backend/manage.py x",
        ),
        (
            "cd scripts && python manage.py x",
            "scripts/manage.py",
            "backend/manage.py",
            "cd scripts && python ../backend/manage.py x",
        ),
        ("python seed.py", "seed.py", "scripts/seed.py", "python scripts/seed.py"),
        (
            "A=1 uv run python src/seed.py",
            "src/seed.py",
            "scripts/seed.py",
            "A=1 uv run python scripts/seed.py",
        ),
        ("./manage.py migrate", "manage.py", "backend/manage.py", "backend/manage.py migrate"),
        (
            "uv pip install --requirement=base.txt",
            "base.txt",
            "requirements/base.txt",
            "uv pip install --requirement=requirements/base.txt",
        ),
        (
            "cd backend && bash deploy.sh",
            "backend/deploy.sh",
            "deploy.sh",
            "cd backend && bash ../deploy.sh",
        ),
        (
            "pip install -r base.txt",
            "base.txt",
            "requirements/base.txt",
            "pip install -r requirements/base.txt",
        ),
        (
            "python -m pip install -c x/base.txt y",
            "x/base.txt",
            "requirements/base.txt",
            "python -m pip install -c requirements/base.txt y",
        ),
        (
            "flask --app mysite.wsgi run",
            "mysite.wsgi",
            "backend/mysite/wsgi.py",
            "cd backend && flask --app mysite.wsgi run",
        ),
        (
            "FLASK_APP=mysite/wsgi.py flask run",
            "mysite.wsgi",
            "backend/mysite/wsgi.py",
            "cd backend && FLASK_APP=mysite/wsgi.py flask run",
        ),
        (
            "python -m mysite.settings",
            "mysite.settings",
            "backend/mysite/settings.py",
            "cd backend && python -m mysite.settings",
        ),
    ],
)
def test_a_file_that_is_elsewhere_is_named(line: str, needs: str, found: str, mended: str) -> None:
    said = f"run: `{line}` needs {needs}, which is not in the release. Found: {found}. "

    assert caution(FILES, run=(line,)) == f"{said}Write `{mended}`."


@pytest.mark.parametrize("line", ["python no.py", "cd backend && python no.py", "sh no.sh"])
def test_a_file_that_is_nowhere(line: str) -> None:
    assert caution(FILES, run=(line,)).endswith(
        "is not in the release. Check its name, and check that it is committed."
    )


BLOG = {**DJANGO, "blog/models.py": "", "tools/seed.py": ""}


@pytest.mark.parametrize(
    ("line", "folder", "advice"),
    [
        (
            "cd my-first-blog && python manage.py migrate",
            "my-first-blog",
            "Write `python manage.py migrate`.",
        ),
        ("cd site; python3 manage.py check", "site", "Write `python3 manage.py check`."),
        ("cd 'a b' && python manage.py check", "a b", "Write `python manage.py check`."),
        ("cd src/tools && python seed.py", "src/tools", "Write `cd tools && python seed.py`."),
        ("cd src/blog && ls", "src/blog", "Write `cd blog && ls`."),
        ("cd nosuch", "nosuch", "Remove `cd nosuch`: each line begins at the top of the release."),
        ("cd no/such", "no/such", "Remove `cd no/such`"),
        ("cd nosuch && ls", "nosuch", "`cd nosuch && ls` needs it. Check the folder"),
        ("cd blog && cd such", "blog/such", "Remove `cd blog && cd such`"),
        (
            "cd nosuch || exit 1; python no.py",
            "nosuch",
            "`cd nosuch || exit 1; python no.py` needs it.",
        ),
    ],
)
def test_a_folder_that_is_not_there(line: str, folder: str, advice: str) -> None:
    said = caution(BLOG, run=("pip install x", line))

    assert said.startswith(f"run: There is no folder {folder} in the release. {advice}")


@pytest.mark.parametrize(
    "run",
    [
        ("mkdir x && cd x && ls",),
        ("mkdir -p x", "cd x && ls"),
        ("npm run build", "cd x && ls"),
        ("python build.py", "cd x && ls"),
        ("python manage.py collectstatic --no-input", "cd static && ls"),
        ("cp -r blog x", "cd x && ls"),
        ("for i in x; do mkdir $i; done", "cd x && ls"),
        ("cd /tmp && ls",),
        ("cd ../x && ls",),
        ("cd $X && ls",),
        ("cd data && ls",),
        ("cd media/photos && ls",),
        ("cd link && ls",),
        ("cd && ls",),
        ("cd - && ls",),
    ],
)
def test_a_folder_that_may_be_there(run: tuple[str, ...]) -> None:
    files = {**BLOG, "build.py": "", "link": ""}

    assert cautions(files, run=run, shared=("data/db.sqlite3", "media/")) == []


@pytest.mark.parametrize("path", ["local.py", "scripts/local.py"])
def test_a_file_that_is_left_out(path: str) -> None:
    (said,) = cautions(FILES, {path: ""}, run=(f"python {path}",))

    assert said.endswith(
        f"is not in the release: it is left out. Add {pattern_for(path)} to `include`."
    )


def test_what_another_line_makes_is_not_missed() -> None:
    assert cautions(FILES, run=("cp scripts/seed.py new.py", "python new.py")) == []
    assert cautions(FILES, first_run=("cp x y/new.py",), run=("python new.py",)) == []


def test_what_is_shared_is_not_missed() -> None:
    assert cautions(FILES, run=("python data/fill.py",), shared=("data/",)) == []


def test_first_run_is_looked_at_too_and_a_line_is_told_once() -> None:
    line = "python manage.py loaddata x"

    said = cautions(FILES, run=(line, line), first_run=(line,))

    assert [each.partition(":")[0] for each in said] == ["run", "first-run"]


@pytest.mark.parametrize(
    ("line", "quoted", "advice"),
    [
        (
            "cd backend",
            "cd backend",
            "Put it before each command that needs it: `cd backend && ls`.",
        ),
        ("pushd backend", "pushd backend", "`pushd backend && ls`."),
        ("cd a && cd b", "cd a && cd b", "`cd a && cd b && ls`."),
        ("export A=b", "export A=…", "Write A in `variables`, or in `env` if it is secret."),
        ("export A='x y' B=c", "export A=… B=…", "Write A, B in `variables`"),
        ("A=b", "A=…", "Write A in `variables`"),
        ("source venv/bin/activate", "source venv/bin/activate", "Remove the line: `python` and"),
        (". venv/bin/activate", ". venv/bin/activate", "Remove the line: `python` and"),
        ("workon mysite", "workon mysite", "Remove the line: `python` and"),
        ("conda activate x", "conda activate x", "Remove the line: `python` and"),
        ("source .env", "source .env", "Set these variables in `variables`"),
        ("set -e", "set -e", "Remove the line: the first command that fails stops the deploy."),
        ("set -euo pipefail", "set -euo pipefail", "the first command that fails stops"),
        ("set -x", "set -x", "Write it in the line of the command that needs it: `set -x; ls`."),
        ("alias py=python3", "alias py=…", "Write the whole command in each line"),
        ("export A=$(date)", "export A=…", "Put it into the same line as the command that needs"),
        ("A=$(git rev-parse HEAD)", "A=…", "Put it into the same line as the command that"),
        ('export A="$(cat VERSION)-x"', "export A=…", "Put it into the same line as the command"),
        ('eval "export A=b"', "eval export A=…", "Write A in `variables`"),
        ("eval 'A=b'", "eval A=…", "Write A in `variables`"),
        ("eval export A=b", "eval export A=…", "Write A in `variables`"),
        ("cd backend || exit 1", "cd backend || exit 1", "needs it: `cd backend && ls`."),
        ("true && cd backend", "true && cd backend", "needs it: `cd backend && ls`."),
        ("[ -d backend ] && cd backend", "[ -d backend ] && cd backend", "`cd backend && ls`."),
        (": ; export A=b || exit", "export A=…", "Write A in `variables`"),
        ("cd backend # to there", "cd backend # to there", "Put it before each command"),
    ],
)
def test_a_line_that_only_changes_its_own_shell(line: str, quoted: str, advice: str) -> None:
    said = caution({"a.py": "", "backend/a.py": "", "a/b/c.py": ""}, run=(line, "ls"))

    assert said.startswith(f"run: `{quoted}` has no effect: each line runs in its own shell. ")
    assert advice in said


@pytest.mark.parametrize("line", ["cd backend", "set -e", "alias a=b"])
def test_a_last_line_without_effect_is_to_be_removed(line: str) -> None:
    assert caution({"backend/a.py": ""}, run=("ls", line)).endswith(
        "its own shell. Remove the line."
    )


@pytest.mark.parametrize(
    "line",
    [
        "cd backend && ls",
        "A=b ls",
        "A=$(make_it)",
        "export A=`make_it`",
        "set -e; ls",
        "source deploy.sh",
        "cd backend || exit 1; ls",
        "echo cd x",
        "(cd backend)& wait",
        "true",
        "exit 1",
        "set -e; exit 1",
        "cd backend || ls",
        'eval "$(ssh-agent -s)"',
        "eval python a.py",
        "export A=$(python a.py; rm b)x ls=$(make)",
        "python a.py",
    ],
)
def test_a_line_that_does_more(line: str) -> None:
    assert [each for each in cautions({"a.py": ""}, run=(line, "ls")) if "no effect" in each] == []


@pytest.mark.parametrize(
    "files", [DJANGO, {"manage.py": ""}, {"manage.py": "", "old/manage.py": ""}]
)
def test_a_usual_project_gives_no_warning(files: dict[str, str]) -> None:
    run = ("python manage.py migrate --no-input", "python manage.py collectstatic --no-input")

    assert cautions(files, run=run) == []
