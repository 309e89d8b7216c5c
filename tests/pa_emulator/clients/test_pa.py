"""PythonAnywhere's own command line and library, unmodified, over TLS against the emulator.

`get_ssl_info` fails at a subdomain of PythonAnywhere's, as it wants a date that the answer has
not: `{"cert_type": "pythonanywhere-subdomain"}` is the whole of it on the API page of 2019, and a
client has seen the same live. So the real API would be on the emulator's side; the library's own
tests have an uploaded certificate only, for which it works here too.

`make test` has a test or two for each service. The rest are a soak: what their calls must answer
is stated by the contract (tests/pa_emulator/test_contract.py) and the tests of each service.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
import trustme

from tests.pa_emulator.client import DOMAIN, Client
from tests.pa_emulator.clients.running import results, start

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

REQUIREMENT = "pythonanywhere==0.19.3"
CUSTOM = "www.example.com"
PRELUDE = "import json; from pythonanywhere_core.webapp import Webapp; "


def run(client: Client, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return start(
        client,
        REQUIREMENT,
        *command,
        stdin=stdin,
        COLUMNS="200",
        PYTHONANYWHERE_SITE=client.pa.url.removeprefix("https://"),
        PYTHONANYWHERE_USERNAME="alice",
    )


def pa(client: Client, *arguments: str, stdin: str = "") -> str:
    """Run the command line `pa`; it must succeed."""
    done = run(client, "pa", *arguments, stdin=stdin)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def core(client: Client, expression: str) -> object:
    """Evaluate an expression over the library's `Webapp`, and give its value."""
    done = run(client, "python", "-c", f"{PRELUDE}print(json.dumps({expression}))")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.soak
def test_pa_webapp_list(tls: Client) -> None:
    assert "No webapps found" in pa(tls, "webapp", "list")
    tls.create()
    assert pa(tls, "webapp", "list") == f"{DOMAIN}\n"


@pytest.mark.soak
def test_pa_webapp_get(tls: Client) -> None:
    tls.create(python="python310")
    text = pa(tls, "webapp", "get", "-d", DOMAIN)
    assert DOMAIN in text
    assert "3.10" in text


@pytest.mark.soak
def test_pa_webapp_reload(tls: Client) -> None:
    tls.create()
    assert "has been reloaded" in pa(tls, "webapp", "reload", "-d", DOMAIN).replace("\n", " ")
    assert "Hello, World!" in _visit(tls)


def _visit(client: Client) -> str:
    answer = requests.get(client.pa.url, headers={"Host": DOMAIN}, verify=client.pa.ca, timeout=60)
    return answer.text


@pytest.mark.soak
def test_pa_webapp_delete(tls: Client) -> None:
    tls.create()
    pa(tls, "webapp", "delete", "-d", DOMAIN)
    assert tls.get("webapps/").json() == []


@pytest.mark.soak
def test_pa_webapp_delete_logs(tls: Client) -> None:
    tls.create()
    pa(tls, "webapp", "delete-logs", "-d", DOMAIN)
    assert tls.get("files/tree/", params={"path": "/var/log"}).json() == []


@pytest.mark.soak
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


@pytest.mark.soak
def test_pa_path_get_of_a_folder(tls: Client) -> None:
    assert "README.txt" in pa(tls, "path", "get", "/home/alice")


@pytest.mark.soak
def test_pa_path_upload_of_a_folder(tls: Client, tmp_path: Path) -> None:
    (tmp_path / "a" / "empty").mkdir(parents=True)
    (tmp_path / "a" / "x").write_text("1")
    pa(tls, "path", "upload", "/home/alice/up", "-r", "-c", str(tmp_path))
    assert tls.pa.path("/home/alice/up/a/x").read_text() == "1"
    assert tls.pa.path("/home/alice/up/a/empty").is_dir()


@pytest.mark.soak
def test_pa_path_tree(tls: Client) -> None:
    tls.upload("/home/alice/foo/bar.txt", "")
    text = pa(tls, "path", "tree", "/home/alice")
    assert "foo/" in text
    assert "bar.txt" in text


@pytest.mark.soak
def test_pa_path_delete(tls: Client) -> None:
    tls.upload("/home/alice/foo/bar.txt", "")
    pa(tls, "path", "delete", "/home/alice/foo")
    assert not tls.pa.path("/home/alice/foo").exists()


@pytest.mark.soak
def test_pa_path_share_serves_the_file_until_unshare(tls: Client) -> None:
    tls.upload("/home/alice/x", "shared")
    link = pa(tls, "path", "share", "-p", "/home/alice/x").strip()
    assert requests.get(link, verify=tls.pa.ca, timeout=60).text == "shared"
    assert pa(tls, "path", "share", "-c", "-p", "/home/alice/x").strip() == link
    pa(tls, "path", "unshare", "/home/alice/x")
    assert requests.get(link, verify=tls.pa.ca, timeout=60).status_code == 404


@pytest.mark.soak
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
    done = run(tls, "python", "-c", f"{PRELUDE}Webapp({DOMAIN!r}).get_ssl_info()")
    assert "KeyError: 'not_after'" in done.stderr


def test_core_reports_a_missing_cname_though_reloaded(tls: Client) -> None:
    tls.create(CUSTOM)
    done = run(tls, "python", "-c", f"{PRELUDE}Webapp({CUSTOM!r}).reload()")
    assert "MissingCNAMEException" in done.stderr


@pytest.mark.soak
def test_core_finds_that_a_web_app_is_absent(tls: Client) -> None:
    assert core(tls, f"Webapp({DOMAIN!r}).sanity_checks(nuke=False)") is None


@pytest.mark.soak
def test_core_replaces_a_web_app(tls: Client) -> None:
    tls.create(python="python310")
    core(tls, f"Webapp({DOMAIN!r}).create('3.12', None, '/home/alice/site', nuke=True)")
    assert tls.get(f"webapps/{DOMAIN}/").json()["python_version"] == "3.12"


@pytest.mark.soak
def test_core_says_what_is_wrong_with_a_token(tls: Client) -> None:
    tls.pa.add_user("alice", token="b" * 40)  # so that the one it has is good no more
    done = run(tls, "python", "-c", f"{PRELUDE}Webapp.list_webapps()")
    assert "AuthenticationError" in done.stderr


@pytest.mark.soak
def test_pa_schedule_set_list_get_update_delete(tls: Client) -> None:
    assert "No scheduled tasks" in words(pa(tls, "schedule", "list"))
    text = words(pa(tls, "schedule", "set", "-c", "echo foo", "-h", "16", "-m", "5"))
    assert "successfully created with id 1 and will be run daily at 16:05" in text
    assert re.search(r"1 +daily +16:05 +enabled +echo foo", pa(tls, "schedule", "list"))
    assert "/var/log/schedule-log-1.log" in pa(tls, "schedule", "get", "1", "--logfile", "-n")
    text = words(pa(tls, "schedule", "update", "1", "--hourly", "--minute", "7"))
    assert "<interval> from 'daily' to 'hourly'" in text
    assert "<enabled> from 'True' to 'False'" in words(pa(tls, "schedule", "update", "1", "-d"))
    assert "Task 1 deleted!" in pa(tls, "schedule", "delete", "id", "1")
    pa(tls, "schedule", "set", "-c", "echo bar", "-m", "5")
    pa(tls, "schedule", "delete", "all", "--force")
    assert tls.get("schedule/").json() == []


def words(text: str) -> str:
    """A text without the balloon of the snake that says it."""
    return " ".join(re.sub(r"(?<!\S)[|/\\](?!\S)", " ", text).split())


def test_pa_schedule_says_why_a_free_account_may_not(tls: Client) -> None:
    tls.pa.add_user("alice", token=tls.pa.token, plan="free")
    done = run(tls, "pa", "schedule", "set", "-c", "x", "-m", "5")
    assert done.returncode == 1
    assert "Free accounts" in done.stdout + done.stderr


@pytest.mark.soak
def test_pa_students_get_and_delete(tls: Client) -> None:
    tls.pa.add_user("bob")
    tls.pa.add_student("bob", teacher="alice")
    assert "bob" in pa(tls, "students", "get").splitlines()
    assert "removed from the list of students" in words(pa(tls, "students", "delete", "bob"))
    assert run(tls, "pa", "students", "get").returncode == 1
    assert run(tls, "pa", "students", "delete", "bob").returncode == 1


@pytest.mark.soak
def test_pa_website_create_get_reload_delete(tls: Client) -> None:
    command = "python3 -m http.server --bind 127.0.0.1 0"
    assert "now live" in pa(tls, "website", "create", "-d", DOMAIN, "-c", command)
    done = run(tls, "pa", "website", "create", "-d", DOMAIN, "-c", command)
    assert (done.returncode, "already have a website" in done.stdout) == (1, True)
    assert re.search(rf"{DOMAIN} +True", pa(tls, "website", "get"))
    shown = pa(tls, "website", "get", "-d", DOMAIN)
    assert command in shown
    assert f"/var/log/{DOMAIN}.error.log" in shown
    assert "has been reloaded" in words(pa(tls, "website", "reload", "-d", DOMAIN))
    assert "Applied" in pa(tls, "website", "create-autorenew-cert", "-d", DOMAIN)
    assert "has been deleted" in words(pa(tls, "website", "delete", "-d", DOMAIN))
    assert "True" not in pa(tls, "website", "get")


def in_core(client: Client, code: str) -> Any:  # noqa: ANN401
    return results(
        client,
        "pythonanywhere-core==0.3.3",
        code,
        PYTHONANYWHERE_SITE=client.pa.url.removeprefix("https://"),
        PYTHONANYWHERE_USERNAME="alice",
    )


@pytest.mark.soak
def test_core_schedule(tls: Client) -> None:
    found = in_core(
        tls,
        """
from pythonanywhere_core.schedule import Schedule
tasks = Schedule()
task = dict(command="echo foo", enabled=True, interval="daily", hour=16, minute=0)
made = tasks.create(task)
result = dict(
    list=tasks.get_list() == [made],
    specs=tasks.get_specs(made["id"]) == made,
    updated=tasks.update(made["id"], dict(interval="hourly", minute=7))["printable_time"],
    deleted=tasks.delete(made["id"]),
)
try:
    tasks.get_specs(99)
except Exception as error:
    result["missing"] = type(error).__name__
""",
    )
    assert found == {
        "list": True,
        "specs": True,
        "updated": "07 minutes past",
        "deleted": True,
        "missing": "PythonAnywhereApiException",
    }


@pytest.mark.soak
def test_core_students(tls: Client) -> None:
    tls.pa.add_user("bob")
    tls.pa.add_student("bob", teacher="alice")
    found = in_core(
        tls,
        """
from pythonanywhere_core.students import StudentsAPI
students = StudentsAPI()
result = [students.get(), students.delete("bob"), students.get()]
""",
    )
    assert found == [{"students": [{"username": "bob"}]}, 204, {"students": []}]


@pytest.mark.soak
def test_core_website(tls: Client) -> None:
    found = in_core(
        tls,
        f"""
from pythonanywhere_core.exceptions import DomainAlreadyExistsException
from pythonanywhere_core.website import Website
site, domain = Website(), {CUSTOM!r}
made = site.create(domain, "sleep 1000")
result = dict(
    get=site.get(domain) == made,
    list=site.list() == [made],
    reload=site.reload(domain),
    ssl=site.auto_ssl(domain),
    issuer=site.get_ssl_info(domain)["issuer_name"],
)
try:
    site.create(domain, "sleep 1000")
except DomainAlreadyExistsException:
    result["twice"] = "refused"
result["delete"] = site.delete(domain)
""",
    )
    assert found == {
        "get": True,
        "list": True,
        "reload": {"status": "OK"},
        "ssl": {"status": "OK"},
        "issuer": "Let's Encrypt",
        "twice": "refused",
        "delete": {},
    }
