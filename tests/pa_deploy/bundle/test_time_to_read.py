"""Reading the source ends when the time does, whatever the source is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pa_deploy.bundle import select
from pa_deploy.errors import InputError
from tests.pa_deploy.bundle.test_selection import put
from tests.runner import Runner
from tests.soak import diagonal, first_of

MANY = 2000


class _Out(Exception):
    """The time is over."""


@dataclass
class _Calls:
    """A check that counts, and raises when it was called so often."""

    most: int = 1_000_000
    count: int = 0

    def __call__(self) -> None:
        self.count += 1
        if self.count > self.most:
            raise _Out


def lines(pattern: str) -> str:
    return "".join(f"{pattern}{number}\n" for number in range(MANY))


@pytest.mark.parametrize("most", [0, 5, 50])
@pytest.mark.parametrize("names", ["{}", "{}/x", "a/b/c/{}", "{}/.gitignore"])
def test_what_the_check_raises_ends_the_reading(tmp_path: Path, names: str, most: int) -> None:
    put(tmp_path, *(names.format(number) for number in range(60)))

    with pytest.raises(_Out):
        select(tmp_path, check=_Calls(most))


@pytest.mark.parametrize(
    ("pattern", "place"),
    diagonal(["a*a*a*", "/a*/b", "**/a"], [".gitignore", "deep/.gitignore", ".git/info/exclude"]),
)
def test_many_patterns_are_tried_with_checks_between(
    tmp_path: Path, pattern: str, place: str
) -> None:
    def calls_for(*names: str) -> int:
        calls = _Calls()
        put(tmp_path, *names, "deep/x")
        select(tmp_path, check=calls)
        return calls.count

    put(tmp_path, place)
    (tmp_path / place).write_text(lines(pattern))

    before = calls_for()

    assert calls_for("deep/" + "a" * 200) - before >= MANY // 200


@pytest.mark.parametrize("name", first_of(["exclude", "include"]))
def test_so_are_those_of_an_input(tmp_path: Path, name: str) -> None:
    calls = _Calls()
    put(tmp_path, "a" * 200)

    select(tmp_path, check=calls, **{name: lines("a*a*").splitlines()})  # type: ignore[arg-type]

    assert calls.count >= MANY


@pytest.mark.parametrize("text", ["*/" * 500_000, "a*" * 500_000, "**/" * 300_000, "[a]" * 300_000])
def test_one_line_takes_little_time_however_long_it_is(tmp_path: Path, text: str) -> None:
    put(tmp_path, "a" * 200)
    (tmp_path / ".gitignore").write_text(text)

    assert list(select(tmp_path).manifest) == [".gitignore", "a" * 200]


@pytest.mark.parametrize("place", [".gitignore", "deep/.gitignore", "a/b/.gitignore"])
def test_an_ignore_file_that_is_too_large_is_named(tmp_path: Path, place: str) -> None:
    put(tmp_path, "app.py", place)
    (tmp_path / place).write_text("x\n" * 2_200_000)

    with pytest.raises(InputError) as caught:
        select(tmp_path)

    assert [str(each) for each in caught.value.problems] == [
        f"source: '{place}' cannot be read: .gitignore is larger than 4,194,304 bytes. Shorten it."
    ]


@pytest.mark.soak
def test_a_deploy_stops_at_its_timeout(runner: Runner) -> None:
    put(runner.workspace, "site/mysite.py", *(f"site/{'a' * 240}{number}" for number in range(50)))
    (runner.workspace / "site" / ".gitignore").write_text(lines("a*" * 60) * 15)

    done = runner.run(
        mode="plan", source="site", app="mysite:app", python_version="3.13", timeout="2"
    )

    assert done.exit_code != 0
    assert "The time limit of the run, 2 s, is too short for reading `source`." in done.log
