"""A disk without room, a real one: a small file system that a worker alone sees."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pa_deploy.release.account import ASK, Account, hello
from tests.soak import first_of, in_soak

IN_A_SMALL_DISK = """\
set -e
cp -a "$1" "$1.kept"
mount -t tmpfs -o size="$5" none "$1" || exit 77
cp -a "$1.kept/." "$1"
"$2" -c "$3" "$4" || true
flock "$1/loader.lock" true
cp -a "$1/." "$1.kept"
"""


ROOM_KIB = 100
"""What is free at the start. The archive that does not fit has 600."""


def start_with_a_full_disk(account: Account) -> str:
    """Start a worker for whose BASE there is little room; what it leaves is copied back."""
    script = ["sh", "-c", IN_A_SMALL_DISK, "sh"]
    used = subprocess.check_output(["du", "-s", "--block-size=4k", account.base], text=True)
    size = f"{4 * int(used.split()[0]) + ROOM_KIB}k"
    words = [str(account.base), sys.executable, ASK, str(account.wsgi), size]
    command = ["unshare", "--map-root-user", "--mount", *script, *words]
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    if done.returncode == 77 or done.stderr.startswith("unshare"):
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    kept = account.base.with_name("base.kept")
    account.base.rename(account.base.with_name("base.before"))
    kept.rename(account.base)
    return done.stdout


def test_a_full_disk_refuses_the_release_and_the_former_one_serves(tmp_path: Path) -> None:
    account = Account(tmp_path)
    first = account.serve()
    account.put(hello("two", big=os.urandom(300_000).hex()), base=first)

    said = start_with_a_full_disk(account)

    assert f'"X-Release": "{first}"' in said
    assert '"one"' in said
    status = account.status()
    assert (status["state"], status["step"]) == ("refused", "unpack")
    assert "No space left on device" in status["error"]
    assert not account.names("unpacking")


@pytest.mark.soak
@pytest.mark.parametrize("to", first_of(["> big", ""]))
def test_a_command_that_fills_the_disk_refuses_the_release(tmp_path: Path, to: str) -> None:
    """Room for saying so is made, and the next release finds room."""
    account = Account(tmp_path)
    first = account.serve()
    refused = account.put(hello("two"), base=first, run=[f"head -c 9000000 /dev/zero {to}"])

    said = start_with_a_full_disk(account)

    assert f'"X-Release": "{first}"' in said
    status = account.status()
    assert status["state"] == "refused"
    assert "No space left on device" in status["error"] + status["output"]
    assert not [name for name in account.names("releases") if name.startswith(refused)]
    account.deploy(hello("three"), base=first)


ON_A_SMALL_DISK = """\
set -e
mount -t tmpfs -o size=64k none "$1" || exit 77
echo '{"old": 1}' > "$1/file.json"
"$2" - "$1" "$3" "$4" <<'PYTHON'
import sys
from pa_deploy.loader.files import Home
home = Home(sys.argv[1])
with open(home.at("big"), "ab", buffering=0) as big:
    try:
        while True:
            big.write(bytes(4096))
    except OSError:
        pass
try:
    getattr(home, sys.argv[2])("file.json", {"new": "x" * int(sys.argv[3])})
except OSError as error:
    print(error.errno, end=" ")
print(list(home.read("file.json")), sorted(home.names_in("")))
PYTHON
"""


@pytest.mark.parametrize(
    ("how", "size", "said"),
    [
        ("write", 5000, "28 ['old']"),
        ("write_over", 100, "['new']"),
        in_soak(("write", 100, "28 ['old']")),
        in_soak(("write_over", 5000, "28 ['old']")),
    ],
)
def test_on_a_full_disk_no_file_is_lost_that_is_to_be_replaced(
    tmp_path: Path, how: str, size: int, said: str
) -> None:
    """What has to be told then is written over, as far as there is room in its place."""
    script = ["sh", "-c", ON_A_SMALL_DISK, "sh", tmp_path, sys.executable, how, size]
    command = ["unshare", "--map-root-user", "--mount", *map(str, script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 77 or done.stderr.startswith("unshare"):
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")

    assert done.stdout == f"{said} ['big', 'file.json']\n", done.stderr
