"""What pip installs on PythonAnywhere, as the lines of the files that it reads there.

The lines travel in the clear and are kept, so they hold no secret: `${NAME}` stays as it is
written, and pip there replaces it by the value that the release's `env` gives.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from pa_deploy.dependencies.gathered import INPUT
from pa_deploy.dependencies.model import Entry, IndexOptions, Requirements
from pa_deploy.dependencies.read import read_requirements
from pa_deploy.dependencies.resolve import Surroundings
from pa_deploy.errors import InputError, Problem
from pa_deploy.model import Exact
from pa_deploy.urls import LIKE_A_TOKEN

ID_CHARACTERS = 16
PIP_INDEXES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL")
"""Variables of `env` that name indexes to pip on PythonAnywhere."""
UV_INDEXES = {
    "UV_DEFAULT_INDEX": "--index-url",
    "UV_INDEX_URL": "--index-url",
    "UV_INDEX": "--extra-index-url",
    "UV_EXTRA_INDEX_URL": "--extra-index-url",
    "UV_FIND_LINKS": "--find-links",
}
"""Variables of this machine that name indexes to uv, and the same for pip."""
MARK = re.compile(r"pa\.deploy\.([A-Z0-9_]+)\.deploy\.pa")
"""Stands for a variable while a file is read."""
FILES_OF_PIP = (".txt", ".in")
USER = re.compile(r"://([^/\s]*)@")
"""User and password of a URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallLines:
    """The lines of a requirements file, of a constraints file, options for both, and arguments.

    `variables` are names that pip finds the values of in the release's `env` or `variables`.
    `indexes` stands for those of them that are indexes, and tells nothing of their values.
    """

    lines: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    indexes: str = ""
    warnings: tuple[str, ...] = ()

    def identify(self, webapp: tuple[str, str]) -> str:
        """The id of the environment that they lead to. `webapp` are its Python and virtualenv."""
        own = (self.lines, self.constraints, self.options, self.arguments, self.indexes)
        parts = (*own, webapp)
        digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        return Exact(digest[:ID_CHARACTERS])

    def recipe(self) -> dict[str, tuple[str, ...]]:
        """What the loader gets."""
        return {
            "lines": self.lines,
            "constraints": self.constraints,
            "options": self.options,
            "arguments": self.arguments,
            "variables": self.variables,
        }


def read_install_lines(
    requirements: Path,
    around: Surroundings,
    given: Mapping[str, str],
    python_version: str,
    key: bytes,
) -> InstallLines:
    """Read what `requirements` lists as pip on PythonAnywhere is to read it.

    `given` are the variables that the release has there. Indexes that uv uses here count too. `key`
    is for the hash of what is secret. Raises InputError with all problems.
    """
    wanted = read_requirements(
        requirements,
        around.workspace,
        _Marks(),
        python_version=python_version,
        chosen=around.chosen,
        source=around.source,
        secrets=around.secrets,
        builds=True,
    )
    used = tuple(sorted(wanted.variables))
    problems = [*_missing(used, given, wanted.file), *_local(wanted), *_passwords(wanted)]
    index, more = _with_indexes_of_uv(wanted.index, around.environ, given)
    problems += [*more, *_unordered(wanted, index)]
    if problems:
        raise InputError(tuple(problems))
    return InstallLines(
        lines=_lines(wanted.entries),
        constraints=_lines(wanted.constraints),
        options=tuple(map(_as_written, _options(index))),
        arguments=("--no-deps",) if wanted.is_locked else (),
        variables=tuple(dict.fromkeys((*used, *(name for name in PIP_INDEXES if given.get(name))))),
        indexes=_digest_of_indexes(given, key),
        warnings=(*wanted.warnings, *_left_out(wanted, around.environ, given)),
    )


def _left_out(
    wanted: Requirements, environ: Mapping[str, str], given: Mapping[str, str]
) -> Iterator[str]:
    for name in PIP_INDEXES:
        if environ.get(name) and not given.get(name):
            yield f"pip on PythonAnywhere does not get {name} of this machine. Add it to `env`."
    if wanted.overrides:
        names = ", ".join(sorted({entry.name for entry in wanted.overrides}))
        yield (
            f"{INPUT}: pip on PythonAnywhere has no overrides, so those of {names} do not count."
        )


class _Marks(Mapping[str, str]):
    """Variables of which each is set, to a text that is valid wherever a value is."""

    def __getitem__(self, name: str) -> str:
        return f"pa.deploy.{name}.deploy.pa"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _as_written(text: str) -> str:
    return MARK.sub(r"${\1}", text)


def _lines(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Sorted, each once: their order has no meaning."""
    return tuple(sorted({_as_written(entry.line()) for entry in entries}))


def _options(index: IndexOptions) -> tuple[str, ...]:
    return (
        *index.lines(),
        *(("--pre",) if index.pre else ()),
        *(("--require-hashes",) if index.require_hashes else ()),
        *(f"--trusted-host {host}" for host in index.trusted_hosts),
    )


def _missing(used: Sequence[str], given: Mapping[str, str], file: str) -> Iterator[Problem]:
    for name in used:
        if not given.get(name):
            said = f"{file} uses the variable `${{{name}}}`, and pip on PythonAnywhere needs it."
            yield Problem(INPUT, said, advice=f"Add {name} to the input `env`: `{name}=VALUE`.")


def _passwords(wanted: Requirements) -> Iterator[Problem]:
    """What would travel in the clear, though it is in the file already."""
    index = wanted.index
    urls = (index.index_url, *index.extra_index_urls, *index.find_links)
    texts = [(wanted.file, url) for url in urls]
    texts += [(str(each.place), each.text) for each in (*wanted.entries, *wanted.constraints)]
    for place, text in texts:
        for user in USER.findall(text):
            if user != "git" and not MARK.search(user):
                said = (
                    f"{place}: the URL has a password or a token. pip on PythonAnywhere would read "
                )
                advice = (
                    "Write `${INDEX_PASSWORD}` in its place, and give the value in `env`: "
                    "`INDEX_PASSWORD=VALUE`."
                )
                yield Problem(INPUT, f"{said}it from a file that is not secret.", advice=advice)


def _local(wanted: Requirements) -> Iterator[Problem]:
    """What is on this machine alone."""
    advice = (
        "List a version that the package index has, or set `dependencies: ship`, if all packages "
        "have wheels."
    )
    for entry in (*wanted.entries, *wanted.constraints):
        if " @ file:" in entry.text:
            said = f"{entry.place}: `{entry.name}` comes from a file of this machine, which pip on "
            yield Problem(INPUT, f"{said}PythonAnywhere does not have.", advice=advice)
    for link in wanted.index.find_links:
        if link.startswith("file:"):
            said = f"{wanted.file}: `--find-links` names a folder of this machine, which pip on "
            yield Problem(INPUT, f"{said}PythonAnywhere does not have.", advice=advice)


def _with_indexes_of_uv(
    index: IndexOptions, environ: Mapping[str, str], given: Mapping[str, str]
) -> tuple[IndexOptions, list[Problem]]:
    """The options with the indexes that uv uses here: the packages must not come from elsewhere.

    One with a password cannot travel; the problem says how to give it. Those that are `given` to
    pip take the place of uv's.
    """
    problems: list[Problem] = []
    for name, option in UV_INDEXES.items():
        if given.get(_for_pip(option)):
            continue
        for text in re.split(r"[\s,]+", environ.get(name, "")):
            url = re.sub(r"^[A-Za-z0-9_.-]+=(?=https?:)", "", text)
            if not url:
                continue
            if not is_open(url):
                problems.append(_not_open(name, option))
            elif option == "--index-url":
                index = replace(index, index_url=index.index_url or url)
            elif option == "--find-links":
                index = replace(index, find_links=(*index.find_links, url))
            else:
                index = replace(index, extra_index_urls=(*index.extra_index_urls, url))
    return index, list(dict.fromkeys(problems))


def _unordered(wanted: Requirements, index: IndexOptions) -> Iterator[Problem]:
    """What comes from the first index that has it must not come from any. Only pip's own files, and
    its own variables, mean that by several indexes.
    """
    of_file = wanted.index.extra_index_urls
    is_of_pip = wanted.file.endswith(FILES_OF_PIP) and index.extra_index_urls == of_file
    has_hashes = all(entry.hashes or " @ " in entry.text for entry in wanted.entries)
    if index.extra_index_urls and not is_of_pip and not (wanted.is_locked and has_hashes):
        yield Problem(
            INPUT,
            "there are several package indexes, and here the first one that has a package counts. "
            "pip on PythonAnywhere takes the highest version of all of them, so a package with "
            "the same name could come from elsewhere.",
            advice="Name a lock file such as uv.lock, whose hashes decide. Or name one index that "
            "has all packages, as `PIP_INDEX_URL=URL` in `env`. If all packages have wheels, set "
            "`dependencies: ship`.",
        )


def _for_pip(option: str) -> str:
    """The variable of pip that has the same meaning."""
    return "PIP_INDEX_URL" if option == "--index-url" else "PIP_EXTRA_INDEX_URL"


def _not_open(name: str, option: str) -> Problem:
    return Problem(
        INPUT,
        f"{name} names an index that pip on PythonAnywhere does not get: its URL has a password or "
        "a token, or leads to this machine.",
        advice=f"Add the whole URL to the input `env`: `{_for_pip(option)}=https://USER:PASSWORD@HOST/…`.",
    )


def is_open(url: str) -> bool:
    """Whether it is the URL of a web page and seems to have no secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    bare = "@" not in parts.netloc and not parts.query and not parts.fragment
    return is_web and bare and not any(map(LIKE_A_TOKEN.fullmatch, parts.path.split("/")))


def _digest_of_indexes(given: Mapping[str, str], key: bytes) -> str:
    """The same for the same indexes: user and password may change."""
    values = [given.get(name, "") for name in PIP_INDEXES]
    if not any(values):
        return ""
    bare = [re.sub(r"(?<=://)[^/\s]*@", "", value) for value in values]
    return hmac.new(key, json.dumps(bare).encode(), "sha256").hexdigest()
