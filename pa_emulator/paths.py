"""PythonAnywhere's absolute paths, and the folders under root that stand for them."""

from __future__ import annotations

import contextlib
import os
import posixpath
import re
from pathlib import Path

SHARED_FOLDERS = ("/var/www", "/var/log")

OF_DOMAIN = re.compile(
    r"/var/www/(?P<stem>[^/.]+)_wsgi\.py"
    r"|/var/log/(?P<domain>[^/]+)\.(?:access|error|server)\.log(?:\.[0-9]+(?:\.gz)?)?"
)

HOME_FILES = {
    ".bashrc": "# Commands for every new console go here.\n",
    ".profile": "# Commands for every login go here.\n",
    "README.txt": "This folder stands for your home directory on PythonAnywhere.\n",
}


def under(root: Path, path: str) -> Path:
    """`/home/alice/x` -> `<root>/home/alice/x`; `..` never climbs out of root."""
    return root / posixpath.normpath("/" + path).lstrip("/")


def one_slash(path: str) -> str:
    """Make one slash of several, as the web server in front of the API does."""
    return re.sub("/{2,}", "/", path)


def as_seen(root: Path, text: str) -> str:
    """Return the text with root removed from its paths, as PythonAnywhere would show them."""
    return text.replace(str(root), "")


def make_home(root: Path, username: str) -> None:
    """Make the folders of a new account; keep what exists."""
    home = under(root, f"/home/{username}")
    try:
        home.mkdir(parents=True)
    except FileExistsError:  # an upload may have made it meanwhile
        return
    for name, text in HOME_FILES.items():
        (home / name).write_text(text)


def make_folders(root: Path) -> None:
    for folder in ("/home", *SHARED_FOLDERS):
        under(root, folder).mkdir(parents=True, exist_ok=True)


def wipe(root: Path) -> None:
    """Remove the files of all accounts. The folders stay, because others may write there."""
    make_folders(root)
    for folder in ("/home", *SHARED_FOLDERS):
        _empty(under(root, folder))


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents. It may be deep: pathlib would recurse."""
    for place in (*reversed(folder.parents), folder):
        if not place.is_dir():
            place.mkdir(exist_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it. OSError if anything cannot be removed."""
    _empty(folder)
    folder.rmdir()


def _empty(folder: Path) -> None:
    """Remove a folder's content as far as possible. It may be deep: shutil would recurse."""
    folders = [str(folder)]
    for place in folders:  # which grows meanwhile
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    _unlink(Path(entry.path))
    for place in reversed(folders[1:]):
        with contextlib.suppress(OSError):
            Path(place).rmdir()


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def wsgi_path(domain: str) -> str:
    """Return the path of a domain's WSGI file: dots become underlines (API page)."""
    return f"/var/www/{domain.lower().replace('.', '_')}_wsgi.py"


def log_path(domain: str, kind: str) -> str:
    """Return the path of a log; `kind` is access, error or server (official library)."""
    return f"/var/log/{domain.lower()}.{kind}.log"


def domain_of(path: str) -> str | None:
    """Return the domain whose WSGI file or log, rotated or not, has that path; None if no domain's.

    A domain has no underline, so each one in a WSGI file's name stands for a dot.
    """
    match = OF_DOMAIN.fullmatch(path)
    return match and (match["domain"] or match["stem"].replace("_", "."))


def remove_left(root: Path, domain: str) -> None:
    """Remove a domain's WSGI file and logs."""
    for folder in SHARED_FOLDERS:
        for entry in under(root, folder).iterdir():
            if domain_of(f"{folder}/{entry.name}") == domain:
                entry.unlink(missing_ok=True)


def prefix_pattern(root: Path, usernames: list[str]) -> str:
    """Return a regular expression for the places in source code at which to insert root.

    Such a place is before `/home/NAME`, `/var/www` or `/var/log`, unless the path is under root
    already.
    """
    names = sorted(usernames, key=len, reverse=True)
    prefixes = "|".join([*(re.escape(f"home/{name}") for name in names), "var/www", "var/log"])
    return rf"(?<![\w./~-])(?!{re.escape(str(root))}/)(?=/(?:{prefixes})(?![\w.-]))"
