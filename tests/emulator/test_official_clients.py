"""PythonAnywhere's own command line and library, unmodified, over TLS against the emulator.

Two differences are known. Version 0.3.3 of the library takes only 404 for "there is no such web
app" (in `sanity_checks`, and in `create(nuke=True)`), while the emulator answers 403, as the
library's own tests of 2025 and clients of 2026 have seen. The real API was on the side of 403
when last observed; a release that would fail at every creation suggests that it has changed
since. Until someone has looked, the test orders the 404 as a fault.

And `get_ssl_info` fails at a subdomain of PythonAnywhere's, as it wants a date that the answer has
not: `{"cert_type": "pythonanywhere-subdomain"}` is the whole of it on the API page of 2019, and a
client has seen the same live. So the real API would be on the emulator's side; the library's own
tests have an uploaded certificate only, for which it works here too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
import trustme

from pa_emulator import Emulator
from tests.emulator.client import DOMAIN, Client

if TYPE_CHECKING:
    from collections.abc import Iterator

CUSTOM = "www.example.com"
PRELUDE = "import json; from pythonanywhere_core.webapp import Webapp; "


@pytest.fixture(scope="module")
def tls_emulator() -> Iterator[Emulator]:
    with Emulator(tls=True, rate_limit=0) as running:
        yield running


@pytest.fixture
def tls(tls_emulator: Emulator) -> Iterator[Client]:
    tls_emulator.reset()
    client = Client(tls_emulator)
    yield client
    client.session.close()


def run(client: Client, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in the environment that a PythonAnywhere console would give it."""
    env = {
        "API_TOKEN": client.pa.token,
        "HOME": str(client.pa.path("/home/alice")),
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
        "PYTHONANYWHERE_SITE": client.pa.url.removeprefix("https://"),
        "PYTHONANYWHERE_USERNAME": "alice",
        "REQUESTS_CA_BUNDLE": str(client.pa.ca),
        "USER": "alice",
    }
    return subprocess.run(
        command, env=env, input=stdin, capture_output=True, text=True, check=False
    )


def pa(client: Client, *arguments: str, stdin: str = "") -> str:
    """Run the command line `pa`; it must succeed."""
    command = Path(sys.executable).with_name("pa")
    done = run(client, str(command), *arguments, stdin=stdin)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def core(client: Client, expression: str) -> object:
    """Evaluate an expression over the library's `Webapp`, and give its value."""
    done = run(client, sys.executable, "-c", f"{PRELUDE}print(json.dumps({expression}))")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_pa_webapp_list(tls: Client) -> None:
    assert "No webapps found" in pa(tls, "webapp", "list")
    tls.create()
    assert pa(tls, "webapp", "list") == f"{DOMAIN}\n"


def test_pa_webapp_get(tls: Client) -> None:
    tls.create(python="python310")
    text = pa(tls, "webapp", "get", "-d", DOMAIN)
    assert DOMAIN in text
    assert "3.10" in text


def test_pa_webapp_reload(tls: Client) -> None:
    tls.create()
    assert "has been reloaded" in pa(tls, "webapp", "reload", "-d", DOMAIN).replace("\n", " ")
    assert "Hello, World!" in _visit(tls)


def _visit(client: Client) -> str:
    answer = requests.get(client.pa.url, headers={"Host": DOMAIN}, verify=client.pa.ca, timeout=60)
    return answer.text


def test_pa_webapp_delete(tls: Client) -> None:
    tls.create()
    pa(tls, "webapp", "delete", "-d", DOMAIN)
    assert tls.get("webapps/").json() == []


def test_pa_webapp_delete_logs(tls: Client) -> None:
    tls.create()
    pa(tls, "webapp", "delete-logs", "-d", DOMAIN)
    assert tls.get("files/tree/", params={"path": "/var/log"}).json() == []


def test_pa_webapp_install_ssl(tls: Client, tmp_path: Path) -> None:
    tls.create(CUSTOM)
    issued = trustme.CA().issue_cert(CUSTOM)
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    text = pa(tls, "webapp", "install-ssl", CUSTOM, str(chain), str(key))
    assert "will expire" in text


def test_pa_path_upload_and_get(tls: Client) -> None:
    pa(tls, "path", "upload", "/home/alice/new/x.txt", "-c", "-", stdin="content\n")
    assert "content" in pa(tls, "path", "get", "--raw", "/home/alice/new/x.txt")


def test_pa_path_get_of_a_folder(tls: Client) -> None:
    assert "README.txt" in pa(tls, "path", "get", "/home/alice")


def test_pa_path_upload_of_a_folder(tls: Client, tmp_path: Path) -> None:
    (tmp_path / "a" / "empty").mkdir(parents=True)
    (tmp_path / "a" / "x").write_text("1")
    pa(tls, "path", "upload", "/home/alice/up", "-r", "-c", str(tmp_path))
    assert tls.pa.path("/home/alice/up/a/x").read_text() == "1"
    assert tls.pa.path("/home/alice/up/a/empty").is_dir()


def test_pa_path_tree(tls: Client) -> None:
    tls.upload("/home/alice/foo/bar.txt", "")
    text = pa(tls, "path", "tree", "/home/alice")
    assert "foo/" in text
    assert "bar.txt" in text


def test_pa_path_delete(tls: Client) -> None:
    tls.upload("/home/alice/foo/bar.txt", "")
    pa(tls, "path", "delete", "/home/alice/foo")
    assert not tls.pa.path("/home/alice/foo").exists()


def test_pa_path_share_serves_the_file_until_unshare(tls: Client) -> None:
    tls.upload("/home/alice/x", "shared")
    link = pa(tls, "path", "share", "-p", "/home/alice/x").strip()
    assert requests.get(link, verify=tls.pa.ca, timeout=60).text == "shared"
    assert pa(tls, "path", "share", "-c", "-p", "/home/alice/x").strip() == link
    pa(tls, "path", "unshare", "/home/alice/x")
    assert requests.get(link, verify=tls.pa.ca, timeout=60).status_code == 404


def test_core_creates_patches_maps_reloads_and_reads_logs(tls: Client) -> None:
    webapp = f"Webapp({DOMAIN!r})"
    tls.upload("/home/alice/site/static/a.css", "css")
    core(tls, f"{webapp}.create('3.13', None, '/home/alice/site', nuke=False)")
    core(tls, f"{webapp}.create_static_file_mapping('/static/', '/home/alice/site/static')")
    patched = core(tls, f"{webapp}.patch({{'python_version': '3.12'}})")
    assert isinstance(patched, dict)
    assert (patched["python_version"], patched["source_directory"]) == ("3.12", "/home/alice/site")
    core(tls, f"{webapp}.reload()")
    assert "Hello, World!" in _visit(tls)
    assert core(tls, f"{webapp}.get_log_info()") == {"access": [0], "error": [0], "server": [0]}
    assert core(tls, "Webapp.list_webapps()") == [patched]


def test_core_knows_no_certificate_without_a_date(tls: Client) -> None:
    tls.create()
    done = run(tls, sys.executable, "-c", f"{PRELUDE}Webapp({DOMAIN!r}).get_ssl_info()")
    assert "KeyError: 'not_after'" in done.stderr


def test_core_reports_a_missing_cname_though_reloaded(tls: Client) -> None:
    tls.create(CUSTOM)
    done = run(tls, sys.executable, "-c", f"{PRELUDE}Webapp({CUSTOM!r}).reload()")
    assert "MissingCNAMEException" in done.stderr


def test_core_checks_that_a_web_app_is_absent_by_404(tls: Client) -> None:
    tls.pa.add_fault(path=f"*/webapps/{DOMAIN}/", status=404, body='{"detail":"Not found."}')
    assert core(tls, f"Webapp({DOMAIN!r}).sanity_checks(nuke=False)") is None


def test_core_says_what_is_wrong_with_a_token(tls: Client) -> None:
    tls.pa.add_user("alice", token="b" * 40)  # so that the one it has is good no more
    done = run(tls, sys.executable, "-c", f"{PRELUDE}Webapp.list_webapps()")
    assert "AuthenticationError" in done.stderr
