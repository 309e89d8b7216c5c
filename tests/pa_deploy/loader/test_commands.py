"""Commands, variables and search paths, as the loader gives them."""

from __future__ import annotations

import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.pa_deploy.loader.packages import packages
from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.release.account import Account, hello, read_if_there
from tests.soak import first_of, in_soak, one_in

LEFT = "pa-deploy: a background process of this command was stopped"
APP = """\
import json, os, sys
def app(environ, start_response):
    start_response('200 OK', [])
    return [json.dumps([dict(os.environ), sys.path]).encode()]
"""
DAEMON = """\
import os, time
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
os.closerange(0, 100)
time.sleep(1000)
"""
CHAIN = """\
import os, time
for _ in range(400):
    if os.fork():
        os._exit(0)
    os.setsid()
os.closerange(0, 100)
time.sleep(1000)
"""
FILES_OF = "ls -l /proc/self/fd"
TOLD = ("PA_DEPLOY_RELEASE", "PA_DEPLOY_COMMIT", "PA_DEPLOY_RUN_URL")
SHOW = "python -c 'import json, os; print(json.dumps(dict(os.environ)))' > env.json"


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def output(account: Account) -> list[str]:
    found: list[str] = account.status()["output"].splitlines()
    return found


def command_env(account: Account) -> dict[str, str]:
    found: dict[str, str] = json.loads(account.released("env.json").read_text())
    return found


# --- pipes and the background


@pytest.mark.parametrize(
    "command",
    first_of(
        [
            "python no_such.py | tee log",
            "false | true",
            "exit 3 | cat | cat",
            "true && (false | cat)",
        ],
    ),
)
def test_a_pipe_fails_if_a_part_of_it_does(account: Account, command: str) -> None:
    account.put(hello("one"), run=[command])

    account.start()

    assert refusal(account).startswith(f"run: {command}: it ended with exit code")


@pytest.mark.soak
@pytest.mark.parametrize("command", first_of(["seq 3 | head -1", "true | cat", "echo a | grep a"]))
def test_a_pipe_whose_parts_are_well_is_well(account: Account, command: str) -> None:
    account.deploy(hello("one"), run=[command])


@pytest.mark.soak
@pytest.mark.parametrize(
    "command",
    [
        in_soak("sleep 1000 &"),
        in_soak("nohup sleep 1000 > out 2>&1 &"),
        in_soak("set -m; sleep 1000 &"),
        in_soak("(sleep 1000 &)"),
        in_soak("setsid sleep 1000 &"),
        in_soak("(setsid sleep 1000 &)"),
        in_soak("setsid sleep 1000 </dev/null >/dev/null 2>&1 & disown"),
        in_soak("setsid bash -c '(setsid setsid sleep 1000 &)'"),
        in_soak("setsid bash -c 'sleep 1000 & setsid sleep 1000 & wait' &"),
        in_soak("setsid bash -c 'trap \"\" TERM HUP; sleep 1000; sleep 1000' &"),
        "python daemon.py",
        "python chain.py",
    ],
)
def test_a_background_process_is_told_and_stopped(account: Account, command: str) -> None:
    mark = f"{account.folder}/gone"
    files = hello("one", **{"daemon.py": DAEMON, "chain.py": CHAIN})
    account.deploy(files, run=[f"export PA_MARK={mark}; {command}"])

    assert output(account)[1:] == [LEFT, "$ import: mysite:app"]
    assert not having(mark)


def having(mark: str) -> list[Path]:
    """The processes that have a mark in their environment."""
    environs = [each for each in Path("/proc").glob("[0-9]*/environ") if os.access(each, os.R_OK)]
    return [each for each in environs if mark.encode() in read_if_there(each)]


@pytest.mark.soak
@pytest.mark.parametrize(
    "command", first_of(["sleep 0.05 &", "sleep 0.1 & wait", "echo a > >(cat > a)"])
)
def test_a_background_process_that_ends_by_itself_is_not_told(
    account: Account, command: str
) -> None:
    account.deploy(hello("one"), run=[command])

    assert LEFT not in output(account)


@pytest.mark.soak
def test_a_background_process_is_told_once_for_each_command(account: Account) -> None:
    account.deploy(hello("one"), run=["sleep 1000 & sleep 1000 &", "true", "sleep 1000 &"])

    assert output(account).count(LEFT) == 2


@pytest.mark.soak
def test_a_command_that_fails_and_leaves_something_is_told_too(account: Account) -> None:
    account.put(hello("one"), run=["sleep 1000 & exit 3"])

    account.start()

    assert LEFT in output(account)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("command", "kind"),
    first_of(
        itertools.product(
            [FILES_OF, f"setsid --wait {FILES_OF}", f"true | {FILES_OF}"], ["run", "first_run"]
        ),
    ),
)
def test_a_command_never_gets_the_lock(account: Account, command: str, kind: str) -> None:
    more: dict[str, Any] = {kind: [command]}

    account.deploy(hello("one"), **more)

    assert "/proc/" in account.status()["output"]
    assert "loader.lock" not in account.status()["output"]


@pytest.mark.soak
def test_the_import_never_gets_the_lock(account: Account) -> None:
    files = hello("one")
    files["mysite.py"] += "import os\nos.system('ls -l /proc/self/fd')\n"

    account.deploy(files)

    assert "/proc/" in account.status()["output"]
    assert "loader.lock" not in account.status()["output"]


# --- how a command ends


@pytest.mark.parametrize(
    ("command", "code"),
    first_of(
        [
            ("exit 3", 3),
            ("kill -9 $$", -9),
            ("kill -SEGV $$", -11),
            ("exit 124", 124),
            ("timeout 0.1 sleep 1000", 124),
        ]
    ),
)
def test_a_command_s_end_is_told(account: Account, command: str, code: int) -> None:
    account.put(hello("one"), run=[command])

    account.start()

    assert refusal(account).endswith(f"it ended with exit code {code}")


@pytest.mark.soak
@pytest.mark.parametrize("end", one_in(2, ["true", "exit 3"]))
def test_much_output_does_not_stay(account: Account, end: str) -> None:
    account.put(hello("one"), run=[f"head -c 3000000 /dev/zero | tr '\\0' x; echo; {end}"])

    account.start()

    assert account.status()["output_bytes"] > 3_000_000
    assert account.file("output.log").stat().st_size < 100_000


@pytest.mark.soak
@pytest.mark.parametrize(
    "command",
    [
        "trap '' TERM; sleep 1000; sleep 1000",
        in_soak("setsid sleep 1000"),
        in_soak("setsid --wait sleep 1000"),
        in_soak("(trap '' TERM; sleep 1000; sleep 1000) | cat"),
    ],
)
def test_nothing_of_a_command_outlives_its_time(account: Account, command: str) -> None:
    account.put(hello("one"), run=[f"export PA_MARK={account.folder}/gone; {command}"], seconds=1)

    account.start()

    assert not having(f"{account.folder}/gone")


# --- first-run


def test_first_run_comes_after_run(account: Account) -> None:
    account.deploy(hello("one"), run=["echo run"], first_run=["echo first", "echo second"])

    assert [line for line in output(account) if not line.startswith("$ import")] == [
        *("$ run: echo run", "run"),
        *("$ first-run: echo first", "first", "$ first-run: echo second", "second"),
    ]


def test_a_first_run_command_that_fails_refuses_the_release(account: Account) -> None:
    account.put(hello("one"), first_run=["exit 3"])

    account.start()

    assert refusal(account) == "first-run: exit 3: it ended with exit code 3"


# --- variables


def test_the_app_and_the_commands_find_variables_and_secrets(account: Account) -> None:
    given = {"LANGUAGE": "en", "EMPTY": "", "LINES": "a\nb", "BYTES": "\udcff", "É": "é"}
    release = account.deploy(
        {"mysite.py": APP},
        variables=given,
        env={"KEY": "secret"},
        commit="0123abc",
        run_url="https://ci.example/7",
        run=[SHOW],
    )
    told = dict(zip(TOLD, (release, "0123abc", "https://ci.example/7"), strict=True))
    expected = {**given, **told, "KEY": "secret"}

    environ, _ = json.loads(account.start().body)

    assert {name: environ.get(name) for name in expected} == expected
    found = command_env(account)
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.soak
def test_what_is_not_known_of_a_run_is_an_empty_text(account: Account) -> None:
    account.deploy({"mysite.py": APP}, run=[SHOW])

    environ, _ = json.loads(account.start().body)

    for name in TOLD[1:]:
        assert environ[name] == command_env(account)[name] == ""


HOSTILE = {
    "PATH": "/nowhere",
    "PYTHONPATH": "/nowhere/modules",
    "PYTHONHOME": "/nowhere",
    "PYTHONSTARTUP": "/nowhere/start.py",
    "LD_PRELOAD": "/nowhere/evil.so",
    "LD_LIBRARY_PATH": "/nowhere",
    "BASH_ENV": "evil.sh",
    "ENV": "evil.sh",
    "HOME": "/nowhere",
    "IFS": "o",
    "TMPDIR": "/nowhere",
    "SHELLOPTS": "noexec",
    "PYTHONSAFEPATH": "1",
}


@pytest.mark.soak
@pytest.mark.parametrize("name", first_of(HOSTILE))
def test_variables_of_the_user_do_not_reach_the_loader_s_own_programs(
    account: Account, name: str
) -> None:
    account.deploy({"mysite.py": APP}, variables={name: HOSTILE[name]})

    environ, _ = json.loads(account.start().body)
    assert environ[name] == HOSTILE[name]


@pytest.mark.parametrize(
    "name", first_of(["HOME", "BASH_ENV", "LD_LIBRARY_PATH", "TMPDIR", "PYTHONSTARTUP"])
)
def test_variables_of_the_user_reach_the_commands(account: Account, name: str) -> None:
    account.deploy({"mysite.py": APP, "evil.sh": ""}, variables={name: HOSTILE[name]}, run=[SHOW])

    assert command_env(account)[name] == HOSTILE[name]


@pytest.mark.soak
def test_a_bash_env_of_the_user_runs_in_commands_alone(account: Account) -> None:
    files = {"mysite.py": APP, "start.sh": "echo started >> started\n"}

    account.deploy(files, variables={"BASH_ENV": "start.sh"}, run=["true"])

    assert account.released("started").read_text() == "started\n"


def test_python_is_the_web_app_s_whatever_path_is_given(account: Account) -> None:
    files = {"mysite.py": APP, "mine/python": "#!/bin/sh\nexit 3\n", "mine/timeout": "#!/bin/sh\n"}
    account.put(files)
    path = f"{account.base}/releases/{account.pointer['id']}/code/mine:/usr/bin:/bin"

    account.put(files, variables={"PATH": path}, run=["python -c 'print(1)'", "timeout 3 true"])

    account.start()
    assert account.status()["state"] == "live"


# --- search paths


def test_the_search_path_has_its_order(account: Account) -> None:
    wanted = packages(account)
    release = account.deploy(
        {"src/mysite.py": APP, "lib/x.py": ""},
        python_path=["lib", "src", "."],
        variables={"PYTHONPATH": "/given/one:given/two"},
        environment=wanted,
        run=["python -c 'import json, sys; print(json.dumps(sys.path))' > path.json"],
    )
    code = str(account.code(release))
    expected = [f"{code}/lib", f"{code}/src", code, "/given/one", f"{code}/given/two"]
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    own = str(account.file(f"environments/{wanted['id']}/lib/{version}/site-packages"))

    _, path = json.loads(account.start().body)

    assert path[: len(expected)] == expected
    commands = json.loads(account.released("path.json").read_text())
    assert [each for each in commands if each in expected] == expected
    for found in (path, commands):
        places = [each for each in found if each.endswith("-packages")]
        assert places[0] == own
        assert found.index(own) > found.index(str(Path(os.__file__).parent))


@pytest.mark.parametrize("folder", first_of(["src", "deep/er", "text"]))
def test_a_python_path_folder_that_is_missing_is_refused(account: Account, folder: str) -> None:
    account.put(hello("one"), python_path=[folder])

    account.start()

    assert refusal(account) == f"python-path: {folder}: {folder} is not a folder of the release"


@pytest.mark.soak
def test_a_python_path_folder_may_be_made_by_a_command(account: Account) -> None:
    account.deploy(hello("one"), python_path=["build/lib"], run=["mkdir -p build/lib"])


# --- secrets


LOST = ["gone", "empty", "less", "cut", "other type", "list"]


@pytest.mark.soak
@pytest.mark.parametrize("damage", first_of(LOST))
def test_a_release_without_its_secrets_is_not_activated(account: Account, damage: str) -> None:
    first = account.serve()
    release = account.put(hello("two"), env={"KEY": "a", "OTHER": "b"})
    break_secrets(account, release, damage)

    assert account.start().headers["X-Release"] == first
    assert refusal(account).startswith("secrets: its secrets are missing on PythonAnywhere: ")
    assert "A deploy sends them again" in refusal(account)


@pytest.mark.soak
@pytest.mark.parametrize("damage", first_of(LOST))
def test_the_app_never_starts_without_its_secrets(account: Account, damage: str) -> None:
    release = account.deploy(hello("one"), env={"KEY": "a", "OTHER": "b"})
    break_secrets(account, release, damage)

    out, errors = account.spawn().communicate(timeout=60)

    assert "ANSWER" not in out
    assert f"release {release} does not start: its secrets are missing" in errors


def break_secrets(account: Account, release: str, damage: str) -> None:
    file = account.file(f"secrets/{release}.json")
    texts = {"empty": "", "cut": '{"KEY": "a', "less": '{"KEY": "a"}', "list": "[]"}
    if damage == "gone":
        file.unlink()
    else:
        file.write_text(texts.get(damage, '{"KEY": "a", "OTHER": 1}'))


@pytest.mark.soak
def test_back_to_a_release_whose_secrets_are_gone_is_refused(account: Account) -> None:
    first = account.deploy(hello("one"), env={"KEY": "a"})
    second = account.deploy(hello("two"))
    break_secrets(account, first, "gone")
    account.point(first)

    assert account.start().headers["X-Release"] == second
    assert "its secrets are missing on PythonAnywhere: KEY" in refusal(account)


@pytest.mark.soak
def test_secrets_are_pruned_with_their_release(account: Account) -> None:
    ids = [account.deploy(hello(str(number)), env={"KEY": str(number)}) for number in range(5)]

    assert set(account.names("secrets")) == {f"{release}.json" for release in ids[2:]}
