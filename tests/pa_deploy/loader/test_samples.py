"""Which file of a mapped folder is asked for after the switch."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pa_deploy.loader.samples import LARGEST_BYTES, MOST_BYTES, MOST_FILES, Samples

TEXT = "a text that is long enough"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def chosen(code: Path, served: Path | None = None, mapped: str = "static") -> str | None:
    """The path of the sample; None if there is none."""
    found = Samples(str(code), str(served or ""), "").find([mapped], [])
    return found[0]["path"] if found else None


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"a.css": TEXT}, "a.css"),
        ({"css/deep/a.css": TEXT}, "css/deep/a.css"),
        ({"a b.css": TEXT, "z.css": TEXT}, "z.css"),
        ({"a b.css": TEXT}, "a b.css"),
        ({"a.css": "", "z.css": TEXT}, "z.css"),
        ({"a.css": ""}, "a.css"),
        ({"a.gz": TEXT, "z.css": TEXT}, "z.css"),
        ({".hidden": TEXT, ".well-known/x": TEXT}, None),
        ({"a.mp4": "x" * (MOST_BYTES + 1), "z.css": TEXT}, "z.css"),
        ({"a.mp4": "x" * (MOST_BYTES + 1)}, "a.mp4"),
        ({"a.mp4": "x" * (LARGEST_BYTES + 1)}, None),
        ({}, None),
    ],
)
def test_the_file_that_tells_most(tmp_path: Path, files: dict[str, str], path: str | None) -> None:
    (tmp_path / "static").mkdir()
    write(tmp_path / "static", files)

    assert chosen(tmp_path) == path


@pytest.mark.parametrize("changed", ["a.css", "m.css", "z.css"])
def test_a_file_that_is_new_tells_that_the_switch_happened(tmp_path: Path, changed: str) -> None:
    same = dict.fromkeys(("a.css", "m.css", "z.css"), TEXT)
    write(tmp_path / "old" / "static", same)
    write(tmp_path / "new" / "static", {**same, changed: TEXT.upper()})

    assert chosen(tmp_path / "new", tmp_path / "old") == changed


def test_a_mapped_file_is_its_own_sample(tmp_path: Path) -> None:
    write(tmp_path, {"favicon.ico": TEXT})

    assert Samples(str(tmp_path), "", "").find(["favicon.ico"], []) == [
        {"mapped": "favicon.ico", "path": "", "sha256": hashlib.sha256(TEXT.encode()).hexdigest()}
    ]


def test_the_whole_release_can_be_mapped(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": TEXT})

    assert chosen(tmp_path, mapped="") == "index.html"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
def test_what_cannot_be_read_is_no_sample(tmp_path: Path) -> None:
    write(tmp_path, {"static/a.css": TEXT})
    (tmp_path / "static" / "a.css").chmod(0)

    assert chosen(tmp_path) is None


@pytest.mark.parametrize("mapped", ["gone", "static"])
def test_a_folder_without_files_has_none(tmp_path: Path, mapped: str) -> None:
    (tmp_path / "static" / "empty").mkdir(parents=True)

    assert chosen(tmp_path, mapped=mapped) is None


def test_a_link_is_not_chosen(tmp_path: Path) -> None:
    write(tmp_path, {"a.css": TEXT, "static/z.css": TEXT})
    (tmp_path / "static" / "a.css").symlink_to(tmp_path / "a.css")

    assert chosen(tmp_path) == "z.css"


def test_a_name_that_is_not_utf_8_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / os.fsdecode(b"\xff.css")).write_text(TEXT)

    assert chosen(tmp_path) == "\udcff.css"


class TestOfRivals:
    """A file that another folder may hide is named too."""

    @pytest.fixture
    def code(self, tmp_path: Path) -> Path:
        files = ("a.css", "css/m.css", "css/z.css")
        write(tmp_path / "code" / "static", dict.fromkeys(files, TEXT))
        return tmp_path / "code"

    def named(self, code: Path, own: str, other: str) -> list[str]:
        rivals = [("static", f"static/{own}", other)]
        found = Samples(str(code), "", str(code.parent)).find(["static"], rivals)
        assert {each["mapped"] for each in found} == {"static"}
        return [each["path"] for each in found]

    @pytest.mark.parametrize(
        ("own", "hiding", "path"),
        [
            ("css/", {"z.css": "old"}, "css/z.css"),
            ("", {"css/z.css": "old"}, "css/z.css"),
            ("", {"a.css": TEXT, "css/m.css": "old"}, "css/m.css"),
            ("css/z.css", {}, "css/z.css"),
            ("c", {"ss/z.css": "old"}, "css/z.css"),
            ("css/", {"other.css": "old"}, "css/m.css"),
            ("css/", {}, "css/m.css"),
        ],
    )
    @pytest.mark.parametrize("place", ["release", "home", "elsewhere"])
    def test_one_that_is_not_the_same_there(
        self, code: Path, own: str, hiding: dict[str, str], path: str, place: str
    ) -> None:
        folder, other = {
            "release": (code / "other", "other/"),
            "home": (code.parent / "old", "~/old/"),
            "elsewhere": (code.parent / "far", f"{code.parent / 'far'}/"),
        }[place]
        write(folder, hiding)

        assert self.named(code, own, other) == ["a.css", path]

    @pytest.mark.parametrize(
        ("own", "hiding"),
        [("", {"css/z.css": TEXT}), ("", {}), ("", {"b.css": "old"}), ("css/", {"z.css": TEXT})],
    )
    def test_nothing_if_no_visitor_can_tell(
        self, code: Path, own: str, hiding: dict[str, str]
    ) -> None:
        write(code / "other", hiding)

        assert self.named(code, own, "other/") == ["a.css"]

    def test_one_of_a_large_folder(self, code: Path) -> None:
        write(code / "static", {f"b{number}.css": TEXT for number in range(MOST_FILES)})
        write(code / "static", {"late.css": TEXT})
        write(code / "other", {"late.css": "old"})

        assert self.named(code, "", "other/") == ["a.css", "late.css"]

    def test_a_file_that_answers_for_a_whole_url(self, code: Path) -> None:
        write(code, {"other": "old"})

        assert self.named(code, "css/", "other/") == ["a.css", "css/m.css"]
