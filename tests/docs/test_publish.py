"""What the release workflow asks of the repository."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.actions_runner import read_action
from tests.places import ROOT

ACTION = (ROOT / "action.yml").read_text()
IMAGE = f"ghcr.io/owner/pa-deploy@sha256:{'1' * 64}"
CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.3] - 2026-01-31

### Added

- Much.

## [1.2.2] - 2025-12-01

- Little.
"""


@pytest.fixture(scope="module")
def publish() -> ModuleType:
    spec = importlib.util.spec_from_file_location("publish", ROOT / "tools" / "publish.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_package_has_a_version(publish: ModuleType) -> None:
    assert publish.version((ROOT / "pa_deploy" / "__init__.py").read_text()).startswith("v")


@pytest.mark.parametrize("number", ["1.2", "1.2.3rc1", "01.2.3", ""])
def test_what_is_no_release_s_version_is_refused(publish: ModuleType, number: str) -> None:
    with pytest.raises(publish.CannotReleaseError):
        publish.version(f'__version__ = "{number}"\n')


def test_two_tags_move(publish: ModuleType) -> None:
    assert publish.moving_tags("v1.12.3") == ("v1", "v1.12")


@pytest.mark.parametrize("tags", [(), ("v1", "v1.2", "v1.2.2"), ("v1.1.99", "x", "v2.0.0rc1")])
def test_a_version_above_all_others_can_be_released(
    publish: ModuleType, tags: tuple[str, ...]
) -> None:
    publish.forward("v1.2.3", tags)


@pytest.mark.parametrize("newest", ["v1.2.3", "v1.10.0", "v2.0.0"])
def test_moving_tags_never_go_back(publish: ModuleType, newest: str) -> None:
    with pytest.raises(publish.CannotReleaseError, match=f"{newest} is released already"):
        publish.forward("v1.2.3", ("v1", "v1.2.2", newest))


def test_notes_are_the_version_s_part_of_the_changelog(publish: ModuleType) -> None:
    assert publish.notes(CHANGELOG, "v1.2.3") == "### Added\n\n- Much.\n"


@pytest.mark.parametrize("tag", ["v1.2.4", "v1.2"])
def test_a_version_that_the_changelog_does_not_tell_is_refused(
    publish: ModuleType, tag: str
) -> None:
    with pytest.raises(publish.CannotReleaseError, match="CHANGELOG"):
        publish.notes(CHANGELOG, tag)


def test_the_action_of_a_release_runs_the_published_image(
    publish: ModuleType, tmp_path: Path
) -> None:
    file = tmp_path / "action.yml"
    file.write_text(publish.pinned(ACTION, IMAGE))

    assert read_action(file).image == f"docker://{IMAGE}"
    assert yaml.safe_load(file.read_text())["inputs"] == yaml.safe_load(ACTION)["inputs"]


@pytest.mark.parametrize("image", ["ghcr.io/owner/pa-deploy:v1", "ghcr.io/Owner/x@sha256:1"])
def test_only_an_image_with_a_digest_will_do(publish: ModuleType, image: str) -> None:
    with pytest.raises(publish.CannotReleaseError, match="digest"):
        publish.pinned(ACTION, image)


def test_an_action_that_is_pinned_already_is_refused(publish: ModuleType) -> None:
    with pytest.raises(publish.CannotReleaseError, match="image: Dockerfile"):
        publish.pinned(publish.pinned(ACTION, IMAGE), IMAGE)


def test_the_published_image_says_where_it_comes_from() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
    (labels,) = [
        step["with"]["labels"]
        for step in workflow["jobs"]["image"]["steps"]
        if "build-push-action" in step["uses"]
    ]

    assert re.findall(r"^org\.opencontainers\.image\.(\w+)=", labels, re.MULTILINE) == [
        "source",
        "revision",
        "version",
    ]


def test_it_says_how_it_is_called(publish: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert publish.main(["nonsense"]) == 1
    assert "moving-tags" in capsys.readouterr().err
