"""Where the parts of a release are on PythonAnywhere. The loader knows the same names."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from pa_deploy.errors import NewerPaDeploy
from pa_deploy.loader_files import loader_name, wsgi_file

FOLDER = ".pa-deploy"
"""In the home directory: the folders of all web apps."""
LAYOUT = 2
"""The number of this layout. Pointer, status, records and the loader carry it.

If you change a place, raise the number, and take over what the former layouts have left.
"""
HIGHEST_NUMBER = 9999
"""A greater number means that the file is damaged."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder of one web app's releases, absolute, and what is in it."""

    base: str

    @classmethod
    def of(cls, username: str, domain: str) -> Layout:
        return cls(f"/home/{username}/{FOLDER}/{domain}")

    @property
    def domain(self) -> str:
        return posixpath.basename(self.base)

    @property
    def pointer(self) -> str:
        """The pointer: says which release should be live."""
        return f"{self.base}/pointer.json"

    @property
    def first_pointer(self) -> str:
        """The pointer of layout 1, which a loader of that layout looks at."""
        return f"{self.base}/release.json"

    @property
    def verified(self) -> str:
        """Says that one release was verified live, so that `first-run` is over."""
        return f"{self.base}/verified.json"

    @property
    def status(self) -> str:
        """The loader's last status."""
        return f"{self.base}/status.json"

    @property
    def settled(self) -> str:
        """The last status of a pointer that was done with, in case the other one is lost."""
        return f"{self.base}/settled.json"

    @property
    def boot(self) -> str:
        """When the WSGI file is imported."""
        return f"{self.base}/boot.json"

    @property
    def lease(self) -> str:
        """Uploaded from time to time while a run waits for what the pointer wants."""
        return f"{self.base}/lease"

    @property
    def request_key(self) -> str:
        """The key of signed requests."""
        return f"{self.base}/request-key"

    @property
    def lock(self) -> str:
        """One file for each run that has the lock or waits for it."""
        return f"{self.base}/lock"

    @property
    def current(self) -> str:
        """A link to the live release."""
        return f"{self.base}/current"

    @property
    def before(self) -> str:
        """A copy of the WSGI file from before the first release."""
        return f"{self.base}/before/wsgi_before.py"

    @property
    def again(self) -> str:
        """Says that the site of before has served since the release that was live last."""
        return f"{self.base}/before/again"

    @property
    def wsgi_note(self) -> str:
        """The SHA-256 of each WSGI file that the input `wsgi-file` has made."""
        return f"{self.base}/wsgi-file.sha256"

    @property
    def incoming(self) -> str:
        return f"{self.base}/incoming"

    @property
    def shared(self) -> str:
        """What all releases share."""
        return f"{self.base}/shared"

    @property
    def backups(self) -> str:
        """Copies of what was shared, and what was edited by hand."""
        return f"{self.base}/backups"

    @property
    def releases(self) -> str:
        return f"{self.base}/releases"

    @property
    def secrets(self) -> str:
        return f"{self.base}/secrets"

    @property
    def distributions(self) -> str:
        """The packages of all environments, each in a folder named by its digest."""
        return f"{self.base}/distributions"

    def release(self, release: str) -> str:
        """The folder of a release; its code is in `code/`, of layout 1 right there."""
        return f"{self.releases}/{release}"

    def record(self, release: str, number: int = LAYOUT) -> str:
        """The parts of a release, on an account that has the layout `number`."""
        folder = "records" if number >= 2 else "releases"
        return f"{self.base}/{folder}/{release}.json"

    def secret(self, release: str) -> str:
        """The values of `env` of a release."""
        return f"{self.secrets}/{release}.json"

    def in_release(self, path: str) -> str:
        """The absolute path for a relative one, which is in the live release."""
        relative = posixpath.normpath(path)
        return self.current if relative == "." else f"{self.current}/{relative}"

    def wsgi_file(self) -> bytes:
        """The text of the WSGI file that serves the releases."""
        return wsgi_file(self.base)

    @property
    def loader(self) -> str:
        """The zip that the WSGI file imports."""
        return f"{self.base}/loader/{loader_name()}"


def number_in(value: Mapping[str, object]) -> int:
    """The layout number in a file; 0 if it has none, or not a valid one."""
    number = value.get("layout")
    return number if type(number) is int and 0 < number <= HIGHEST_NUMBER else 0


def insist_on_known(number: int, domain: str) -> None:
    """Raise NewerPaDeploy for the number of a layout that this pa-deploy does not know."""
    if number > LAYOUT:
        raise NewerPaDeploy(
            f"A newer pa-deploy made the releases of {domain}. They have layout "
            f"{number}, and this pa-deploy knows layouts up to {LAYOUT}.",
            cause="Another workflow, or somebody by hand, deployed with a newer pa-deploy.",
            advice="Nothing was changed. Use the newer pa-deploy.",
        )
