"""From an input's text to its value."""

from collections.abc import Callable

import pytest

from pa_deploy.inputs import parse, releases, rows
from pa_deploy.inputs.parse import BadValue
from pa_deploy.model import PasswordProtection, Secret, SharedFile, StaticFile, StaticHeader


def complaints(parser: Callable[[str], object], text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(BadValue) as caught:
        parser(text)
    return [(line, f"{message} {advice}") for line, message, advice in caught.value.complaints]


@pytest.mark.parametrize("text", ["3.13", "python313", "python3.13", "Python 3.13"])
def test_a_python_version_has_many_spellings(text: str) -> None:
    assert parse.python_version(text) == "3.13"


@pytest.mark.parametrize("text", ["3", "three", "3.13.1", "4.0", ""])
def test_other_texts_are_no_python_version(text: str) -> None:
    assert "is not a Python version" in complaints(parse.python_version, text)[0][1]


def test_an_unquoted_yaml_number_is_recognised() -> None:
    assert "3.10 without quotes is the number 3.1" in complaints(parse.python_version, "3.1")[0][1]


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("NO", False), ("On", True), ("0", False)]
)
def test_booleans_have_yaml_words(text: str, value: bool) -> None:  # noqa: FBT001
    assert parse.boolean(text) is value


def test_no_other_word_is_a_boolean() -> None:
    assert "neither true nor false" in complaints(parse.boolean, "maybe")[0][1]


def test_a_near_miss_gets_a_suggestion() -> None:
    assert 'Did you mean "always"?' in complaints(parse.one_of("always", "never"), "alway")[0][1]


def test_a_far_miss_gets_the_choices() -> None:
    assert "always, never" in complaints(parse.one_of("always", "never"), "xyz")[0][1]


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("2m", 120), ("0.5", 0.5)])
def test_seconds_may_have_a_unit(text: str, seconds: float) -> None:
    assert parse.positive_seconds(text) == seconds


@pytest.mark.parametrize("text", ["0", "-1", "soon", "1e3", "100000", "nan", "inf"])
def test_other_texts_are_no_seconds(text: str) -> None:
    said = complaints(parse.positive_seconds, text)[0][1]

    assert "is not a number of seconds above 0 and up to 86400." in said


def test_mappings_come_one_a_line_and_keep_their_order() -> None:
    text = "/static/ = /home/alice/static\r\n\r\n# a comment\r\n/media/=~/media"

    assert rows.static_files(text) == (
        StaticFile("/static/", "/home/alice/static"),
        StaticFile("/media/", "~/media"),
    )


def test_mappings_may_be_a_json_object() -> None:
    assert rows.static_files('{"/static/": "/home/alice/static"}') == (
        StaticFile("/static/", "/home/alice/static"),
    )


def test_mappings_may_be_a_json_list() -> None:
    text = '[{"url": "/b/", "path": "/x"}, {"path": "~/y", "url": "/a/"}]'

    assert rows.static_files(text) == (StaticFile("/b/", "/x"), StaticFile("/a/", "~/y"))


def test_none_means_that_there_must_be_no_mapping() -> None:
    assert rows.static_files("None") == ()


def test_a_path_may_contain_an_equals_sign() -> None:
    assert rows.static_files("/s/ = /a=b") == (StaticFile("/s/", "/a=b"),)


def test_every_bad_line_is_named() -> None:
    text = "/static/ /home/alice\n/ok/ = /ok\n= /x"

    assert [line for line, _ in complaints(rows.static_files, text)] == [1, 3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("static/ = /x", "must begin with a slash"),
        ("/a/ = /x\n/a/ = /y", "listed twice"),
        ('{"/a/": 1}', "must have a path"),
        ('[{"url": "/a/"}]', "mapping 1 must have"),
        ('[{"url": "/a/", "path": "/b", "id": "1"}]', "mapping 1 must have"),
        ('["/a/ = /b"]', "mapping 1 must have"),
        ("[]", "nothing is listed"),
        ('{"/a\\n/": "/b"}', "characters that no URL has"),
        ('{"/a\\ud800/": "/b"}', "characters that no URL has"),
        ('{"/a/": "/b\\nc"}', "characters that no path has"),
        ("# /a/ = /b", "nothing is listed"),
        ("{}", "nothing is listed"),
        ("/a/ = /b # why", "ends in a comment"),
        ('{"/a/": ', "not valid JSON"),
        ("{" * 100_000, "not valid JSON"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(text: str, said: str) -> None:
    assert said in complaints(rows.static_files, text)[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "Alice.PythonAnywhere.com",
        "www.example.co.uk",
        "a_b.eu.pythonanywhere.com",
        "example.xn--p1ai",
    ],
)
def test_a_domain_becomes_lower_case(text: str) -> None:
    assert parse.domain(text) == text.lower()


def test_a_url_instead_of_a_domain_gets_a_suggestion() -> None:
    assert (
        'Did you mean "www.example.com"?'
        in complaints(parse.domain, "https://www.example.com/x")[0][1]
    )


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("müller.example.com", "xn--mller-kva.example.com"),
        ("www.MÜLLER.example.com", "www.xn--mller-kva.example.com"),
        ("https://пример.example.com/", "xn--e1afmkfd.example.com"),
    ],
)
def test_an_international_domain_offers_its_ascii_form(text: str, offer: str) -> None:
    assert f'Did you mean "{offer}"?' in complaints(parse.domain, text)[0][1]


@pytest.mark.parametrize(
    "text", ["alice", "a b.com", "x..com", "-x.com", "http://[", "a.b/../c.com"]
)
def test_other_texts_are_no_domain(text: str) -> None:
    assert "is not a domain name" in complaints(parse.domain, text)[0][1]


def test_statuses_are_ranges_and_single_ones() -> None:
    assert parse.statuses("200-299, 401") == ((200, 299), (401, 401))


@pytest.mark.parametrize("text", ["600", "300-200", "ok", "200-", ""])
def test_other_texts_are_no_statuses(text: str) -> None:
    assert "is not an HTTP status" in complaints(parse.statuses, text)[0][1]


@pytest.mark.parametrize("text", ["/", "/health?x=1", "https://example.com/health"])
def test_a_health_check_is_a_path_or_a_url(text: str) -> None:
    assert parse.health_check(text) == text


@pytest.mark.parametrize(
    "text",
    ["health", "//evil.com", "ftp://x", "https://user@x/", "https://[::1", "https://例え.jp/"],
)
def test_other_texts_are_no_health_check(text: str) -> None:
    assert "neither a path nor a URL" in complaints(parse.health_check, text)[0][1]


@pytest.mark.parametrize("text", ["a b", "tökén", "line\nline"])
def test_a_token_has_only_visible_ascii(text: str) -> None:
    assert "no token has" in complaints(parse.token, text)[0][1]


@pytest.mark.parametrize("text", ["alice@example.com", "https://x", "a/b", "-x"])
def test_a_user_name_is_no_address(text: str) -> None:
    assert "is not a PythonAnywhere user name" in complaints(parse.username, text)[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "alice.pythonanywhere.com",
        "alice.eu.pythonanywhere.com",
        "https://alice.pythonanywhere.com/",
        "https://www.pythonanywhere.com/user/alice/",
        "eu.pythonanywhere.com/user/alice/webapps/",
    ],
)
def test_the_address_of_an_account_offers_its_name(text: str) -> None:
    ((_, said),) = complaints(parse.username, text)

    assert said == f'"{text}" is not a PythonAnywhere user name. Did you mean "alice"?'


@pytest.mark.parametrize("text", ["www.pythonanywhere.com", "https://eu.pythonanywhere.com/"])
def test_the_address_of_pythonanywhere_offers_no_name(text: str) -> None:
    assert "Did you mean" not in complaints(parse.username, text)[0][1]


def test_headers_come_one_a_line() -> None:
    text = "/static/ Cache-Control: max-age=3600\n/static/  X-A:b: c"

    assert rows.static_headers(text) == (
        StaticHeader("/static/", "Cache-Control", "max-age=3600"),
        StaticHeader("/static/", "X-A", "b: c"),
    )


def test_headers_may_be_a_json_list() -> None:
    text = '[{"url": "/s/", "name": "X-A", "value": "1"}]'

    assert rows.static_headers(text) == (StaticHeader("/s/", "X-A", "1"),)


def test_none_means_that_there_must_be_no_header() -> None:
    assert rows.static_headers("none") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/s/ X-A", "is not a header"),
        ("s/ X-A: 1", "must begin with a slash"),
        ("/s/ X(A: 1", "is not the name of a header"),
        ("/s/ X-A: 1\n/s/ x-a: 2", "listed twice"),
        ('[{"url": "/s/"}]', "header 1 must have"),
        ("[1]", "header 1 must have"),
        ("[", "not valid JSON"),
        ('[{"url": "/s/", "name": "X", "value": "a\\nb"}]', "characters that no header has"),
        ("[]", "nothing is listed"),
    ],
)
def test_a_header_that_cannot_work_is_refused(text: str, said: str) -> None:
    assert said in complaints(rows.static_headers, text)[0][1]


def test_a_password_may_have_colons() -> None:
    assert parse.password_protection("carol:a:b:c") == PasswordProtection(
        enabled=True, username="carol", password=Secret("a:b:c")
    )


def test_none_turns_password_protection_off() -> None:
    assert parse.password_protection("None") == PasswordProtection()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("s3cret", "Write user:password"),
        (":s3cret", "Write user:password"),
        ("s3cret:", "Write user:password"),
        ("carol:s3cret\nx", "Write it on one line"),
        ("carol:s3cret\u2028x", "Write it on one line"),
        ("carol: s3cret", "begins or ends with a space"),
        ("carol :s3cret", "begins or ends with a space"),
        ("s3cret:abc", "too few to be a secret"),
    ],
)
def test_what_is_no_login_is_refused_without_citing_it(text: str, said: str) -> None:
    ((_, told),) = complaints(parse.password_protection, text)

    assert said in told
    assert "s3cret" not in told


def test_a_password_of_four_characters_can_be_hidden() -> None:
    assert parse.password_protection("carol:abcd").enabled


def test_files_to_share_come_one_a_line() -> None:
    text = "~/a.txt\n\n# a comment\n  /home/alice/b=c.txt  "

    assert rows.shared_files(text) == (SharedFile("~/a.txt"), SharedFile("/home/alice/b=c.txt"))


def test_files_to_share_may_be_a_json_list() -> None:
    assert rows.shared_files('["~/a.txt"]') == (SharedFile("~/a.txt"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("none", "pa-deploy files unshare PATH"),
        ("a.txt", "is not absolute"),
        ("/a\n/a", "listed twice"),
        ("# /a", "nothing is listed"),
        ("[1]", "as strings"),
        ("[", "not valid JSON"),
        ('["/a\\nb"]', "characters that no path has"),
        ("/a # why", "ends in a comment"),
    ],
)
def test_a_list_of_files_that_cannot_work_is_refused(text: str, said: str) -> None:
    assert said in complaints(rows.shared_files, text)[0][1]


def test_every_bad_path_is_named_by_its_line() -> None:
    assert [line for line, _ in complaints(rows.shared_files, "a\n/b\nc")] == [1, 3]


def test_a_working_directory_cannot_be_taken_away() -> None:
    assert "Write ~ for your home" in complaints(parse.working_directory, "none")[0][1]


@pytest.mark.parametrize(
    ("parser", "begin", "step"),
    [
        (rows.static_files, "{", "write one mapping per line: URL = PATH"),
        (rows.static_files, "[", "write one mapping per line: URL = PATH"),
        (rows.static_headers, "[", "write one header per line: URL Name: value"),
        (rows.shared_files, "[", "write one path per line."),
        (releases.variables, "{", "write one KEY=value per line."),
        (releases.env, "{", "write one KEY=value per line."),
    ],
)
@pytest.mark.parametrize("rest", ["", '"hunter22', '"hunter22" oops'])
def test_json_that_is_not_valid_comes_with_what_to_write(
    parser: Callable[[str], object], begin: str, step: str, rest: str
) -> None:
    ((line, said),) = complaints(parser, begin + rest)

    assert (line, said.endswith(step)) == (1, True)
    assert said.startswith("this is not valid JSON")
    assert "hunter22" not in said
