"""What Windows lacks, taken away here: each call has its counterpart."""

from __future__ import annotations

import io
import json
import os
import runpy
import signal
import subprocess
import sys
import types
from pathlib import Path

import pytest

from pa_deploy import program, stop_signals
from pa_deploy.cli import main
from pa_deploy.exchanges import recorder
from pa_deploy.settings import local_files
from tests.portable import only_posix

ONLY_POSIX = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
LACKING = {
    "os": ("fork", "forkpty", "geteuid", "getuid", "getgid", "killpg", "fchown", "chown", "setsid"),
    "signal": ("SIGKILL", "SIGHUP", "SIGPIPE", "SIGCHLD", "SIGALRM", "SIGUSR1", "SIGXFSZ"),
    "socket": ("AF_UNIX",),
}
IMPORT_ALL = """
import json, sys, pathlib
import asyncio, logging, multiprocessing.pool, subprocess, tempfile, urllib.request, zipfile
import click, dulwich.config, dulwich.index, requests, rich.progress, uv
modules, lacking, root = json.loads(sys.argv[1])
for name in modules:
    sys.modules[name] = None
for name, attributes in lacking.items():
    for attribute in attributes:
        delattr(__import__(name), attribute)
for file in sorted(pathlib.Path(root).rglob("*.py")):
    path = file.relative_to(pathlib.Path(root).parent).with_suffix("")
    if "loader" not in path.parts:
        __import__(".".join(path.parts).removesuffix(".__init__"))
print(len([name for name in sys.modules if name.startswith("pa_deploy.")]))
"""


def test_every_module_can_be_imported_without_what_only_posix_has() -> None:
    root = str(Path(program.__file__).parent)
    given = json.dumps([ONLY_POSIX, LACKING, root])
    command = [sys.executable, "-c", IMPORT_ALL, given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert not done.stderr
    assert int(done.stdout) > 250


@pytest.mark.parametrize(("there", "stops"), [({}, ()), ({"SIGBREAK": 21}, (21,))])
def test_ctrl_break_stops_a_run_too(
    there: dict[str, int], stops: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, number in there.items():
        monkeypatch.setattr(signal, name, number, raising=False)

    found = runpy.run_path(stop_signals.__file__)["SIGNALS"]

    assert found == (signal.SIGINT, signal.SIGTERM, *stops)


TASKKILL = {
    "ends the tree": '#!/bin/sh\necho "$@" > {told}\nkill -9 $4\n',
    "finds nothing": "#!/bin/sh\nexit 128\n",
    "hangs": "#!/bin/sh\nexec sleep 600\n",
    "is missing": "",
}


@only_posix
@pytest.mark.parametrize("script", TASKKILL.values(), ids=TASKKILL)
def test_a_program_is_ended_by_what_windows_has_for_it(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    if script:
        (tmp_path / "System32").mkdir()
        taskkill = tmp_path / "System32" / "taskkill.exe"
        taskkill.write_text(script.format(told=told))
        taskkill.chmod(0o755)
    monkeypatch.setattr(program, "LAST_SECONDS", 0.2)

    with subprocess.Popen(["sleep", "600"], text=True) as process:
        program._kill_tree(process, {"SYSTEMROOT": str(tmp_path)})

    assert process.returncode == -9
    if "told" in script:
        assert told.read_text() == f"/T /F /PID {process.pid}\n"


def test_a_recording_is_written_without_owners_and_modes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("fchmod", "geteuid", "fchown"):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.setattr(recorder, "sys", types.SimpleNamespace(platform="win32"))
    with (tmp_path / "record").open("w+") as file:
        recorder._make_readable(file.fileno(), tmp_path)


def test_a_file_is_written_without_pipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("O_NONBLOCK", "set_blocking"):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.setattr(local_files, "sys", types.SimpleNamespace(platform="win32"))

    local_files.write_file(tmp_path / "out" / "report", "one\ntwo\n")

    assert (tmp_path / "out" / "report").read_bytes() == b"one\ntwo\n"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("cp1252", "\\u2603 é"), ("cp437", "\\u2603 é"), ("ascii", "\\u2603 \\xe9"), ("utf-8", "☃ é")],
)
def test_a_console_need_not_know_every_sign(
    encoding: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    out = io.TextIOWrapper(written, encoding=encoding)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", out)

    code = main(["plan", "--username", "☃ é"], {})

    out.flush()
    assert code == 2
    assert f'username: "{shown}" is not' in written.getvalue().decode(encoding)
