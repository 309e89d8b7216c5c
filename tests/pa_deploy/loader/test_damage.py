"""A release that is to serve again is compared with what it was before."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pa_deploy.loader.test_loader import layer
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, one_in

FILES = hello("one", **{"sub/other.py": "x = 1\n", "data.json": "{}"})


def put_folder(code: Path) -> None:
    (code / "text").unlink()
    (code / "text").mkdir()


def put_link(code: Path) -> None:
    (code / "text").unlink()
    (code / "text").symlink_to("mysite.py")


def replace(code: Path, name: str, text: str) -> None:
    """With another file: unchanged files of releases are one."""
    (code / name).unlink()
    (code / name).write_text(text)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "changed": lambda code: replace(code, "mysite.py", "app = None\n"),
    "of the same size": lambda code: replace(code, "sub/other.py", "x = 2\n"),
    "gone": lambda code: (code / "sub/other.py").unlink(),
    "a folder": put_folder,
    "a link": put_link,
}


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def refused_at(account: Account) -> str:
    account.start()
    assert account.status()["state"] == "refused"
    return str(account.status()["step"])


class TestAReleaseThatWasLiveBefore:
    @pytest.mark.parametrize("damage", first_of([*DAMAGES]))
    def test_it_does_not_serve_again_if_it_is_damaged(self, account: Account, damage: str) -> None:
        former = account.deploy(FILES)
        account.deploy(hello("two"))
        DAMAGES[damage](account.code(former))
        account.point_back(former)

        assert refused_at(account).startswith("damaged: ")
        assert account.boot().body == "two"

    @pytest.mark.parametrize("damage", first_of([*DAMAGES]))
    def test_it_is_whole_if_all_of_it_was_sent_again(self, account: Account, damage: str) -> None:
        former = account.deploy(FILES)
        account.deploy(hello("two"))
        DAMAGES[damage](account.code(former))

        assert account.deploy(FILES) == former
        assert (account.code(former) / "sub/other.py").read_text() == "x = 1\n"

    @pytest.mark.parametrize("written", first_of(["data.json", "new.txt", "__pycache__/x.pyc"]))
    def test_what_an_app_writes_is_no_damage(self, account: Account, written: str) -> None:
        former = account.deploy(FILES)
        account.deploy(hello("two"))
        (account.code(former) / written).parent.mkdir(exist_ok=True)
        (account.code(former) / written).write_text("written")
        account.point_back(former)

        assert account.start().body == "one"


class TestTheLiveRelease:
    def test_what_is_missing_of_it_is_put_back(self, account: Account) -> None:
        live = account.deploy(FILES)
        (account.code(live) / "sub/other.py").unlink()
        (account.code(live) / "new.txt").write_text("of the app")

        account.put(FILES)
        account.start()

        assert account.status()["state"] == "live"
        assert (account.code(live) / "sub/other.py").read_text() == "x = 1\n"
        assert (account.code(live) / "new.txt").read_text() == "of the app"

    def test_what_was_changed_in_it_stops_the_deploy(self, account: Account) -> None:
        live = account.deploy(FILES)
        (account.code(live) / "sub/other.py").write_text("x = 3\n")

        account.put(FILES)

        assert refused_at(account) == "wrote: sub/other.py"
        assert account.status()["wrote"]["paths"] == ["sub/other.py"]
        assert (account.code(live) / "sub/other.py").read_text() == "x = 3\n"

    def test_what_may_be_left_behind_is_put_back_too(self, account: Account) -> None:
        live = account.deploy(FILES)
        (account.code(live) / "sub/other.py").write_text("x = 3\n")

        account.put(FILES, discard=["sub/"])
        account.start()

        assert account.status()["state"] == "live"
        assert (account.code(live) / "sub/other.py").read_text() == "x = 1\n"


def put_module_folder(folder: Path) -> None:
    (folder / "greeting.py").unlink()
    (folder / "greeting.py").mkdir()


def put_file_for_folder(folder: Path) -> None:
    (folder / "bin/tool").unlink()
    (folder / "bin").rmdir()
    (folder / "bin").write_text("")


LAYER_DAMAGES: dict[str, Callable[[Path], None]] = {
    "changed": lambda folder: replace(folder, "greeting.py", "TEXT = None\n"),
    "gone": lambda folder: (folder / "greeting.py").unlink(),
    "a folder": put_module_folder,
    "a file": put_file_for_folder,
}


class TestDependencies:
    @pytest.fixture
    def former(self, account: Account, tmp_path: Path) -> str:
        """A release that has some, and is no longer live."""
        former = account.deploy(hello("one"), layers=layer(account, tmp_path / "first"))
        account.deploy(hello("two"))
        return former

    @pytest.mark.parametrize("damage", first_of([*LAYER_DAMAGES]))
    def test_a_release_does_not_serve_again_with_damaged_ones(
        self, account: Account, former: str, damage: str
    ) -> None:
        LAYER_DAMAGES[damage](next(account.file("layers").iterdir()))
        account.point_back(former)

        assert refused_at(account) == "damaged: dependencies"

    @pytest.mark.parametrize("damage", first_of([*LAYER_DAMAGES]))
    @pytest.mark.usefixtures("former")
    def test_they_are_replaced_if_they_were_sent_again(
        self, account: Account, tmp_path: Path, damage: str
    ) -> None:
        LAYER_DAMAGES[damage](next(account.file("layers").iterdir()))

        account.deploy(hello("three"), layers=layer(account, tmp_path / "second"))

        (found,) = account.file("layers").glob("*/greeting.py")
        assert "from the layer" in found.read_text()
        assert found.with_name("bin").joinpath("tool").is_file()

    @pytest.mark.parametrize("damage", ["changed", "gone"])
    @pytest.mark.usefixtures("former")
    def test_what_is_well_stays_in_its_place_because_the_live_release_may_use_it(
        self, account: Account, tmp_path: Path, damage: str
    ) -> None:
        folder = next(account.file("layers").iterdir())
        before = (folder.stat().st_ino, (folder / "bin/tool").stat().st_ino)
        LAYER_DAMAGES[damage](folder)

        account.deploy(hello("three"), layers=layer(account, tmp_path / "second"))

        assert (folder.stat().st_ino, (folder / "bin/tool").stat().st_ino) == before

    def test_what_a_command_has_changed_there_is_no_damage(
        self, account: Account, tmp_path: Path
    ) -> None:
        layers = layer(account, tmp_path / "first")
        change = "import greeting; open(greeting.__file__, 'a').write('MORE = 1')"
        former = account.deploy(hello("one"), layers=layers, run=[f'python -c "{change}"'])
        account.deploy(hello("two"))
        account.point_back(former)

        assert account.start().body == "one"

    @pytest.mark.parametrize("change", one_in(2, ["changed", "gone", "of another time"]))
    def test_what_is_changed_after_each_deploy_is_put_back_twice_and_then_left(
        self, account: Account, tmp_path: Path, change: str
    ) -> None:
        """The app does it: a package that keeps data beside its code, say."""
        said = ""
        for number in range(4):
            more = layer(account, tmp_path / str(number))
            account.deploy(hello(str(number)), layers=more)
            said += account.status()["output"]
            folder = next(account.file("layers").iterdir())
            if (folder / "greeting.py").exists():
                {**LAYER_DAMAGES, "of another time": forget_time}[change](folder)
        (digest,) = more
        account.put(hello("last"), layers={digest: {"parts": [], "base": "", "digest": digest}})

        account.start()

        assert account.status()["state"] == "live", account.status()
        assert said.count("greeting.py of the dependencies changes after each") == 1


def forget_time(folder: Path) -> None:
    os.utime(folder / "greeting.py", (0, 0))


# --- what releases share


SMALL = ["page.html", "static/site.css", "locale/de.mo", "notes", "other.py"]


@pytest.mark.parametrize("path", one_in(3, SMALL))
def test_what_the_live_app_writes_to_a_small_file_does_not_change_former_releases(
    account: Account, path: str
) -> None:
    first = account.deploy(hello("one", **{path: "shipped"}))
    second = account.deploy(hello("two", **{path: "shipped"}), base=first)
    with (account.code(second) / path).open("a") as file:
        file.write(" written")

    account.point_back(first)

    assert account.start().body == "one"
    assert (account.code(first) / path).read_text() == "shipped"


class TestALargeFileThatReleasesShare:
    LARGE = "x" * (9 * 1024 * 1024)

    @pytest.fixture
    def releases(self, account: Account) -> list[str]:
        """Two releases; the app of the second one, which is live, has written to it."""
        files = {"small": "same", "model.bin": self.LARGE}
        first = account.deploy(hello("one", **files))
        second = account.deploy(hello("two", **files), base=first)
        with (account.code(second) / "model.bin").open("a") as file:
            file.write("y")
        return [first, second]

    def test_it_takes_its_room_once(self, account: Account, releases: list[str]) -> None:
        one, two = (account.code(each) for each in releases)

        assert (one / "model.bin").samefile(two / "model.bin")
        assert not (one / "small").samefile(two / "small")

    def test_a_rollback_is_not_refused_for_it_and_says_so(
        self, account: Account, releases: list[str]
    ) -> None:
        account.point_back(releases[0])

        assert account.start().body == "one"

        assert "model.bin is as the app has changed it" in account.status()["output"]

    def test_a_release_that_is_deployed_again_is_whole(
        self, account: Account, releases: list[str]
    ) -> None:
        account.deploy(
            hello("one", small="same", **{"model.bin": self.LARGE}), discard=["model.bin"]
        )

        assert account.live() == releases[0]
        assert account.released("model.bin").read_text() == self.LARGE
