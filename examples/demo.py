"""Deploy examples/flask to a local PythonAnywhere, as a workflow step would. Run by `make demo`.

Three runs: the first creates everything, the second finds nothing to do, the third repairs one
static file mapping that was changed by hand in between.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import requests

from pa_emulator import Emulator

ROOT = Path(__file__).resolve().parent.parent
FLASK = ROOT / "examples" / "flask"
USERNAME = "alice"
DOMAIN = "alice.pythonanywhere.com"
STATIC_FILES = """\
/static/ = ~/flask/static
/pictures/ = ~/flask/static/pictures
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as temp, Emulator(username=USERNAME) as pythonanywhere:
        runner = Path(temp)
        heading(f"A local PythonAnywhere is running at {pythonanywhere.url}")
        put_code_there(pythonanywhere)

        heading("First run: nothing is there yet")
        first = deploy(pythonanywhere, runner, "first")
        show("The page that is now served", page(pythonanywhere, "/"))
        show(
            "The style sheet, from the static file mapping",
            page(pythonanywhere, "/static/style.css"),
        )

        heading("Second run: nothing has changed")
        second = deploy(pythonanywhere, runner, "second")

        heading("Somebody changes one mapping by hand; third run")
        change_a_mapping(pythonanywhere)
        third = deploy(pythonanywhere, runner, "third")
        page(pythonanywhere, "/static/style.css")

        insist(first["created"] == "true", "the first run created the web app")
        insist(second["changed"] == "false", "the second run changed nothing")
        insist(
            "1 change " in third["log"] and "/static/" in third["log"],
            "the third run repaired one mapping and nothing else",
        )
    heading("Done. README.md shows the step for your own workflow")


def put_code_there(pythonanywhere: Emulator) -> None:
    """Do what `git clone` and `mkvirtualenv` would do in a console of PythonAnywhere."""
    shutil.copytree(FLASK, pythonanywhere.path("/home/alice/flask"))
    directory = pythonanywhere.path("/home/alice/.virtualenvs/flask")
    venv.create(directory, with_pip=True, symlinks=True)
    pip = [directory / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--requirement", FLASK / "requirements.txt"], check=True)


def deploy(pythonanywhere: Emulator, runner: Path, name: str) -> dict[str, str]:
    """Run entrypoint.py in the environment of GitHub's runner; return its outputs and its log."""
    output, summary = runner / f"{name}.output", runner / f"{name}.md"
    output.touch()
    environ = {
        "PATH": os.environ.get("PATH", ""),
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(FLASK),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "INPUT_TOKEN": pythonanywhere.token,
        "INPUT_USERNAME": USERNAME,
        "INPUT_HOST": pythonanywhere.url,
        "INPUT_ALLOW-HOST": pythonanywhere.url,
        "INPUT_PYTHON-VERSION": "3.13",
        "INPUT_VIRTUALENV": "flask",
        "INPUT_SOURCE-DIRECTORY": "~/flask",
        "INPUT_STATIC-FILES": STATIC_FILES,
        "INPUT_WSGI-FILE": "wsgi.py",
        "INPUT_RELOAD": "auto",
        "INPUT_HEALTH-TEXT": "Hello from Flask",
    }
    done = subprocess.run(
        [sys.executable, "-u", ROOT / "entrypoint.py"],
        env=environ,
        cwd=FLASK,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    # The runner hides the lines that tell it what to mask, so this does too.
    print("\n".join(line for line in done.stdout.splitlines() if "::add-mask" not in line), "\n")
    show("The job summary (Markdown; GitHub renders it)", summary.read_text())
    insist(done.returncode == 0, f"the {name} run ended with exit code 0")
    return {**read_outputs(output), "log": done.stdout}


def read_outputs(file: Path) -> dict[str, str]:
    """Read the file of outputs as the runner does."""
    lines = iter(file.read_text().splitlines())
    outputs = {}
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        for text in lines:
            if text == delimiter:
                break
            value.append(text)
        outputs[name] = "\n".join(value)
    return outputs


def page(pythonanywhere: Emulator, path: str) -> str:
    """Return the page that a visitor of the site gets."""
    answer = requests.get(pythonanywhere.url + path, headers={"Host": DOMAIN}, timeout=30)
    insist(answer.status_code == 200, f"http://{DOMAIN}{path} answers 200")
    return answer.text


def change_a_mapping(pythonanywhere: Emulator) -> None:
    """Change a mapping as somebody might do on the Web tab."""
    url = f"{pythonanywhere.url}/api/v0/user/{USERNAME}/webapps/{DOMAIN}/static_files/"
    headers = {"Authorization": f"Token {pythonanywhere.token}"}
    row = requests.get(url, headers=headers, timeout=30).json()[0]
    wrong = {"path": "/home/alice/elsewhere"}
    requests.patch(f"{url}{row['id']}/", headers=headers, data=wrong, timeout=30).raise_for_status()


def heading(text: str) -> None:
    print(f"\n=== {text}\n", flush=True)


def show(title: str, text: str) -> None:
    print(f"--- {title}")
    for line in text.rstrip().splitlines():
        print(f"    {line}")
    print(flush=True)


def insist(fact: bool, words: str) -> None:  # noqa: FBT001
    """Print whether the fact is true. If not, exit with code 1."""
    print(f"{'ok' if fact else 'FAILED'}: {words}", flush=True)
    if not fact:
        sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. No process is left running.\n")
        sys.exit(130)
