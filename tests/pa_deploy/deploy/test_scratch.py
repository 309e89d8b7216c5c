"""The folder in which a release is put together goes again, whatever is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.deploy.scratch import remove
from tests.soak import first_of


@pytest.mark.parametrize("depth", first_of([0, 10, 1_500]))
def test_a_folder_is_removed_however_deep(tmp_path: Path, depth: int) -> None:
    place = inner = tmp_path / "scratch"
    place.mkdir()
    for _ in range(depth):
        inner = inner / "d"
        inner.mkdir()
    (place / "link").symlink_to(tmp_path)
    (place / "file").write_text("x")

    remove(str(place))

    assert list(tmp_path.iterdir()) == []
