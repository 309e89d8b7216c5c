"""A file that a command writes at its end. Its path is checked before the work begins."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path


class CannotWrite(Exception):
    """The file cannot be written; the message names the option and the next step."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """`option` names it on the command line. Each such file begins with `mark`; a file that begins
    otherwise is the user's own and is never overwritten. `name` is an example of a file's name.
    """

    option: str
    path: Path
    mark: str
    name: str

    def check(self) -> None:
        """Raises CannotWrite. Folders that are missing are made when it is written."""
        try:
            self._refuse_what_is_there()
        except (OSError, ValueError) as error:
            raise self._error(_reason(error), "Name another file") from None

    def write(self, text: str) -> None:
        """Raises CannotWrite."""
        self.check()
        new = self.path.with_name(f".{self.path.name[:100]}-{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # UTF-8 cannot encode half a character from a server; in JSON its escape means the same.
            new.write_bytes(text.encode("utf-8", "backslashreplace"))
            new.replace(self.path)
        except OSError as error:
            raise self._error(_reason(error), "Name another file") from None
        finally:
            new.unlink(missing_ok=True)

    def _refuse_what_is_there(self) -> None:
        if self.path.is_symlink():
            raise self._error("it is a link", "Name another file")
        if not self.path.exists():
            above = next(each for each in self.path.absolute().parents if each.exists())
            if not above.is_dir():
                raise self._error(f"{above} is not a directory", "Name another file")
            if not os.access(above, os.W_OK):
                raise self._error(f"{above} is not writable", "Name a file in another folder")
            return
        mode = self.path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise self._error("it is a directory", f"Name a file in it: {self.path / self.name}")
        if not stat.S_ISREG(mode):
            raise self._error("it is not a regular file", "Name another file")
        if not self._is_ours():
            what = "it exists, and this command did not write it"
            raise self._error(what, f"Delete it, or name another file, for example {self.name}")
        if not os.access(self.path, os.W_OK):
            raise self._error("it is not writable", "Name another file")

    def _is_ours(self) -> bool:
        mark = self.mark.encode()
        with self.path.open("rb") as stream:
            return stream.read(len(mark)) in (b"", mark)

    def _error(self, what: str, advice: str) -> CannotWrite:
        return CannotWrite(f"{self.option} {self.path}: {what}. {advice}.")


def _reason(error: OSError | ValueError) -> str:
    return (getattr(error, "strerror", None) or "it is not a path").lower()
