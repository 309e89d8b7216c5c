"""Read one requirement in any form: write it in our own grammar, or refuse it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from pa_deploy.dependencies import grammar
from pa_deploy.dependencies.model import OnlyBuilt, Unusable
from pa_deploy.dependencies.names import OF_UBUNTU
from pa_deploy.dependencies.places import Places, from_file_url
from pa_deploy.dependencies.wheel import asked_by_url

VCS = re.compile(r"\w+\+|git@", re.IGNORECASE)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\\)")
ARCHIVE = re.compile(r"\.(whl|zip|egg|tgz|tbz2?|txz|tlz|tar(\.\w+)?)$", re.IGNORECASE)
WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]")
PATH_LIKE = re.compile(r"[.~/\\]|[^\s@;<>=!]*[/\\]")
PATH_END = re.compile(r"[;\[#]")
EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)(?:\[([^\]&]*)\])?")
NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,80}+)\s*+(?:\[[^\]]*+\]\s*+)?+@")
VERSIONED = r"(?:===|[=~!<>]=|<|>)\s*+\d[\w.*+!]{0,30}+"
SPECIFIED = re.compile(
    r"[A-Za-z0-9][\w.-]{0,60}+\s*+(?:\[[\w, .-]{0,60}+\]\s*+)?+"
    rf"{VERSIONED}(?:\s*+(?:,\s*+)?+{VERSIONED}){{0,5}}+$"
)
CONDA_STYLE = re.compile(r"([A-Za-z0-9][\w.-]{0,60}+)=(\d++(?:\.\d++)++)(=\w++)?+$")
TAGGED = re.compile(r"@v?+(\d++(?:\.\d++)++)(?:#|$)")
HASH_FRAGMENT = re.compile(r"(?:^|&)(sha256|sha384|sha512)=([0-9a-f]+)(?:&|$)")
SAFE_URL = re.compile(r"https://|http://(?:localhost|127\.0\.0\.1|\[::1\])[:/]")
"""On the way to a loopback address nobody listens."""
GIT = re.compile(rf"git\+(?:{SAFE_URL.pattern})")
"""The repositories that pip on PythonAnywhere can reach without a key."""
FOR_BUILDS = re.compile(r"(subdirectory|sha256|sha384|sha512)=")
HOW_TO_BUILD = "Or set `dependencies: install`: pip builds it on PythonAnywhere."
WHEEL_HOW = (
    "build a wheel of it (`pip wheel --no-deps`), commit the wheel, and list its path: "
    "`./wheels/NAME-VERSION-py3-none-any.whl`."
)


class LeftOut(Exception):
    """Not an error: PythonAnywhere does not need the requirement. The message is a warning."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A package's canonical name, and the line for uv."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """The parts of a line, without the origin of the package. Each may be ""."""

    name: str = ""
    extras: str = ""
    marker: str = ""

    @property
    def comes(self) -> str:
        """The beginning of a sentence about its origin."""
        return f"{f'`{self.name}`' if self.name else 'this requirement'} comes from"

    def written(self, found: str, rest: str) -> Understood:
        """The line for uv; `found` is the name if the line had none. Raises Unusable."""
        name = self.name or found
        text = f"{name}{self.extras}{rest}"
        if self.marker:
            try:
                text += f" ; {Marker(self.marker)}"
            except (InvalidMarker, RecursionError):
                why = f"`{name}`: the text after the semicolon is not a marker."
                raise Unusable(why, "Correct the marker.") from None
        if not grammar.REQUIREMENT.fullmatch(text):
            why = f"`{name}`: its version, URL or marker has characters that are not allowed."
            raise Unusable(why, "Remove them.")
        return Understood(name, text)

    def built(self, url: str) -> str:
        """The line by which pip builds what is at the URL."""
        address, _, fragment = url.partition("#")
        kept = "&".join(part for part in fragment.split("&") if FOR_BUILDS.match(part))
        head = f"{self.name}{self.extras} @ " if self.name else ""
        marker = f" ; {self.marker}" if self.marker else ""
        return f"{head}{grammar.encoded(address)}{f'#{kept}' if kept else ''}{marker}"


def understand(text: str, folder: Path, places: Places) -> Understood:
    """One line of a file in `folder`; raises Unusable, LeftOut."""
    if VCS.match(text):
        raise _bare_vcs(text)
    if SCHEME.match(text) and not WINDOWS_PATH.match(text):
        url, marker = _bare_url(text)
        return _url(_Asked(marker=marker), url, folder, places)
    if PATH_LIKE.match(text) or WINDOWS_PATH.match(text) or _is_archive(text):
        path, extras, marker = _parts(text)
        return _local(_Asked(extras=extras, marker=marker), path, folder, places)
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        raise _unreadable(text) from None
    return _named(requirement, folder, places)


def refuse_editable(text: str, folder: Path, places: Places) -> Unusable:
    """The message about `-e`; raises LeftOut if it means the project itself, or Unusable."""
    if VCS.match(text):
        return _bare_vcs(text)
    path, _, _ = _parts(from_file_url(text) if text.lower().startswith("file:") else text)
    _leave_out_own(path, folder, places)
    return Unusable(
        "an editable package (`-e`) needs a folder of this machine.",
        _folder_advice(places.find(path, folder), places),
    )


def _is_archive(text: str) -> bool:
    return "@" not in text and bool(ARCHIVE.search(_parts(text)[0]))


def _named(requirement: Requirement, folder: Path, places: Places) -> Understood:
    name = canonicalize_name(requirement.name)
    marker = str(requirement.marker) if requirement.marker else ""
    asked = _Asked(name, _extras(requirement.extras), marker)
    url = requirement.url
    if url and VCS.match(url):
        raise _from_vcs(asked, url)
    if url and (WINDOWS_PATH.match(url) or not SCHEME.match(url)):
        return _local(asked, url, folder, places)
    if url:
        return _url(asked, url, folder, places)
    if name == "pkg-resources" and str(requirement.specifier) == "==0.0.0":
        raise LeftOut(
            "`pkg-resources==0.0.0` is left out: Debian's pip adds it, and no index has it. "
            "Remove the line."
        )
    for each in requirement.specifier:
        _refuse_odd(name, each.operator, each.version)
    versions = ",".join(sorted(str(each) for each in requirement.specifier))
    return asked.written(name, versions)


def _refuse_odd(name: str, operator: str, version: str) -> None:
    """Raise LeftOut for a package of Ubuntu, and Unusable for a version that no index has.

    Anybody may name a version of a wheel after Ubuntu.
    """
    if "ubuntu" in version and (name in OF_UBUNTU or not _is_version(version)):
        raise LeftOut(
            f"`{name}` is left out: it is a package of Ubuntu, which `pip freeze` lists too. "
            "Remove the line."
        )
    if operator == "===" and not _is_version(version):
        why = f"`{name}`: the text after `===` is not a version that an index can have."
        raise Unusable(why, f"Write `{name}==VERSION`, or remove the line.")


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _url(asked: _Asked, url: str, folder: Path, places: Places) -> Understood:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Unusable(f"{asked.comes} a URL that cannot be read.", "Correct the URL.") from None
    if parts.scheme == "file":
        return _local(asked, from_file_url(url), folder, places, parts.fragment)
    file = unquote(parts.path.rpartition("/")[2])
    if not SAFE_URL.match(url):
        why = f"{asked.comes} a URL that does not begin with `https://`."
        raise Unusable(why, _version_advice(asked.name, file))
    found = _wheel_name(file)
    if not found or not parts.path.endswith(".whl") or parts.scheme != "https":
        why = f"{asked.comes} a URL that is not a wheel. pa-deploy does not build packages."
        raise _built(why, _version_advice(asked.name, file), asked, url)
    address = grammar.encoded(url.partition("#")[0])
    return asked.written(found, f" @ {address}{_hash_of(parts.fragment)}")


def _local(
    asked: _Asked, path: str, folder: Path, places: Places, fragment: str = ""
) -> Understood:
    _leave_out_own(path, folder, places)
    found = places.find(path, folder)
    advice = _version_advice(asked.name, re.split(r"[/\\]", path)[-1])
    try:
        resolved = places.resolve(found)
    except Unusable as error:
        raise Unusable(f"{asked.comes} a file of this machine, and {error}", advice) from None
    # os.path, because a path may be too long to ask for.
    if os.path.isdir(resolved):  # noqa: PTH112
        why = f"{asked.comes} a folder. pa-deploy does not build packages."
        raise Unusable(why, _folder_advice(found, places))
    if not os.path.isfile(resolved):  # noqa: PTH113
        raise Unusable(f"{asked.comes} a file that does not exist here.", advice)
    wheel = _wheel_name(found.name)
    if not wheel or _wheel_name(resolved.name) != wheel:
        why = f"{asked.comes} a file that is not a wheel. pa-deploy does not build packages."
        raise Unusable(why, advice)
    other = asked_by_url(resolved)
    if other:
        why = f"the wheel of `{wheel}` asks for `{other}` by URL or path, so it is not installed."
        raise Unusable(why, f"Replace the wheel with one that asks for a version of `{other}`.")
    return asked.written(wheel, f" @ {resolved.as_uri()}{_hash_of(fragment)}")


def _leave_out_own(path: str, folder: Path, places: Places) -> None:
    if places.is_own(path, folder):
        raise LeftOut(
            "the project's own entry is left out, because its folder is shipped. The dependencies "
            "in its `pyproject.toml` or `setup.py` are not read. List them here too."
        )


def _folder_advice(path: Path, places: Places) -> str:
    source = places.source or places.workspace
    # os.path, because a path may be too long to ask for.
    if not os.path.isdir(path):  # noqa: PTH112
        return f"Correct the path. Or {WHEEL_HOW}"
    try:
        inside = path.resolve().relative_to(source).as_posix()
    except (OSError, RuntimeError, ValueError):
        unused = "If the web app does not import it, remove the line."
        return f"`source` does not have that folder. {unused} Otherwise, {WHEEL_HOW}"
    return (
        "Its files are shipped, because it is in `source`: remove the line, list its dependencies, "
        f"and set `python-path: {inside}`."
    )


def _bare_vcs(text: str) -> Unusable:
    url, marker = _bare_url(text)
    found = EGG.search(url)
    name = canonicalize_name(found[1]) if found else ""
    extras = _extras(re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", (found and found[2]) or ""))
    return _from_vcs(_Asked(name, extras, marker), url)


def _from_vcs(asked: _Asked, url: str) -> Unusable:
    tag = TAGGED.search(url)
    listed = f"`{asked.name or 'NAME'}=={tag[1] if tag else 'VERSION'}`"
    why = f"{asked.comes} a repository. pa-deploy does not build packages."
    advice = f"List a version that the package index has, {listed}. Or {WHEEL_HOW}"
    return _built(why, advice, asked, url) if GIT.match(url) else Unusable(why, advice)


def _built(why: str, advice: str, asked: _Asked, url: str) -> Unusable:
    """The message about what has to be built, with the line for pip."""
    line = asked.built(url)
    if not grammar.BUILT.fullmatch(line):
        return Unusable(why, advice)
    return OnlyBuilt(why, f"{advice} {HOW_TO_BUILD}", name=asked.name, line=line)


def _version_advice(name: str, file: str) -> str:
    """The line to write instead, as far as the file's name tells it."""
    known = _sdist_name(file) or _wheel_version(file)
    if known:
        return f"Write `{known[0]}=={known[1]}` instead."
    if name:
        shows = "`pip list --format=freeze` shows which version you have."
        return f"Write `{name}==VERSION` instead. {shows}"
    return "List it by name and version, `NAME==VERSION`, or commit a wheel of it."


def _sdist_name(file: str) -> tuple[str, str] | None:
    try:
        name, version = parse_sdist_filename(file)
    except InvalidSdistFilename:
        return None
    return name, str(version)


def _wheel_version(file: str) -> tuple[str, str] | None:
    try:
        name, version, _, _ = parse_wheel_filename(file)
    except InvalidWheelFilename:
        return None
    return name, str(version)


def _wheel_name(file: str) -> str:
    found = _wheel_version(file) if file.endswith(".whl") else None
    return found[0] if found else ""


def _hash_of(fragment: str) -> str:
    found = HASH_FRAGMENT.search(fragment)
    return f"#{found[1]}={found[2]}" if found else ""


def _extras(names: Sequence[str] | set[str]) -> str:
    found = sorted({canonicalize_name(name) for name in names})
    return f"[{','.join(found)}]" if found else ""


def _parts(text: str) -> tuple[str, str, str]:
    """Path, extras and marker of a line that begins with a path."""
    before, _, marker = text.partition(";")
    path, bracket, rest = before.partition("[")
    named, closed, behind = rest.partition("]")
    is_odd = bool(bracket) and (not closed or bool(behind.strip()))
    if is_odd or PATH_END.match(text):
        return text, "", ""
    extras = re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", named)
    return path.partition("#")[0].strip(), _extras(extras), marker.strip()


def _bare_url(text: str) -> tuple[str, str]:
    """URL and marker of a line that begins with a URL."""
    url, _, rest = text.partition(" ")
    if rest and not rest.lstrip().startswith(";"):
        raise Unusable("there is other text after the URL.", "Write a space in the URL as `%20`.")
    return url, rest.strip().removeprefix(";").strip()


def _unreadable(text: str) -> Unusable:
    """Quote only text that looks like a requirement: the file may be anything."""
    conda = CONDA_STYLE.match(text)
    if conda:
        return Unusable(f'"{text}" has only one `=`.', f"Write `{conda[1]}=={conda[2]}`.")
    if SPECIFIED.match(text):
        return Unusable(f'"{text}" is not a requirement.', "Correct it, for example `NAME==1.2`.")
    named = NAMED.match(text)
    if named:
        name = canonicalize_name(named[1])
        return Unusable(f"`{name}`: the text after `@` is not a URL.", f"Write `{name}==VERSION`.")
    why = "this line is not a requirement. It is not shown here, because it may be secret."
    return Unusable(why, "Check that `requirements` names the right file, and correct the line.")
