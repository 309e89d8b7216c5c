"""Packages on an account, as pa-deploy sends them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pa_deploy import bundle
from tests.pa_deploy.release.account import Account

GREETING = {
    "greeting.py": "TEXT = 'from a package'\n",
    ".data/bin/tool": "#!/bin/sh\necho tool\n",
}
GREETED = {
    "mysite.py": "import greeting\n"
    "def app(environ, start_response):\n"
    "    start_response('200 OK', [])\n"
    "    return [greeting.TEXT.encode()]\n"
}
"""An app that needs that package."""


def put_files(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755 if text.startswith("#!") else 0o644)


def packages(
    account: Account, *contents: Mapping[str, str], sent: bool | tuple[int, ...] = True
) -> dict[str, Any]:
    """An environment of packages with these files, as the pointer has it.

    `sent`: whether all are uploaded, or the numbers of those that are.
    """
    contents = contents or (GREETING,)
    rows: dict[str, Any] = {}
    distributions: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=account.folder) as temp:
        root = Path(temp) / "distributions"
        for number, files in enumerate(contents):
            put_files(Path(temp) / str(number), files)
            manifest = bundle.read_folder(Path(temp) / str(number))
            digest = bundle.digest(manifest)
            root.mkdir(exist_ok=True)
            (Path(temp) / str(number)).rename(root / digest)
            distributions[digest] = f"package{number}==1.0"
            if sent is True or (sent and number in sent):
                rows.update({f"{digest}/{path}": entry for path, entry in manifest.items()})
        archive = {"parts": [], "digest": "", "base": "", "shared": [], "copied": []}
        if rows:
            written = bundle.write_archive(root, rows, (), Path(temp) / "archive")
            parts = [account.upload(written.file.read_bytes(), written.parts[0].name)]
            archive = {**archive, "parts": parts, "digest": bundle.digest(rows)}
    name = hashlib.sha256(json.dumps(sorted(distributions)).encode()).hexdigest()[:16]
    return {"id": name, "kind": "ship", "distributions": distributions, "archive": archive}


def make_older(account: Account, release: str) -> Path:
    """Let a release have its packages as a layer, as an earlier pa-deploy has put them there."""
    record = account.record(release)
    (digest,) = account.names("distributions")
    folder = account.file("layers", digest)
    folder.parent.mkdir(exist_ok=True)
    account.file("distributions", digest).rename(folder)
    (folder / ".data/bin").rename(folder / "bin")
    (folder / ".data").rmdir()
    account.file(f"environments/{record.pop('environment')}.json").unlink()
    seen = {str(each.relative_to(folder)): each.stat() for each in folder.rglob("*.*")}
    noted = {path: [info.st_size, info.st_mtime_ns] for path, info in seen.items()}
    account.file(f"files/{digest}.json").write_text(json.dumps({"layer": noted}))
    del record["seal"]  # earlier versions had none
    new = json.dumps({**record, "layers": [digest]})
    account.file(f"records/{release}.json").write_text(new)
    return folder
