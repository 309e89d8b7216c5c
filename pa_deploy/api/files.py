"""The endpoints under `files/`. Paths are absolute paths on PythonAnywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pa_deploy.api.answers import ask, check, decode, many
from pa_deploy.errors import (
    DeployError,
    DiskFull,
    Forbidden,
    IsFolder,
    NotFound,
    Refused,
    ServerFailed,
)
from pa_deploy.transport import READ_SECONDS, Call, Content, Method, Transport

MAY_BE_MISSING = 404
FULL_DISK = ("no space left", "quota")
"""What Linux says of it, in a part of its words."""
MAKE_ROOM = "On the Files page, delete what you do not need."
SLOWEST_BYTES_PER_SECOND = 100_000
"""An upload that takes longer than this allows counts as stuck."""


class Files:
    """Files of one account, and their sharing by link."""

    def __init__(self, transport: Transport, base: str, username: str) -> None:
        self._transport = transport
        self._home = f"/home/{username}"
        self._base = f"{base}files/"

    def read(self, path: str) -> bytes | None:
        """GET files/path{path}: the file's bytes, or None if there is no such file.

        Directories answer with a JSON object instead (API page), files never do, whatever they hold
        (official client's tests); use `entries` for directories.
        """
        call = self._path_call("GET", path, f"reading {path}")
        answer = self._transport.send(call)
        if answer.status == MAY_BE_MISSING:
            return None
        if check(call, answer).is_json:
            raise IsFolder(
                f"{path} is a directory on PythonAnywhere, not a file.",
                advice="Check the path on the Files page.",
            )
        return answer.body

    def entries(self, path: str) -> Mapping[str, Any] | None:
        """GET files/path{path} of a directory: name -> {type, url}; None if there is none."""
        call = self._path_call("GET", path, f"listing {path}")
        answer = self._transport.send(call)
        if answer.status == MAY_BE_MISSING or not check(call, answer).is_json:
            return None
        return decode(call, answer, dict)

    def upload(self, path: str, content: Content) -> bool:
        """POST files/path{path}; True if the file is new (201), False if it was there (200).

        Missing parent directories are made (observed by clients). Limit: 100 MiB (help page).
        Raises DiskFull.
        """
        call = self._path_call("POST", path, f"uploading {path}", content)
        answer = self._transport.send(call)
        try:
            return check(call, answer).status == 201
        except NotFound:
            raise
        except (Forbidden, Refused, ServerFailed) as error:
            if self._is_full(error):
                raise _full(error, len(content or b"")) from None
            if not isinstance(error, Refused):
                raise
            error.cause = "The account's disk is full, or nothing can be written at that path."
            error.advice = (
                "The Files page shows how much space is left. Delete what you do not need."
            )
            raise

    def delete(self, path: str) -> bool:
        """DELETE files/path{path}, directories with all in them; False if nothing was there."""
        call = self._path_call("DELETE", path, f"deleting {path}")
        answer = self._transport.send(call)
        return answer.status != MAY_BE_MISSING and check(call, answer).ok

    def tree(self, path: str) -> tuple[str, ...]:
        """GET files/tree/?path=: what is below a directory; directories end in a slash.

        At most 1000 paths, without dotfiles and links, about two levels deep (API page, official
        client). A path that is missing or no directory answers 400 and raises Refused.
        """
        call = Call(
            method="GET",
            path=f"{self._base}tree/",
            what=f"listing the tree of {path}",
            params={"path": path},
        )
        return ask(self._transport, call, many(str))

    def share(self, path: str) -> str:
        """POST files/sharing/; the link, relative to the host. Sharing twice gives the same one."""
        call = self._sharing_call("POST", path, f"sharing {path}")
        return ask(self._transport, call, _link)

    def shared(self, path: str) -> str | None:
        """GET files/sharing/?path=: the link, relative to the host, or None if not shared."""
        call = self._sharing_call("GET", path, f"asking whether {path} is shared")
        answer = self._transport.send(call)
        if answer.status == MAY_BE_MISSING:
            return None
        return decode(call, check(call, answer), _link)

    def unshare(self, path: str) -> bool:
        """DELETE files/sharing/?path=; False if it was not shared."""
        call = self._sharing_call("DELETE", path, f"unsharing {path}")
        answer = self._transport.send(call)
        return answer.status != MAY_BE_MISSING and check(call, answer).ok

    def _is_full(self, error: DeployError) -> bool:
        """Whether an upload failed because the disk is full. It is not known how the API says so.

        So an upload that fails inside is taken for it, if the account can be read all the same.
        """
        if is_full_disk(error.what):
            return True
        if not isinstance(error, ServerFailed):
            return False
        try:
            return self.entries(self._home) is not None
        except DeployError:
            return False

    def _path_call(
        self, method: Method, path: str, what: str, content: Content | None = None
    ) -> Call:
        return Call(
            method=method,
            path=f"{self._base}path{quote(path)}",
            what=what,
            wants_json=False,
            content=content,
            read_seconds=READ_SECONDS + len(content or b"") / SLOWEST_BYTES_PER_SECOND,
        )

    def _sharing_call(self, method: Method, path: str, what: str) -> Call:
        in_body = method == "POST"
        return Call(
            method=method,
            path=f"{self._base}sharing/",
            what=what,
            wants_json=method != "DELETE",
            params={} if in_body else {"path": path},
            form={"path": path} if in_body else None,
        )


def _link(body: Mapping[str, Any]) -> str:
    return str(body["url"])


def is_full_disk(text: str) -> bool:
    """Whether a message says that nothing more can be written on the account."""
    return any(words in text.lower() for words in FULL_DISK)


def _full(error: DeployError, size: int) -> DiskFull:
    return DiskFull(
        f"The account's disk is full: {size:,} bytes could not be uploaded. {error.what}",
        cause="The account's files use all the space of its plan. PythonAnywhere accepts no new "
        "files.",
        advice=f"{MAKE_ROOM} Then run again.",
    )
