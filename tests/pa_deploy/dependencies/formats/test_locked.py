"""A lock file is taken as locked: its versions, from its indexes, with its hashes, nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.index import serving
from tests.pa_deploy.dependencies.test_index import run


def package(name: str, wheel: Path, index: str) -> str:
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return (
        f'[[packages]]\nname = "{name}"\nversion = "1.0"\nindex = "{index}/simple"\n'
        f'wheels = [{{ url = "{index}/{wheel.name}", hashes = {{ sha256 = "{digest}" }} }}]\n'
    )


def test_each_package_comes_from_the_index_that_has_its_hash(tmp_path: Path) -> None:
    """uv would look in the first index alone that has a package of the name."""
    both = wheels.make(tmp_path / "main", "both", "1.0", {"both.py": ""})
    own = wheels.make(tmp_path / "own", "only", "1.0", {"only.py": ""}, requires="not-locked")
    wheels.make(tmp_path / "other", "both", "2.0", {"both.py": "other"})

    with (
        serving({"both": both.parent}) as main,
        serving({"both": tmp_path / "other", "only": own.parent}) as extra,
    ):
        text = 'lock-version = "1.0"\n' + package("only", own, extra.url)
        text += package("both", both, main.url)
        folder = run(
            tmp_path, text, {"UV_DEFAULT_INDEX": f"{main.url}/simple"}, print, "pylock.toml"
        )

    assert (folder / "both.py").read_text() == ""
    assert (folder / "only.py").exists()


def test_a_file_with_another_hash_is_refused_with_the_line_of_the_lock_file(tmp_path: Path) -> None:
    wheel = wheels.make(tmp_path / "main", "both", "1.0", {"both.py": ""})

    with serving({"both": wheel.parent}) as main:
        text = 'lock-version = "1.0"\n' + package("both", wheel, main.url)
        wheels.make(tmp_path / "main", "both", "1.0", {"both.py": "changed"})
        index = {"UV_DEFAULT_INDEX": f"{main.url}/simple"}
        with pytest.raises(InputError) as refused:
            run(tmp_path, text, index, print, "pylock.toml")

    assert "both==1.0 (pylock.toml, line 2)" in str(refused.value)
    assert "does not have the hash" in str(refused.value)
