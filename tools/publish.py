"""What a release needs of the repository; `.github/workflows/release.yml` calls it.

python tools/publish.py check           exit 1 unless the version can be released
python tools/publish.py version         v1.2.3
python tools/publish.py moving-tags     v1 v1.2
python tools/publish.py notes           the version's part of the changelog
python tools/publish.py pin IMAGE       let action.yml run IMAGE, which has a digest
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
NUMBER = r"(0|[1-9]\d*)"


class CannotReleaseError(Exception):
    """Why, and what to do about it."""


def version(package: str) -> str:
    """The tag of the version that pa_deploy/__init__.py has, given its text."""
    found = re.search(rf'^__version__ = "({NUMBER}\.{NUMBER}\.{NUMBER})"$', package, re.MULTILINE)
    if not found:
        raise CannotReleaseError("pa_deploy/__init__.py has no version of the form 1.2.3.")
    return f"v{found[1]}"


def moving_tags(tag: str) -> tuple[str, ...]:
    """The tags that go on to the newest version: `v1` and `v1.2` of `v1.2.3`."""
    major, minor, _ = tag.split(".")
    return major, f"{major}.{minor}"


def notes(changelog: str, tag: str) -> str:
    """The part of the changelog that is about the version, without its heading."""
    heading = rf"^## \[{re.escape(tag.removeprefix('v'))}\] - \d{{4}}-\d\d-\d\d$"
    found = re.search(rf"{heading}\n(.*?)(?=^## |^\[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if not found or not found[1].strip():
        bare = tag.removeprefix("v")
        message = f'CHANGELOG.md has nothing under "## [{bare}] - YYYY-MM-DD": write it there.'
        raise CannotReleaseError(message)
    return found[1].strip() + "\n"


def pinned(action: str, image: str) -> str:
    """The text of action.yml with the published image in the place of the Dockerfile."""
    if not re.fullmatch(r"[a-z0-9._/-]+@sha256:[0-9a-f]{64}", image):
        message = f"{image} is not an image with a digest."
        raise CannotReleaseError(message)
    text, count = re.subn(
        r"^  image: Dockerfile$", f"  image: docker://{image}", action, flags=re.MULTILINE
    )
    if count != 1:
        raise CannotReleaseError("action.yml does not say `image: Dockerfile`, once.")
    return text


def check() -> None:
    tag = version(read("pa_deploy/__init__.py"))
    notes(read("CHANGELOG.md"), tag)
    pinned(read("action.yml"), f"image@sha256:{'0' * 64}")
    git = ["git", "tag", "--list"]
    tags = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    forward(tag, tags.split())


def forward(tag: str, tags: Iterable[str]) -> None:
    """Refuse a version that is not above all `tags`: `v1` and `v1.2` would move back to it."""
    released = [each for each in tags if re.fullmatch(rf"v{NUMBER}\.{NUMBER}\.{NUMBER}", each)]
    newest = max(released, key=_numbers, default=None)
    if newest and _numbers(tag) <= _numbers(newest):
        message = f"{newest} is released already: raise the version in pa_deploy/__init__.py."
        raise CannotReleaseError(message)


def _numbers(tag: str) -> tuple[int, ...]:
    return tuple(int(part) for part in tag.removeprefix("v").split("."))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def answer(words: list[str]) -> str:
    match words:
        case ["check"]:
            check()
            return ""
        case ["version"]:
            return version(read("pa_deploy/__init__.py"))
        case ["moving-tags"]:
            return " ".join(moving_tags(version(read("pa_deploy/__init__.py"))))
        case ["notes"]:
            return notes(read("CHANGELOG.md"), version(read("pa_deploy/__init__.py")))
        case ["pin", image]:
            text = pinned(read("action.yml"), image)
            (ROOT / "action.yml").write_text(text, encoding="utf-8")
            return ""
        case _:
            raise CannotReleaseError(__doc__ or "")


def main(words: list[str]) -> int:
    try:
        text = answer(words)
    except CannotReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    if text:
        print(text.rstrip("\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
