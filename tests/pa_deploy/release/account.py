"""A folder like `~/.pa-deploy/<domain>`, with releases put there as pa-deploy uploads them."""

from __future__ import annotations

import atexit
import fcntl
import functools
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pa_deploy import bundle
from pa_deploy.loader_files import loader_zip, wsgi_file
from tests.pa_deploy.release import worker
from tests.pa_deploy.release.worker import Worker

RECORDED = ("app", "generate", "python_path", "variables", "commit", "run_url")
"""What a record has of a release."""
BEFORE = """\
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"before"]
"""
ASK = """\
import json, runpy, sys
from wsgiref.util import setup_testing_defaults
told = []
environ = {"PATH_INFO": "/"}
setup_testing_defaults(environ)
def start(status, headers, *error):
    told.append([status, dict(headers)])
app = runpy.run_path(sys.argv[1])["application"]
body = b"".join(app(environ, start)).decode()
print("ANSWER", json.dumps([*told[0], body]))
"""


def hello(text: str, **more: str) -> dict[str, str]:
    """The files of an app that answers with a text from a file of its own."""
    return {
        "mysite.py": "from pathlib import Path\n"
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [Path(__file__).with_name('text').read_bytes()]\n",
        "text": text,
        **more,
    }


def loader_with(more: bytes) -> tuple[str, bytes]:
    """A loader that has a module `more` more, as a former one might: its name and content."""
    target = io.BytesIO(loader_zip())
    if more:
        with zipfile.ZipFile(target, "a") as archive:
            archive.writestr("pa_deploy_loader/more.py", more)
    content = target.getvalue()
    return f"{hashlib.sha256(content).hexdigest()}.zip", content


def read_if_there(path: Path) -> bytes:
    """A file; nothing if it is gone, as those of a process are when it ends."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def preparers(below: Path) -> list[int]:
    """The processes that prepare a release in a folder, or somewhere below it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        words = read_if_there(folder / "cmdline").split(b"\0")
        if b"prepare" in words and any(word.startswith(bytes(below)) for word in words):
            found.append(int(folder.name))
    return found


@dataclass(frozen=True)
class Answer:
    status: str
    headers: dict[str, str]
    body: str
    errors: str


@dataclass
class Account:
    """`place` makes what an upload makes; `start` is what a web worker does when it starts."""

    folder: Path
    python: str = sys.executable
    count: int = 0
    pointer: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.base = self.folder / "base"
        (self.base / "before").mkdir(parents=True)
        (self.base / "before" / "wsgi_before.py").write_text(BEFORE)
        self.wsgi = self.folder / "wsgi.py"
        self.install()

    def install(self) -> None:
        """Upload the loader, and the WSGI file that imports it."""
        self.put_loader()
        self.wsgi.write_bytes(wsgi_file(str(self.base)))

    def put_loader(self, more: bytes = b"", minutes_old: int = 0) -> str:
        """Upload the loader, or one that has a module `more` more; its name."""
        name, content = loader_with(more)
        path = self.file("loader", name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        moment = time.time() - 60 * minutes_old
        os.utime(path, (moment, moment))
        return name

    def put(self, files: Mapping[str, str], base: str = "", **more: Any) -> str:  # noqa: ANN401 - parts of the pointer
        """Put a release there, whole or as what changes `base`; its id."""
        with tempfile.TemporaryDirectory(dir=self.folder) as temp:
            folder = Path(temp) / "source"
            for name, text in files.items():
                file = folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                if text.startswith("-> "):
                    file.symlink_to(text[3:])
                else:
                    file.write_text(text)
                    file.chmod(0o755 if text.startswith("#!") else 0o644)
            manifest = bundle.select(folder).manifest
            old = bundle.from_json(self.record(base)["files"]) if base else {}
            changed, deleted = bundle.difference(old, manifest)
            archive = bundle.write_archive(folder, changed, deleted, Path(temp) / "archive")
            parts = [
                self.upload(archive.file.read_bytes()[part.offset :][: part.size], part.name)
                for part in archive.parts
            ]
        digest = bundle.digest(manifest)
        given = {"base": base, "digest": digest, "parts": parts, **more}
        return self.point(digest[:12], **given)

    def put_secrets(self, release: str, values: Mapping[str, str]) -> None:
        """Upload the values of `env`, into a folder that is closed."""
        self.file("secrets").mkdir(exist_ok=True)
        self.file(f"secrets/{release}.json").write_text(json.dumps(values))

    def upload(self, content: bytes, name: str) -> str:
        (self.base / "incoming").mkdir(exist_ok=True)
        (self.base / "incoming" / name).write_bytes(content)
        return f"incoming/{name}"

    def point(self, release: str, **more: Any) -> str:  # noqa: ANN401 - parts of the pointer
        """Write the pointer; a part of it that is not given is as for a rollback."""
        self.count += 1
        others = [row for row in self.status().get("releases", []) if row["id"] != release]
        default = {
            "nonce": f"n{self.count}",
            "id": release,
            "seconds": 60,
            "app": "mysite:app",
            "layout": 2,
            "run": [],
            "environment": {},
            "releases": [{"id": release}, *others][:3],
        }
        if env := more.pop("env", {}):
            self.put_secrets(release, env)
        code = {"parts": [], "digest": "", "base": "", "shared": [], "copied": [".sqlite3"]}
        code = {name: more.pop(name, value) for name, value in code.items()}
        given = {**default, "code": code, **more}
        given["record"] = {
            "layout": 2,
            "id": release,
            "environment": given["environment"].get("id", ""),
            "env": list(env),
            "shared": code["shared"],
            **{name: given.pop(name) for name in RECORDED if name in given},
        }
        self.pointer = given
        self.write_pointer()
        return release

    def point_back(self, release: str) -> None:
        """Write the pointer as a rollback does."""
        self.point(release)
        self.pointer["record"] = {}
        self.write_pointer()

    def write_pointer(self) -> None:
        self.file("pointer.json").write_text(json.dumps(self.pointer))

    def start(self, python: str | None = None) -> Answer:
        """Start a worker, ask it for a page, and end it; again if a release has become ready.

        Until then, what is live may not start.
        """
        out, errors = self.spawn(python).communicate(timeout=60)
        is_ready = self.wait_for_preparer() == "ready"
        return self.boot(python) if is_ready else self._answer(out, errors)

    def wait_for_preparer(self) -> str:
        """Wait until nobody works on the releases; the state of the wanted one."""
        with self.file("loader.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
        return str(self.status().get("state", ""))

    def boot(self, python: str | None = None) -> Answer:
        """Start a worker, ask it for a page, and end it, whatever is being prepared."""
        return self._answer(*self.spawn(python).communicate(timeout=60))

    def _answer(self, out: str, errors: str) -> Answer:
        line = next((line for line in out.splitlines() if line.startswith("ANSWER ")), None)
        assert line, errors
        status, headers, body = json.loads(line.removeprefix("ANSWER "))
        return Answer(status, headers, body, errors)

    def spawn(self, python: str | None = None) -> Worker:
        return worker.start(python or self.python, ASK, str(self.wsgi))

    def deploy(self, files: Mapping[str, str], base: str = "", **more: Any) -> str:  # noqa: ANN401 - parts of the pointer
        """Put a release there and start a worker, which must answer with it."""
        release = self.put(files, base, **more)
        answer = self.start()
        assert answer.headers.get("X-Release") == release, (answer, self.status())
        return release

    def serve(self, text: str = "one") -> str:
        """Have this new account as `deploy` of `hello(text)` leaves one: by a copy; the id."""
        kept = _served(text)
        shutil.copytree(kept.base, self.base, symlinks=True, dirs_exist_ok=True)
        for file in (self.base / "releases" / "code").iterdir():
            file.write_text(file.read_text().replace(str(kept.folder), str(self.folder)))
        self.count, self.pointer = kept.count, kept.pointer
        return self.live()

    def status(self) -> dict[str, Any]:
        return self._json("status.json")

    def record(self, release: str) -> dict[str, Any]:
        return self._json(f"records/{release}.json")

    def code(self, release: str) -> Path:
        return self.file(f"releases/{release}/code")

    def boot_file(self) -> Path:
        """The file that tells when the WSGI file is imported."""
        return self.file("boot.json")

    def live(self) -> str:
        folder = self.file("current").resolve()
        return folder.parent.name if folder.name == "code" else folder.name

    def file(self, *path: str) -> Path:
        return self.base.joinpath(*path)

    def released(self, path: str) -> Path:
        """A path of the live release."""
        return self.base / "current" / path

    def names(self, folder: str) -> Sequence[str]:
        """What is in a folder, but for what the first edition's loader takes for a release."""
        names = [each.name for each in self.file(folder).glob("*")]
        return sorted(name for name in names if name.partition(".")[0] != "code")

    def _json(self, name: str) -> dict[str, Any]:
        path = self.base / name
        found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return found


@functools.cache
def _served(text: str) -> Account:
    """An account whose release is live. It is made once for all copies."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    account = Account(folder)
    account.deploy(hello(text))
    return account
