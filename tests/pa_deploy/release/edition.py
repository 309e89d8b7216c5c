"""Earlier editions of pa-deploy: their loaders, and how they put a release on an account.

Each has a folder in `editions/`, named by its layout number: the loader as it was, and
`edition.json`, which says where it had the pointer, the code, the record and the secrets of a
release, and what its pointer had beside the parts that all have.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pa_deploy import bundle

FOLDER = Path(__file__).with_name("editions")
NUMBERS = sorted(int(each.name) for each in FOLDER.iterdir() if each.name.isdigit())


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition, by its layout number."""

    number: int

    @property
    def shape(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._file("edition.json").read_text())
        return found

    def loader(self, base: str) -> str:
        """Its WSGI file, for an account whose releases are in `base`."""
        text = self._file("loader.py").read_text()
        assert text.count('BASE = ""') == 1
        return text.replace('BASE = ""', f"BASE = {base!r}")

    def place(self, what: str, release: str = "") -> str:
        """Where it had the pointer, or the code, record or secrets of a release, below base."""
        path: str = self.shape[what].format(id=release)
        return path

    def _file(self, name: str) -> Path:
        return FOLDER / str(self.number) / name


@dataclass(slots=True)
class Former:
    """What a run of an earlier edition leaves in the folder `base`."""

    edition: Edition
    base: Path
    rows: list[dict[str, Any]] = field(default_factory=list)

    def point(
        self, release: str, files: Mapping[str, str], env: Mapping[str, str] | None = None
    ) -> None:
        """Upload a release and the pointer to it; the next start of a worker puts it in place."""
        parts, digest = self._archive(files)
        shared = ["db.sqlite3"]
        row = {"id": release, "created": "2026-11-01T00:00:00Z", "bad": False}
        self.rows = [row, *(each for each in self.rows if each["id"] != release)]
        pointer = {
            **self.edition.shape["fields"],
            "id": release,
            "nonce": f"nonce-of-{release}",
            "seconds": 60,
            "run": [],
            "releases": self.rows[:3],
            "layers": {},
            "code": {"parts": parts, "digest": digest, "base": "", "shared": shared, "copied": []},
            "record": {"id": release, "app": "mysite:app", "layers": [], "shared": shared},
        }
        if "env" in pointer:
            pointer["env"] = dict(env or {})
        self.file(self.edition.place("pointer")).write_text(json.dumps(pointer))

    def file(self, path: str) -> Path:
        return self.base / path

    def _archive(self, files: Mapping[str, str]) -> tuple[list[str], str]:
        with tempfile.TemporaryDirectory() as temp:
            folder = Path(temp) / "source"
            for name, text in files.items():
                file = folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            manifest = bundle.select(folder).manifest
            archive = bundle.write_archive(folder, manifest, (), Path(temp) / "archive")
            self.file("incoming").mkdir(parents=True, exist_ok=True)
            (part,) = archive.parts
            self.file(f"incoming/{part.name}").write_bytes(archive.file.read_bytes())
        return [f"incoming/{part.name}"], bundle.digest(manifest)
