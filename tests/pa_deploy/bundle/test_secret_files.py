"""Files with secrets stay here: by their names, by their content, and because of the token."""

from __future__ import annotations

import codecs
import itertools
import re
from pathlib import Path

import pytest

from pa_deploy.bundle import LeftOut, names, select
from pa_deploy.bundle.selection import Selection
from tests.pa_deploy.bundle.test_selection import put, shipped
from tests.places import ROOT
from tests.soak import diagonal

TOKEN = "0123456789abcdef0123456789abcdef01234567"
KEY = b"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"
CERTIFICATE = b"-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n"

SECRET_NAMES = [
    *(".env", ".env.local", ".env.production", "prod.env", ".envrc"),
    *("id_rsa", "id_rsa.pub", "id_dsa", "id_ecdsa_sk", "id_ed25519-work"),
    *("a.p12", "b.pfx", "c.kdbx", "d.keystore", "e.jks"),
    *(".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".my.cnf", ".htpasswd"),
    *(".git-credentials", ".vault-token", ".s3cfg", ".boto"),
    *(".aws/credentials", ".azure/x.json", ".config/gcloud/x.db", ".kube/config", ".ssh/config"),
    *(".gnupg/ring", ".docker/config.json", ".streamlit/secrets.toml"),
    *("terraform.tfstate", "x.tfstate.backup", "service-account.json", "service-account-prod.json"),
    *(".env~", "id_rsa.bak", ".netrc.old", "a.p12.orig", "a.p12.bak.2", ".npmrc_old", ".boto.1"),
    *("..env.swp", ".id_rsa.swp", ".id_rsa.swo", "#.env#", "#id_rsa#", ".netrc.~3~"),
    *(".env copy", "Copy of id_rsa", ".pgpass - Copy", ".netrc (1)", ".env.bak~", "#.npmrc#~"),
]


def put_bytes(folder: Path, name: str, content: bytes) -> None:
    put(folder, name)
    (folder / name).write_bytes(content)


def secrets(found: Selection) -> list[LeftOut]:
    return [row for row in found.left_out if row.is_secret]


@pytest.mark.parametrize(
    ("name", "below", "change"),
    diagonal(
        SECRET_NAMES,
        list(itertools.product(["", "deep/er/"], [str, str.upper, str.title])),
    ),
)
def test_a_file_that_is_named_like_a_secret_stays_here(
    tmp_path: Path, name: str, below: str, change: type[str]
) -> None:
    put(tmp_path, "app.py", below + change(name))

    found = select(tmp_path)

    assert tuple(found.manifest) == ("app.py",)
    (row,) = secrets(found)
    assert (below + change(name)).startswith(row.path)
    assert row.reason == "named like a secret"
    assert row.path in found.warnings[0]


@pytest.mark.parametrize(
    "name",
    [
        *names.EXAMPLES,
        *(".Env.Example", ".env.example.bak", "env.py", "rsa_id", "a.envx", "~", ".bak", "##"),
        *("env.swp", ".id.swp"),
    ],
)
def test_a_file_that_is_only_named_alike_is_shipped(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)

    found = select(tmp_path)

    assert tuple(found.manifest) == (name,)
    assert found.warnings == ()


@pytest.mark.parametrize("pattern", ["*", "**", "dist/", "dist/*", "dist/**", "**/.e*", ".en?"])
def test_no_wildcard_brings_back_a_secret(tmp_path: Path, pattern: str) -> None:
    put(tmp_path, "dist/app.js", "dist/.env", "dist/id_rsa", "dist/.aws/credentials")
    put_bytes(tmp_path, "dist/server.key", KEY)
    (tmp_path / ".gitignore").write_text("dist/\n")

    assert {"dist/app.js", ".gitignore"} >= set(shipped(tmp_path, include=[pattern]))


@pytest.mark.parametrize(
    ("pattern", "secret"),
    [
        (".env", "deep/.env"),
        ("/deep/.env", "deep/.env"),
        ("d*/.env", "deep/.env"),
        ("**/credentials", "deep/.aws/credentials"),
        ("deep/.aws/", "deep/.aws/credentials"),
        ("server.key", "deep/server.key"),
        (r"\.env", "deep/.env"),
    ],
)
@pytest.mark.parametrize("ignored", ["", "deep/\n"])
def test_a_pattern_that_ends_in_a_whole_name_brings_that_secret_back(
    tmp_path: Path, pattern: str, secret: str, ignored: str
) -> None:
    put(tmp_path, "deep/.env", "deep/.aws/credentials")
    put_bytes(tmp_path, "deep/server.key", KEY)
    (tmp_path / ".gitignore").write_text(ignored)

    assert shipped(tmp_path, include=[pattern]) == sorted([".gitignore", secret])


def test_an_exception_from_include_keeps_the_secret_here(tmp_path: Path) -> None:
    put(tmp_path, "a/.env", "b/.env")

    assert shipped(tmp_path, include=[".env", "!b/.env"]) == ["a/.env"]


def test_exclude_is_stronger_than_an_include_of_the_same_name(tmp_path: Path) -> None:
    put(tmp_path, "app.py", ".env")

    assert shipped(tmp_path, include=[".env"], exclude=[".env"]) == ["app.py"]


def test_the_warning_of_variables_names_their_right_place_first(tmp_path: Path) -> None:
    put(tmp_path, "app.py", ".env")

    (warning,) = select(tmp_path).warnings

    assert warning == (
        '".env" is not shipped. Put its values into `env`, from secrets of the repository. If '
        "your app needs the file itself: `include: /.env`. If not, end this warning: `exclude: "
        "/.env`."
    )


def test_the_warning_of_other_secrets(tmp_path: Path) -> None:
    put(tmp_path, "app.py", "conf/id_rsa", "id_rsa")

    (warning,) = select(tmp_path).warnings

    assert warning == (
        'Not shipped, because they look like secrets: "conf/id_rsa", "id_rsa". If your app needs '
        "one of the files, name it by its path: `include: conf/id_rsa`. If not, end this warning: "
        "`exclude: conf/id_rsa`."
    )


@pytest.mark.parametrize(
    "secrets",
    [
        (".env", "conf/.env", "dist/.env"),
        ("conf/.env", "dist/conf/.env"),
        ("id_rsa", "deep/id_rsa", "deep/er/id_rsa"),
        (".aws/credentials", "x/.aws/credentials"),
        ("#.env#", "x/#.env#"),
        ("#conf/.env", "conf/.env"),
        ("!conf/.env", "conf/.env"),
        ("a*/.env", "ab/.env"),
        ("[ab]/id_rsa", "a/id_rsa", "b/id_rsa"),
        ("id_rsa ", "id_rsa", "x/id_rsa "),
        ("id_rsa*", "id_rsab"),
    ],
)
def test_to_follow_the_warning_ships_what_it_names_alone(
    tmp_path: Path, secrets: tuple[str, ...]
) -> None:
    put(tmp_path, "app.py", *secrets)

    for warning in select(tmp_path).warnings:
        (include,) = re.findall(r"`include: (.*?)`", warning)
        (exclude,) = re.findall(r"`exclude: (.*?)`", warning)
        (brought,) = set(shipped(tmp_path, include=[include])) - {"app.py"}

        assert brought in secrets
        assert f'"{brought}"' in warning or f'"{brought.partition("/")[0]}/"' in warning
        assert brought not in " ".join(select(tmp_path, exclude=[exclude]).warnings).split('"')


HEADERS = {
    "PKCS 8": KEY,
    "encrypted": KEY.replace(b"PRIVATE", b"ENCRYPTED PRIVATE"),
    "RSA": KEY.replace(b"PRIVATE", b"RSA PRIVATE"),
    "EC": KEY.replace(b"PRIVATE", b"EC PRIVATE"),
    "OpenSSH": KEY.replace(b"PRIVATE", b"OPENSSH PRIVATE"),
    "PGP": b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
    "SSH 2": b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n",
    "PuTTY": b"PuTTY-User-Key-File-3: ssh-ed25519\r\n",
    "BOM": b"\xef\xbb\xbf" + KEY,
    "UTF-16": KEY.decode().encode("utf-16"),
    "blank lines": b"\r\n \n" + KEY,
}


@pytest.mark.parametrize("content", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("name", ["server.pem", "TLS.KEY", "id_work", "deploy_key", "key.txt"])
def test_a_file_that_begins_as_a_private_key_stays_here(
    tmp_path: Path, name: str, content: bytes
) -> None:
    put_bytes(tmp_path, name, content)
    put(tmp_path, "app.py")

    found = select(tmp_path)

    assert tuple(found.manifest) == ("app.py",)
    assert secrets(found) == [LeftOut(name, "a private key", is_secret=True)]


BEHIND = {
    "certificate": CERTIFICATE + KEY,
    "attributes": b"Bag Attributes\n    friendlyName: x\nKey Attributes: <No Attributes>\n" + KEY,
    "chain": CERTIFICATE * 20 + KEY,
    "parameters": b"-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n" + KEY,
    "binary PKCS 8": b"\x30\x82\x04\xbd\x02\x01\x00\x30\x0d\x06\x09",
    "binary PKCS 1": b"\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01",
    "binary SEC 1": b"\x30\x77\x02\x01\x01\x04\x20",
}


@pytest.mark.parametrize("content", BEHIND.values(), ids=BEHIND)
@pytest.mark.parametrize(
    "name",
    [
        *("server.pem", "server.key", "id_work", "server.pem.bak", "A.PEM~", ".key.old"),
        *(".server.pem.swp", "#x.key#", "server copy.pem", "id_work.1", "x.p8 (2)"),
    ],
)
def test_in_a_key_file_the_key_may_stand_behind_something(
    tmp_path: Path, name: str, content: bytes
) -> None:
    put_bytes(tmp_path, name, content)

    assert shipped(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("public.pem", CERTIFICATE),
        ("public.key", b"-----BEGIN PUBLIC KEY-----\nMIIB\n"),
        ("server.der", b"\x30\x82\x03\x9b\x30\x82\x02\x83"),
        ("slides.key", b"PK\x03\x04"),
        ("id_card.png", b"\x89PNG"),
        ("empty.pem", b""),
        ("keys.py", b'MARK = "-----BEGIN PRIVATE KEY-----"\n'),
        ("ring.asc", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n"),
    ],
)
def test_what_holds_no_private_key_is_shipped(tmp_path: Path, name: str, content: bytes) -> None:
    put_bytes(tmp_path, name, content)

    found = select(tmp_path)

    assert tuple(found.manifest) == (name,)
    assert found.warnings == ()


@pytest.mark.parametrize(
    "content",
    [
        b'{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nMII"}',
        b'{\n  "a": [{"private_key" :\n"-----BEGIN RSA PRIVATE KEY-----"}]}',
        b'{"privateKey": "c2VjcmV0"}',
        b"\xef\xbb\xbf" + b'{"private_key":"s3cret"}',
        b'{"a": "' + b"x" * 500_000 + b'", "private_key": "-----BEGIN"}',
    ],
    ids=["service account", "nested", "camel", "BOM", "far behind"],
)
@pytest.mark.parametrize(
    "name", ["firebase.json", "Creds.JSON", "key.json.bak", ".k.json.swp", "k.jsonc", "k.jsonl~"]
)
def test_json_with_a_private_key_stays_here(tmp_path: Path, name: str, content: bytes) -> None:
    put_bytes(tmp_path, name, content)

    assert shipped(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        rb'{"private_key": "MIIE\nabc"}',
        b'{"private_key": ["MIIE", "abc"]}',
        rb'{"private\u005fkey": "MIIE"}',
        rb'{"\u0070rivate_key": "MIIE\n"}',
        b'[{"a": {"PrivateKey": "MIIE"}}]',
        b'{"private_key": "MIIE", "private_key": ""}',
        rb'{"tls": {"key": "-----BEGIN RSA PRIVATE KEY-----\nMIIE"}}',
        b'["-----BEGIN EC PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----MIIE"]',
        '{"private_key": "MIIE"}'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("around", ["%s", "// mine\n%s", '{"a": 1}\n%s', "[" * 20_000 + "%s"])
def test_json_is_judged_by_what_it_means(tmp_path: Path, content: bytes, around: str) -> None:
    if content.startswith(codecs.BOM_UTF16):
        content = around.replace("%s", content.decode("utf-16")).encode("utf-16")
    elif b"tls" in content or content.startswith(b'["---'):  # only whole JSON has any text
        pass
    else:
        content = around.encode().replace(b"%s", content)
    put_bytes(tmp_path, "k.json", content)

    assert shipped(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        b'{"private_key": {"type": "string"}}',
        b'{"private_key": ""}',
        b'{"private_key_id": "a"}',
        b'{"mark": "-----BEGIN PRIVATE KEY-----"}',
        b'// x\n{"is_private_key": "no"}',
        b'{"private_key": "Your private key"}',
        b'{"a": 1}',
    ],
)
def test_json_that_only_speaks_of_one_is_shipped(tmp_path: Path, content: bytes) -> None:
    put_bytes(tmp_path, "schema.json", content)

    assert shipped(tmp_path) == ["schema.json"]


TOKENS = {
    "alone": TOKEN.encode(),
    "within": b"x = '" + TOKEN.encode() + b"'",
    "UTF-16": TOKEN.encode("utf-16"),
    "UTF-16, the other way": TOKEN.encode("utf-16-be"),
    "binary": b"\x00\xff" + TOKEN.encode() + b"\x00",
    "over an edge": b"x" * (1024 * 1024 - 7) + TOKEN.encode(),
    "far behind": b"x" * (5 * 1024 * 1024) + TOKEN.encode(),
}


@pytest.mark.parametrize("content", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("include", [(), ("notes.txt",)])
def test_a_file_with_the_token_in_it_stays_here(
    tmp_path: Path, content: bytes, include: tuple[str, ...]
) -> None:
    put_bytes(tmp_path, "notes.txt", content)
    put(tmp_path, "app.py")

    found = select(tmp_path, include=include, secrets=[TOKEN])

    assert tuple(found.manifest) == ("app.py",)
    assert found.left_out == (
        LeftOut("notes.txt", "a file with your API token in it", is_token=True),
    )
    (warning,) = found.warnings
    assert warning.startswith('"notes.txt" is not shipped, because it contains your API token.')
    assert TOKEN not in warning


def test_a_link_with_the_token_in_it_stays_here(tmp_path: Path) -> None:
    put(tmp_path, "app.py")
    (tmp_path / "link").symlink_to(f"nowhere/{TOKEN}")

    assert shipped(tmp_path, secrets=[TOKEN]) == ["app.py"]


@pytest.mark.parametrize("secret", ["", "abc", "app"])
def test_a_text_that_stands_in_files_by_chance_is_not_looked_for(
    tmp_path: Path, secret: str
) -> None:
    put(tmp_path, "app.py")

    assert list(select(tmp_path, secrets=[secret]).manifest) == ["app.py"]


def test_nothing_that_a_token_file_leads_to_is_shipped(tmp_path: Path) -> None:
    put(tmp_path, "app.py", "conf/real.txt", "conf/other.txt")
    (tmp_path / "hop").symlink_to("conf/real.txt")
    (tmp_path / "conf" / "token").symlink_to("../hop")
    (tmp_path / "here").symlink_to("conf")

    found = select(tmp_path, own=[tmp_path / "here" / "token"])

    assert tuple(found.manifest) == ("app.py", "conf/other.txt", "here")
    assert {row.path for row in found.left_out} == {"hop", "conf/token", "conf/real.txt"}


@pytest.mark.parametrize("own", ["missing", "loop", "a\0b", "x" * 5000, "app.py/x"])
def test_an_own_file_that_is_not_there_excludes_nothing(tmp_path: Path, own: str) -> None:
    put(tmp_path, "app.py")
    (tmp_path / "loop").symlink_to("loop")

    assert shipped(tmp_path, own=[tmp_path / own], exclude=["loop"]) == ["app.py"]  # type: ignore[list-item]


def in_docs(begin: str, end: str) -> set[str]:
    """The names in backticks of a list in docs/releases.md."""
    text = (ROOT / "docs" / "releases.md").read_text()
    return set(re.findall(r"`([^`]+)`", text.partition(begin)[2].partition(end)[0]))


@pytest.mark.parametrize(
    ("begin", "listed"),
    [
        ("Secrets by name:", set(names.SECRETS)),
        ("These examples are shipped:", set(names.EXAMPLES)),
        ("Version control:", set(names.VERSION_CONTROL)),
        ("Virtualenvs:", {*names.VIRTUALENVS, *names.VIRTUALENV_MARKS}),
        ("Caches:", set(names.CACHES)),
        ("The CI's own files:", set(names.CI_FILES)),
    ],
)
def test_the_docs_list_the_names(begin: str, listed: set[str]) -> None:
    assert in_docs(begin, "\n- ") == listed
