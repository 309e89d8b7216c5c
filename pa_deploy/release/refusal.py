"""Why a release did not go live, for people."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from pa_deploy.errors import ReleaseRefused
from pa_deploy.loader.paths import shown
from pa_deploy.model import ReleaseStatus, Written
from pa_deploy.release.hints import hints
from pa_deploy.release.installation import INSTALL, explain_install
from pa_deploy.release.output import telling_line
from pa_deploy.release.protocol import TIMED_OUT
from pa_deploy.release.status import is_disk_full
from pa_deploy.release.written import next_steps, written_sentence

UNPACK = "unpack"
DAMAGED = "damaged"
KILLED = "exit code -9"
"""What needs too much memory is killed."""
SHARED = "/shared/"
SHARED_PATH = re.compile(r"/shared/([^'\"]+?)/?(?:['\"]|$)")
COMMANDS = ("run", "first-run")
EXIT_CODES = {
    "124": "The program `timeout` in it has ended a program that took too long.",
    "126": "It starts a file that cannot be executed: set the file's executable bit, or name its "
    "interpreter.",
    "137": "A program in it was killed (signal 9). It may need too much memory.",
    "139": "A program in it crashed (signal 11), perhaps in a package that is not written in "
    "Python.",
    "141": "A program in it was ended (signal 13), because the next program of the pipe, such as "
    "`head`, had read enough. If that is intended, add `|| true`.",
    "143": "Something else ended a program in it (signal 15).",
}
"""What exit codes of commands mean that are not their own."""
ENDED_SO = re.compile(r"ended with exit code (\d+)$")
TRIED = ("import", "try")
ENDED = re.compile(r"ended with exit code \d|systemexit")
CRASHED = re.compile(r"ended with exit code -(\d+)")
MOST_CHARACTERS = 300
"""Of a command's last line."""
REFUSED_AT = {
    "unpack": "it could not be unpacked",
    "environment": "its packages could not be put in place",
    "damaged": "a part of it is damaged, {}",
    "secrets": "its secrets are not complete",
    "run": 'the command "{}" failed',
    "first-run": 'the command "{}" of `first-run` failed',
    "python-path": "a folder of `python-path` is missing",
    "import": '"{}" could not be imported',
    "app": '"{}" cannot be served',
    "try": "its app did not answer as it should",
    "static-files": 'the mapped folder "{}" has no files',
    "lease": "no run waits for it any more",
    "former": "data of the old site would be left behind",
    "former-folder": "pa-deploy cannot tell in which folder the old site is",
    "former-data": "pa-deploy cannot tell which database the old site uses",
    "wrote": "data would be left behind",
    "virtualenv": "the virtualenv {} could not be made",
    "shared": '"{}" could not be moved to `shared/`',
    "backups": "the databases could not be copied before the commands run",
}
"""What happened at each step of the loader, `{}` being what the step is about."""
NOT_WANTED = "it is no longer wanted"
"""What the loader says if it notices that the pointer has changed."""
CAUSES = {
    "virtualenv": "Other files may be at its path. See the log.",
    "damaged": "Somebody, or a program, has changed or deleted files of that release.",
    "secrets": "Somebody deleted or changed its file in `secrets/` on PythonAnywhere.",
    "python-path": "No file in that folder of `source` is shipped, and no command of `run` makes "
    "it.",
    "shared": "The app may keep the database locked, or the disk may be full.",
    "former-folder": "The old site's WSGI file does not name its folder, and a folder that has "
    "code of the same names has data too.",
    "former-data": "One is beside the code, the other in the working directory, where an app that "
    "opens a database by a relative path has it.",
    "import": "The code raises this when it is imported. See the traceback in the log.",
}
"""The likely cause if a step of the loader fails."""
NEXT_STEPS = {
    "virtualenv": "Choose another name or path for `virtualenv`, and deploy again.",
    "damaged": "Deploy that version of your code again.",
    "run": "Correct the code or the command, and deploy again.",
    "first-run": "Correct the code or the command, and deploy again.",
    "python-path": "Correct `python-path` and deploy again.",
    "import": "Correct the code or the inputs and deploy again.",
    "app": "Correct `app` or the code, and deploy again.",
    "former-folder": "Set `source-directory` to the folder of that site, and deploy again. To "
    "begin without its data, name the paths in `discard-changes`.",
    "former-data": "Rename the one that the site does not use, and deploy again.",
    "backups": "Deploy again. With `backups: 0`, no copies are made.",
    "static-files": "Correct the folder in `static-files`, or have a command of `run` fill it. If "
    "it may be empty, set `static-check: false`.",
    "try": "Correct the code and deploy again. If the page is as you want it, correct "
    "`health-check`, `health-status` or `health-text`. If the app cannot answer before it is live, "
    "set `preflight: false`.",
}


def insist_on_ready(
    status: ReleaseStatus, redact: Callable[[str], str] = str, app: str = "", copies: str = ""
) -> None:
    """Raise ReleaseRefused if the release was refused. `redact` takes the secrets out of what the
    commands printed, before the error quotes a part of it. `app` is as in `hints`, `copies` says
    where databases are as they were before the commands.
    """
    if status.state == "refused":
        output = redact(status.output.decode("utf-8", "replace"))
        raise _refusal(replace(status, error=redact(status.error)), output, app, copies)


def insist_on_live(
    status: ReleaseStatus, redact: Callable[[str], str] = str, app: str = "", copies: str = ""
) -> None:
    """Raise ReleaseRefused unless the release has gone live; see `insist_on_ready`."""
    if status.state != "live":
        insist_on_ready(replace(status, state="refused"), redact, app, copies)


def _refusal(status: ReleaseStatus, output: str, app: str, copies: str) -> ReleaseRefused:
    """Why the release did not go live, for people. `output` has no secrets."""
    step, _, of = status.step.partition(": ")
    if step == "former" and status.wrote:
        return _forgotten(status, status.wrote, of)
    if step == "wrote" and status.wrote:
        it = "it" if status.wrote.count == 1 else "them"
        return ReleaseRefused(
            f"Release {status.id} was refused: {written_sentence(status.wrote)}.",
            cause=f"Your app, or somebody else, wrote {it} there, and `shared` does not have {it}.",
            advice=f"{_serving(status)} {next_steps(status.wrote, status.live)}",
        )
    if step == INSTALL:
        return _not_installed(status, output)
    place = REFUSED_AT.get(step, "it could not start").format(of)
    error = status.error.rstrip(" .")
    kept = copies if step in COMMANDS else ""
    parts = (_serving(status), kept, _next_step(status, step))
    return ReleaseRefused(
        f"Release {status.id} was refused on PythonAnywhere: {place} ({error}).",
        cause=_likely_cause(status, step, output, app),
        advice=" ".join(filter(None, parts)),
    )


def _not_installed(status: ReleaseStatus, output: str) -> ReleaseRefused:
    told = explain_install(output, status.error)
    return ReleaseRefused(
        f"Release {status.id} was refused: {told.what}.",
        cause=told.cause,
        advice=f"{_serving(status)} {told.advice}",
    )


def _forgotten(status: ReleaseStatus, wrote: Written, folder: str) -> ReleaseRefused:
    return ReleaseRefused(
        f"Release {status.id} was refused: the old site has databases that are not in `shared`: "
        f"{', '.join(map(shown, wrote.paths))}.",
        cause=f"They are in {folder}.",
        advice=f"The site shows what it showed before. {next_steps(wrote, '')}",
    )


def _serving(status: ReleaseStatus) -> str:
    if status.live:
        return f"Release {status.live} is still the live one."
    return (
        "No release is live: visitors see what they saw before, or PythonAnywhere's default page "
        "if the web app is new."
    )


def _next_step(status: ReleaseStatus, step: str) -> str:
    return "Then deploy again." if is_disk_full(status) else NEXT_STEPS.get(step, "Deploy again.")


def _likely_cause(status: ReleaseStatus, step: str, output: str, app: str) -> str:
    said = status.error.lower()
    told = " ".join(hints(f"{output}\n{status.error}", app))
    if told:
        return told
    if is_disk_full(status):
        return (
            "The account's disk is full. Run `pa-deploy releases prune`, delete files on the Files "
            "page, or set `keep-releases` lower."
        )
    ended = _how_it_ended(said, step)
    if ended:
        return ended
    if "was killed" in said:
        return f"Last step: {status.step or 'the beginning'}. It may need too much memory."
    if step == UNPACK and SHARED in said:
        return _file_for_folder(status)
    return _telling_line(output) if step in COMMANDS else CAUSES.get(step, "")


def _file_for_folder(status: ReleaseStatus) -> str:
    """Of a shared folder that is a file, as if the app has put one in its place."""
    found = SHARED_PATH.search(status.error)
    name = f"{shown(found[1])}/" if found else "A path"
    return (
        f"{name} in `shared` must be a directory, but is a file on PythonAnywhere or in the "
        "release. pa-deploy never deletes shared files: move the file yourself, or share it as a "
        "file, without the slash. If the app has replaced the folder, what it had is in `backups/`."
    )


def _how_it_ended(said: str, step: str) -> str:
    """What the exit code of a process, or SystemExit, tells; "" if there is none."""
    crash, code = CRASHED.search(said), ENDED_SO.search(said)
    if TIMED_OUT in said:
        if step in TRIED:
            return "The app did not start or answer within `health-timeout`, or `timeout` was over."
        return "It took longer than `timeout` allows."
    if KILLED in said:
        return "It was killed. It may need too much memory."
    if crash:
        return (
            f"It crashed (signal {crash[1]}), perhaps in a package that is not written in Python."
        )
    if code and step in COMMANDS:
        return EXIT_CODES.get(code[1], "")
    if step in TRIED and ENDED.search(said):
        when = "while it answers" if step == "try" else "when it is imported"
        return f"The app ends its own process {when}, as sys.exit() and os._exit() do."
    return ""


def _telling_line(output: str) -> str:
    """The line of a command's output that is most likely the cause."""
    line, is_last = telling_line(output)
    if not line:
        return "It printed nothing."
    where = "The last line of its output" if is_last else "It printed"
    return f"{where}: {line[:MOST_CHARACTERS]}"


def replaced(begun: ReleaseStatus) -> ReleaseRefused:
    return ReleaseRefused(
        f"Another deploy or rollback replaced release {begun.id} while this run prepared it.",
        cause="The other run did not wait for this one.",
        advice="To put this version live, run again. Set `lock: true` in all runs of this web "
        "app, so that they wait for each other.",
    )


def silent() -> ReleaseRefused:
    return ReleaseRefused(
        "The web app was reloaded, but its WSGI file did not report anything.",
        cause="Possible causes: the web app is disabled or expired, its worker does not start, the "
        "disk is full, or another deploy replaced this one.",
        advice="Read the web app's error log: pa-deploy logs error.",
    )


def stopped(status: ReleaseStatus) -> ReleaseRefused:
    at = f", at the step {status.step}" if status.step else ""
    return ReleaseRefused(
        f"PythonAnywhere has stopped preparing release {status.id}{at}.",
        cause="The disk may be full, or the process was killed and could not be started again.",
        advice=f"{_serving(status)} Read the web app's error log: pa-deploy logs error.",
    )
