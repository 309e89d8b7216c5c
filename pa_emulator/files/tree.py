"""`files/tree/`: the content of a folder, a few levels deep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.response import Response

from pa_emulator.choices import TREE_DEPTH, TREE_ENTRIES
from pa_emulator.files.errors import CannotList
from pa_emulator.files.reach import OutOfReach, is_others, printable, reach_through
from pa_emulator.rest import ApiView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rest_framework.request import Request


class TreeView(ApiView):
    """Absolute paths, folders ending in `/`, without dotfiles and links (API page)."""

    def get(self, request: Request) -> Response:
        path = request.query_params.get("path", "")
        try:
            spot = reach_through(self.account, self.machine.config.root, path)
            is_dir, exists = spot.real.is_dir(), spot.real.exists()
        except (OutOfReach, OSError) as error:
            raise CannotList(f"{path} does not exist") from error
        if not is_dir:
            raise CannotList(f"{path} {'is not a directory' if exists else 'does not exist'}")
        names = list(self._walk(spot.real, spot.path.rstrip("/"), TREE_DEPTH))
        return Response([printable(name) for name in names[:TREE_ENTRIES]])

    def _walk(self, folder: Path, path: str, depth: int) -> Iterator[str]:
        for entry in sorted(folder.iterdir()):
            if entry.name.startswith(".") or entry.is_symlink() or self._is_others(entry):
                continue
            if not entry.is_dir():
                yield f"{path}/{entry.name}"
                continue
            yield f"{path}/{entry.name}/"
            if depth > 1:
                yield from self._walk(entry, f"{path}/{entry.name}", depth - 1)

    def _is_others(self, entry: Path) -> bool:
        return is_others(self.account, self.machine.config.root, entry)
