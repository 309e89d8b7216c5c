"""A release that is to serve again is compared with what it was before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pa_deploy.loader.packages import GREETED, GREETING, make_older, packages
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

    @pytest.mark.soak
    @pytest.mark.parametrize("damage", first_of([*DAMAGES]))
    def test_it_is_whole_if_all_of_it_was_sent_again(self, account: Account, damage: str) -> None:
        former = account.deploy(FILES)
        account.deploy(hello("two"))
        DAMAGES[damage](account.code(former))

        assert account.deploy(FILES) == former
        assert (account.code(former) / "sub/other.py").read_text() == "x = 1\n"

    @pytest.mark.soak
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

    @pytest.mark.soak
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
    (folder / "deep/er.py").unlink()
    (folder / "deep").rmdir()
    (folder / "deep").write_text("")


PACKAGE = {**GREETING, "deep/er.py": "TEXT = 'deep'\n"}
PACKAGE_DAMAGES: dict[str, Callable[[Path], None]] = {
    "changed": lambda folder: replace(folder, "greeting.py", "TEXT = None\n"),
    "gone": lambda folder: (folder / "greeting.py").unlink(),
    "a folder": put_module_folder,
    "a file": put_file_for_folder,
}


def sent(account: Account) -> Path:
    """The folder of the only package as it was sent."""
    (folder,) = account.file("distributions").iterdir()
    return folder


def modules(account: Account) -> Path:
    """The folder of modules in the only environment."""
    (folder,) = account.file("environments").glob("*/lib/python*/site-packages")
    return folder


def write_into(file: Path) -> None:
    """In its place, as an app does: all files that are one with it have the new content."""
    file.write_text("TEXT = None\n")


class TestPackages:
    @pytest.fixture
    def former(self, account: Account) -> str:
        """A release that has some, and is no longer live."""
        former = account.deploy(GREETED, environment=packages(account, PACKAGE))
        account.deploy(hello("two"))
        return former

    @pytest.mark.parametrize("damage", first_of([*PACKAGE_DAMAGES]))
    def test_a_damaged_environment_is_composed_again(
        self, account: Account, former: str, damage: str
    ) -> None:
        PACKAGE_DAMAGES[damage](modules(account))
        account.point_back(former)

        assert account.start().body == "from a package"
        assert (modules(account) / "deep/er.py").read_text() == PACKAGE["deep/er.py"]

    @pytest.mark.soak
    @pytest.mark.parametrize("damage", first_of([*PACKAGE_DAMAGES]))
    def test_an_environment_is_not_composed_of_damaged_packages(
        self, account: Account, former: str, damage: str
    ) -> None:
        PACKAGE_DAMAGES[damage](sent(account))
        (modules(account) / "greeting.py").unlink()
        account.point_back(former)

        assert refused_at(account) == "damaged: dependencies"

    @pytest.mark.soak
    def test_nor_of_packages_that_were_written_to_by_way_of_an_environment(
        self, account: Account, former: str
    ) -> None:
        write_into(modules(account) / "greeting.py")
        account.point_back(former)

        assert refused_at(account) == "damaged: dependencies"

    @pytest.mark.soak
    @pytest.mark.parametrize("damage", first_of([*PACKAGE_DAMAGES]))
    @pytest.mark.usefixtures("former")
    def test_damaged_packages_are_replaced_if_they_were_sent_again(
        self, account: Account, damage: str
    ) -> None:
        PACKAGE_DAMAGES[damage](sent(account))
        (modules(account) / "greeting.py").unlink()

        account.deploy({**GREETED, "new": ""}, environment=packages(account, PACKAGE))

        assert account.start().body == "from a package"
        assert (sent(account) / "deep/er.py").read_text() == PACKAGE["deep/er.py"]

    @pytest.mark.soak
    @pytest.mark.parametrize("damage", ["changed", "gone"])
    def test_what_is_well_stays_in_its_place_because_the_live_release_may_use_it(
        self, account: Account, damage: str
    ) -> None:
        account.deploy(GREETED, environment=packages(account, PACKAGE))
        folder = modules(account)
        before = (folder.stat().st_ino, (folder / "deep/er.py").stat().st_ino)
        (folder / "made_by_the_app").touch()
        PACKAGE_DAMAGES[damage](folder)

        account.deploy({**GREETED, "new": ""}, environment=packages(account, PACKAGE, sent=False))

        assert (folder.stat().st_ino, (folder / "deep/er.py").stat().st_ino) == before
        assert (folder / "greeting.py").read_text() == GREETING["greeting.py"]
        assert (folder / "made_by_the_app").exists()

    @pytest.mark.soak
    def test_what_an_app_writes_to_again_damages_its_package_once(self, account: Account) -> None:
        account.deploy(GREETED, environment=packages(account, PACKAGE))
        write_into(modules(account) / "greeting.py")
        account.deploy({**GREETED, "new": "1"}, environment=packages(account, PACKAGE))
        write_into(modules(account) / "greeting.py")

        account.deploy({**GREETED, "new": "2"}, environment=packages(account, PACKAGE, sent=False))

        assert account.start().body == "from a package"


class TestLayersOfAnEarlierVersion:
    @pytest.fixture
    def former(self, account: Account) -> tuple[str, Path]:
        """A release that has one, and is no longer live; the folder of the layer."""
        former = account.deploy(GREETED, environment=packages(account))
        return former, make_older(account, former)

    @pytest.mark.soak
    def test_a_release_serves_with_them_and_is_gone_back_to(
        self, account: Account, former: tuple[str, Path]
    ) -> None:
        assert account.start().body == "from a package"
        account.deploy(hello("two"))
        account.point_back(former[0])

        assert account.start().body == "from a package"

    @pytest.mark.soak
    @pytest.mark.parametrize("damage", ["changed", "gone"])
    def test_it_does_not_serve_again_with_damaged_ones(
        self, account: Account, former: tuple[str, Path], damage: str
    ) -> None:
        account.deploy(hello("two"))
        PACKAGE_DAMAGES[damage](former[1])
        account.point_back(former[0])

        assert refused_at(account) == "damaged: dependencies"

    @pytest.mark.soak
    @pytest.mark.usefixtures("former")
    def test_those_that_no_release_needs_are_removed(self, account: Account) -> None:
        for number in range(3):
            account.deploy(hello(str(number)))

        assert account.names("layers") == []


# --- what releases share


SMALL = ["page.html", "static/site.css", "locale/de.mo", "notes", "other.py"]


@pytest.mark.soak
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


WRITTEN = ["hits.state", "state/hits", "page.html"]


@pytest.mark.soak
@pytest.mark.parametrize("path", first_of(WRITTEN))
@pytest.mark.parametrize("allowed_by", first_of(["the next", "its own"]))
def test_a_rollback_is_not_refused_for_what_a_deploy_was_allowed_to_leave(
    account: Account, path: str, allowed_by: str
) -> None:
    first = account.deploy(hello("one", **{path: "0"}), discard=[path])
    (account.code(first) / path).write_text("1")
    leave = [path] if allowed_by == "the next" else [path, "other"]
    account.deploy(hello("two", **{path: "0"}), discard=leave)
    account.point_back(first)

    assert account.start().body == "one"
    assert account.released(path).read_text() == "1"


@pytest.mark.soak
@pytest.mark.parametrize("path", first_of(["page.html", "model.bin", "other.py"]))
def test_a_refused_release_has_not_written_to_files_of_the_live_one(
    account: Account, path: str
) -> None:
    shipped = "x" * (9 * 1024 * 1024)
    first = account.deploy(hello("one", **{path: shipped}))
    writes = f"open({path!r}, 'w').write('BROKEN')\n1 / 0\n"
    account.put({**hello("two", **{path: shipped}), "mysite.py": writes}, base=first)

    assert account.start().body == "one"
    assert account.status()["state"] == "refused"
    assert account.released(path).read_text() == shipped


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

    @pytest.mark.soak
    def test_it_takes_its_room_once(self, account: Account, releases: list[str]) -> None:
        one, two = (account.code(each) for each in releases)

        assert (one / "model.bin").samefile(two / "model.bin")
        assert not (one / "small").samefile(two / "small")

    @pytest.mark.soak
    def test_a_rollback_is_not_refused_for_it_and_says_so(
        self, account: Account, releases: list[str]
    ) -> None:
        account.point_back(releases[0])

        assert account.start().body == "one"

        assert "model.bin is as the app has changed it" in account.status()["output"]

    @pytest.mark.soak
    def test_a_release_that_is_deployed_again_is_whole(
        self, account: Account, releases: list[str]
    ) -> None:
        account.deploy(
            hello("one", small="same", **{"model.bin": self.LARGE}), discard=["model.bin"]
        )

        assert account.live() == releases[0]
        assert account.released("model.bin").read_text() == self.LARGE
