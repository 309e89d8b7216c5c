"""The commands of uv, which resolves and fetches. It reads only files that pa-deploy wrote."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from pa_deploy.clock import Deadline
from pa_deploy.dependencies.environment import cache_folder
from pa_deploy.dependencies.gathered import INPUT
from pa_deploy.dependencies.model import Entry, Requirements
from pa_deploy.errors import InputError, Problem
from pa_deploy.program import Program

PLATFORM = "x86_64-manylinux_2_31"
"""The glibc of the oldest of PythonAnywhere's system images, which are Ubuntu 20.04 and 22.04."""
FOUND = "pylock.found.toml"
RESOLVE = (
    *("requirements.txt", "--constraints=constraints.txt", "--overrides=overrides.txt"),
    *("--no-header", "--format=pylock.toml", f"--output-file={FOUND}"),
)
LOCKED = "--requirements=pylock.toml"
DOING = "uv to resolve and fetch what `requirements` lists"


class Uv:
    """uv, in a folder of its own. Its methods return its exit code and what it said.

    They raise InputError if it cannot be started, and OutOfTime.
    """

    def __init__(
        self, program: str, folder: Path, environ: Mapping[str, str], deadline: Deadline
    ) -> None:
        self._program = program
        self._folder = folder
        self._environ = environ
        self._deadline = deadline
        self._without_cache = _without_cache(environ)

    def remaining(self) -> float:
        """The seconds that are left of the run."""
        return self._deadline.remaining()

    @property
    def found(self) -> Path:
        """The lock file that `compile` writes."""
        return self._folder / FOUND

    def compile(self, wanted: Requirements, python_version: str, *more: str) -> tuple[int, str]:
        """Resolve; `more` are arguments of uv."""
        _write(wanted, self._folder)
        self.found.unlink(missing_ok=True)
        options = [*wanted.index.prerelease(), *_locked(wanted, self._environ), *more]
        common = self._common(wanted, python_version)
        return self._run(["pip", "compile", *common, *RESOLVE, *options], self._environ)

    def install(
        self, text: str, wanted: Requirements, python_version: str, into: Path
    ) -> tuple[int, str]:
        """Fill a folder with what a lock file names."""
        (self._folder / "pylock.toml").write_text(text, "utf-8", newline="\n")
        target = [f"--prefix={into.absolute()}", "--link-mode=copy", LOCKED]
        common = self._common(wanted, python_version)
        environ = _with_credentials(self._environ, wanted)
        return self._run(["pip", "install", *common, *target], environ)

    def _run(self, command: list[str], environ: Mapping[str, str]) -> tuple[int, str]:
        try:
            program = Program([self._program, *command], self._folder, environ)
            done = program.run(self._deadline.remaining())
        except OSError as error:
            raise _no_uv(error) from None
        if done is None:
            raise self._deadline.out_of_time(DOING)
        return done

    def _common(self, wanted: Requirements, python_version: str) -> list[str]:
        return [
            *("--quiet", "--color=never", "--no-progress"),
            *("--no-config", "--no-sources", "--no-python-downloads"),
            *("--keyring-provider=disabled", "--python", sys.executable, "--only-binary=:all:"),
            *("--python-version", python_version, "--python-platform", PLATFORM),
            *wanted.index.trusted(),
            *self._without_cache,
        ]


def _locked(wanted: Requirements, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Of a lock file nothing is resolved anew. If each file has a hash, any index may have it."""
    if not wanted.is_locked:
        return ()
    has_all = all(entry.hashes or " @ " in entry.text for entry in wanted.entries)
    if wanted.index.extra_index_urls and has_all and not environ.get("UV_INDEX_STRATEGY"):
        return ("--no-deps", "--index-strategy=unsafe-best-match")
    return ("--no-deps",)


def _write(wanted: Requirements, folder: Path) -> None:
    """The only files that uv reads."""
    _write_lines(folder / "requirements.txt", wanted.index.lines(), wanted.entries)
    _write_lines(folder / "constraints.txt", (), wanted.constraints)
    _write_lines(folder / "overrides.txt", (), wanted.overrides)


def _write_lines(file: Path, options: Iterable[str], entries: Iterable[Entry]) -> None:
    lines = (*options, *dict.fromkeys(entry.line() for entry in entries))
    file.write_text("".join(f"{line}\n" for line in lines), "ascii", newline="\n")


def _with_credentials(passed: Mapping[str, str], wanted: Requirements) -> dict[str, str]:
    """The variables with the indexes that have a password, by which uv fetches their files."""
    urls = (wanted.index.index_url, *wanted.index.extra_index_urls, *wanted.index.find_links)
    named = [url for url in urls if "@" in url and not url.startswith("file:")]
    if not named:
        return dict(passed)
    return {**passed, "UV_INDEX": " ".join((passed.get("UV_INDEX", ""), *named)).strip()}


def _no_uv(error: OSError) -> InputError:
    why = error.strerror or "it is not installed"
    said = f"uv, which pa-deploy needs to fetch packages, cannot be started ({why})."
    return InputError((Problem(INPUT, said, advice="Install pa-deploy again."),))


def _without_cache(environ: Mapping[str, str]) -> list[str]:
    """A flag for uv if it cannot keep what it has fetched: a container may have no home."""
    if environ.get("UV_CACHE_DIR"):
        return []
    cache = cache_folder(environ)
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ["--no-cache"]
    return [] if os.access(cache, os.W_OK) else ["--no-cache"]
