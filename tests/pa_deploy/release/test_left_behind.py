"""What the app wrote is never left behind, as a run of pa-deploy tells it."""

from __future__ import annotations

import sqlite3

import pytest

from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import BASE, Job
from tests.pa_deploy.release.shipper import Shipper
from tests.runner import Runner
from tests.soak import in_soak

COUNTER = """\
import sqlite3
from pathlib import Path
PLACE = Path(__file__).parent / {path!r}
def app(environ, start_response):
    PLACE.parent.mkdir(exist_ok=True)
    with sqlite3.connect(PLACE) as database:
        database.execute('CREATE TABLE IF NOT EXISTS visits (n)')
        if environ['PATH_INFO'] == '/add':
            database.execute('INSERT INTO visits VALUES (1)')
        count = database.execute('SELECT count(*) FROM visits').fetchone()[0]
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [('{text} %d' % count).encode()]
"""
"""An app that counts in a database beside it."""


@pytest.fixture
def job(runner: Runner, pa: Emulator) -> Job:
    return Job(runner, pa)


def counter(text: str, path: str = "db.sqlite3") -> dict[str, str]:
    return {"mysite.py": COUNTER.format(text=text, path=path)}


@pytest.mark.parametrize(
    ("path", "shared"), [("db.sqlite3", "db.sqlite3"), in_soak(("instance/app.db", "instance/"))]
)
def test_a_forgotten_database_stops_the_next_push_and_is_taken_along(
    job: Job, path: str, shared: str
) -> None:
    job.push(counter("one", path))
    for _ in range(20):
        visit(job.pa, "/add")

    done = job.push(counter("two", path))

    assert done.exit_code == 9
    assert f"the live release has 1 file that the new one would not have: {path}" in done.errors[0]
    assert f"To keep them, add `shared: {shared}`" in done.errors[0]
    assert visit(job.pa).text == "one 20"

    done = job.push(counter("two", path), shared=shared, run="true")

    assert done.exit_code == 0, done.log
    assert f"| pa-deploy: {shared} of release" in done.log
    assert visit(job.pa).text == "two 20"
    visit(job.pa, "/add")
    assert job.push(counter("three", path), shared=shared).exit_code == 0
    assert visit(job.pa).text == "three 21"


@pytest.mark.soak
def test_what_may_be_left_behind_is(job: Job) -> None:
    job.push(counter("one", "cache.db"))
    visit(job.pa, "/add")

    done = job.push(counter("two", "cache.db"), discard_changes="cache.db")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "two 0"


@pytest.mark.soak
def test_a_path_that_stops_being_shared_stops_the_push_before_anything_is_sent(job: Job) -> None:
    job.push({**hello("one"), "data.json": "seed"}, shared="data.json\nempty/")
    job.pa.clear_requests()

    done = job.push(hello("two"))

    assert done.exit_code == 9
    place = f"{BASE}/shared/data.json"
    assert "The live release shares data.json, and the new one would not." in done.errors[0]
    assert place in done.errors[0]
    sent = [call["path"] for call in job.pa.requests() if call["method"] == "POST"]
    assert [path for path in sent if "/lock/" not in path] == []
    assert job.push(hello("two"), discard_changes="data.json").exit_code == 0
    assert job.pa.path(place).read_text() == "seed"


@pytest.mark.soak
def test_a_rollback_says_what_it_hides(shipper: Shipper, pa: Emulator) -> None:
    shipper.ship(counter("one", "one.db"))
    shipper.ship(counter("two", "two.db"), discard_changes=("one.db",))
    visit(pa, "/add")

    shipper.rollback()

    assert any("files that this one does not have: two.db" in line for line in shipper.log)
    assert visit(pa).text == "one 0"


@pytest.mark.soak
def test_a_copy_of_the_database_is_made_before_the_commands(job: Job) -> None:
    job.push(counter("one"), shared="db.sqlite3")
    visit(job.pa, "/add")

    assert job.push(counter("two"), shared="db.sqlite3", run="true").exit_code == 0

    (copy,) = job.pa.path(f"{BASE}/backups").iterdir()
    database = sqlite3.connect(copy)
    assert database.execute("SELECT count(*) FROM visits").fetchone() == (1,)
    database.close()


WSGI = "/var/www/alice_pythonanywhere_com_wsgi.py"


@pytest.mark.soak
def test_a_wsgi_file_edited_by_hand_is_kept_and_told(job: Job) -> None:
    job.push(hello("one"))
    file = job.pa.path(WSGI)
    edited = file.read_text() + "# mine\n"
    file.write_text(edited)

    done = job.push(hello("new"))

    assert done.exit_code == 0, done.log
    (warning,) = done.warnings
    (kept,) = [
        each for each in job.pa.path(f"{BASE}/backups").iterdir() if each.read_text() == edited
    ]
    assert f"keeps the edited file as {BASE}/backups/{kept.name}" in warning
    assert not job.push(hello("last")).warnings


@pytest.mark.soak
def test_one_that_somebody_has_put_in_its_place_is_what_a_detach_puts_back(job: Job) -> None:
    job.push(hello("one"))
    former = job.pa.path(f"{BASE}/before/wsgi_before.py").read_bytes()
    own = "def application(environ, start):\n    start('200 OK', [])\n    return [b'mine']\n"
    job.pa.path(WSGI).write_text(own)

    done = job.push(hello("new"))

    assert done.exit_code == 0, done.log
    (warning,) = done.warnings
    assert "`pa-deploy release detach` puts it back" in warning
    assert job.pa.path(f"{BASE}/before/wsgi_before.py").read_text() == own
    assert former in [each.read_bytes() for each in job.pa.path(f"{BASE}/backups").iterdir()]


BY_HAND = """\
import sys
path = '/home/alice/mysite'
if path not in sys.path:
    sys.path.insert(0, path)
from mysite import app as application
"""


@pytest.mark.soak
def test_a_site_made_by_hand_is_taken_over_with_its_rows(runner: Runner, pa: Emulator) -> None:
    job = Job(runner, pa)
    api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    for name, text in counter("by hand").items():
        file = pa.path("/home/alice/mysite") / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    pa.path(WSGI).write_text(BY_HAND)
    api(pa, "POST", f"webapps/{DOMAIN}/reload/")
    for _ in range(20):
        visit(pa, "/add")

    done = job.push(counter("one"))

    assert done.exit_code == 9
    assert "the old site has databases that are not in `shared`: db.sqlite3" in (done.errors[0])
    assert visit(pa).text == "by hand 20"
    done = job.push({}, shared="db.sqlite3", run="true")
    assert done.exit_code == 0, done.log
    assert visit(pa).text == "one 20"


class TestThePlanSaysWhatBecomesShared:
    """It is moved, and nobody should learn that only from the log of the deploy."""

    @pytest.mark.parametrize(
        ("path", "shared"),
        [
            ("db.sqlite3", "db.sqlite3"),
            in_soak(("in/a.db", "in/")),
            in_soak(("in/a.db", "in/a.db")),
        ],
    )
    @pytest.mark.parametrize("mode", ["plan", in_soak("apply")])
    def test_if_the_live_release_has_it(self, job: Job, path: str, shared: str, mode: str) -> None:
        job.push(counter("one", path))
        visit(job.pa, "/add")

        done = job.push(counter("two", path), shared=shared, mode=mode)

        assert done.exit_code == 0, done.log
        note = f"{shared} becomes shared. What the live release has there is moved"
        assert note in done.log
        assert note in done.summary
        after = job.push(counter("three", path), shared=shared, mode="plan")
        assert ("becomes shared" in after.log) == (mode == "plan")

    @pytest.mark.soak
    @pytest.mark.parametrize("shared", ["media/", in_soak("media/\nnew.db")])
    def test_but_not_if_there_is_nothing(self, job: Job, shared: str) -> None:
        job.push(hello("one"))

        done = job.push(hello("two"), shared=shared, mode="plan")

        assert "becomes shared" not in done.log
