"""A deploy that comes to no good puts back what was there, on the emulator that hosts real apps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.runner import Done, Runner, await_line
from tests.soak import first_of

ROWS = "/s/ = ~/s\n/a/ = ~/a\n/b/ = ~/b\n"
BROKEN = "import a_package_that_is_missing\n"
QUICK = {"health_timeout": "1"}


def saying(text: str) -> str:
    return (
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        f"    return [b'{text}']\n"
    )


@pytest.fixture
def good_site(runner: Runner) -> Runner:
    """A healthy site with three mappings; `wsgi.py` of the next run is broken."""
    (runner.workspace / "wsgi.py").write_text(saying("good"))
    done = runner.run(python_version="3.13", static_files=ROWS, wsgi_file="wsgi.py")
    assert done.exit_code == 0, done.log
    (runner.workspace / "wsgi.py").write_text(BROKEN)
    return runner


def break_it(runner: Runner, **inputs: str) -> Done:
    return runner.run(wsgi_file="wsgi.py", **QUICK, **inputs)


def test_a_broken_wsgi_file_does_not_take_a_good_site_down(good_site: Runner, pa: Emulator) -> None:
    done = break_it(good_site)

    assert done.exit_code == 8
    assert hosted.visit(pa).text == "good"
    assert "Rolled back: the former configuration is live again." in done.errors[0]


@pytest.mark.soak
def test_a_broken_wsgi_file_is_put_back_too_where_the_run_fails_before_the_reload(
    good_site: Runner, pa: Emulator
) -> None:
    done = break_it(good_site, share_files="~/missing")

    assert done.exit_code == 5
    assert hosted.visit(pa).text == "good"
    assert "Rolled back: the former configuration is live again." in done.errors[0]


@pytest.mark.soak
def test_settings_and_rows_are_put_back_too_in_their_order(good_site: Runner, pa: Emulator) -> None:
    before = hosted.api(pa, "GET", f"webapps/{DOMAIN}/").json()

    done = break_it(
        good_site,
        static_files="/b/ = ~/elsewhere\n/new/ = ~/new",
        prune="true",
        source_directory="~/src",
        python_version="3.12",
    )

    assert done.exit_code == 8
    assert hosted.mappings(pa) == [
        ("/s/", "/home/alice/s"),
        ("/a/", "/home/alice/a"),
        ("/b/", "/home/alice/b"),
    ]
    assert hosted.api(pa, "GET", f"webapps/{DOMAIN}/").json() == before
    assert hosted.visit(pa).text == "good"


@pytest.mark.soak
def test_the_report_says_what_was_put_back(good_site: Runner) -> None:
    done = break_it(good_site, report="report.json")

    rollback = json.loads((good_site.workspace / "report.json").read_text())["rollback"]
    assert (rollback["done"], rollback["reloaded"], rollback["undone"]) == (True, True, [])
    assert rollback["health"]["healthy"] is True
    assert [change["kind"] for change in rollback["changes"]] == ["wsgi-file"]
    assert (done.outputs["rolled-back"], done.outputs["healthy"]) == ("true", "false")
    assert "**Rollback:** done, 1 change" in done.summary
    assert f"{DOMAIN}: Site unhealthy, rolled back" in done.summary


def test_without_rollback_the_new_configuration_stays(good_site: Runner, pa: Emulator) -> None:
    done = break_it(good_site, rollback="false")

    assert (done.exit_code, done.outputs["rolled-back"]) == (8, "false")
    assert "because `rollback` is false" in done.errors[0]
    assert hosted.visit(pa).status_code == 500


def test_a_web_app_that_was_created_is_left(runner: Runner, pa: Emulator) -> None:
    (runner.workspace / "wsgi.py").write_text(BROKEN)

    done = break_it(runner, python_version="3.13")

    assert done.exit_code == 8
    assert "This run created the web app" in done.errors[0]
    assert len(hosted.api(pa, "GET", "webapps/").json()) == 1


@pytest.mark.soak
def test_a_run_that_changed_nothing_has_nothing_to_put_back(good_site: Runner) -> None:
    break_it(good_site, rollback="false")

    done = break_it(good_site)

    assert done.exit_code == 8
    assert "changed no configuration" in done.errors[0]


@pytest.mark.soak
def test_a_site_that_was_unhealthy_before_is_told_so(good_site: Runner) -> None:
    break_it(good_site, rollback="false")

    done = break_it(good_site, force_https="false", source_directory="~/src")

    assert "is still not healthy" in done.errors[0]


@pytest.mark.soak
def test_a_rollback_that_fails_is_told_with_what_is_left(good_site: Runner, pa: Emulator) -> None:
    process = good_site.start(wsgi_file="wsgi.py", **QUICK)
    await_line(process, "Reload ")
    pa.add_fault(method="POST", path="files/path/var/www", status=400, times=None)
    await_line(process, "Rolling back")
    done = good_site.finish(process)

    assert done.exit_code == 8
    assert "Could not roll back to the former" in done.errors[0]
    assert "⏸️ not done: Change WSGI file" in done.summary
    assert "Site unhealthy, not rolled back" in done.summary


@pytest.mark.soak
def test_a_reload_that_is_refused_and_leaves_the_site_down_is_rolled_back(
    good_site: Runner, pa: Emulator
) -> None:
    pa.add_fault(method="POST", path="reload/$", status=400, body='{"error": "no"}', times=1)

    done = break_it(good_site)

    assert done.exit_code == 7
    assert "Rolled back" in done.errors[0]
    assert hosted.visit(pa).text == "good"


NOT_LOADED = ("not loaded", "reload: always", "may still have")


@pytest.mark.soak
@pytest.mark.parametrize(
    "fault",
    first_of(
        [
            {"status": 500, "times": 1},
            {"status": 400, "body": '{"error": "no"}', "times": 1},
            {"status": 502, "times": 1},
            {"drop": "before", "times": 2},
        ],
    ),
    ids=str,
)
def test_after_a_rollback_no_advice_is_about_what_it_has_undone(
    good_site: Runner, pa: Emulator, fault: dict[str, Any]
) -> None:
    pa.add_fault(method="POST", path="*/reload/", **fault)

    done = break_it(good_site)

    assert "Rolled back: the former configuration is live again." in done.errors[0]
    assert [word for word in NOT_LOADED if word in done.errors[0]] == []


@pytest.mark.soak
@pytest.mark.parametrize(
    "fault", first_of([{"status": 500}, {"status": 400, "body": '{"error": "no"}'}]), ids=str
)
def test_without_a_rollback_the_advice_holds(
    good_site: Runner, pa: Emulator, fault: dict[str, Any]
) -> None:
    pa.add_fault(method="POST", path="*/reload/", times=1, **fault)

    done = break_it(good_site, rollback="false")

    assert "is written, but not loaded" in done.errors[0]


def test_a_reload_that_is_refused_while_the_site_is_well_is_left(
    good_site: Runner, pa: Emulator
) -> None:
    pa.add_fault(method="POST", path="reload/$", status=400, body='{"error": "no"}', times=1)

    done = good_site.run(source_directory="~/src", **QUICK)

    assert done.exit_code == 7
    assert "found no sign that the site is unhealthy" in done.errors[0]
    assert hosted.api(pa, "GET", f"webapps/{DOMAIN}/").json()["source_directory"] == (
        "/home/alice/src"
    )


OWN = "# precious: made by hand\n" + saying("by hand")
PLACE = f"/home/alice/.pa-deploy/{DOMAIN}/backups"


class TestAWsgiFileThatSomebodyHasMade:
    """`wsgi-file` keeps it, and says where."""

    WSGI = "/var/www/alice_pythonanywhere_com_wsgi.py"

    def kept(self, pa: Emulator) -> list[str]:
        folder = pa.path(PLACE)
        return [each.name for each in folder.glob("*") if "precious" in each.read_text()]

    def test_before_the_first_run(self, runner: Runner, pa: Emulator) -> None:
        hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
        pa.path(self.WSGI).write_text(OWN)
        (runner.workspace / "wsgi.py").write_text(saying("good"))

        done = runner.run(wsgi_file="wsgi.py")

        assert done.exit_code == 0, done.log
        (name,) = self.kept(pa)
        assert f"A copy is kept as {PLACE}/{name}." in done.warnings[-1]

    @pytest.mark.soak
    @pytest.mark.parametrize("edit", first_of([OWN, saying("good") + "# precious\n"]))
    def test_between_two_runs(self, good_site: Runner, pa: Emulator, edit: str) -> None:
        pa.path(self.WSGI).write_text(edit)
        (good_site.workspace / "wsgi.py").write_text(saying("new"))

        done = good_site.run(wsgi_file="wsgi.py")

        assert done.exit_code == 0, done.log
        (name,) = self.kept(pa)
        assert name in done.warnings[-1]

    @pytest.mark.soak
    def test_and_that_was_put_back(self, good_site: Runner, pa: Emulator) -> None:
        pa.path(self.WSGI).write_text(OWN)
        assert break_it(good_site).exit_code == 8
        (good_site.workspace / "wsgi.py").write_text(saying("new"))

        done = good_site.run(wsgi_file="wsgi.py")

        assert len(self.kept(pa)) == 1
        assert self.kept(pa)[0] in done.warnings[-1]


@pytest.mark.soak
@pytest.mark.parametrize("is_bad", [False, True])
def test_a_wsgi_file_of_an_earlier_run_is_replaced_in_silence(
    good_site: Runner, *, is_bad: bool
) -> None:
    if is_bad:
        break_it(good_site)
    for text in ("two", "three"):
        (good_site.workspace / "wsgi.py").write_text(saying(text))

        done = good_site.run(wsgi_file="wsgi.py")

        assert (done.exit_code, done.warnings) == (0, ()), done.log
