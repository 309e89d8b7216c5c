"""Wheels made on the spot, so that no test needs an index."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path


def make(folder: Path, name: str, version: str, files: Mapping[str, str], **more: str) -> Path:
    """A wheel with these files; `tag`, `requires` and `python` are as in its name and metadata."""
    tag = more.get("tag", "py3-none-any")
    requires = f"Requires-Dist: {more['requires']}\n" if "requires" in more else ""
    requires += f"Requires-Python: {more['python']}\n" if "python" in more else ""
    info = f"{name}-{version}.dist-info"
    contents = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    encoded = {path: text.encode() for path, text in contents.items()}
    return _write(folder / f"{name}-{version}-{tag}.whl", encoded, info)


def repack(folder: Path, *names: str) -> None:
    """Wheels of pure packages that the tests' own environment has.

    Translations stay out, but for English: they are two thirds of Django's files.
    """
    for name in names:
        found = distribution(name)
        info = next(p for p in found.files or () if p.name == "METADATA").parent.name
        contents = {
            path.as_posix(): Path(str(path.locate())).read_bytes()
            for path in found.files or ()
            if ".." not in path.parts and path.suffix != ".pyc" and path.name != "RECORD"
            if "LC_MESSAGES" not in path.parts or "en" in path.parts
        }
        stem = info.removesuffix(".dist-info")
        _write(folder / f"{stem}-py3-none-any.whl", contents, info)


def _write(wheel: Path, contents: Mapping[str, bytes], info: str) -> Path:
    wheel.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{path},{_hash(content)},{len(content)}" for path, content in contents.items()]
    record = "\n".join([*lines, f"{info}/RECORD,,", ""])
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in {**contents, f"{info}/RECORD": record.encode()}.items():
            archive.writestr(path, content)
    return wheel


def _hash(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f"sha256={digest}"
