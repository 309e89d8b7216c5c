"""Which files of this machine a requirements file may name, and how messages name them."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pa_deploy.bundle.names import is_secret, never_shipped
from pa_deploy.dependencies.decode import decode
from pa_deploy.dependencies.model import Unusable

VERSION_CONTROL = "version control"
"""What `never_shipped` says of `.git` and the like."""
MOST_BYTES = 8 * 1024 * 1024
"""Of all files together: more than 20 times the requirements, with hashes, of large projects."""


@dataclass(frozen=True, slots=True)
class Places:
    """`root`: the folder, links resolved, whose files may be read. `own`: folders, links resolved,
    that are the project itself. `source`: the one that is shipped, links resolved; None if nobody
    has said which.
    """

    root: Path
    workspace: Path
    given_workspace: Path
    own: frozenset[Path]
    source: Path | None

    @classmethod
    def of(cls, requirements: Path, workspace: Path, source: Path | None) -> Places:
        """The workspace's files; if the named file lies elsewhere, those of its own folder.

        A link in the workspace that leads out of it does not count as elsewhere: a repository can
        hold any link.
        """
        lexical = _absolute(requirements)
        inside = lexical.is_relative_to(_absolute(workspace))
        resolved = _resolved(workspace)
        root = resolved if inside else _resolved(lexical).parent
        shipped = _resolved(source) if source else None
        own = {resolved, _resolved(lexical).parent, *((shipped,) if shipped else ())}
        return cls(root, resolved, _absolute(workspace), frozenset(own), shipped)

    def shown(self, path: Path) -> str:
        """The path relative to the workspace, or as it is."""
        for workspace in (self.given_workspace, self.workspace):
            if _absolute(path).is_relative_to(workspace):
                return str(_absolute(path).relative_to(workspace))
        return str(_absolute(path))

    def resolve(self, path: Path) -> Path:
        """The path with links resolved; raises Unusable if it leads out of `root`."""
        resolved = _resolved(path)
        if not resolved.is_relative_to(self.root):
            why = (
                "it is outside the workspace."
                if self.root == self.workspace
                else ("it is outside the folder of the file that `requirements` names.")
            )
            raise Unusable(why, "Copy it into the repository.")
        return resolved

    def refuse_secret(self, path: Path, resolved: Path) -> None:
        """Raise Unusable for a file that no line may include, as its name tells; it is not opened.

        `resolved` is below `root`.
        """
        for inside in (resolved.relative_to(self.root), Path(path.name)):
            folders = [each.as_posix() for each in inside.parents][:-1]
            file = inside.as_posix()
            if is_secret(file, is_folder=False) or any(
                is_secret(each, is_folder=True) for each in folders
            ):
                why = "its name says that it holds secrets, so it is not read."
                raise Unusable(why, "Move the requirements into another file, and include that.")
            if any(
                never_shipped(each, is_folder=True) == VERSION_CONTROL for each in (file, *folders)
            ):
                why = "it is a file of version control, so it is not read."
                raise Unusable(why, "Move the requirements into another file, and include that.")

    def find(self, text: str, folder: Path) -> Path:
        """The path that a line of a file in `folder` means: from there, else from the workspace.

        Backslashes may stand between its parts, as people write on Windows. Raises Unusable for
        what no path can be.
        """
        if "\0" in text:
            raise Unusable("its name is not a valid path.", "Correct it.")
        spellings = dict.fromkeys((text, text.replace("\\", "/")))
        places = [base / each for each in spellings for base in (folder, self.workspace)]
        return next((each for each in places if os.path.lexists(each)), self.workspace / text)

    def is_own(self, text: str, folder: Path) -> bool:
        """Whether the path means the project, and that is shipped: from its file's folder, or as
        pip has it, from where pip runs.
        """
        if "\0" in text:
            return False
        try:
            spelt = text.replace("\\", "/")
            found = ((base / spelt).resolve() for base in (folder, self.workspace))
            return any(each in self.own and self._is_shipped(each) for each in found)
        except (OSError, RuntimeError):
            return False

    def _is_shipped(self, folder: Path) -> bool:
        """Whether a release has the folder, or at least its modules, which are often in `src`."""
        source = self.source
        return source is None or folder.is_relative_to(source) or folder / "src" == source

    def read(self, path: Path) -> str:
        """The text of a regular file below `root`; raises Unusable."""
        resolved = self.resolve(path)
        try:
            found = resolved.stat()
            if not stat.S_ISREG(found.st_mode):
                kind = "a directory" if stat.S_ISDIR(found.st_mode) else "not a regular file"
                raise Unusable(f"it is {kind}.", "Name a requirements file.")
            if found.st_size > MOST_BYTES:
                why = f"it has more than {MOST_BYTES:,} bytes."
                raise Unusable(why, "Name a requirements file.")
            return decode(resolved.read_bytes())
        except FileNotFoundError:
            raise Unusable("it does not exist.", "Correct the name, or commit the file.") from None
        except OSError as error:
            raise Unusable(
                f"it cannot be read ({error.strerror}).", "Correct its permissions."
            ) from None


def _absolute(path: Path) -> Path:
    """Without `..`, and with links as they are."""
    return Path(os.path.normpath(path.absolute()))


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # Python 3.11 and 3.12 say so of a loop
        raise Unusable(
            "its link leads back to itself.", "Replace the link with the file."
        ) from None
    except OSError as error:
        raise Unusable(f"it cannot be read ({error.strerror}).", "Correct its name.") from None


def from_file_url(url: str) -> str:
    """The path that a `file:` URL means; raises Unusable if it is on another machine."""
    parts = urlsplit(url)
    if parts.netloc not in ("", "localhost"):
        raise Unusable("it is on another machine.", "Copy it into the repository.")
    return url2pathname(parts.path)
