"""What messages show of a URL: nothing that may be a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.clock import Deadline
from pa_deploy.hosts import HostRefused, find_host
from pa_deploy.transport import Fault, Http
from pa_deploy.urls import shown_url, without_credentials
from tests.fake_clock import FakeClock
from tests.pa_deploy.settings.resolving import problems


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.example.com/", "https://www.example.com/"),
        ("https://www.example.com/@me?key=1#x", "https://www.example.com/@me?***"),
        ("http://localhost:8000/a?b", "http://localhost:8000/a?***"),
        ("https://h/?b", "https://h/?***"),
        ("/a?key=1", "/a?***"),
        ("nowhere", "nowhere"),
        ("https://alice:pw@www.example.com/a", "https://***@www.example.com/a"),
        ("alice:pw@www.example.com", "***@www.example.com"),
        ("www.example.com # mine", "www.example.com # mine"),
        ("https://alice:p #w@www.example.com", "https://***@www.example.com"),
        ("//alice:pw@host/a", "//***@host/a"),
        ("https://alice:p/w@host/a?b", "https://***@host/a?***"),
        ("https://alice:p?w@host/", "https://***?***"),
        ("https://alice:12?w@host/", "https://***?***"),
        ('https://alice:p"w \n@host/', "https://***@host/"),
    ],
)
def test_a_url_loses_user_and_password_and_query(url: str, shown: str) -> None:
    assert shown_url(url) == shown


@pytest.mark.parametrize("text", ["see {}.", '"{}" is wrong', "({}), {}"])
def test_so_does_each_url_in_a_text(text: str) -> None:
    url = "https://alice:pw@www.example.com/a?b"

    said = without_credentials(text.format(url, url))

    assert said == text.format(*["https://***@www.example.com/a?***"] * 2)


SECRET = "hunter22"
URLS = (
    f"https://alice:{SECRET}@www.example.com/x",
    f"https://www.example.com:x/?key={SECRET}",
    f"alice:{SECRET}@www.example.com",
)


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("name", ["host", "allow-host"])
def test_a_refused_host_shows_none_of_it(name: str, url: str) -> None:
    host, allowed = (url, None) if name == "host" else ("pa.example.com", url)

    with pytest.raises(HostRefused) as refused:
        find_host(host, allowed)

    assert SECRET not in refused.value.message + refused.value.advice
    assert "***" in refused.value.message


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("name", ["health-check", "domain", "host", "username"])
def test_a_bad_input_shows_none_of_it(tmp_path: Path, name: str, url: str) -> None:
    said = "\n".join(problems(tmp_path, **{name: url}))

    assert f"{name}: " in said
    assert SECRET not in said


@pytest.mark.parametrize("name", ["source", "requirements", "wsgi-file", "timeout", "virtualenv"])
@pytest.mark.parametrize("behind", ["", " # a comment"])
def test_a_url_where_none_belongs_shows_none_of_it(tmp_path: Path, name: str, behind: str) -> None:
    said = "\n".join(problems(tmp_path, **{name: f"{URLS[0]}{behind}"}))

    assert f"{name}: " in said
    assert SECRET not in said


@pytest.mark.parametrize("url", ["none://alice:{}@host/x", "none://host/x?key={}"])
def test_a_message_of_the_network_library_shows_none_of_it(url: str) -> None:
    with pytest.raises(Fault) as caught:
        Http(Deadline(FakeClock(), 5)).exchange("GET", url.format(SECRET))

    assert "none://" in caught.value.reason
    assert SECRET not in caught.value.reason
