"""Static file mappings that would show the account's secrets to every visitor."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.settings.config.repository import Repository
from tests.terminal import Terminal

SOURCE = 'source = "."\n'
OURS = "/home/alice/.pa-deploy"
ADVICE = "Map a folder that contains only static files."


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    (tmp_path / "index.html").write_text("")
    return Repository(tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "~/.pa-deploy/alice.pythonanywhere.com",
        "~/.pa-deploy/alice.pythonanywhere.com/releases",
        "~/.pa-deploy/alice.pythonanywhere.com/secrets/1.json",
        "//home//alice/.pa-deploy/x/./records",
        "~/.pa-deploy/a/currently",
    ],
)
@pytest.mark.parametrize("source", ["", SOURCE])
def test_pa_deploys_own_folder_is_not_mapped(repo: Repository, path: str, source: str) -> None:
    said = repo.problem(f'{source}static-files = {{ "/x/" = "{path}" }}')

    assert said.endswith(f'" is in {OURS}, where pa-deploy keeps secrets. {ADVICE}')


@pytest.mark.parametrize(
    "path",
    [
        "~/.pa-deploy/a.example.com/current/../secrets",
        "~/.pa-deploy/a.example.com/current/../../../secrets",
        "~/.pa-deploy/../.pa-deploy/x/shared/media",
    ],
)
@pytest.mark.parametrize("source", ["", SOURCE])
def test_no_dots_lead_out_of_it(repo: Repository, path: str, source: str) -> None:
    said = repo.problem(f'{source}static-files = {{ "/x/" = "{path}" }}')

    assert said.endswith(f"\" leads through pa-deploy's folder and out of it by `..`. {ADVICE}")


@pytest.mark.parametrize("domain", ["alice.pythonanywhere.com", "other.example.com"])
def test_without_a_source_no_whole_release_is_mapped(repo: Repository, domain: str) -> None:
    text = f'static-files = {{ "/x/" = "~/.pa-deploy/{domain}/current" }}'

    assert repo.problem(text) == (
        f'pa-deploy.toml, line 1: static-files: the mapping "/x/ = {OURS}/{domain}/current" '
        f"may show the source of an app to every visitor. {ADVICE}"
    )


@pytest.mark.parametrize(
    "path", ["~/", "/home/alice", "/home", "/", "~/x/..", "~/.pa-deploy", "/home/alice/.pa"]
)
def test_with_releases_the_home_is_not_mapped(repo: Repository, path: str) -> None:
    text = f'static-files = {{ "/x/" = "{path}" }}'

    said = f'" shows all files of the account to every visitor, even {OURS}. {ADVICE}'
    assert repo.problem(SOURCE + text).endswith(said)
    assert str(repo.settings(text).cautions[0]).endswith(said)


@pytest.mark.parametrize(
    "path",
    [
        "~/static",
        "~/.pa-deploy/alice.pythonanywhere.com/shared/media",
        "~/.pa-deploy/alice.pythonanywhere.com/current/static",
        "~/.pa-deploys",
        "/X/home/alice/.pa-deploy/x/records",
        "/usr/lib/python3/dist-packages/django/contrib/admin/static",
    ],
)
@pytest.mark.parametrize("source", ["", SOURCE])
def test_other_folders_are_mapped(repo: Repository, path: str, source: str) -> None:
    settings = repo.settings(f'{source}static-files = {{ "/x/" = "{path}" }}')

    assert settings.cautions == ()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("~/", f"/home/alice contains {OURS}"),
        ("/", f"/ contains {OURS}"),
        ("/home", f"/home contains {OURS}"),
        ("//home//alice", f"//home//alice contains {OURS}"),
        ("~/.pa-deploy/x/", f"{OURS}/x is in {OURS}"),
        ("~/.pa-deploy/x/secrets/1.json", f"{OURS}/x/secrets/1.json is in {OURS}"),
        ("~/x/../.pa-deploy/x/a", f"/home/alice/x/../.pa-deploy/x/a is in {OURS}"),
        ("~/.pa-deploy/x/current/../../a", f"{OURS}/x/current/../../a is in {OURS}"),
    ],
)
def test_pa_deploys_folder_is_not_shared(repo: Repository, path: str, said: str) -> None:
    assert repo.problem(f'share-files = ["{path}"]') == (
        f"pa-deploy.toml, line 1: share-files: {said}, where pa-deploy keeps secrets. "
        "Share another file or folder, one without secrets."
    )


@pytest.mark.parametrize(
    "path", ["~/report.pdf", "~/.pa-deploy/x/shared/media/a.png", "~/.pa-deploys", "/home/alic"]
)
def test_other_paths_are_shared(repo: Repository, path: str) -> None:
    assert repo.settings(f'share-files = ["{path}"]').wanted.share_files


@pytest.mark.parametrize("path", ["~", "~/.pa-deploy/x/secrets", "/home/alice/.pa-deploy"])
def test_nor_by_the_command(terminal: Terminal, path: str) -> None:
    done = terminal.type("files", "share", path)

    assert (done.exit_code, "keeps secrets" in done.err) == (2, True)
