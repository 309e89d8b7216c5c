"""A project as the tests write it down: its files, and nothing on a disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pa_deploy.detect import Tree, find_cautions
from pa_deploy.model import WantedRelease

MANAGE = "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"
WSGI = (
    "import os\n"
    "from django.core.wsgi import get_wsgi_application\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"
    "application = get_wsgi_application()\n"
)
DJANGO = {
    "manage.py": MANAGE,
    "mysite/__init__.py": "",
    "mysite/settings.py": "DEBUG = False\n",
    "mysite/wsgi.py": WSGI,
}
FLASK = "from flask import Flask\napp = Flask(__name__)\n"


def below(folder: str, files: Mapping[str, str] = DJANGO) -> dict[str, str]:
    return {f"{folder}/{path}": text for path, text in files.items()}


def tree(files: Mapping[str, str | bytes], left_out: Mapping[str, str] = {}) -> Tree:
    """`left_out` can be read and is not listed."""

    def read(path: str) -> bytes | None:
        text = {**left_out, **files}.get(path)
        return text.encode() if isinstance(text, str) else text

    return Tree.of(files, read)


def cautions(
    files: Mapping[str, str | bytes],
    left_out: Mapping[str, str] = {},
    /,
    **wanted: Any,  # noqa: ANN401
) -> list[str]:
    """What is said of a release of these files."""
    given = {"source": Path("/nowhere"), "app": "", **wanted}
    return [str(each) for each in find_cautions(WantedRelease(**given), tree(files, left_out))]


def caution(files: Mapping[str, str | bytes], /, **wanted: Any) -> str:  # noqa: ANN401
    """The one thing that is said, or ""."""
    said = cautions(files, **wanted)
    assert len(said) <= 1
    return "".join(said)
