"""What goes wrong between this machine and a package index: whose fault, and what to do."""

from __future__ import annotations

import os
import re
import ssl
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import trustme

from pa_deploy import dependencies
from pa_deploy.clock import Deadline
from pa_deploy.dependencies.environment import (
    AUTHORITIES,
    PASSED_ON,
    not_read,
    uv_environment,
)
from pa_deploy.dependencies.explain import explain
from pa_deploy.dependencies.model import Requirements
from pa_deploy.errors import DeployError, IndexUnreachable, InputError
from tests.fake_clock import FakeClock
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.index import serving
from tests.places import ROOT
from tests.runner import Runner
from tests.soak import first_of, one_in


def run(
    folder: Path,
    text: str,
    environ: Mapping[str, str],
    warn: Callable[[str], None],
    name: str = "requirements.txt",
    *,
    can_build: bool = False,
) -> Path:
    workspace = folder / "workspace"
    scratch = folder / "scratch"
    workspace.mkdir(exist_ok=True)
    scratch.mkdir()
    requirements = workspace / name
    requirements.write_text(text)
    own = {"HOME": str(folder), "UV_HTTP_RETRIES": "0", "PATH": os.environ["PATH"]}
    around = dependencies.Surroundings(
        workspace=workspace,
        scratch=scratch,
        environ={**own, **environ},
        can_build=can_build,
    )
    layer = scratch / "layer"
    dependencies.install(requirements, "3.13", layer, around, Deadline(FakeClock(), 60), warn)
    return layer


def warnings_of(folder: Path, **environ: str) -> list[str]:
    warnings: list[str] = []
    run(folder, "", environ, warnings.append)
    return warnings


def failure(
    folder: Path,
    text: str,
    name: str = "requirements.txt",
    **environ: str,
) -> DeployError:
    with pytest.raises(DeployError) as raised:
        run(folder, text, environ, print, name)
    return raised.value


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("407", "The proxy on the way to"),
        ("400", "answered 400"),
        ("410", "answered 410"),
        ("418", "answered 418"),
        ("429", "failed with 429"),
        ("500", "failed with 500"),
        ("502", "failed with 502"),
        ("503", "failed with 503"),
        ("cut", "did not answer"),
        ("json", "did not answer as a package index does"),
    ],
)
def test_an_index_that_does_not_work_is_a_fault_of_the_network(
    tmp_path: Path, path: str, said: str
) -> None:
    with serving({}) as index:
        address = index.url.removeprefix("http://")
        url = f"http://me:s3cret@{address}/{path}/simple?key=s3cret"

        failed = failure(tmp_path, f"--index-url {url}\ngreeting\n")

    assert isinstance(failed, IndexUnreachable)
    assert failed.exit_code == 6
    assert said in str(failed)
    assert address in str(failed)
    assert failed.advice
    assert "s3cret" not in str(failed)


@pytest.mark.parametrize(
    ("index", "environ", "cause"),
    first_of(
        [
            ("http://127.0.0.1:1/simple", {}, "Nothing answers at that address"),
            ("https://no-such-host.invalid/simple", {}, "Its name cannot be resolved"),
            ("{http}/simple", {}, "It does not use TLS at this address"),
            (
                "https://h.invalid/",
                {"HTTPS_PROXY": "http://127.0.0.1:1"},
                "The proxy blocked the connection",
            ),
            ("https://h.invalid/", {"https_proxy": "{proxy}"}, "The proxy blocked the connection"),
        ]
    ),
)
def test_an_index_that_is_not_reached_is_told_with_its_likely_cause(
    tmp_path: Path, index: str, environ: dict[str, str], cause: str
) -> None:
    with serving({}) as served:
        url = index.replace("{http}", served.url.replace("http:", "https:"))
        given = {name: text.replace("{proxy}", served.url) for name, text in environ.items()}

        failed = failure(tmp_path, f"--index-url {url}\ngreeting\n", **given)

    assert failed.exit_code == 6
    assert failed.cause.startswith(cause)


@pytest.mark.parametrize("link", first_of(["http://[::1/{}", "http://h:99999/{}", "http://h:x/{}"]))
def test_a_broken_link_is_a_fault_of_the_index(tmp_path: Path, link: str) -> None:
    wheel = wheels.make(tmp_path / "wheels", "greeting", "1.0", {})

    with serving({"greeting": wheel.parent}, href=link.format(wheel.name)) as index:
        failed = failure(tmp_path, f"--index-url {index.url}/simple\ngreeting\n")

    assert failed.exit_code == 6
    assert "has a link for `greeting==1.0` that is not a URL" in str(failed)


@pytest.mark.parametrize(
    "sent", [b"hello", b"<html>Log in</html>", b""], ids=["text", "html", "cut"]
)
@pytest.mark.parametrize("is_listed", [False, True])
def test_a_file_that_is_not_a_wheel_is_the_fault_of_who_gave_it(
    tmp_path: Path,
    sent: bytes,
    is_listed: bool,  # noqa: FBT001
) -> None:
    wheel = wheels.make(tmp_path / "workspace", "greeting", "1.0", {"greeting.py": "x" * 3_000})
    wheel.write_bytes(sent or wheel.read_bytes()[:900])

    with serving({"greeting": wheel.parent}) as index:
        line = f"--no-index\n./{wheel.name}\n"
        text = line if is_listed else f"--index-url {index.url}/simple\ngreeting\n"
        failed = failure(tmp_path, text)

    assert failed.exit_code == (2 if is_listed else 6)
    assert ("is damaged" if is_listed else "that is not a complete wheel") in str(failed)


@pytest.mark.parametrize(
    "metadata", first_of(["Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", "junk", ""])
)
def test_a_wheel_with_other_metadata_than_its_name_says_is_damaged(
    tmp_path: Path, metadata: str
) -> None:
    info = "greeting-1.0.dist-info"
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / "greeting-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        wheel.writestr(f"{info}/RECORD", "")

    with serving({"greeting": tmp_path / "wheels"}) as index:
        failed = failure(tmp_path, f"--index-url {index.url}/simple\ngreeting\n")

    assert failed.exit_code == 2
    assert "the wheel of `greeting" in str(failed)
    assert "is damaged" in str(failed)


@pytest.mark.parametrize("status", ["401", "403"])
def test_an_index_that_wants_credentials_is_bad_input(tmp_path: Path, status: str) -> None:
    with serving({}) as index:
        url = f"{index.url}/{status}/simple?key=s3cret"

        failed = failure(tmp_path, f"--index-url {url}\ngreeting\n")

    assert failed.exit_code == 2
    assert "UV_INDEX_PRIVATE_PASSWORD" in str(failed)
    assert "s3cret" not in str(failed)


@pytest.mark.parametrize(
    "name", one_in(2, ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
)
def test_the_authority_that_requests_trusts_is_trusted_for_the_index(
    tmp_path: Path, name: str
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    wheels.make(tmp_path / "wheels", "greeting", "1.0", {"greeting.py": ""})

    with serving({"greeting": tmp_path / "wheels"}, context) as index:
        text = f"--index-url {index.url}/simple\ngreeting\n"
        layer = run(tmp_path, text, {name: str(tmp_path / "authority.pem")}, print)

    assert (layer / "greeting.py").exists()


@pytest.mark.parametrize(
    ("lines", "environ"),
    first_of(
        [
            ("--index-url http://me:${{INDEX_WORD}}@{host}/simple\n", {"INDEX_WORD": "word"}),
            ("--no-index\n-f http://me:word@{host}/simple/greeting/\n", {}),
            ("", {"UV_DEFAULT_INDEX": "http://me:word@{host}/simple"}),
        ]
    ),
)
def test_a_password_of_an_index_fetches_its_files_too(
    tmp_path: Path, lines: str, environ: dict[str, str]
) -> None:
    wheels.make(tmp_path / "wheels", "greeting", "1.0", {"greeting.py": ""})

    with serving({"greeting": tmp_path / "wheels"}, password="me:word") as index:
        host = index.url.removeprefix("http://")
        given = {name: text.replace("{host}", host) for name, text in environ.items()}
        layer = run(tmp_path, f"{lines.format(host=host)}greeting\n", given, print)

    assert (layer / "greeting.py").exists()


@pytest.mark.parametrize(("named", "sent"), [("NETRC", True), ("HOME", False)])
def test_a_netrc_file_is_read_if_it_is_named_alone(tmp_path: Path, named: str, sent: bool) -> None:  # noqa: FBT001
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login me password s3cret\n")
    path = netrc if named == "NETRC" else tmp_path

    with serving({}, password="another") as index:
        failure(tmp_path, f"--index-url {index.url}/simple\ngreeting\n", **{named: str(path)})

    assert any(index.authorizations) == sent


def test_an_authority_that_is_unknown_is_told_with_the_variable(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    with serving({}, context) as index:
        failed = failure(tmp_path, f"--index-url {index.url}/simple\ngreeting\n")

    assert failed.exit_code == 6
    assert "This machine does not trust its certificate" in str(failed)
    assert "SSL_CERT_FILE" in failed.advice


def test_the_whole_program_ends_with_6_before_anything_is_asked(runner: Runner) -> None:
    (runner.workspace / "requirements.txt").write_text("-i http://127.0.0.1:1/simple\na\n")
    (runner.workspace / "mysite.py").write_text("app = None\n")

    done = runner.run(
        source=".", app="mysite:app", requirements="requirements.txt", python_version="3.13"
    )

    assert done.exit_code == 6, done.log
    assert "Package index unreachable" in done.log
    assert runner.emulator.requests() == []


@pytest.mark.parametrize(
    ("lines", "said", "advice"),
    [
        ("fine==2.0\nneeds\n", "needs depend on fine<2 and you require fine==2.0", "Change one"),
        ("--require-hashes\nfine==1.0\n", "fine==1.0 (requirements.txt, line 4) has no hash", "uv"),
        (f"fine==1.0 --hash=sha256:{'0' * 64}\n", "does not have the hash", "Find out why"),
        ("by-url\n", "a package in requirements.txt needs evil from a URL", "List that package"),
    ],
)
def test_what_cannot_be_resolved_is_told_with_the_line_and_the_next_step(
    tmp_path: Path, lines: str, said: str, advice: str
) -> None:
    folder = tmp_path / "workspace" / "wheels"
    for version in ("1.0", "2.0"):
        wheels.make(folder, "fine", version, {})
    wheels.make(folder, "needs", "1.0", {}, requires="fine<2")
    wheels.make(
        folder,
        "by_url",
        "1.0",
        {},
        requires="evil @ https://me:s3cret@h/e-1.0-py3-none-any.whl?key=s3cret",
    )

    failed = failure(tmp_path, f"--no-index\n--find-links wheels\n{lines}")

    assert failed.exit_code == 2
    assert said in str(failed)
    assert advice in str(failed)
    assert "s3cret" not in str(failed)


@pytest.mark.parametrize(
    "package",
    ["shop==1.4", "shop<=2.1", "shop>=0.8.0,<=1.4.54", "shop!=2.0,<3", "shop~=1.2", "shop"],
)
def test_a_version_is_no_package_without_a_wheel(package: str) -> None:
    said = f"cause: Because {package} has no usable wheels, we can conclude that the rest fails."

    failed = explain(said, 1, Requirements("requirements.txt", ()), "3.13")

    assert re.search(r"there is no wheel of shop(==1\.4)? for Python 3\.13", failed.what)


def test_another_name_in_the_metadata_is_told_the_same_by_both_ways_of_uv() -> None:
    """uv reads the metadata early, or while it resolves, and has other words for each."""
    said = (
        "The index returned metadata for the wrong package: "
        "expected distribution metadata for greeting, got distribution metadata for other"
    )

    failed = explain(said, 1, Requirements("requirements.txt", ()), "3.13")

    assert "the wheel of `greeting` is damaged" in str(failed)


CANNOT = [
    (
        (
            "Failed to download `dep==1.0`\n  cause: failed to open file "
            "`/tmp/.tmpIS9/dep-1.0.dist-info/RECORD`: No such file or directory (os error 2)"
        ),
        "`dep==1.0` cannot be installed: it has no file `RECORD`.",
    ),
    (
        (
            "Failed to install: dep-1.0-py3-none-any.whl (dep==1.0)\n"
            "  cause: The wheel is invalid: Unsupported wheel major version (expected 1, got 9)"
        ),
        "`dep` cannot be installed: its `Wheel-Version` is not 1.",
    ),
    (
        (
            "Failed to install: dep-1.0-py3-none-any.whl (dep==1.0)\n"
            "  cause: Scripts must not use the reserved name `python`, got: `python`"
        ),
        "`dep` cannot be installed: one of its programs would replace the program `python`.",
    ),
    (
        (
            "Failed to install: bbb-1.0-py3-none-any.whl (bbb==1.0)\n  cause: Failed to create "
            "directory `/tmp/x/thing`\n  cause: failed to create directory `/tmp/x/thing`: "
            "File exists (os error 17)"
        ),
        "`bbb` cannot be installed: `thing` is a file in one package and a folder in another.",
    ),
    (
        (
            "Failed to install: aaa-1.0-py3-none-any.whl (aaa==1.0)\n  cause: Failed to copy to "
            "`/tmp/x/thing`\n  cause: failed to rename file from /tmp/x/.tmpZ to /tmp/x/thing: "
            "Is a directory (os error 21)"
        ),
        "`aaa` cannot be installed: `thing` is a file in one package and a folder in another.",
    ),
    (
        (
            "Failed to download `dep==1.0`\n  cause: Failed to extract archive: /tmp/x/dep.whl\n"
            "  cause: Archive contains unacceptable filename: a\ufffdb.txt"
        ),
        "`dep==1.0` cannot be installed: a file name in it has a control character.",
    ),
]


@pytest.mark.parametrize(("said", "told"), first_of(CANNOT))
def test_what_is_wrong_with_a_wheel_is_told_without_folders_of_uv(said: str, told: str) -> None:
    failed = explain(f"error: {said}", 2, Requirements("requirements.txt", ()), "3.13")

    assert isinstance(failed, InputError)
    assert f"the wheel of {told}" in str(failed)
    assert "/tmp" not in str(failed)
    assert "replace the wheel" in str(failed)


def test_a_wheel_that_can_never_be_unpacked_is_no_fault_of_the_network(tmp_path: Path) -> None:
    wheel = wheels.make(tmp_path / "wheels", "greeting", "1.0", {"a\nb.txt": ""})

    with serving({"greeting": wheel.parent}) as index:
        failed = failure(tmp_path, f"--index-url {index.url}/simple\ngreeting\n")

    assert failed.exit_code == 2
    assert "a file name in it has a control character" in str(failed)


def test_words_of_uv_that_nobody_knows_are_told_without_its_folders() -> None:
    said = "error: Odd `/tmp/cache/.tmp1/odd.txt` of https://h.example/a/b"

    failed = explain(said, 2, Requirements("requirements.txt", ()), "3.13")

    assert "Odd `odd.txt` of https://h.example/a/b" in str(failed)


@pytest.mark.parametrize("exit_code", [101, -9, -6, 134])
def test_a_crash_of_uv_shows_none_of_its_words(exit_code: int) -> None:
    said = "thread 'main' panicked at src/lib.rs:1: s3cret"

    failed = explain(said, exit_code, Requirements("requirements.txt", ()), "3.13")

    assert failed.exit_code == 2
    assert "panicked" not in str(failed)
    assert "s3cret" not in str(failed)


@pytest.mark.parametrize(
    "said",
    [
        "error: Failed to read `https://me:s3cret@h/x.whl?key=s3cret#s3cret`",
        "error: something of git+ssh://s3cret@h/x?s3cret (and https://h/?a=s3cret)",
        "error: no package `S3CRET`, no https://h/s3cret/",
    ],
)
def test_nothing_secret_of_what_uv_says_is_shown(said: str) -> None:
    wanted = Requirements("requirements.txt", (), variables={"WORD": "s3cret"})

    assert "s3cret" not in str(explain(said, 1, wanted, "3.13")).lower()


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
        ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
        ("PIP_TRUSTED_HOST", "UV_INSECURE_HOST"),
        ("PIP_FIND_LINKS", "UV_FIND_LINKS"),
        ("PIP_NO_INDEX", "--no-index"),
        ("PIP_CERT", "SSL_CERT_FILE"),
        ("UV_CONFIG_FILE", "UV_DEFAULT_INDEX"),
        ("UV_NO_BINARY", ""),
        ("UV_OVERRIDE", ""),
        ("UV_PYTHON", "python-version"),
    ],
)
def test_variables_that_are_not_read_are_named_with_what_to_set(
    tmp_path: Path, name: str, instead: str
) -> None:
    warnings = warnings_of(tmp_path, **{name: "s3cret"})

    warning = next(each for each in warnings if each.startswith(f"pa-deploy ignores {name}."))
    assert instead in warning
    assert "s3cret" not in warning


@pytest.mark.parametrize(
    ("file", "text", "key"),
    [
        (".config/pip/pip.conf", "[global]\nindex-url = s3cret\n", "index-url"),
        (".pip/pip.conf", "[global]\nextra_index_url: s3cret\n", "extra-index-url"),
        ("named.conf", "[install]\ntrusted-host=s3cret\n", "trusted-host"),
        (".config/uv/uv.toml", 'index-url = "s3cret"\n', "index-url"),
        ("workspace/uv.toml", '[[index]]\nurl = "s3cret"\n', "index"),
        ("workspace/uv.toml", '[pip]\nfind-links = ["s3cret"]\n', "find-links"),
        ("workspace/pyproject.toml", '[[tool.uv.index]]\nurl = "s3cret"\n', "index"),
    ],
)
def test_files_that_are_not_read_are_named_without_their_values(
    tmp_path: Path, file: str, text: str, key: str
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    warnings = warnings_of(tmp_path, PIP_CONFIG_FILE=str(tmp_path / "named.conf"))

    warning = next(
        each
        for each in warnings
        if each.startswith(f"pa-deploy ignores `{key}` in {tmp_path / file}.")
    )
    assert "s3cret" not in warning


def test_if_pip_is_told_to_read_no_file_none_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / ".pip").mkdir()
    (tmp_path / ".pip/pip.conf").write_text("[global]\nindex-url = s3cret\n")

    assert warnings_of(tmp_path, PIP_CONFIG_FILE=os.devnull) == []


def test_what_is_set_in_our_way_too_is_not_warned_of(tmp_path: Path) -> None:
    warnings = warnings_of(tmp_path, PIP_INDEX_URL="https://a/", UV_DEFAULT_INDEX="https://b/")

    assert not [warning for warning in warnings if "PIP_INDEX_URL" in warning]


def test_a_variable_that_holds_a_secret_of_the_run_is_named_and_not_handed_on() -> None:
    environ = {"HTTPS_PROXY": "http://me:t0ken%2Fof@h", "NO_PROXY": "h"}

    assert "HTTPS_PROXY" not in uv_environment(environ, ["t0ken/of"])
    assert "uv does not get HTTPS_PROXY" in "".join(
        not_read(environ, ["t0ken/of"], [], Path("requirements.txt"))
    )


def test_a_package_without_hash_fails_where_others_have_one(tmp_path: Path) -> None:
    """As with pip: one hash asks for all."""
    folder = tmp_path / "workspace" / "wheels"
    wheels.make(folder, "fine", "1.0", {})
    wheels.make(folder, "other", "1.0", {})
    text = f"--no-index\n-f wheels\nfine==1.0\nother==1.0 --hash=sha256:{'0' * 64}\n"

    failed = failure(tmp_path, text)

    assert isinstance(failed, InputError)
    assert "fine==1.0 (requirements.txt, line 3) has no hash" in str(failed)


def test_the_page_lists_the_variables_that_reach_uv() -> None:
    page = (ROOT / "docs" / "releases.md").read_text()
    section = page.partition("#### Private indexes")[2].partition("\n### ")[0]
    table = "\n".join(line for line in section.splitlines() if line.startswith("| `"))
    listed = set(re.findall(r"`([A-Z_]+)`", table.replace("UV_INDEX_NAME_", "")))

    shared = {"USERNAME", "PASSWORD", "NAME", *AUTHORITIES}
    assert listed - shared == {name for name in PASSED_ON if name.isupper()}
