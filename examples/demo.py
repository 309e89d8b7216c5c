"""From a Django project to a live site on a local PythonAnywhere. Run by `make demo`.

Two commands make the site; then it is changed, broken and taken back, while a visitor looks on.
With `--open` the local PythonAnywhere stays until Ctrl-C, to be looked at in a browser.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from pa_emulator import Emulator

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).with_name("pa-deploy")
USERNAME = "alice"
DOMAIN = "alice.pythonanywhere.com"
TEMPLATE = "guestbook/templates/guestbook/index.html"
VIEWS = "guestbook/views.py"
REFUSED = 9
"""The exit code if PythonAnywhere has refused a release."""


class Demo:
    """A project on this machine, and an account on a local PythonAnywhere."""

    def __init__(self, project: Path, pythonanywhere: Emulator) -> None:
        self.project = project
        self.pythonanywhere = pythonanywhere

    def run(self, *words: str, exit_code: int = 0) -> None:
        """Type a command in the project, as its owner does."""
        say(f"$ pa-deploy {' '.join(words)}")
        environ = {
            **os.environ,
            "PA_TOKEN": self.pythonanywhere.token,
            "PA_USERNAME": USERNAME,
            "PA_HOST": self.pythonanywhere.url,
            "PA_ALLOW_HOST": self.pythonanywhere.url,
            # The local PythonAnywhere runs apps by the Python of this machine.
            "PA_PYTHON_VERSION": f"{sys.version_info.major}.{sys.version_info.minor}",
        }
        done = subprocess.run([PROGRAM, *words], env=environ, cwd=self.project, check=False)
        insist(done.returncode == exit_code, f"it ended with exit code {exit_code}")

    def page(self, path: str) -> str:
        """The page that a visitor gets."""
        answer = requests.get(self.pythonanywhere.url + path, headers={"Host": DOMAIN}, timeout=30)
        insist(answer.status_code == 200, f"http://{DOMAIN}{path} answers 200")
        return answer.text

    def replace(self, path: str, old: str, new: str) -> None:
        """Change a file of the project."""
        file = self.project / path
        text = file.read_text()
        insist(old in text, f"{path}: {old!r} becomes {new!r}")
        file.write_text(text.replace(old, new, 1))

    @contextmanager
    def visitor(self) -> Iterator[Counter[int]]:
        """Somebody who asks for the page again and again; how often each status was answered."""
        seen: Counter[int] = Counter()
        end = threading.Event()

        def visit() -> None:
            while not end.wait(0.1):
                url, headers = self.pythonanywhere.url, {"Host": DOMAIN}
                seen[requests.get(url, headers=headers, timeout=30).status_code] += 1

        thread = threading.Thread(target=visit)
        thread.start()
        try:
            yield seen
        finally:
            end.set()
            thread.join()


def main(*, stays: bool) -> None:
    with tempfile.TemporaryDirectory() as temp, Emulator(username=USERNAME) as pythonanywhere:
        project = Path(temp) / "guestbook"
        shutil.copytree(ROOT / "examples" / "django", project)
        demo = Demo(project, pythonanywhere)
        heading(f"A local PythonAnywhere with an empty account is at {pythonanywhere.url}")
        make_live(demo)
        change(demo)
        break_it(demo)
        go_back(demo)
        if stays:
            look_around(pythonanywhere)
        else:
            heading("Done. To look around in a browser: make demo-open")


def make_live(demo: Demo) -> None:
    heading("1. A Django project becomes a site, by two commands")
    demo.run("init")
    say((demo.project / "pa-deploy.toml").read_text())
    demo.run("deploy")
    insist("Guest book" in demo.page("/"), "it is the page of the project")
    insist("font-family" in demo.page("/static/guestbook/style.css"), "it has its style sheet")


def change(demo: Demo) -> None:
    heading("2. A change goes live")
    demo.replace(TEMPLATE, "<h1>Guest book</h1>", "<h1>Our guest book</h1>")
    demo.run("deploy")
    insist("Our guest book" in demo.page("/"), "visitors see the change")


def break_it(demo: Demo) -> None:
    heading("3. A broken commit is refused, and no visitor notices")
    demo.replace(VIEWS, "from django", "import a_module_that_does_not_exist\nfrom django")
    with demo.visitor() as seen:
        demo.run("deploy", exit_code=REFUSED)
    insist(set(seen) == {200}, f"a visitor asked {seen.total()} times, and was answered 200")
    insist("Our guest book" in demo.page("/"), "the page is as it was")


def go_back(demo: Demo) -> None:
    heading("4. Back to the first version")
    demo.run("rollback")
    insist("<h1>Guest book</h1>" in demo.page("/"), "visitors see the first version again")


def look_around(pythonanywhere: Emulator) -> None:
    port = pythonanywhere.url.rpartition(":")[2]
    heading("Look around in a browser")
    say(f"The site:    http://{DOMAIN}.localhost:{port}/")
    say(f"The Web tab: {pythonanywhere.url}/")
    say("Ctrl-C ends it.")
    while True:
        time.sleep(3600)


def heading(text: str) -> None:
    say(f"\n=== {text}\n")


def say(text: str) -> None:
    print(text, flush=True)


def insist(fact: bool, words: str) -> None:  # noqa: FBT001
    """Print whether the fact is true. If not, exit with code 1."""
    say(f"{'ok' if fact else 'FAILED'}: {words}")
    if not fact:
        sys.exit(1)


if __name__ == "__main__":
    try:
        main(stays="--open" in sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. No process is left running.\n")
        sys.exit(130)
