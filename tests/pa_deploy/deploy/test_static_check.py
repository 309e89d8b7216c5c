"""After a switch, one file of each static file mapping is asked of the site and compared."""

from __future__ import annotations

import json

import pytest

from pa_deploy.deploy.static_check import MOST_RIVALS
from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN, api
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.shipper import calls
from tests.runner import Done, Runner
from tests.soak import first_of, in_soak

APP = {"source": ".", "app": "mysite:app", "python_version": "3.13"}
STATIC = "/static/ = assets"
RIGHT = "checked a file of {}"


class Site:
    """A job that ships an app with a folder of files."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.write(hello("hello", **{"assets/css/site.css": "body { color: teal }\n"}))

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            file = self.runner.workspace / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def deploy(self, static_files: str = STATIC, **inputs: str) -> Done:
        return self.runner.run(**{**APP, "static_files": static_files, **inputs})


@pytest.fixture
def site(runner: Runner) -> Site:
    return Site(runner)


def only_error(done: Done) -> str:
    assert len(done.errors) == 1
    return done.errors[0]


@pytest.mark.parametrize(
    "mapping",
    [
        "/static/ = assets",
        in_soak("/static = assets"),
        in_soak("/a.css = assets/css/site.css"),
        in_soak("/caf\u00e9/ = assets"),
    ],
)
def test_a_file_that_is_served_is_right(site: Site, pa: Emulator, mapping: str) -> None:
    done = site.deploy(mapping)

    assert done.exit_code == 0, done.log
    assert RIGHT.format("1 mapping") in done.log
    assert "GET files/tree/" not in calls(pa)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "text"), first_of([("a b%c#d?.css", "odd name"), ("x.css", ""), ("x.svgz", "x" * 99)])
)
def test_a_file_whose_name_or_content_is_odd(site: Site, name: str, text: str) -> None:
    site.write({f"odd/{name}": text})

    done = site.deploy("/odd/ = odd")

    assert done.exit_code == 0, done.log
    assert RIGHT.format("1 mapping") in done.log


HIDDEN = {
    "folder": ("/static/ = other\n/static/css/ = assets/css", {"other/css/site.css": "x" * 99}),
    "file": ("/static = other/a.txt\n/static/ = assets", {"other/a.txt": "x" * 99}),
    "all": ("/ = other\n/static/ = assets", {"other/static/css/site.css": "x" * 99}),
}


@pytest.mark.parametrize("kind", first_of(list(HIDDEN)))
def test_a_mapping_that_an_earlier_one_hides_is_not_healthy(
    site: Site, pa: Emulator, kind: str
) -> None:
    assert site.deploy("").exit_code == 0
    rows, files = HIDDEN[kind]
    site.write({**files, "text": "second"})

    done = site.deploy(rows)

    assert done.exit_code == 8, done.log
    first, second = rows.splitlines()
    assert "answered 200 with other bytes" in only_error(done)
    assert f'the mapping "{second}" has the file' in only_error(done)
    assert f'the earlier mapping "{first}" hides it' in only_error(done)
    assert "Change their order or URLs." in only_error(done)
    assert hosted.visit(pa).text == "hello"


@pytest.mark.parametrize("static_files", ["", in_soak("/ = assets")])
def test_a_mapping_of_before_must_not_answer_in_place_of_the_app(
    site: Site, pa: Emulator, static_files: str
) -> None:
    api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/", path="/home/alice/old")
    pa.path("/home/alice/old").mkdir()
    pa.path("/home/alice/old/index.html").write_text("the site of before")
    given = {"static_files": static_files} if static_files else {}

    done = site.runner.run(**APP, health_timeout="1", **given)

    if static_files:
        assert done.exit_code == 0, done.log
    else:
        assert done.exit_code == 8
        assert "perhaps a static file mapping of before answers in its place" in only_error(done)


@pytest.mark.soak
def test_a_failing_file_is_told_in_the_report(site: Site, pa: Emulator) -> None:
    pa.add_fault(method="GET", path="/static/", status=404, times=None)
    site.write({"assets/.htaccess": "x"})
    rows, files = HIDDEN["folder"]
    site.write(files)

    done = site.deploy(rows, report="report.json", rollback="false")

    report = json.loads((site.runner.workspace / "report.json").read_text())
    assert report["health"]["healthy"] is False
    assert "/static/css/site.css" in report["health"]["url"]
    assert done.outputs["healthy"] == "false"


@pytest.mark.soak
def test_without_static_check_no_file_is_asked_for(site: Site) -> None:
    rows, files = HIDDEN["folder"]
    site.write(files)

    done = site.deploy(rows, static_check="false")

    assert done.exit_code == 0, done.log
    assert "Static files:" not in done.log


@pytest.mark.soak
def test_a_run_without_changes_asks_for_none(site: Site, pa: Emulator) -> None:
    site.deploy()
    calls(pa)

    done = site.deploy(reload="auto")

    assert (done.outputs["changed"], "Static files:" in done.log) == ("false", False)


@pytest.mark.soak
def test_a_shared_folder_that_is_empty_has_nothing_to_ask_for(site: Site, pa: Emulator) -> None:
    done = site.deploy("/media/ = media", shared="media/")

    assert done.exit_code == 0, done.log
    assert "Static files:" not in done.log
    assert "GET files/tree/" not in calls(pa)


@pytest.mark.soak
def test_a_mapping_of_the_live_release_that_is_hidden_from_now_on(site: Site) -> None:
    site.write({"other/css/site.css": "x" * 99})
    assert site.deploy("/static/css/ = assets/css").exit_code == 0

    done = site.deploy("/static/ = other\n/static/css/ = assets/css")

    assert done.exit_code == 8, done.log
    assert 'the earlier mapping "/static/ = other" hides it' in only_error(done)


@pytest.mark.soak
def test_a_file_of_a_shared_folder_is_compared_as_it_is_now(site: Site, pa: Emulator) -> None:
    """It may change between the moment when it was seen and that when it is asked for."""
    changing = (
        "import pathlib, time\n"
        "def app(environ, start_response):\n"
        "    pathlib.Path('media/now.txt').write_text('changed ' + str(time.time()) * 5)\n"
        "    start_response('200 OK', [])\n"
        "    return [b'hello']\n"
    )
    site.write({"mysite.py": changing, "media/now.txt": "as it was shipped: long enough"})

    done = site.deploy("/media/ = media", shared="media/")

    assert done.exit_code == 0, done.log
    assert "changed" in hosted.visit(pa, "/media/now.txt").text


@pytest.mark.parametrize("protection", first_of(["carol:s3cret77", "none"]))
def test_a_site_with_a_login_is_asked_with_it(site: Site, protection: str) -> None:
    done = site.deploy(password_protection=protection)

    assert done.exit_code == 0, done.log
    assert RIGHT.format("1 mapping") in done.log


@pytest.mark.soak
def test_a_static_site_proves_by_its_bytes_that_the_switch_happened(
    site: Site, pa: Emulator
) -> None:
    static = {"app": "", "static_files": "/ = assets", "health_check": "/index.html"}
    site.write({"assets/index.html": "first page, long enough\n"})
    assert site.deploy(**static).exit_code == 0
    site.write({"assets/index.html": "second page, long enough\n"})

    done = site.deploy(**static)

    assert done.exit_code == 0, done.log
    assert "/index.html?pa-deploy=" in "".join(access_log(pa))


def access_log(pa: Emulator) -> list[str]:
    return pa.path(f"/var/log/{DOMAIN}.access.log").read_text().splitlines(keepends=True)


CSS = {"assets/a.css": "a file that nothing hides", "assets/css/site.css": "body { color: teal }"}


class TestAMappingThatIsHiddenInPart:
    """The file of it that is asked for first is served as it is."""

    @pytest.fixture
    def mapped(self, site: Site, pa: Emulator) -> Site:
        """Somebody has mapped `/static/css/` by hand, before pa-deploy maps `/static/`.

        The web app was loaded once. A run waits for the first load of one that was not.
        """
        self.put(pa, "/home/alice/old/css/site.css")
        api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
        api(pa, "POST", f"webapps/{DOMAIN}/reload/")
        site.write(CSS)
        return site

    def put(self, pa: Emulator, path: str) -> None:
        file = pa.path(path)
        file.parent.mkdir(parents=True)
        file.write_text("from 2019, by hand")

    def map(self, pa: Emulator, url: str, path: str) -> None:
        api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=url, path=path)

    @pytest.mark.soak
    @pytest.mark.parametrize(
        ("url", "path"),
        [
            ("/static/css/", "/home/alice/old/css/"),
            in_soak(("/static/css/site.css", "/home/alice/old/css/site.css")),
            in_soak(("/static", "/home/alice/old")),
        ],
    )
    def test_by_one_that_somebody_has_made(
        self, mapped: Site, pa: Emulator, url: str, path: str
    ) -> None:
        self.map(pa, url, path)

        done = mapped.deploy()

        assert done.exit_code == 8, done.log
        assert 'the mapping "/static/ = assets" has the file css/site.css' in only_error(done)
        assert f'the earlier mapping "{url} = {path}" hides it' in only_error(done)

    @pytest.mark.soak
    @pytest.mark.parametrize("rows", first_of(["/ = other\n/static/ = assets"]))
    def test_by_one_of_the_inputs_for_more_urls(self, site: Site, rows: str) -> None:
        site.write({**CSS, "other/static/css/site.css": "another one, long enough"})

        done = site.deploy(rows)

        assert done.exit_code == 8, done.log
        assert 'the earlier mapping "/ = other" hides it' in only_error(done)

    @pytest.mark.soak
    def test_by_one_of_the_inputs_for_a_part_of_the_urls_is_meant_so(self, site: Site) -> None:
        site.write({**CSS, "other/site.css": "another one, long enough"})

        done = site.deploy("/static/css/ = other\n/static/ = assets")

        assert done.exit_code == 0, done.log
        assert "Visitors do not get css/site.css" in done.warnings[-1]

    @pytest.mark.soak
    def test_one_with_the_same_bytes_hides_nothing(self, mapped: Site, pa: Emulator) -> None:
        pa.path("/home/alice/old/css/site.css").write_text(CSS["assets/css/site.css"])
        self.map(pa, "/static/css/", "/home/alice/old/css/")

        done = mapped.deploy()

        assert (done.exit_code, done.warnings) == (0, ()), done.log

    @pytest.mark.soak
    def test_the_number_of_requests_does_not_grow(self, site: Site, pa: Emulator) -> None:
        parts = [f"/static/{number}/ = other" for number in range(12)]
        site.write({**{f"assets/{number}/x.css": f"own {number}" * 9 for number in range(12)}})
        site.write({"other/x.css": "another one, long enough"})

        done = site.deploy("\n".join([*parts, STATIC]), static_check="true")

        asked = [line for line in access_log(pa) if "/static/" in line and "pa-deploy=" in line]
        assert len({line.split('"')[1] for line in asked}) <= 12 + 1 + MOST_RIVALS, done.log


class TestWithoutSource:
    """Of other folders, the first that this run maps is looked at."""

    @pytest.fixture
    def folder(self, runner: Runner, pa: Emulator) -> Runner:
        place = pa.path("/home/alice/files/css")
        place.mkdir(parents=True)
        (place / "site.css").write_text("body { color: teal }\n")
        return runner

    def test_two_requests_tell_that_a_file_is_right(self, folder: Runner, pa: Emulator) -> None:
        done = folder.run(python_version="3.13", static_files="/s/ = ~/files\n/t/ = ~/files")

        assert done.exit_code == 0, done.log
        assert RIGHT.format("1 of 2 mappings") in done.log
        asked = [call for call in calls(pa) if "files/" in call and "lock" not in call]
        made = [call for call in asked if "static_files" not in call]
        assert made[-2:] == ["GET files/tree/", "GET files/path/home/alice/files/css/site.css"]

    @pytest.mark.soak
    def test_a_run_that_maps_nothing_anew_does_not_look(self, folder: Runner, pa: Emulator) -> None:
        folder.run(python_version="3.13", static_files="/s/ = ~/files")
        calls(pa)

        folder.run(static_files="/s/ = ~/files", source_directory="~/src")

        assert "GET files/tree/" not in calls(pa)

    @pytest.mark.soak
    def test_a_hidden_mapping_is_not_healthy(self, folder: Runner, pa: Emulator) -> None:
        other = pa.path("/home/alice/other/css")
        other.mkdir(parents=True)
        (other / "site.css").write_text("other")
        folder.run(python_version="3.13", static_files="/s/ = ~/other")

        done = folder.run(static_files="/s/ = ~/other\n/s/css/ = ~/files/css")

        assert done.exit_code == 8, done.log
        assert 'the earlier mapping "/s/ = /home/alice/other" hides it' in only_error(done)
        assert hosted.mappings(pa) == [("/s/", "/home/alice/other")]

    @pytest.mark.parametrize("path", first_of(["~/none", "~/files/css/site.css", "/usr/lib"]))
    def test_a_folder_that_has_nothing_to_compare_is_no_failure(
        self, folder: Runner, path: str
    ) -> None:
        done = folder.run(python_version="3.13", static_files=f"/s/ = {path}")

        assert done.exit_code == 0, done.log

    @pytest.mark.parametrize("url", first_of(["/s/css/", "/"]))
    def test_one_that_is_hidden_in_part_is_not_healthy(
        self, folder: Runner, pa: Emulator, url: str
    ) -> None:
        pa.path("/home/alice/files/a.css").write_text("a file that nothing hides")
        other = pa.path(f"/home/alice/other/{'s/css' if url == '/' else ''}")
        other.mkdir(parents=True)
        (other / "site.css").write_text("other")
        folder.run(python_version="3.13")
        api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=url, path="/home/alice/other")

        done = folder.run(static_files="/s/ = ~/files")

        assert done.exit_code == 8, done.log
        assert f'the earlier mapping "{url} = /home/alice/other" hides it' in only_error(done)
