"""`share-files`, end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from pa_emulator import Emulator
from tests.hosted import api
from tests.pa_deploy.deploy.test_deploy import calls
from tests.runner import Done, Runner
from tests.terminal import Terminal

SITE = {"python_version": "3.13", "reload": "never"}


@pytest.fixture
def files(pa: Emulator) -> None:
    home = pa.path("/home/alice")
    home.mkdir(parents=True, exist_ok=True)
    for name in ("a.txt", "b.txt"):
        (home / name).write_text(name)


def urls(done: Done) -> dict[str, str]:
    found = json.loads(done.outputs["shared-urls"])
    assert isinstance(found, dict)
    return found


@pytest.mark.usefixtures("files")
def test_files_are_shared_and_their_urls_work(runner: Runner) -> None:
    done = runner.run(**SITE, share_files="~/b.txt\n~/a.txt")

    assert list(urls(done)) == ["/home/alice/b.txt", "/home/alice/a.txt"], done.log
    assert requests.get(urls(done)["/home/alice/a.txt"], timeout=30).text == "a.txt"


@pytest.mark.usefixtures("files")
def test_the_urls_are_in_log_summary_and_report(runner: Runner) -> None:
    done = runner.run(**SITE, share_files="~/a.txt", report="report.json")

    (url,) = urls(done).values()
    assert f"/home/alice/a.txt is shared: {url}" in done.log
    assert f"]({url})" in done.summary
    report = json.loads((runner.workspace / "report.json").read_text())
    assert report["shared"] == {"/home/alice/a.txt": url}


@pytest.mark.usefixtures("files")
def test_what_is_shared_already_keeps_its_url_and_is_in_the_outputs(
    runner: Runner, pa: Emulator
) -> None:
    link = api(pa, "POST", "files/sharing/", path="/home/alice/a.txt").json()["url"]
    runner.run(**SITE)
    calls(pa)

    done = runner.run(**SITE, share_files="~/a.txt")

    assert urls(done) == {"/home/alice/a.txt": pa.url + link}
    assert (done.outputs["changed"], sorted(calls(pa))) == (
        "false",
        ["GET files/sharing/", "GET webapps/"],
    )


@pytest.mark.usefixtures("files")
def test_a_plan_shares_nothing_and_shows_what_is_shared(runner: Runner, pa: Emulator) -> None:
    api(pa, "POST", "files/sharing/", path="/home/alice/a.txt")

    done = runner.run(**SITE, share_files="~/a.txt\n~/b.txt", mode="plan")

    assert list(urls(done)) == ["/home/alice/a.txt"]
    assert "+ Share /home/alice/b.txt" in done.log
    assert "shared file /home/alice/a.txt is right already: /user/alice/shares/" in done.log


@pytest.mark.usefixtures("files")
def test_files_are_shared_after_the_wsgi_file_is_installed(runner: Runner, pa: Emulator) -> None:
    (runner.workspace / "wsgi.py").write_text("x = 1\n")
    calls(pa)

    runner.run(**SITE, wsgi_file="wsgi.py", share_files="~/a.txt", lock="false")

    assert calls(pa)[-2:] == [
        "POST files/path/var/www/alice_pythonanywhere_com_wsgi.py",
        "POST files/sharing/",
    ]


def test_a_file_that_is_not_there_cannot_be_shared(runner: Runner) -> None:
    done = runner.run(**SITE, share_files="~/none.txt")

    assert done.exit_code == 5
    assert "answered 404 to sharing /home/alice/none.txt" in done.errors[0]


def test_without_the_input_the_output_is_an_empty_object(runner: Runner) -> None:
    assert urls(runner.run(**SITE)) == {}


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("password", ["/home/alice/a.txt", "alice/a.txt", "alice/b.txt"])
def test_a_path_with_a_secret_in_it_is_still_the_key_of_its_url(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.chdir(tmp_path)
    terminal.environ["PA_PASSWORD_PROTECTION"] = f"carol:{password}"
    terminal.environ["PA_SHARE_FILES"] = "~/a.txt\n~/b.txt"

    shown = terminal.type(
        *("deploy", "--python-version", "3.13", "--health-check", "none"),
        *("--report", "report.json", "--summary-file", "summary.md"),
    )

    assert shown.exit_code == 0, shown.err
    report = json.loads(Path("report.json").read_text())
    assert list(report["shared"]) == ["/home/alice/a.txt", "/home/alice/b.txt"]
    assert password not in shown.out + shown.err + Path("summary.md").read_text()
