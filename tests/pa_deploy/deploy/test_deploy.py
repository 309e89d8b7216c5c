"""Whole deploys, through entrypoint.py, against the emulator that hosts real apps."""

from __future__ import annotations

import json
import re
import signal
import socket

import pytest

from pa_deploy.inputs import OUTPUTS
from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.runner import Done, Runner, await_line
from tests.soak import first_of, in_soak, one_in

TWO_MAPPINGS = "/static/ = ~/flask/static\n/media/ = ~/media\n"
SITE = {"python_version": "3.13", "static_files": TWO_MAPPINGS}
FLASK = {
    **SITE,
    "virtualenv": "flask",
    "source_directory": "~/flask",
    "wsgi_file": "wsgi.py",
    "health_text": "Hello from Flask",
}


def calls(pa: Emulator) -> list[str]:
    """The API calls since the last look, as `METHOD path-below-the-account`."""
    base = f"/api/v0/user/{pa.username}/"
    found = [f"{call['method']} {call['path'].removeprefix(base)}" for call in pa.requests()]
    pa.clear_requests()
    return found


def writes(pa: Emulator) -> list[str]:
    return [call for call in calls(pa) if not call.startswith("GET ")]


def only_error(done: Done) -> str:
    """A failed run makes one annotation, and a summary that says the same."""
    assert len(done.errors) == 1
    assert "❌" in done.summary
    return done.errors[0]


@pytest.fixture
def flask_site(runner: Runner, pa: Emulator) -> Runner:
    """A workspace with the Flask example, and its code on the emulator."""
    hosted.put_flask(pa)
    wsgi = (hosted.FLASK / "wsgi.py").read_bytes()
    (runner.workspace / "wsgi.py").write_bytes(wsgi)
    return runner


def test_a_flask_app_goes_live(flask_site: Runner, pa: Emulator) -> None:
    done = flask_site.run(**FLASK)

    assert done.exit_code == 0, done.log
    assert "Hello from Flask" in hosted.visit(pa).text
    assert "color: #1a6f4b" in hosted.visit(pa, "/static/style.css").text


@pytest.mark.soak
def test_a_stock_django_project_goes_live(runner: Runner, pa: Emulator) -> None:
    (runner.workspace / "wsgi.py").write_text(hosted.put_django(pa))

    done = runner.run(
        python_version="3.13",
        virtualenv="django",
        static_files="/static/ = ~/mysite/static",
        wsgi_file="wsgi.py",
        health_check="/admin/login/",
        health_text="Django administration",
    )

    assert done.exit_code == 0, done.log
    assert "congratulations" in hosted.visit(pa).text.lower()
    assert hosted.visit(pa, "/static/admin/css/base.css").status_code == 200


def test_outputs_say_what_was_done(runner: Runner) -> None:
    outputs = runner.run(**SITE).outputs

    assert {
        "url": f"https://{DOMAIN}/",
        "domain": DOMAIN,
        "created": "true",
        "changed": "true",
        "reloaded": "true",
        "healthy": "true",
        "requests": "13",
    }.items() <= outputs.items()
    assert len(json.loads(outputs["plan"])["changes"]) == 3
    assert len(outputs["digest"]) == 64


def test_the_summary_says_what_was_done(runner: Runner) -> None:
    summary = runner.run(**SITE).summary

    assert f"[https&#58;//{DOMAIN}/](https://{DOMAIN}/)" in summary
    assert "✅ Create" in summary


def test_a_first_deploy_costs_what_it_must(runner: Runner, pa: Emulator) -> None:
    calls(pa)
    runner.run(**SITE, source_directory="~/flask", lock="false")

    made = calls(pa)
    assert sorted(made[:2]) == ["GET webapps/", f"GET webapps/{DOMAIN}/static_files/"]
    assert made[2:] == [
        "GET files/path/home/alice",
        "POST webapps/",
        f"PATCH webapps/{DOMAIN}/",
        f"POST webapps/{DOMAIN}/static_files/",
        f"POST webapps/{DOMAIN}/static_files/",
        f"POST webapps/{DOMAIN}/reload/",
        "GET files/tree/",
    ]


def test_a_first_deploy_with_a_wsgi_file_costs_fifteen_requests(
    flask_site: Runner, pa: Emulator
) -> None:
    calls(pa)
    flask_site.run(**FLASK, lock="false")

    assert len(calls(pa)) == 15


@pytest.mark.soak
def test_the_lock_costs_three_requests_and_a_second_look(runner: Runner, pa: Emulator) -> None:
    calls(pa)
    runner.run(**SITE)

    ticket = f"files/path/home/alice/.pa-deploy/{DOMAIN}/lock"
    made = [re.sub(r"/\d{10}-[0-9a-f]{16}-\d{10}$", "/TICKET", call) for call in calls(pa)]
    look = sorted(("GET webapps/", f"GET webapps/{DOMAIN}/static_files/"))
    assert sorted(made[:2]) == look
    assert made[2] == "GET files/path/home/alice"
    assert made[3:5] == [f"POST {ticket}/TICKET", f"GET {ticket}"]
    assert sorted(made[5:7]) == look
    assert made[-1] == f"DELETE {ticket}/TICKET"
    assert len(made) == 7 + 3 + 2 + 1  # and one listing of a mapped folder


def test_a_second_deploy_only_reads(flask_site: Runner, pa: Emulator) -> None:
    flask_site.run(**FLASK)
    calls(pa)

    done = flask_site.run(**FLASK, reload="auto")

    assert sorted(call.split()[0] for call in calls(pa)) == ["GET"] * 3
    assert (done.exit_code, done.outputs["changed"], done.outputs["reloaded"]) == (
        0,
        "false",
        "false",
    )


@pytest.mark.soak
def test_a_second_deploy_without_a_wsgi_file_reads_twice(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE)
    calls(pa)

    runner.run(**SITE, reload="auto")

    assert sorted(call.split()[0] for call in calls(pa)) == ["GET"] * 2


def test_a_change_by_hand_is_repaired_and_nothing_else(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE)
    row = hosted.api(pa, "GET", f"webapps/{DOMAIN}/static_files/").json()[1]
    hosted.api(pa, "PATCH", f"webapps/{DOMAIN}/static_files/{row['id']}/", path="/elsewhere")
    calls(pa)

    runner.run(**SITE, reload="auto", lock="false")

    assert writes(pa) == [
        f"PATCH webapps/{DOMAIN}/static_files/{row['id']}/",
        f"POST webapps/{DOMAIN}/reload/",
    ]
    assert hosted.mappings(pa)[1] == ("/media/", "/home/alice/media")


def test_plan_mode_writes_nothing(runner: Runner, pa: Emulator) -> None:
    done = runner.run(**SITE, mode="plan")

    assert writes(pa) == []
    assert (done.exit_code, done.outputs["changed"], done.outputs["reloaded"]) == (
        0,
        "true",
        "false",
    )
    assert "3 changes planned" in done.summary


def test_unset_inputs_leave_the_web_app_alone(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE, force_https="false", source_directory="~/flask")
    before = hosted.api(pa, "GET", f"webapps/{DOMAIN}/").json()
    calls(pa)

    runner.run()

    assert writes(pa) == [f"POST webapps/{DOMAIN}/reload/"]
    assert hosted.api(pa, "GET", f"webapps/{DOMAIN}/").json() == before


def test_every_setting_is_written_and_kept(runner: Runner, pa: Emulator) -> None:
    hosted.make_virtualenv(pa, "flask")
    runner.run(**SITE)

    done = runner.run(
        python_version="3.12",
        virtualenv="flask",
        source_directory="~/src",
        working_directory="~/work",
        force_https="true",
    )

    webapp = hosted.api(pa, "GET", f"webapps/{DOMAIN}/").json()
    assert done.exit_code == 0
    assert {
        "python_version": "3.12",
        "virtualenv_path": "/home/alice/.virtualenvs/flask",
        "source_directory": "/home/alice/src",
        "working_directory": "/home/alice/work",
        "force_https": True,
    }.items() <= webapp.items()


def test_a_wrong_token(runner: Runner) -> None:
    done = runner.run(**SITE, token="0" * 40)

    assert done.exit_code == 4
    assert "Invalid token" in only_error(done)
    assert "create a new token" in only_error(done)


def test_a_token_for_another_account(runner: Runner, pa: Emulator) -> None:
    pa.add_user("bob")

    done = runner.run(**SITE, username="bob")

    assert done.exit_code == 4
    assert "`username`" in only_error(done)


@pytest.mark.parametrize(
    ("given", "exit_code", "said"),
    [
        ({"token": "0" * 40}, 4, "PythonAnywhere does not accept this token."),
        ({"username": "nobody"}, 6, "It also answers 500 if the account does not exist."),
        in_soak(({"username": "bob"}, 4, "The token is not for the account bob.")),
    ],
)
def test_a_wrong_account_is_not_taken_for_a_lock(
    runner: Runner, pa: Emulator, given: dict[str, str], exit_code: int, said: str
) -> None:
    pa.add_user("bob")
    (runner.workspace / "app.py").write_text("def app(e, s): ...\n")

    done = runner.run(source=".", app="app:app", python_version="3.13", **given)

    assert done.exit_code == exit_code, done.log
    assert said in only_error(done)
    assert ("lock: false" in done.log, "release the lock" in done.log) == (False, False)


def test_a_host_that_the_token_may_not_go_to(runner: Runner) -> None:
    done = runner.run(**SITE, host="www.pythonanyhwere.com", allow_host="")

    assert done.exit_code == 2
    assert "the token is not sent" in only_error(done)


def test_a_host_that_nobody_is_at(runner: Runner) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and not listening: a port that nobody else can take
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        done = runner.run(**SITE, host=url, allow_host=url, timeout="1")

    assert done.exit_code == 6
    assert "Connection refused" in only_error(done)


def test_a_bad_mapping_line(runner: Runner, pa: Emulator) -> None:
    done = runner.run(python_version="3.13", static_files="/static/ = ~/static\n/media ~/media")

    assert done.exit_code == 2
    assert "static-files, line 2" in only_error(done)
    assert calls(pa) == []


def test_a_python_version_that_is_not_offered(runner: Runner) -> None:
    done = runner.run(python_version="3.5")

    assert done.exit_code == 5
    assert "`python-version`" in only_error(done)


def test_an_app_whose_import_fails(runner: Runner) -> None:
    (runner.workspace / "wsgi.py").write_text("import a_package_that_is_missing\n")

    done = runner.run(**SITE, wsgi_file="wsgi.py", health_timeout="1")

    assert done.exit_code == 8
    assert "is not healthy" in only_error(done)
    assert "No module named 'a_package_that_is_missing'" in done.log
    assert "No module named 'a_package_that_is_missing'" in done.summary
    assert done.outputs["healthy"] == "false"


def test_a_missing_web_app_without_a_python_version(runner: Runner, pa: Emulator) -> None:
    done = runner.run()

    assert done.exit_code == 2
    assert "python-version: it is needed to create" in only_error(done)
    assert writes(pa) == []


def test_a_failed_reload(runner: Runner, pa: Emulator) -> None:
    pa.add_fault(method="POST", path=".*/reload/", status=500, body="{}", times=1)

    done = runner.run(**SITE)

    assert done.exit_code == 7
    assert "answered 500 to reloading" in only_error(done)


@pytest.mark.parametrize(
    ("error", "said"), first_of([("cname_error", "CNAME"), ("slow_startup_error", "20 s")])
)
def test_a_reload_that_worked_all_the_same_is_a_warning(
    runner: Runner, pa: Emulator, error: str, said: str
) -> None:
    body = f'{{"status": "error", "error": "{error}"}}'
    runner.run(**SITE)
    pa.add_fault(method="POST", path=".*/reload/", status=409, body=body, times=1)

    done = runner.run(**SITE)

    assert (done.exit_code, len(done.warnings)) == (0, 1)
    assert said in done.summary


@pytest.mark.soak
def test_a_value_that_is_not_kept_is_an_error(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE)
    body = hosted.api(pa, "GET", f"webapps/{DOMAIN}/").text
    pa.add_fault(method="PATCH", path=".*/webapps/.*", status=200, body=body, times=1)

    done = runner.run(force_https="true")

    assert done.exit_code == 5
    assert "accepted force-https: true, but its answer shows: false" in only_error(done)


def test_a_mapping_that_is_not_kept_is_an_error(runner: Runner, pa: Emulator) -> None:
    body = '{"id": 1, "url": "/static/", "path": "/elsewhere"}'
    pa.add_fault(method="POST", path=".*/static_files/$", status=201, body=body, times=1)

    done = runner.run(**SITE)

    assert done.exit_code == 5
    assert "/elsewhere" in only_error(done)


def test_an_answer_that_still_calls_for_changes_is_an_error(runner: Runner, pa: Emulator) -> None:
    webapp = {"domain_name": DOMAIN, "python_version": "3.9", "source_directory": "/x"}
    pa.add_fault(method="PATCH", path=".*/webapps/.*", status=200, body=json.dumps(webapp), times=1)

    done = runner.run(**SITE, source_directory="/x")

    assert done.exit_code == 5
    assert "Change python-version: 3.9 → 3.13" in only_error(done)


@pytest.mark.soak
def test_a_wsgi_file_that_was_there_before_the_web_app_is_written_again(
    runner: Runner, pa: Emulator
) -> None:
    text = (
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [b'mine']\n"
    )
    (runner.workspace / "wsgi.py").write_text(text)
    runner.run(**SITE, wsgi_file="wsgi.py")
    hosted.api(pa, "DELETE", f"webapps/{DOMAIN}/")

    runner.run(**SITE, wsgi_file="wsgi.py", health_text="mine")

    assert hosted.visit(pa).text == "mine"


@pytest.mark.parametrize(
    ("number", "exit_code"), first_of([(signal.SIGTERM, 143), (signal.SIGINT, 130)])
)
def test_a_signal_ends_the_run_with_a_report(
    runner: Runner, pa: Emulator, number: signal.Signals, exit_code: int
) -> None:
    runner.run(**SITE)
    pa.add_fault(method="POST", path=".*/reload/", delay=30, times=1)
    process = runner.start(**SITE)
    await_line(process, "Plan for")

    process.send_signal(number)
    done = runner.finish(process)

    assert done.exit_code == exit_code
    assert number.name in only_error(done)
    assert done.summary.rstrip().endswith("</sub>"), "its last part is missing"
    assert set(done.outputs) == {each.name for each in OUTPUTS}


def test_the_report_is_written_as_json(runner: Runner) -> None:
    runner.run(**SITE, report="out/report.json")

    report = json.loads((runner.workspace / "out" / "report.json").read_text())
    assert (report["domain"], report["failure"]) == (DOMAIN, None)


def test_the_report_is_written_of_a_failed_run_too(runner: Runner) -> None:
    runner.run(**SITE, virtualenv="nowhere", report="report.json")

    report = json.loads((runner.workspace / "report.json").read_text())
    assert report["failure"]["exit_code"] == 2
    assert len(report["undone"]) == 4


def test_the_summary_can_be_left_out(runner: Runner) -> None:
    assert runner.run(**SITE, summary="false").summary == ""


def test_an_unknown_input_is_a_warning(runner: Runner) -> None:
    done = runner.run(**SITE, statc_files="x")

    assert (done.exit_code, len(done.warnings)) == (0, 1)


@pytest.mark.soak
def test_a_mapping_that_is_not_listed_is_noted_and_left(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE)

    done = runner.run(static_files="/static/ = ~/flask/static")

    assert len(hosted.mappings(pa)) == 2
    assert "is not listed" in done.summary


def test_headers_are_set_and_served(runner: Runner, pa: Emulator) -> None:
    folder = pa.path("/home/alice/static")
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("a")

    done = runner.run(
        python_version="3.13",
        static_files="/static/ = ~/static",
        static_headers="/static/ X-Flavour: vanilla",
    )

    assert done.exit_code == 0, done.log
    assert (
        hosted.api(pa, "GET", f"webapps/{DOMAIN}/static_headers/").json()[0]["value"] == "vanilla"
    )


@pytest.mark.soak
def test_a_header_that_is_right_is_not_written_again(runner: Runner, pa: Emulator) -> None:
    given = {**SITE, "static_headers": "/static/ X-Flavour: vanilla", "reload": "auto"}
    runner.run(**given)
    calls(pa)

    runner.run(**given)

    assert writes(pa) == []


def test_prune_removes_what_is_not_listed(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE)

    runner.run(static_files="/static/ = ~/flask/static", prune="true")

    assert hosted.mappings(pa) == [("/static/", "/home/alice/flask/static")]


@pytest.mark.soak
def test_check_of_a_web_app_that_is_as_wanted_is_green(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE)
    calls(pa)

    done = runner.run(**SITE, mode="check")

    assert (done.exit_code, done.outputs["changed"], writes(pa)) == (0, "false", [])


def test_check_finds_drift_and_writes_nothing(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE)
    row = hosted.api(pa, "GET", f"webapps/{DOMAIN}/static_files/").json()[0]
    hosted.api(pa, "DELETE", f"webapps/{DOMAIN}/static_files/{row['id']}/")
    calls(pa)

    done = runner.run(**SITE, mode="check")

    assert (done.exit_code, done.outputs["changed"], writes(pa)) == (3, "true", [])
    assert "Create static file mapping /static/" in only_error(done)


def test_the_plan_that_was_seen_is_the_plan_that_is_applied(runner: Runner, pa: Emulator) -> None:
    digest = runner.run(**SITE, mode="plan").outputs["digest"]

    done = runner.run(**SITE, expect_digest=digest)

    assert done.exit_code == 0
    assert len(hosted.mappings(pa)) == 2


def test_another_plan_than_was_seen_is_not_applied(runner: Runner, pa: Emulator) -> None:
    digest = runner.run(**SITE, mode="plan").outputs["digest"]
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python310")
    calls(pa)

    done = runner.run(**SITE, expect_digest=digest)

    assert (done.exit_code, writes(pa)) == (10, [])
    assert digest in only_error(done)


@pytest.mark.parametrize("padding", one_in(3, range(270, 310, 3)))
def test_a_token_that_the_server_echoes_is_not_shown_not_even_in_part(
    runner: Runner, pa: Emulator, padding: int
) -> None:
    body = json.dumps({"detail": "x" * padding + pa.token})
    pa.add_fault(method="GET", path=".*/webapps/$", status=400, body=body, times=1)

    done = runner.run(**SITE)

    shown = "".join(line for line in done.log.splitlines() if "::add-mask" not in line)
    assert done.exit_code == 5
    assert pa.token[:5] not in shown + done.summary


@pytest.mark.parametrize(
    ("place", "said"), first_of([(f"http://{DOMAIN}/", "itself"), ("//[", "nowhere")])
)
def test_a_redirect_that_leads_to_nothing_is_not_healthy(
    runner: Runner, place: str, said: str
) -> None:
    text = (
        "def application(environ, start_response):\n"
        f"    start_response('302 Found', [('Location', '{place}')])\n"
        "    return [b'']\n"
    )
    (runner.workspace / "wsgi.py").write_text(text)

    done = runner.run(**SITE, wsgi_file="wsgi.py", health_timeout="1")

    assert done.exit_code == 8
    assert f"a redirect to {said}" in only_error(done)


def test_a_reload_that_fails_says_that_nothing_is_loaded(runner: Runner, pa: Emulator) -> None:
    pa.add_fault(method="POST", path=".*/reload/", status=500, body="{}", times=1)

    done = runner.run(**SITE, reload="auto")

    assert "run again with `reload: always`" in only_error(done)


@pytest.mark.soak
def test_a_row_that_was_under_way_when_the_run_ended_is_unclear(
    runner: Runner, pa: Emulator
) -> None:
    pa.add_fault(method="POST", path=".*/static_files/$", delay=30, times=1)
    process = runner.start(**SITE)
    await_line(process, "Create web app", "(")

    process.send_signal(signal.SIGTERM)
    done = runner.finish(process)

    assert done.exit_code == 143
    assert "not done" in next(line for line in done.summary.splitlines() if "/media/" in line)


@pytest.mark.soak
@pytest.mark.parametrize("rows", first_of(["static_files", "static_headers"]))
def test_a_web_app_that_is_created_between_two_answers_is_looked_at_once_more(
    runner: Runner, pa: Emulator, rows: str
) -> None:
    inputs = {**SITE, "static_headers": "/ X-A: 1"}
    runner.run(**inputs)
    body = '{"detail": "You do not have permission to perform this action."}'
    pa.add_fault(method="GET", path=f".*/{rows}/$", status=403, body=body, times=1)

    done = runner.run(**inputs)

    assert (done.exit_code, done.outputs["changed"]) == (0, "false")


def test_a_web_app_that_vanishes_during_the_run_is_exit_code_5(
    runner: Runner, pa: Emulator
) -> None:
    body = '{"detail": "You do not have permission to perform this action."}'
    pa.add_fault(method="POST", path=".*/static_files/$", status=403, body=body, times=1)

    done = runner.run(**SITE)

    assert done.exit_code == 5
    assert "There is no such web app" in only_error(done)


def test_bad_input_leaves_a_report_too(runner: Runner) -> None:
    runner.run(static_files="x", report="report.json")

    report = json.loads((runner.workspace / "report.json").read_text())
    assert report["failure"]["exit_code"] == 2


@pytest.mark.parametrize(
    "check", first_of(["/?a&key=4711#x", "/?key=4711", "https://{domain}/?key=4711"])
)
def test_the_query_of_the_health_check_is_not_shown(runner: Runner, check: str) -> None:
    done = runner.run(**SITE, health_check=check.format(domain=DOMAIN), report="report.json")

    told = done.log + done.summary + (runner.workspace / "report.json").read_text()
    assert (done.exit_code, "4711" in told, f"https://{DOMAIN}/?***" in told) == (0, False, True)
