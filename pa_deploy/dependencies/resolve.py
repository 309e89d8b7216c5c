"""uv resolves and fetches what the requirements ask for, from a file that pa-deploy wrote.

uv, because pip judges environment markers by the Python that runs it, not by the one it resolves
for: a package that only an older Python needs would be missing on PythonAnywhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from uv import find_uv_bin

from pa_deploy.clock import Deadline
from pa_deploy.dependencies.environment import not_read, uv_environment
from pa_deploy.dependencies.explain import explain
from pa_deploy.dependencies.layer import fill
from pa_deploy.dependencies.model import Requirements
from pa_deploy.dependencies.read import INPUT, read_requirements
from pa_deploy.dependencies.resolution import checked
from pa_deploy.errors import InputError, Problem
from pa_deploy.program import Program

PLATFORM = "x86_64-manylinux_2_31"
"""The glibc of the oldest of PythonAnywhere's system images, which are Ubuntu 20.04 and 22.04."""
FOUND = "pylock.found.toml"
RESOLVE = (
    *("requirements.txt", "--constraints=constraints.txt", "--no-header", "--format=pylock.toml"),
    f"--output-file={FOUND}",
)
LOCKED = "--requirements=pylock.toml"
DOING = "uv to resolve and fetch what `requirements` lists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a requirements file is read and resolved in.

    Included files must lie in `workspace`. `source` is the folder that is shipped, `scratch` one
    for files of ours. `secrets` are texts that uv must not see, and that no file may contain.
    """

    workspace: Path
    scratch: Path
    environ: Mapping[str, str] = field(repr=False)
    secrets: Sequence[str] = field(default=(), repr=False)
    source: Path | None = None


def install(
    requirements: Path,
    python_version: str,
    into: Path,
    around: Surroundings,
    deadline: Deadline,
    warn: Callable[[str], None],
) -> tuple[Path, ...]:
    """Fill a folder with the packages that the file asks for; the same ones give the same files.

    Nothing is built, and no code of a package or of the workspace runs. Returns the folders, as
    `fill` does. Raises InputError with all problems of the file, or with what uv could not find,
    IndexUnreachable, and OutOfTime.
    """
    workspace, environ, secrets = around.workspace, around.environ, around.secrets
    wanted = read_requirements(
        requirements, workspace, environ, source=around.source, secrets=secrets
    )
    for warning in (
        *wanted.warnings,
        *not_read(environ, secrets, _looked_in(requirements, workspace)),
    ):
        warn(warning)
    folder = around.scratch / "requirements"
    folder.mkdir()
    into.mkdir(exist_ok=True)
    if not wanted.entries:
        return ()
    _write(wanted, folder)
    passed = {**_netrc(environ, folder), **uv_environment(environ, secrets)}

    def run(command: list[str], environ: Mapping[str, str]) -> None:
        try:
            done = Program(command, folder, environ).run(deadline.remaining())
        except OSError as error:
            raise _no_uv(error) from None
        if done is None:
            raise deadline.out_of_time(DOING)
        exit_code, said = done
        if exit_code:
            raise explain(said, exit_code, wanted, python_version)

    common = [*_common(wanted, python_version), *_without_cache(environ)]
    run([find_uv_bin(), "pip", "compile", *common, *RESOLVE, *wanted.index.prerelease()], passed)
    text = checked(folder / FOUND, wanted, passed)

    def fetch(lock: str, environment: Path) -> None:
        (folder / "pylock.toml").write_text(lock, "utf-8")
        given = [f"--prefix={environment.absolute()}", "--link-mode=copy", LOCKED]
        run([find_uv_bin(), "pip", "install", *common, *given], _with_credentials(passed, wanted))

    return fill(into, text, python_version, fetch)


def _with_credentials(passed: Mapping[str, str], wanted: Requirements) -> dict[str, str]:
    """The variables with the indexes that have a password, by which uv fetches their files."""
    urls = (wanted.index.index_url, *wanted.index.extra_index_urls, *wanted.index.find_links)
    named = [url for url in urls if "@" in url and not url.startswith("file:")]
    if not named:
        return dict(passed)
    return {**passed, "UV_INDEX": " ".join((passed.get("UV_INDEX", ""), *named)).strip()}


def _netrc(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """An empty file, unless the user names one: `~/.netrc` may have a password for any host."""
    if environ.get("NETRC"):
        return {}
    (folder / "netrc").touch()
    return {"NETRC": str((folder / "netrc").absolute())}


def _no_uv(error: OSError) -> InputError:
    why = error.strerror or "it is not installed"
    said = f"uv, which pa-deploy needs to fetch packages, cannot be started ({why})."
    return InputError((Problem(INPUT, said, advice="Install pa-deploy again."),))


def _looked_in(requirements: Path, workspace: Path) -> tuple[Path, ...]:
    return tuple(dict.fromkeys((workspace, requirements.parent)))


def _write(wanted: Requirements, folder: Path) -> None:
    """The only files that uv reads."""
    entries = (entry.line() for entry in wanted.entries)
    lines = (*wanted.index.lines(), *dict.fromkeys(entries))
    (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in lines), "ascii")
    constraints = dict.fromkeys(entry.line() for entry in wanted.constraints)
    (folder / "constraints.txt").write_text("".join(f"{line}\n" for line in constraints), "ascii")


def _common(wanted: Requirements, python_version: str) -> list[str]:
    return [
        *("--quiet", "--color=never", "--no-progress"),
        *("--no-config", "--no-sources", "--no-python-downloads", "--keyring-provider=disabled"),
        *("--python", sys.executable, "--only-binary=:all:", "--python-version", python_version),
        *("--python-platform", PLATFORM, *wanted.index.trusted()),
    ]


def _without_cache(environ: Mapping[str, str]) -> list[str]:
    """A flag for uv if it cannot keep what it has fetched: a container may have no home."""
    if environ.get("UV_CACHE_DIR"):
        return []
    home = environ.get("HOME") or os.devnull
    cache = Path(environ.get("XDG_CACHE_HOME") or f"{home}/.cache") / "uv"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ["--no-cache"]
    return [] if os.access(cache, os.W_OK) else ["--no-cache"]
