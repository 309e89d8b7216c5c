"""Which host the token may be sent to."""

import pytest

from pa_deploy.hosts import HostRefused, find_host


@pytest.mark.parametrize(
    ("text", "origin", "suffix"),
    [
        ("www.pythonanywhere.com", "https://www.pythonanywhere.com", "pythonanywhere.com"),
        ("eu.pythonanywhere.com", "https://eu.pythonanywhere.com", "eu.pythonanywhere.com"),
        ("https://WWW.pythonanywhere.com/", "https://www.pythonanywhere.com", "pythonanywhere.com"),
        ("www.pythonanywhere.com:443", "https://www.pythonanywhere.com", "pythonanywhere.com"),
    ],
)
def test_the_two_systems_need_no_permission(text: str, origin: str, suffix: str) -> None:
    host = find_host(text, None)

    assert (origin, suffix, False) == (host.origin, host.site_suffix, host.loopback)


@pytest.mark.parametrize(
    "text",
    [
        "www.pythonanyhwere.com",
        "www.eu.pythonanywhere.com",
        "pythonanywhere.com",
        "www.pythonanywhere.com.evil.com",
        "evil.com",
        "www.pythonanywhere.com:8443",
        "127.0.0.1:8888",
        "localhost",
    ],
)
def test_any_other_host_is_refused(text: str) -> None:
    with pytest.raises(HostRefused, match="the token is not sent"):
        find_host(text, None)


@pytest.mark.parametrize(
    "text",
    [
        "www.pythonanywhere.com/api",
        "https://user:pass@www.pythonanywhere.com",
        "www.pythonanywhere.com@evil.com",
        "https://www.pythonanywhere.com?x",
        "ftp://www.pythonanywhere.com",
        "www.pythonanywhere.com\\@evil.com",
        "http://[",
        "wwẃ.pythonanywhere.com",
        "www.pythonanywhere.com:port",
        "a..b",
        "a" * 64 + ".com",
        "-a.com",
    ],
)
def test_what_is_no_plain_host_is_refused_even_if_repeated(text: str) -> None:
    with pytest.raises(HostRefused, match="is not a host"):
        find_host(text, text)


def test_another_host_is_permitted_by_repeating_it() -> None:
    assert find_host("pa.example.com", "pa.example.com").origin == "https://pa.example.com"


def test_permission_for_one_host_is_none_for_another() -> None:
    with pytest.raises(HostRefused):
        find_host("evil.com", "pa.example.com")


@pytest.mark.parametrize("text", ["http://127.0.0.1:8888", "http://localhost:1", "http://[::1]:80"])
def test_plain_http_is_for_loopback(text: str) -> None:
    host = find_host(text, text)

    assert (True, "pythonanywhere.com") == (host.loopback, host.site_suffix)


def test_a_bad_permission_names_its_own_input() -> None:
    with pytest.raises(HostRefused) as caught:
        find_host("pa.example.com", "x y/z")

    assert caught.value.input == "allow-host"


@pytest.mark.parametrize("text", ["http://pa.example.com", "http://www.pythonanywhere.com"])
def test_plain_http_to_anywhere_else_is_refused(text: str) -> None:
    with pytest.raises(HostRefused, match="unencrypted"):
        find_host(text, text)
