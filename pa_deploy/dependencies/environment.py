"""The environment variables of uv, and warnings about settings that it does not get."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pa_deploy.disguise import escaped, forms, may_be_escaped

PASSED_ON = frozenset(
    {
        *("UV_INDEX", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"),
        *("UV_INDEX_STRATEGY", "UV_INSECURE_HOST", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS"),
        *("UV_HTTP_TIMEOUT", "UV_HTTP_CONNECT_TIMEOUT", "UV_HTTP_RETRIES", "UV_OFFLINE"),
        *("UV_CONCURRENT_DOWNLOADS", "UV_CONCURRENT_INSTALLS", "UV_CACHE_DIR", "UV_NO_CACHE"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_CLIENT_CERT"),
        *("HOME", "TMPDIR", "XDG_CACHE_HOME", "NETRC"),
        *("SYSTEMROOT", "WINDIR", "SYSTEMDRIVE", "TEMP", "TMP"),
        *("USERPROFILE", "LOCALAPPDATA", "APPDATA", "PROGRAMDATA"),
    }
)
"""All variables that are passed on, besides the credentials. Not PATH: without it uv finds no
program to start, such as git for a repository that a package names, or keyring.

The last two rows are for Windows, where no program can open a socket without SYSTEMROOT.
"""
CREDENTIALS = re.compile(r"UV_INDEX_[A-Z0-9_]+_(USERNAME|PASSWORD)")
PATHS = (
    *("UV_CACHE_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_CLIENT_CERT"),
    *("TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME", "NETRC"),
)
"""uv runs in a folder of its own, so a relative path has to become an absolute one."""
AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
INSTEAD_OF_PIP = {
    "INDEX_URL": "UV_DEFAULT_INDEX",
    "EXTRA_INDEX_URL": "UV_INDEX",
    "TRUSTED_HOST": "UV_INSECURE_HOST",
    "FIND_LINKS": "UV_FIND_LINKS",
    "NO_INDEX": "`--no-index` in the requirements file",
    "CERT": "SSL_CERT_FILE",
    "CLIENT_CERT": "SSL_CLIENT_CERT",
    "PROXY": "HTTPS_PROXY",
    "REQUIREMENT": "`-r` in the requirements file",
    "CONSTRAINT": "`-c` in the requirements file",
    "PRE": "`--pre` in the requirements file",
    "REQUIRE_HASHES": "`--require-hashes` in the requirements file",
}
"""Settings of pip that decide what is fetched, and what to set instead."""
INSTEAD_OF_UV = {
    "index": "UV_INDEX",
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "`--no-index` in the requirements file",
    "allow-insecure-host": "UV_INSECURE_HOST",
    "native-tls": "UV_SYSTEM_CERTS",
    "system-certs": "UV_SYSTEM_CERTS",
    "keyring-provider": "UV_INDEX_NAME_USERNAME and UV_INDEX_NAME_PASSWORD",
    "constraint-dependencies": "`-c` in the requirements file",
    "override-dependencies": "",
    "sources": "",
}
READ_WITH_THE_PROJECT = frozenset(
    {
        *("index", "index-url", "extra-index-url", "find-links", "sources"),
        *("constraint-dependencies", "override-dependencies"),
    }
)
"""Settings that are read if `requirements` names that pyproject.toml, or the uv.lock beside it."""
INSTEAD_OF_UV_VARIABLE = {
    "UV_CONSTRAINT": "`-c` in the requirements file",
    "UV_REQUIRE_HASHES": "`--require-hashes` in the requirements file",
    "UV_NO_INDEX": "`--no-index` in the requirements file",
    "UV_PRERELEASE": "`--pre` in the requirements file",
    "UV_KEYRING_PROVIDER": "UV_INDEX_NAME_USERNAME and UV_INDEX_NAME_PASSWORD",
    "UV_PYTHON": "the input `python-version`",
    "UV_CONFIG_FILE": "UV_DEFAULT_INDEX or UV_INDEX",
}
HARMLESS = re.compile(
    r"UV_(PYTHON_\w+|TOOL_\w+|PROJECT_ENVIRONMENT|LINK_MODE|COMPILE_BYTECODE|SYSTEM_PYTHON"
    r"|BREAK_SYSTEM_PACKAGES|NO_PROGRESS|PUBLISH_\w+|INSTALL\w+|GITHUB_TOKEN|VERSION)"
)
"""Variables of uv that say nothing about what is fetched; CIs and images set them often."""
PIP_NAMES = ("pip.conf", "pip.ini")
IN_LIBRARY = Path("Library", "Application Support")
"""Where macOS has settings."""
PIP_KEY = re.compile(r"^[ \t]*+([a-z][a-z_-]*+)[ \t]*+[=:]", re.MULTILINE | re.IGNORECASE)


def uv_environment(environ: Mapping[str, str], secrets: Sequence[str]) -> dict[str, str]:
    """The variables that uv gets: those of an allow-list, unless the value contains a secret."""
    passed = {
        name: value
        for name, value in environ.items()
        if (name in PASSED_ON or CREDENTIALS.fullmatch(name)) and not holds(value, secrets)
    }
    for name in PATHS:
        if passed.get(name):
            passed[name] = _absolute(passed[name])
    if passed.get("UV_FIND_LINKS"):
        links = passed["UV_FIND_LINKS"].split(",")
        passed["UV_FIND_LINKS"] = ",".join(
            link if "://" in link else _absolute(link) for link in map(str.strip, links) if link
        )
    # If something starts git anyway, it may fetch nothing.
    return {**passed, **_authority(passed, environ, secrets), "GIT_ALLOW_PROTOCOL": "none"}


def holds(text: str, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets is in the text, encoded or not."""
    return any(
        any(form in text for form in forms(secret))
        or (may_be_escaped(secret, text) and bool(escaped(secret).search(text)))
        for secret in secrets
        if len(secret) > 4
    )


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _authority(
    passed: Mapping[str, str], environ: Mapping[str, str], secrets: Sequence[str]
) -> dict[str, str]:
    """The certificates that requests trusts, under uv's names."""
    if passed.get("SSL_CERT_FILE") or passed.get("SSL_CERT_DIR"):
        return {}
    for name in AUTHORITIES:
        path = environ.get(name, "")
        if path and not holds(path, secrets):
            is_folder = Path(path).is_dir()
            return {"SSL_CERT_DIR" if is_folder else "SSL_CERT_FILE": _absolute(path)}
    return {}


def not_read(
    environ: Mapping[str, str],
    secrets: Sequence[str],
    folders: Sequence[Path],
    requirements: Path,
) -> Iterator[str]:
    """Warnings about settings of pip and uv that have no effect here. No value is shown.

    `folders` are those in which uv would look for its own files, `requirements` the file that is
    read. If the replacement of a setting is set, there is no warning.
    """
    passed = uv_environment(environ, secrets)
    for what, instead in _settings(environ, folders, requirements):
        if not passed.get(instead):
            yield f"pa-deploy ignores {what}." + (f" Set {instead} instead." if instead else "")
    for name in sorted(environ):
        is_ours = name in PASSED_ON or CREDENTIALS.fullmatch(name)
        if is_ours and holds(environ[name], secrets):
            yield f"uv does not get {name}, because the value contains a secret of this run."


def _settings(
    environ: Mapping[str, str], folders: Sequence[Path], requirements: Path
) -> Iterator[tuple[str, str]]:
    """Each setting that is not read, and what to set instead."""
    for name in sorted(environ):
        if not environ[name]:
            continue
        if name.startswith("PIP_") and name.removeprefix("PIP_") in INSTEAD_OF_PIP:
            yield name, INSTEAD_OF_PIP[name.removeprefix("PIP_")]
        elif name in INSTEAD_OF_UV_VARIABLE:
            yield name, INSTEAD_OF_UV_VARIABLE[name]
        elif _decides(name):
            yield name, ""
    yield from _pip_files(environ)
    yield from _uv_files(environ, folders, requirements)


def _decides(name: str) -> bool:
    is_known = name in PASSED_ON or CREDENTIALS.fullmatch(name) or HARMLESS.fullmatch(name)
    return name.startswith("UV_") and not is_known


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where uv keeps what it has fetched, unless UV_CACHE_DIR names a folder."""
    if environ.get("LOCALAPPDATA"):  # Windows has it, and nothing else
        return Path(environ["LOCALAPPDATA"], "uv", "cache")
    return Path(environ.get("XDG_CACHE_HOME") or _home(environ) / ".cache") / "uv"


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or environ.get("USERPROFILE") or os.devnull)


def _config_home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("XDG_CONFIG_HOME") or _home(environ) / ".config")


def _of_windows(environ: Mapping[str, str], *parts: str) -> list[Path]:
    """A file in the folders of settings that Windows has, for the machine and for the user."""
    folders = (environ.get(name) for name in ("PROGRAMDATA", "APPDATA"))
    return [Path(folder, *parts) for folder in folders if folder]


def _pip_files(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:  # then pip reads none either
        return
    home, in_virtualenv = _home(environ), environ.get("VIRTUAL_ENV")
    files = [
        Path("/etc/pip.conf"),
        _config_home(environ) / "pip" / "pip.conf",
        home / ".pip" / "pip.conf",
        *(each / IN_LIBRARY / "pip" / "pip.conf" for each in (Path("/"), home)),
        *_of_windows(environ, "pip", "pip.ini"),
        home / "pip" / "pip.ini",
    ]
    files += [Path(in_virtualenv) / name for name in PIP_NAMES] if in_virtualenv else []
    files += [Path(named)] if named else []
    for file in dict.fromkeys(files):
        keys = {key.lower().replace("-", "_").upper() for key in PIP_KEY.findall(_text(file))}
        for key in sorted(keys & set(INSTEAD_OF_PIP)):
            name = key.lower().replace("_", "-")
            yield f"`{name}` in {file}", INSTEAD_OF_PIP[key]


def _uv_files(
    environ: Mapping[str, str], folders: Sequence[Path], requirements: Path
) -> Iterator[tuple[str, str]]:
    files = [
        Path("/etc/uv/uv.toml"),
        _config_home(environ) / "uv" / "uv.toml",
        *_of_windows(environ, "uv", "uv.toml"),
        *(folder / name for folder in folders for name in ("uv.toml", "pyproject.toml")),
    ]
    is_project = requirements.name in ("pyproject.toml", "uv.lock")
    own = requirements.parent / "pyproject.toml" if is_project else None
    for file in dict.fromkeys(files):
        read = READ_WITH_THE_PROJECT if file == own else frozenset()
        for key in sorted(_uv_settings(file) & set(INSTEAD_OF_UV) - read):
            yield f"`{key}` in {file}", INSTEAD_OF_UV[key]


def _uv_settings(file: Path) -> set[str]:
    try:
        table = tomllib.loads(_text(file))
        found = table if file.name == "uv.toml" else table.get("tool", {}).get("uv", {})
        return {*found, *found.get("pip", {})}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return set()


def _text(file: Path) -> str:
    try:
        if not file.is_file() or file.stat().st_size > 1_000_000:
            return ""
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
