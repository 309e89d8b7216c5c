"""Bad requests of every kind: never a 5xx, and never a file outside the account's folders."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pa_emulator import Emulator
from tests.pa_emulator.client import DOMAIN, WSGI, Client

if TYPE_CHECKING:
    from collections.abc import Iterator


FUZZ = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SECRET = "the secret of bob"
BOBS_WSGI = "/var/www/bob_pythonanywhere_com_wsgi.py"
UPLOAD = (
    b'--B\r\nContent-Disposition: form-data; name="content"; filename="x"\r\n\r\nnew\r\n--B--\r\n'
)
CREATION = f'{{"domain_name": "{DOMAIN}", "python_version": "python313"}}'.encode()

texts = st.text(max_size=20) | st.sampled_from(
    ["", "..", "\0", "\ud800", "x" * 300, "9" * 25, "-1", "%00", "%2e%2e", "ü", "🐍", "a/b", DOMAIN]
)
ids = st.sampled_from(["0", "1", "2", "9" * 18, "9" * 19, "-1", "x", "1.0"]) | st.integers().map(
    str
)
steps = st.lists(
    st.sampled_from(
        [
            "..",
            ".",
            "",
            "home",
            "alice",
            "bob",
            "secret",
            "link",
            "loop",
            "deep",
            "etc",
            "var",
            "www",
            "log",
            "bob_pythonanywhere_com_wsgi.py",
        ]
    )
    | texts,
    max_size=8,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "advance",
    "arguments",
    "cert",
    "cert_type",
    "default_python3_version",
    "description",
    "domain_name",
    "enabled",
    "executable",
    "force_https",
    "hour",
    "input",
    "interval",
    "minute",
    "name",
    "password_protection_enabled",
    "password_protection_username",
    "path",
    "private_key",
    "python_version",
    "source_directory",
    "system_image",
    "url",
    "username",
    "value",
    "virtualenv_path",
    "working_directory",
]
objects = st.dictionaries(st.sampled_from(FIELDS) | texts, values, max_size=5)
jsons = st.tuples(
    st.just("application/json"), (objects | values).map(lambda data: json.dumps(data).encode())
)
forms = st.tuples(
    st.sampled_from(
        [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=B",
            "multipart/form-data",
            "application/json",
            "text/plain",
            "application/json; charset=utf-16",
            "application/json; charset=no",
            "multipart/form-data; boundary=B; charset=idna",
            "",
        ]
    ),
    st.binary(max_size=60)
    | st.dictionaries(st.sampled_from(FIELDS), texts).map(
        lambda data: "&".join(f"{k}={_quoted(v)}" for k, v in data.items()).encode()
    ),
)
endpoints = st.one_of(
    st.sampled_from(
        [
            "always_on/",
            "consoles/",
            "consoles/shared_with_you/",
            "cpu/",
            "default_python3_version/",
            "files/sharing/",
            "files/tree/",
            "schedule/",
            "students/",
            "system_image/",
            "user_perms/schedule/",
            "webapps/",
            f"webapps/{DOMAIN}/",
            f"webapps/{DOMAIN}/ssl/",
            f"webapps/{DOMAIN}/enable/",
            f"webapps/{DOMAIN}/reload/",
            f"webapps/{DOMAIN}/static_files/",
            f"webapps/{DOMAIN}/static_headers/",
        ]
    ),
    ids.map(lambda number: f"webapps/{DOMAIN}/static_files/{number}/"),
    ids.map(lambda number: f"webapps/{DOMAIN}/static_headers/{number}/"),
    ids.map(lambda number: f"consoles/{number}/send_input/"),
    ids.map(lambda number: f"consoles/{number}/"),
    ids.map(lambda number: f"always_on/{number}/"),
    ids.map(lambda number: f"schedule/{number}/"),
    texts.map(lambda text: f"students/{_quoted(text)}"),
    texts.map(lambda text: f"webapps/{_quoted(text)}/"),
    texts.map(lambda text: f"{_quoted(text)}/"),
)
methods = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"])


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with Emulator(rate_limit=0, hosting=False) as emulator:
        yield emulator


@pytest.fixture
def fenced(running: Emulator) -> Emulator:
    """Alice with a web app, and links out of her home; Bob with a web app and secrets."""
    running.reset()
    bob = Client(running, "bob", running.add_user("bob"))
    bob.create("bob.pythonanywhere.com")
    bob.session.close()
    running.path("/home/bob/secret").write_text(SECRET)
    running.path(BOBS_WSGI).write_text(SECRET)
    alice = Client(running)
    alice.create()
    alice.post("schedule/", json={"command": "true", "interval": "hourly", "minute": 1})
    alice.post("always_on/", json={"command": "true", "enabled": False})
    alice.upload("/home/alice/deep/er/x", "")
    alice.session.close()
    running.path("/home/alice/link").symlink_to(running.path("/home/bob"))
    running.path("/home/alice/loop").symlink_to("loop")
    running.path("/home/alice/deep/secret").symlink_to(running.path("/home/bob/secret"))
    return running


def ask(
    pa: Emulator, method: str, path: str, body: tuple[str, bytes] | None = None
) -> tuple[int, bytes]:
    """Send a request as it is, nothing put right on its way."""
    connection = http.client.HTTPConnection(pa.url.removeprefix("http://"), timeout=60)
    headers = {"Authorization": f"Token {pa.token}"}
    if body is not None:
        headers["Content-Type"] = body[0]
    connection.request(method, path, body[1] if body else None, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


@FUZZ
@given(method=methods, endpoint=endpoints, body=jsons | forms | st.none(), query=texts)
def test_no_request_is_a_5xx(
    fenced: Emulator, method: str, endpoint: str, body: tuple[str, bytes] | None, query: str
) -> None:
    ask(fenced, "POST", "/api/v0/user/alice/webapps/", ("application/json", CREATION))
    path = f"/api/v0/user/alice/{endpoint}?path={_quoted(query)}"
    status, _ = ask(fenced, method, path, body)
    assert status < 500


def _listing(pa: Emulator) -> dict[str, str]:
    """Everything under root that is not Alice's, and not the emulator's own."""
    mine = (pa.path("/home/alice"), pa.root / ".emulator")
    return {
        str(path): path.read_text() if path.is_file() else ""
        for path in pa.root.rglob("*")
        if not any(path.is_relative_to(folder) for folder in mine)
        and not path.name.startswith(("alice.", "alice_"))
    }


@FUZZ
@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    start=st.sampled_from(["/", "/home/alice/", "/home/", "/var/www/", "", "/home/alice/link/"]),
    middle=steps,
    escape=st.sampled_from([".", "%2e"]),
)
def test_no_path_leads_out(
    fenced: Emulator, method: str, start: str, middle: list[str], escape: str
) -> None:
    before = _listing(fenced)
    tail = "/".join(_quoted(step) for step in middle)
    tail = tail.replace(".", escape).replace("/", "%2f" if escape == "%2e" else "/")
    body = ("multipart/form-data; boundary=B", UPLOAD) if method == "POST" else None
    status, content = ask(fenced, method, f"/api/v0/user/alice/files/path{start}{tail}", body)
    assert status < 500
    assert SECRET.encode() not in content
    assert _listing(fenced) == before


@FUZZ
@given(start=st.sampled_from(["/", "/home/alice/", "/home/", "/var/", ""]), middle=steps)
def test_no_tree_or_share_leads_out(fenced: Emulator, start: str, middle: list[str]) -> None:
    path = start + "/".join(middle)
    status, content = ask(fenced, "GET", f"/api/v0/user/alice/files/tree/?path={_quoted(path)}")
    assert status in {200, 400}
    assert b"/bob" not in content or "bob" in path
    data = ("application/json", json.dumps({"path": path}).encode())
    status, content = ask(fenced, "POST", "/api/v0/user/alice/files/sharing/", data)
    assert status in {200, 201, 400, 404}
    if status < 300:
        shared = ask(fenced, "GET", json.loads(content)["url"])
        assert SECRET.encode() not in shared[1]


@FUZZ
@given(
    row=st.fixed_dictionaries({"url": texts, "path": texts}),
    header=st.fixed_dictionaries({"url": texts, "name": texts, "value": texts}),
)
def test_rows_of_any_text_are_kept_or_refused(
    fenced: Emulator, row: dict[str, str], header: dict[str, str]
) -> None:
    for kind, sent in (("static_files", row), ("static_headers", header)):
        body = ("application/json", json.dumps(sent).encode())
        path = f"/api/v0/user/alice/webapps/{DOMAIN}/{kind}/"
        status, content = ask(fenced, "POST", path, body)
        assert status in {201, 400}
        if status == 201:
            kept = json.loads(content)
            assert kept == {"id": kept["id"], **{k: v.strip() for k, v in sent.items()}}


@FUZZ
@given(content=st.binary(max_size=3000))
def test_any_bytes_come_back_as_they_went(fenced: Emulator, content: bytes) -> None:
    client = Client(fenced)
    client.upload("/home/alice/bytes", content)
    client.session.close()
    assert fenced.path("/home/alice/bytes").read_bytes() == content
    assert ask(fenced, "GET", "/api/v0/user/alice/files/path/home/alice/bytes")[1] == content


@FUZZ
@given(data=values | objects)
def test_the_control_surface_refuses_nonsense_too(fenced: Emulator, data: object) -> None:
    body = ("application/json", json.dumps(data).encode())
    for path in ("users", "clock", "consoles/1/share"):
        assert ask(fenced, "POST", f"/_emulator/{path}", body)[0] < 500


def test_the_fuzz_has_a_file_to_lose(fenced: Emulator) -> None:
    assert list(_listing(fenced).values()).count(SECRET) == 2
    assert fenced.path(WSGI).exists()
