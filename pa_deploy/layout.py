"""Where the parts of a release are on PythonAnywhere. The loader knows the same names."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

FOLDER = ".pa-deploy"
"""In the home directory: the folders of all web apps."""
UNFILLED = 'BASE = ""'


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder of one web app's releases, absolute, and what is in it."""

    base: str

    @classmethod
    def of(cls, username: str, domain: str) -> Layout:
        return cls(f"/home/{username}/{FOLDER}/{domain}")

    @property
    def pointer(self) -> str:
        """What should be live."""
        return f"{self.base}/release.json"

    @property
    def status(self) -> str:
        """What the loader did last."""
        return f"{self.base}/status.json"

    @property
    def current(self) -> str:
        """A link to the live release."""
        return f"{self.base}/current"

    @property
    def before(self) -> str:
        """What the WSGI file was before the first release."""
        return f"{self.base}/before/wsgi_before.py"

    @property
    def incoming(self) -> str:
        return f"{self.base}/incoming"

    @property
    def releases(self) -> str:
        return f"{self.base}/releases"

    @property
    def layers(self) -> str:
        return f"{self.base}/layers"

    def record(self, release: str) -> str:
        return f"{self.releases}/{release}.json"

    def in_release(self, path: str) -> str:
        """The path of what a relative path means: in the live release."""
        relative = posixpath.normpath(path)
        return self.current if relative == "." else f"{self.current}/{relative}"

    def loader(self) -> bytes:
        """The text of the WSGI file that serves the releases."""
        from importlib.resources import files  # noqa: PLC0415 - a tenth of the time of a start

        text = files("pa_deploy").joinpath("loader.py").read_text(encoding="utf-8")
        if text.count(UNFILLED) != 1:
            raise AssertionError(UNFILLED)
        return text.replace(UNFILLED, f"BASE = {self.base!r}").encode()


def is_loader(wsgi_file: bytes) -> bool:
    """Whether a WSGI file is a loader, of this version or another."""
    return b"\nBASE = '" in wsgi_file and b"pa-deploy fills in BASE" in wsgi_file
