"""All packages that cannot be shipped, told at once with the way out of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pa_deploy.dependencies import survey
from pa_deploy.dependencies.model import NeedsBuilding
from pa_deploy.dependencies.names import advice_on
from pa_deploy.errors import DeployError, IndexUnreachable, InputError
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.index import serving
from tests.pa_deploy.dependencies.test_index import failure, run
from tests.soak import first_of

OLD = "cp310-cp310-manylinux_2_17_x86_64"
LOCAL = "--no-index\n--find-links wheels\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_wheels(tmp_path / "workspace" / "wheels")
    return tmp_path


def make_wheels(own: Path) -> None:
    """Packages with all kinds of faults; `fine` has none."""
    wheels.make(own, "fine", "1.0", {"fine.py": ""})
    wheels.make(own, "old", "1.0", {}, tag=OLD)
    wheels.make(own, "old", "1.1", {}, tag=OLD)
    wheels.make(own, "old", "2.0", {})
    wheels.make(own, "old", "3.0", {})
    wheels.make(own, "back", "2.0", {}, tag=OLD)
    wheels.make(own, "back", "1.0", {})
    wheels.make(own, "never", "1.0", {}, tag=OLD)
    wheels.make(own, "win", "1.0", {}, tag="cp313-cp313-win_amd64")
    wheels.make(own, "mac", "1.0", {}, tag="cp313-cp313-macosx_11_0_arm64")
    wheels.make(own, "later", "2.0", {}, python=">=3.14")
    wheels.make(own, "later", "1.0", {}, python=">=3.8")
    wheels.make(own, "hidden", "1.0", {}, tag=OLD)
    wheels.make(own, "asks", "1.0", {}, requires="hidden")
    wheels.make(own, "good", "1.0", {})
    wheels.make(own, "needs", "1.0", {}, requires="fine>=9")


def problems(folder: Path, lines: str) -> list[str]:
    failed = failure(folder, f"{LOCAL}{lines}")
    assert isinstance(failed, InputError)
    return [f"{problem.message} {problem.advice}" for problem in failed.problems]


LINES = (
    *("old==1.0", "back==2.0", "never", "asks", "win", "mac", "later==2.0", "fine==7", "djnago"),
    *("sqlite3", "cv2", "pywin32==306", "good>=9"),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of a file with these lines, by one run."""
    folder = tmp_path_factory.mktemp("rounds")
    make_wheels(folder / "workspace" / "wheels")
    return problems(folder, "".join(f"{line}\n" for line in LINES))


def test_all_of_them_are_told_at_once_sorted_by_name(told: list[str]) -> None:
    names = [
        re.search(r"[a-z0-9]+(?===|>=|,| \(| was|$)", each.split("no wheel of ")[-1])
        for each in told
    ]

    assert [name[0] for name in names if name] == [
        *(
            "back",
            "cv2",
            "djnago",
            "fine",
            "good",
            "hidden",
            "later",
            "mac",
            "never",
            "old",
            "pywin32",
        ),
        *("sqlite3", "win"),
    ]


@pytest.mark.parametrize(
    ("line", "said", "advice"),
    [
        ("old==1.0", "for Python 3.13 on Linux (x86_64). It has wheels for", "Write `old==2.0`"),
        ("old==1.0 (requirements.txt, line 3)", "Python 3.10.", 'set `python-version: "3.10"`'),
        ("back==2.0", "there is no wheel of back==2.0", "Write `back==1.0`"),
        ("never (requirements.txt, line 5)", "no wheel", 'Set `python-version: "3.10"`.'),
        ("hidden==1.0", "Another package needs it.", 'Set `python-version: "3.10"`.'),
        ("win (requirements.txt, line 7)", "is for Windows only.", '; sys_platform == "win32"'),
        ("mac (requirements.txt, line 8)", "is for macOS only.", '; sys_platform == "darwin"'),
        ("pywin32==306", "was not found", "Correct the name."),
        ("later==2.0", "needs Python >=3.14, and `python-version` is 3.13.", "Write `later==1.0`"),
        ("good>=9 (requirements.txt, line 15)", "no version that fits", "Correct the version"),
        ("fine==7", "the package index has no version that fits fine==7", "Write `fine==1.0`"),
        ("djnago (requirements.txt, line 11)", "was not found", "Did you mean `django`?"),
        ("sqlite3", "was not found", "is a part of Python. Remove the line."),
        ("cv2", "was not found", "`cv2` is a module of the package `opencv-python-headless`."),
    ],
)
def test_each_is_told_with_its_way_out(told: list[str], line: str, said: str, advice: str) -> None:
    found = next(each for each in told if line in each)

    assert said in found
    assert advice in found


def test_a_version_before_the_first_is_told_with_the_first(folder: Path) -> None:
    assert "Write `fine==1.0`" in problems(folder, "fine==0.5\n")[0]


def test_a_lock_file_is_told_with_its_line_and_to_lock_another_version(folder: Path) -> None:
    text = (
        'lock-version = "1.0"\n[[packages]]\nname = "old"\nversion = "1.0"\n'
        '[[packages]]\nname = "back"\nversion = "2.0"\n'
    )
    own = folder / "workspace" / "wheels"

    with serving({"old": own, "back": own}) as index:
        failed = failure(folder, text, "pylock.toml", UV_DEFAULT_INDEX=f"{index.url}/simple")

    assert "old==1.0 (pylock.toml, line 2)" in str(failed)
    assert "Lock `old==2.0`" in str(failed)
    assert "back==2.0 (pylock.toml, line 5)" in str(failed)


@pytest.fixture
def sources(folder: Path) -> str:
    """A folder with source distributions of two packages."""
    own = folder / "sources"
    own.mkdir()
    for name in ("never-1.0", "old-1.0"):
        (own / f"{name}.tar.gz").write_bytes(b"")
    return str(own)


@pytest.mark.soak
def test_only_missing_wheels_can_be_built_elsewhere(folder: Path, sources: str) -> None:
    failed = failure(folder, f"{LOCAL}old==1.0\nnever\n", UV_FIND_LINKS=sources)

    assert isinstance(failed, NeedsBuilding)
    assert failed.packages == (
        "never (requirements.txt, line 4)",
        "old==1.0 (requirements.txt, line 3)",
    )
    assert "Or set `dependencies: install`" in str(failed)


def test_what_is_built_elsewhere_is_not_looked_up_in_other_versions(
    folder: Path, sources: str
) -> None:
    text = f"{LOCAL}old==1.0\nnever\n"

    with pytest.raises(NeedsBuilding) as raised:
        run(folder, text, {"UV_FIND_LINKS": sources}, print, can_build=True)

    assert "Write `" not in str(raised.value)


@pytest.mark.soak
@pytest.mark.parametrize("line", first_of(["win", "nosuch", "later==2.0", "needs", "back==2.0"]))
def test_another_fault_cannot_be_built_away(folder: Path, sources: str, line: str) -> None:
    failed = failure(folder, f"{LOCAL}old==1.0\n{line}\n", UV_FIND_LINKS=sources)

    assert isinstance(failed, InputError)
    assert not isinstance(failed, NeedsBuilding)
    assert "old==1.0" in str(failed)


def test_a_conflict_is_told_besides(folder: Path) -> None:
    said = problems(folder, "never\nneeds\nfine==1.0\n")

    assert "there is no wheel of never" in said[0]
    assert "versions do not fit together: needs (requirements.txt, line 4), fine==1.0" in said[-1]


@pytest.mark.soak
def test_a_source_package_says_that_pythonanywhere_can_build_it(folder: Path) -> None:
    own = folder / "sources"
    own.mkdir()
    (own / "built-1.0.tar.gz").write_bytes(b"")

    with serving({"built": own}) as index:
        failed = failure(folder, f"--index-url {index.url}/simple\nbuilt==1.0\n")

    assert isinstance(failed, NeedsBuilding)
    assert "Set `dependencies: install`, so that PythonAnywhere builds it." in str(failed)


@pytest.mark.parametrize(
    ("name", "package"), [("sklearn", "scikit-learn"), ("dotenv", "python-dotenv")]
)
def test_what_is_listed_by_mistake_is_not_built(folder: Path, name: str, package: str) -> None:
    """On PyPI these names have a source distribution that fails."""
    own = folder / "sources"
    own.mkdir()
    (own / f"{name}-1.0.tar.gz").write_bytes(b"")

    with serving({name: own}) as index:
        failed = failure(folder, f"--index-url {index.url}/simple\n{name}\n")

    assert not isinstance(failed, NeedsBuilding)
    assert f"`{name}` is a module of the package `{package}`. List that instead." in str(failed)


@pytest.mark.parametrize("name", first_of(["flask-bootstrap", "bs4", "psycopg2", "mysqlclient"]))
def test_a_package_that_people_mean_is_built(folder: Path, name: str) -> None:
    """It is so even if a package of another name has a module of this name."""
    own = folder / "sources"
    own.mkdir()
    (own / f"{name}-1.0.tar.gz").write_bytes(b"")

    with serving({name: own}) as index:
        failed = failure(folder, f"--index-url {index.url}/simple\n{name}\n")

    assert isinstance(failed, NeedsBuilding)


def test_a_package_with_source_and_windows_wheels_is_not_for_windows_alone(folder: Path) -> None:
    own = folder / "sources"
    wheels.make(own, "built", "1.0", {}, tag="cp313-cp313-win_amd64")
    (own / "built-1.0.tar.gz").write_bytes(b"")

    with serving({"built": own}) as index:
        failed = failure(folder, f"--index-url {index.url}/simple\nbuilt==1.0\n")

    assert isinstance(failed, NeedsBuilding)


def test_an_index_that_fails_meanwhile_is_told_as_that(folder: Path) -> None:
    with serving({"old": folder / "workspace" / "wheels"}) as index:
        text = (
            f"--index-url {index.url}/simple\n--extra-index-url {index.url}/503\nold==1.0\nfine\n"
        )
        failed: DeployError = failure(folder, text)

    assert isinstance(failed, IndexUnreachable)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("reqeusts", "Did you mean `requests`?"),
        ("json", "part of Python"),
        ("yaml", "module of the package `PyYAML`"),
        ("ufw", "package of Ubuntu"),
        ("conda", "package of conda"),
        ("entirely-own-name", ""),
        ("pytest", ""),
        ("flask-sqlalchemy", ""),
        ("dj-database-url", ""),
    ],
)
def test_a_name_that_no_index_has_is_explained_if_it_is_known(name: str, said: str) -> None:
    assert said in advice_on(name)
    assert bool(said) == bool(advice_on(name))


def test_a_known_name_that_the_index_does_not_have_is_not_called_wrong(folder: Path) -> None:
    (said,) = problems(folder, "pytest\n")

    assert "pytest (requirements.txt, line 3) was not found on the package index. If" in said


def test_without_answers_of_the_index_all_are_named_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "MOST_QUESTIONS", 0)

    said = problems(folder, "old==1.0\nback==2.0\n")

    assert ["back==2.0" in said[0], "old==1.0" in said[1]] == [True, True]
    assert not any("Write `" in each for each in said)
