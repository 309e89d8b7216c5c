"""A list, as each CI packs it into the environment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.model import StaticFile, StaticHeader
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given

ACCOUNT = {"PA_TOKEN": "t", "PA_USERNAME": "alice"}
MAPPINGS = (StaticFile("/s/", "/home/alice/s"), StaticFile("/m/", "/home/alice/a,b"))


@pytest.mark.parametrize(
    "environ",
    [
        {"INPUT_STATIC-FILES": "/s/ = ~/s\n/m/ = ~/a,b\n"},
        {"INPUT_STATIC-FILES": "/s/ = ~/s\r\n/m/ = ~/a,b\r\n"},
        {"PLUGIN_STATIC_FILES": "/s/ = ~/s,/m/ = ~/a,b"},
        {"PLUGIN_STATIC-FILES": "/s/ = ~/s, /m/=~/a,b"},
        {"PLUGIN_STATIC_FILES": "/s/ = ~/s\n/m/ = ~/a,b"},
        {"PLUGIN_STATIC_FILES": '{"/s/": "~/s", "/m/": "~/a,b"}'},
        {"PA_STATIC_FILES_COUNT": "2", "PA_STATIC_FILES_0": "/s/ = ~/s", "PA_STATIC_FILES_1": "/m/ = ~/a,b"},  # noqa: E501
    ],
    ids=["lines", "CRLF", "Woodpecker", "Drone", "one text", "a map", "Bitbucket"],
)  # fmt: skip
def test_mappings_come_as_each_ci_gives_them(environ: dict[str, str]) -> None:
    assert resolve(Given.of({}, {**ACCOUNT, **environ}, Path())).wanted.static_files == MAPPINGS


def test_only_a_plugin_s_commas_are_ends_of_rows() -> None:
    environ = {**ACCOUNT, "INPUT_STATIC-FILES": "/s/ = ~/s,/m/ = ~/m"}

    with pytest.raises(InputError, match="Write each mapping on a line of its own"):
        resolve(Given.of({}, environ, Path()))


HEADERS_AS_MAPS = json.dumps(
    [
        {"url": "/s/", "name": "Cache-Control", "value": "public, max-age=60"},
        {"url": "/m/", "name": "X-Frame-Options", "value": "DENY"},
    ]
)


@pytest.mark.parametrize(
    "text",
    ["/s/ Cache-Control: public, max-age=60,/m/ X-Frame-Options: DENY", HEADERS_AS_MAPS],
    ids=["a list of texts", "a list of maps"],
)
def test_headers_keep_the_commas_within_them(text: str) -> None:
    assert resolve(
        Given.of({}, {**ACCOUNT, "PLUGIN_STATIC_HEADERS": text}, Path())
    ).wanted.static_headers == (
        StaticHeader("/s/", "Cache-Control", "public, max-age=60"),
        StaticHeader("/m/", "X-Frame-Options", "DENY"),
    )


def test_paths_to_share_come_apart() -> None:
    environ = {**ACCOUNT, "PLUGIN_SHARE_FILES": "~/a, b.txt,/home/alice/c"}

    shared = resolve(Given.of({}, environ, Path())).wanted.share_files
    assert [file.path for file in shared or ()] == ["/home/alice/a, b.txt", "/home/alice/c"]


def test_a_count_that_is_no_number_is_no_list() -> None:
    environ = {**ACCOUNT, "PA_STATIC_FILES_COUNT": "many", "PA_STATIC_FILES_0": "/s/ = ~/s"}

    assert resolve(Given.of({}, environ, Path())).wanted.static_files is None


@pytest.mark.parametrize(
    "text",
    ["/s/ = /s,/m/ = /m\n/x/ = /x", '{"/s/": "/s,/m/ = /m"}', ' [{"url": "/s,/m/ = /m"}]'],
    ids=["lines", "a map", "a list of maps"],
)
def test_what_comes_as_lines_or_as_json_is_left_as_it_is(text: str) -> None:
    given = Given.of({}, {"PLUGIN_STATIC_FILES": text}, Path())

    assert given.environment.texts["static-files"] == text
