"""A page that a static file mapping serves is looked for in the release, not asked of the app."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.loader.mapped import Elsewhere, file_of, missing
from tests.pa_deploy.loader.test_attempt import APP, PLAIN, prepared, put
from tests.pa_deploy.release.account import Account
from tests.soak import first_of

SITE = {"index.html": "home", "about/index.html": "about", "css/site.css": "css"}
FAILS = APP + "    start_response('404 No', [])\n    return [b'']\n"
WELL = APP + PLAIN + "    return [b'of the app']\n"
TO_ABOUT = APP + "    start_response('302 Found', [('Location', '/about/')])\n    return [b'']\n"


@pytest.fixture
def code(tmp_path: Path) -> str:
    for name, text in SITE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("mapped", "path", "found"),
    [
        ([("/", "")], "/", "index.html"),
        ([("/", "")], "/about/", "about/index.html"),
        ([("/", "")], "/about", "about/index.html"),
        ([("/static/", "css")], "/static/site.css", "css/site.css"),
        ([("/static", "css")], "/static/site.css", "css/site.css"),
        ([("/", "index.html")], "/", "index.html"),
        ([("/", "none"), ("/", "")], "/css/site.css", "css/site.css"),
    ],
)
def test_a_mapped_file_is_found(
    code: str, mapped: list[tuple[str, str | None]], path: str, found: str
) -> None:
    assert Path(file_of(code, mapped, path)) == Path(code, found)


@pytest.mark.parametrize(
    ("mapped", "path"),
    [
        ([], "/"),
        ([("/static/", "css")], "/"),
        ([("/static/", "css")], "/static/"),
        ([("/", "about")], "/no.html"),
    ],
)
def test_for_any_other_page_the_app_is_asked(
    code: str, mapped: list[tuple[str, str | None]], path: str
) -> None:
    assert not file_of(code, mapped, path)


def test_nobody_knows_what_a_mapping_serves_that_leads_elsewhere(code: str) -> None:
    with pytest.raises(Elsewhere):
        file_of(code, [("/media/", None)], "/media/a.html")


@pytest.mark.parametrize(
    ("mapped", "path", "file"),
    [
        ([("/", "")], "/", "index.html"),
        ([("/", "public")], "/about/", "public/about/index.html"),
        ([("/static/", "css")], "/static/none.css", "css/none.css"),
        ([("/static/", "css")], "/", ""),
    ],
)
def test_the_file_that_is_not_there_has_a_name(
    mapped: list[tuple[str, str | None]], path: str, file: str
) -> None:
    assert missing(mapped, path) == file


@pytest.fixture
def account(tmp_path: Path) -> Account:
    made = Account(tmp_path)
    made.serve("former")
    return made


@pytest.mark.parametrize(
    ("app", "files", "asked"),
    first_of(
        [
            (FAILS, SITE, {"mapped": [["/", ""]]}),
            (FAILS, SITE, {"mapped": [["/", ""]], "text": "home"}),
            (TO_ABOUT, SITE, {"mapped": [["/about/", "about"]], "text": "about"}),
            (TO_ABOUT, {}, {"mapped": [["/about/", None]]}),
            (WELL, {}, {"mapped": [["/", ""]], "text": "of the app"}),
        ],
    ),
)
def test_a_release_whose_page_is_there_goes_on(
    account: Account, app: str, files: dict[str, str], asked: dict[str, object]
) -> None:
    put(account, app, files, **asked)

    assert prepared(account) == "ready"


@pytest.mark.parametrize(
    ("files", "text", "said"),
    first_of(
        [
            ({}, None, "GET / answered 404. The release has no file index.html"),
            ({"other.html": "x"}, None, "GET / answered 404. The release has no file index.html"),
            ({"index.html": "oops"}, "home", 'GET / answered without the text "home"'),
        ],
    ),
)
def test_a_release_whose_page_is_missing_or_wrong_is_refused(
    account: Account, files: dict[str, str], text: str | None, said: str
) -> None:
    put(account, FAILS, files, mapped=[["/", ""]], text=text)

    assert prepared(account) == "refused"
    assert account.status()["error"] == said
