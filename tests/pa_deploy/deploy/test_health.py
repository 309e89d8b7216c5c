"""Green means live: what a visitor would meet decides, on the emulator that hosts real apps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.runner import Done, Runner
from tests.soak import first_of

SHIP = {"source": ".", "app": "mysite:app", "python_version": "3.13", "preflight": "false"}
GOOD = (
    "def app(environ, start_response):\n"
    "    start_response('200 OK', [('Content-Type', 'text/html')])\n"
    "    return [b'good']\n"
)
LOGIN = (
    "def app(environ, start_response):\n"
    "    if environ['PATH_INFO'] == '/':\n"
    "        start_response('302 Found', [('Location', '/login')])\n"
    "        return []\n"
    "    start_response({status!r}, [])\n"
    "    return [b'login']\n"
)
ONE_OF_TWO = (
    "def app(environ, start_response):\n"
    "    import uwsgi\n"
    "    is_bad = uwsgi.worker_id() == 2\n"
    "    start_response('500 No' if is_bad else '200 OK', [])\n"
    "    return [b'x']\n"
)
RAISES = "def app(environ, start_response):\n    fail_here = 1 / 0\n"
WRONG = (
    "def app(environ, start_response):\n"
    "    start_response({status!r}, [])\n"
    "    print('app: wrong', file=environ['wsgi.errors'])\n"
    "    return [b'wrong']\n"
)
CUT = (
    "def app(environ, start_response):\n"
    "    start_response('200 OK', [('Content-Length', '9999')])\n"
    "    return [b'short']\n"
)


@pytest.fixture
def site(runner: Runner) -> Runner:
    """A healthy site; `mysite.py` of the next run may be anything."""
    assert ship(runner, GOOD).exit_code == 0
    return runner


def ship(runner: Runner, app: str, **inputs: str) -> Done:
    (runner.workspace / "mysite.py").write_text(app)
    return runner.run(**{**SHIP, "health_timeout": "8", **inputs})


WALL = (
    "def app(environ, start_response):\n"
    "    if 'session=1' not in environ.get('HTTP_COOKIE', ''):\n"
    "        head = [('Set-Cookie', 'a=1'), ('Set-Cookie', 'session=1{more}'), ('Location', '/')]\n"
    "        start_response('302 Found', head)\n"
    "        return []\n"
    "    start_response('200 OK', [])\n"
    "    return [b'behind it']\n"
)


@pytest.mark.soak
@pytest.mark.parametrize("more", first_of(["; Path=/", "; Secure; HttpOnly"]))
def test_a_page_that_sets_a_cookie_and_redirects_to_itself_is_healthy(
    site: Runner, more: str
) -> None:
    done = ship(site, WALL.format(more=more), health_text="behind it")

    assert done.exit_code == 0, done.log


@pytest.mark.soak
def test_one_whose_cookie_no_browser_keeps_is_not_healthy(site: Runner) -> None:
    done = ship(site, WALL.format(more="; Domain=example.com"))

    assert done.exit_code == 8
    assert "a redirect to itself" in done.errors[0]


@pytest.mark.soak
def test_an_app_that_does_well_for_pa_deploy_alone_is_not_healthy(
    site: Runner, pa: Emulator
) -> None:
    is_ours = "any(x in environ.get('HTTP_USER_AGENT', '') for x in ('pa-deploy', 'ython'))"
    app = GOOD.replace("'200 OK'", f"'200 OK' if {is_ours} else '500 No'")

    done = ship(site, app)

    assert done.exit_code == 8, done.log
    assert hosted.visit(pa).text == "good"


def only_error(done: Done) -> str:
    assert done.exit_code == 8, done.log
    assert len(done.errors) == 1
    return done.errors[0]


@pytest.mark.soak
def test_a_redirect_to_a_page_that_works_is_healthy(site: Runner) -> None:
    done = ship(site, LOGIN.format(status="200 OK"))

    assert done.exit_code == 0, done.log
    assert "redirects to /login, which answered 200" in done.log


@pytest.mark.soak
def test_a_redirect_to_a_page_that_fails_is_not(site: Runner, pa: Emulator) -> None:
    done = ship(site, LOGIN.format(status="500 No"))

    assert "redirects to /login, which answered 500" in only_error(done)
    assert hosted.visit(pa).text == "good"


@pytest.mark.soak
def test_one_bad_worker_of_two_is_found(site: Runner, pa: Emulator) -> None:
    done = ship(site, ONE_OF_TWO)

    assert "answered 500" in only_error(done)
    assert hosted.visit(pa).text == "good"


@pytest.mark.parametrize("status", first_of(["404 Not Found", "500 No", "403 No"]))
def test_a_steady_wrong_answer_ends_the_wait_at_once(site: Runner, status: str) -> None:
    done = ship(site, WRONG.format(status=status), health_timeout="100")

    assert f"answered {status[:3]}, not 200-399" in only_error(done)
    assert ", try 3)" in only_error(done)
    assert "app: wrong" in done.log


@pytest.mark.soak
def test_an_answer_that_is_cut_short_is_not_healthy(site: Runner) -> None:
    assert "no answer: no whole answer in time" in only_error(ship(site, CUT, health_timeout="1"))


@pytest.mark.soak
def test_the_exception_is_told_first_and_old_ones_are_not(site: Runner, pa: Emulator) -> None:
    log = pa.path(f"/var/log/{DOMAIN}.error.log")
    log.write_text("2020-01-01 00:00:00,000: ValueError: an old failure\n" * 3)

    done = ship(site, RAISES, health_timeout="3")

    assert "with PythonAnywhere's error page" in only_error(done)
    assert "The app fails with ZeroDivisionError: division by zero." in only_error(done)
    shown = [line for line in done.log.splitlines() if line.startswith("| ")]
    first = next(line for line in shown if "Error" in line)
    assert first == "| ZeroDivisionError: division by zero"
    assert "fail_here = 1 / 0" in done.log
    assert "old failure" not in done.log


@pytest.mark.soak
def test_a_static_site_without_the_page_is_told_what_is_missing(runner: Runner) -> None:
    (runner.workspace / "public").mkdir()
    (runner.workspace / "public" / "about.html").write_text("about this site, long enough")

    done = runner.run(**{**SHIP, "app": "", "static_files": "/ = public"})

    assert "The release has no `app`, and no static file mapping has a file for /." in (
        only_error(done)
    )


@pytest.fixture(scope="module")
def plain() -> Iterator[Emulator]:
    with Emulator(username="alice", plan="free", rate_limit=0) as running:
        yield running


class TestDefaultPage:
    """PythonAnywhere's default page is nobody's site."""

    @pytest.fixture
    def runner(self, plain: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Runner:
        plain.reset()
        return Runner(tmp_path_factory.mktemp("plain") / "job", plain)

    def test_a_first_deploy_without_code_is_not_green(self, runner: Runner) -> None:
        error = only_error(runner.run(python_version="3.13"))

        assert "answered 200 with PythonAnywhere's default page" in error
        assert "set `source` and `app`, or `wsgi-file`" in error
        assert "`health-check: none`" in error

    @pytest.mark.soak
    def test_it_is_not_green_if_its_status_is_allowed(self, runner: Runner) -> None:
        site = {"python_version": "3.13", "health_status": "200-599"}
        error = only_error(runner.run(**site, health_check="/nowhere"))

        assert "answered 404 with PythonAnywhere's default page" in error

    @pytest.mark.soak
    @pytest.mark.parametrize(
        "app",
        first_of(
            ["import no_such_module\n", "def app(e, s):\n    s('500 No', [])\n    return []\n"]
        ),
    )
    def test_it_is_told_as_what_was_there_before(self, runner: Runner, app: str) -> None:
        given = {"preflight": "true", "health_timeout": "8"}
        assert ship(runner, app, **given).exit_code == 9

        done = ship(runner, app, **given, static_files="/s/ = .", serve_source="true")

        assert done.exit_code == 9, done.log
        assert "still not healthy" not in done.errors[0]
        assert "the site shows PythonAnywhere's default page, as before" in done.errors[0]

    def test_without_a_health_check_it_is(self, runner: Runner) -> None:
        assert runner.run(python_version="3.13", health_check="none").exit_code == 0

    def test_a_site_is_no_longer_asked_for_it(self, runner: Runner) -> None:
        (runner.workspace / "wsgi.py").write_text(GOOD.replace("def app", "def application"))

        done = runner.run(python_version="3.13", wsgi_file="wsgi.py")

        assert done.exit_code == 0, done.log
