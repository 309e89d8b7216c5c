"""An account of an earlier edition, and what the next deploy makes of it; by real runs."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_deploy.layout import Layout
from pa_deploy.loader_files import loader_zip
from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.edition import NUMBERS, Edition, Former
from tests.pa_deploy.release.job import Job
from tests.pa_deploy.release.shipper import WSGI
from tests.pa_deploy.release.test_broken import visitors
from tests.pa_deploy.release.test_editions import ENV, NEW, OLD, code, files
from tests.runner import Runner
from tests.soak import first_of, in_soak
from tests.terminal import Terminal

BEFORE = "def application(e, s):\n    s('200 OK', [])\n    return [b'before all releases']\n"
GREETING = f"GREETING={ENV['GREETING']}"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(username="alice", plan="free", rate_limit=0) as running:
        yield running


@pytest.fixture(params=NUMBERS)
def edition(request: pytest.FixtureRequest) -> Edition:
    return Edition(request.param)


@pytest.fixture
def base(edition: Edition, pa: Emulator) -> Path:
    """The folder of an account with two releases of that edition; its app has written data."""
    api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    layout = Layout.of("alice", DOMAIN)
    folder = pa.path(layout.base)
    (folder / "before").mkdir(parents=True)
    (folder / "before" / "wsgi_before.py").write_text(BEFORE)
    pa.path(WSGI).write_text(edition.loader(layout.base))
    former = Former(edition, folder)
    for release, text in ((OLD, "old"), (NEW, "new")):
        former.point(release, files(text), ENV)
        api(pa, "POST", f"webapps/{DOMAIN}/reload/")
        assert visit(pa).headers["X-Release"] == release
    (folder / "shared" / "db.sqlite3").write_text("rows")
    return folder


@pytest.fixture
def job(runner: Runner, pa: Emulator) -> Job:
    runner.secrets |= {ENV["GREETING"]}
    return Job(runner, pa)


def status(base: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((base / "status.json").read_text())
    return found


def test_a_deploy_takes_over_and_nobody_notices(job: Job, pa: Emulator, base: Path) -> None:
    with visitors(pa) as seen:
        done = job.push(code("newer"), env=GREETING, shared="db.sqlite3")

    assert done.exit_code == 0, done.log
    assert visit(pa).text == "newer rows a former secret"
    assert not seen.strange()
    assert {text for state, _, text in seen.answers if state == 200} <= {
        "new rows a former secret",
        "newer rows a former secret",
    }
    assert stat.S_IMODE((base / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE(base.parent.stat().st_mode) == 0o700
    live = done.outputs["release"]
    assert {each.stem for each in (base / "secrets").iterdir()} == {OLD, NEW, live}
    assert {stat.S_IMODE(each.stat().st_mode) for each in (base / "secrets").iterdir()} == {0o600}
    assert not list(base.glob("releases/*.env"))
    assert not (base / "release.json").exists()


@pytest.mark.soak
@pytest.mark.usefixtures("base")
def test_secrets_travel_only_after_the_folder_is_closed(job: Job, pa: Emulator) -> None:
    pa.clear_requests()

    done = job.push(code("newer"), env=GREETING, shared="db.sqlite3")

    assert done.exit_code == 0, done.log
    made = [f"{call['method']} {call['path']}" for call in pa.requests()]
    wsgi, secret, pointer = (
        next(number for number, call in enumerate(made) if part in call and "POST" in call)
        for part in (WSGI, "/secrets/", "/pointer.json")
    )
    look = next(number for number, call in enumerate(made[wsgi:], wsgi) if "/status.json" in call)
    assert wsgi < look < secret < pointer


@pytest.mark.soak
def test_without_secrets_no_request_is_more(job: Job, pa: Emulator, base: Path) -> None:
    assert base.exists()
    pa.clear_requests()

    assert job.push(hello("newer")).exit_code == 0

    made = [call["path"] for call in pa.requests() if call["method"] == "POST"]
    assert sum("/reload/" in path for path in made) == 1
    assert not [path for path in made if "/secrets/" in path]


@pytest.mark.soak
@pytest.mark.parametrize("to", [NEW, in_soak(OLD)])
@pytest.mark.usefixtures("base")
def test_back_to_a_release_of_that_edition(
    terminal: Terminal, job: Job, pa: Emulator, to: str
) -> None:
    assert job.push(code("newer"), env=GREETING, shared="db.sqlite3").exit_code == 0

    done = terminal.type("rollback", "--to", to)

    assert done.exit_code == 0, done.err
    text = "new" if to == NEW else "old"
    assert visit(pa).text == f"{text} rows a former secret"


@pytest.mark.soak
def test_back_before_anything_was_taken_over(
    terminal: Terminal, pa: Emulator, base: Path, edition: Edition
) -> None:
    """The WSGI file is still that edition's, and stays."""
    done = terminal.type("rollback")

    assert done.exit_code == 0, done.err
    assert visit(pa).text == "old rows a former secret"
    assert pa.path(WSGI).read_text() == edition.loader(Layout.of("alice", DOMAIN).base)
    assert (base / "shared" / "db.sqlite3").read_text() == "rows"


@pytest.mark.soak
@pytest.mark.parametrize(
    ("broken", "exit_code"),
    [
        ({"mysite.py": "import no_such_package\n"}, 9),
        in_soak(({"mysite.py": "def app(environ, start_response):\n    raise ValueError\n"}, 8)),
    ],
)
def test_a_deploy_that_fails_leaves_the_newer_loader_and_the_former_release(
    job: Job, pa: Emulator, base: Path, broken: dict[str, str], exit_code: int
) -> None:
    done = job.push(broken, env=GREETING, shared="db.sqlite3")

    assert done.exit_code == exit_code, done.log
    assert visit(pa).text == "new rows a former secret"
    assert "LAYOUT = 2" in pa.path(WSGI).read_text()
    assert status(base)["live"] == NEW
    done = job.push(code("newer"), env=GREETING, shared="db.sqlite3")
    assert done.exit_code == 0, done.log
    assert visit(pa).text == "newer rows a former secret"


@pytest.mark.soak
@pytest.mark.parametrize("moment", first_of(["wsgi", "reloaded", "pointer", "written back"]))
def test_a_run_that_is_killed_in_between_is_gone_on_with(
    job: Job, pa: Emulator, base: Path, edition: Edition, moment: str
) -> None:
    layout = Layout.of("alice", DOMAIN)
    pa.path(layout.loader).parent.mkdir(exist_ok=True)
    pa.path(layout.loader).write_bytes(loader_zip())
    pa.path(WSGI).write_bytes(layout.wsgi_file())
    if moment != "wsgi":
        api(pa, "POST", f"webapps/{DOMAIN}/reload/")
    if moment == "pointer":
        (base / "pointer.json").write_text('{"layout": 2, "id": "0123", "nonce": "x"}')
        api(pa, "POST", f"webapps/{DOMAIN}/reload/")
    if moment == "written back":
        pa.path(WSGI).write_text(edition.loader(layout.base))
        api(pa, "POST", f"webapps/{DOMAIN}/reload/")
    assert visit(pa).text == "new rows a former secret"

    done = job.push(code("newer"), env=GREETING, shared="db.sqlite3")

    assert done.exit_code == 0, done.log
    assert visit(pa).text == "newer rows a former secret"


@pytest.mark.soak
@pytest.mark.usefixtures("base")
def test_detach_and_a_deploy_after_it(terminal: Terminal, job: Job, pa: Emulator) -> None:
    job.push(code("newer"), env=GREETING, shared="db.sqlite3")

    assert terminal.type("release", "detach", "--yes").exit_code == 0
    assert visit(pa).text == "before all releases"

    done = job.push(code("newest"), env=GREETING, shared="db.sqlite3")
    assert done.exit_code == 0, done.log
    assert visit(pa).text == "newest rows a former secret"


@pytest.mark.usefixtures("base")
@pytest.mark.soak
def test_a_loader_that_was_kept_is_not_put_back(
    terminal: Terminal, job: Job, pa: Emulator, edition: Edition, base: Path
) -> None:
    job.push(code("newer"), env=GREETING, shared="db.sqlite3")
    kept = base / "before" / "wsgi_before.py"
    kept.write_text(edition.loader(Layout.of("alice", DOMAIN).base))

    done = terminal.type("release", "detach", "--yes")

    assert done.exit_code == 5
    assert visit(pa).text == "newer rows a former secret"


@pytest.mark.soak
@pytest.mark.parametrize(
    "gone", first_of(["secrets", "secrets/ID.json", "records/ID.json", "releases/ID"])
)
def test_what_was_deleted_by_hand_is_sent_again(
    job: Job, pa: Emulator, base: Path, gone: str
) -> None:
    first = job.push(code("newer"), env=GREETING, shared="db.sqlite3")
    path = base / gone.replace("ID", first.outputs["release"])
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()

    done = job.push({}, env=GREETING, shared="db.sqlite3")

    assert done.exit_code == 0, done.log
    assert path.exists()
    api(pa, "POST", f"webapps/{DOMAIN}/reload/")
    assert visit(pa).text == "newer rows a former secret"
