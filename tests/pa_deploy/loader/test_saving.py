"""Large files that are the same in two releases are on the disk once."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.loader import saving
from pa_deploy.loader.files import Home
from pa_deploy.loader.releases import Release
from tests.pa_deploy.release.account import Account, hello
from tests.soak import in_soak

LARGE = 9 * 1024 * 1024


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def is_one(account: Account, path: str, *ids: str) -> bool:
    one, two = (account.code(each) / path for each in ids)
    return one.samefile(two)


@pytest.mark.parametrize(
    ("path", "run"),
    [
        ("model.bin", []),
        ("model.bin", ["true"]),
        in_soak(("out/app.js", ["mkdir -p out; cp model.bin out/app.js"])),
    ],
)
def test_commands_or_not_and_whether_shipped_or_made_by_them(
    account: Account, path: str, run: list[str]
) -> None:
    files = hello("one", **{"model.bin": "x" * LARGE})
    given: dict[str, Any] = {"run": run, "copied": [""] if run else [".db"]}

    first = account.deploy(files, **given)
    second = account.deploy({**files, "text": "two"}, base=first, **given)

    assert is_one(account, path, first, second)
    assert not is_one(account, "mysite.py", first, second)


class TestReleases:
    """Two folders, without a preparer."""

    @pytest.fixture
    def pair(self, tmp_path: Path) -> tuple[Release, Release]:
        home = Home(str(tmp_path))
        one, two = Release(home, "one"), Release(home, "two")
        for each in (one, two):
            Path(each.code).mkdir(parents=True)
        return one, two

    def put(self, release: Release, name: str, content: bytes) -> Path:
        path = Path(release.code) / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    @pytest.mark.parametrize(
        ("name", "links"),
        [
            ("a.bin", 2),
            ("below/a.mo", 2),
            ("store.db", 1),
            ("__pycache__/a.pyc", 1),
            ("rows", 1),  # a database
        ],
    )
    def test_what_an_app_may_write_to_stays_a_copy(
        self, pair: tuple[Release, Release], name: str, links: int
    ) -> None:
        content = b"SQLite format 3\0" if name == "rows" else b"x"
        one, two = (self.put(each, name, content.ljust(LARGE, b"\0")) for each in pair)

        saving.save_room(pair[1], pair[0])

        assert one.stat().st_nlink == two.stat().st_nlink == links

    @pytest.mark.parametrize("change", ["content", "mode", "link"])
    def test_what_differs_stays_as_it_is(self, pair: tuple[Release, Release], change: str) -> None:
        one, two = (self.put(each, "a.bin", b"x" * LARGE) for each in pair)
        if change == "content":
            two.write_bytes(b"y" * LARGE)
        elif change == "mode":
            two.chmod(0o755)
        else:
            two.rename(two.with_name("other"))
            two.symlink_to("other")
        before = two.lstat()

        saving.save_room(pair[1], pair[0])

        assert two.lstat().st_ino == before.st_ino
        assert one.stat().st_nlink == 1

    def bring(self, pair: tuple[Release, Release], copied: list[str]) -> None:
        sizes = {"a.bin": LARGE, "b.bin": LARGE, "c.bin": LARGE, "small": 1}
        for name, size in sizes.items():
            self.put(pair[0], name, b"x" * size)
        files = {name: ["file", size, ""] for name, size in sizes.items()}
        saving.bring(pair[0], files, pair[1].code, copied)

    @pytest.fixture
    def full(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """There is room for one large file more."""
        left, real = [LARGE + 1000], shutil.copy2

        def copy(old: str, new: str) -> None:
            size = Path(old).stat().st_size
            if size > left[0]:
                Path(new).write_bytes(b"x")
                raise OSError(errno.EDQUOT, "Disk quota exceeded")
            left[0] -= size
            real(old, new)

        monkeypatch.setattr(shutil, "copy2", copy)

    @pytest.mark.usefixtures("full")
    def test_on_a_full_disk_all_large_files_are_links_and_leave_room(
        self, pair: tuple[Release, Release]
    ) -> None:
        self.bring(pair, [".db"])

        one, two = (Path(each.code) for each in pair)
        assert [(one / name).samefile(two / name) for name in ("a.bin", "b.bin", "c.bin")] == [
            True
        ] * 3
        assert not (one / "small").samefile(two / "small")
        assert (two / "small").read_bytes() == b"x"

    @pytest.mark.usefixtures("full")
    def test_but_never_if_commands_may_write_to_them(self, pair: tuple[Release, Release]) -> None:
        with pytest.raises(OSError, match="Disk quota exceeded"):
            self.bring(pair, [""])

    def test_with_room_all_are_copies(self, pair: tuple[Release, Release]) -> None:
        self.bring(pair, [".db"])

        assert {path.stat().st_nlink for path in Path(pair[1].code).iterdir()} == {1}
