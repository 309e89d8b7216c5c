"""uv resolves and fetches what the requirements ask for, from a file that pa-deploy wrote.

uv, because pip judges environment markers by the Python that runs it, not by the one it resolves
for: a package that only an older Python needs would be missing on PythonAnywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from uv import find_uv_bin

from pa_deploy.clock import Deadline
from pa_deploy.dependencies.environment import not_read, uv_environment
from pa_deploy.dependencies.explain import explain
from pa_deploy.dependencies.layer import fill
from pa_deploy.dependencies.read import read_requirements
from pa_deploy.dependencies.rounds import resolve
from pa_deploy.dependencies.sizes import insist_on_size
from pa_deploy.dependencies.uv import Uv
from pa_deploy.model import Chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a file of dependencies is read and resolved in.

    Included files must lie in `workspace`. `source` is the folder that is shipped, `scratch` one
    for files of ours. `secrets` are texts that uv must not see, and that no file may contain.
    `chosen` are parts of the file. `can_build`: packages without a wheel are built elsewhere, so no
    other version of them is looked for. If the wheels have more than `most_bytes` in sum (0: no
    matter how many), they are not fetched.
    """

    workspace: Path
    scratch: Path
    environ: Mapping[str, str] = field(repr=False)
    secrets: Sequence[str] = field(default=(), repr=False)
    source: Path | None = None
    chosen: Chosen = field(default_factory=Chosen)
    can_build: bool = False
    most_bytes: int = 0


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
    IndexUnreachable, OutOfTime, and TooLarge.
    """
    environ, secrets = around.environ, around.secrets
    wanted = read_requirements(
        requirements,
        around.workspace,
        environ,
        python_version=python_version,
        chosen=around.chosen,
        source=around.source,
        secrets=secrets,
    )
    looked_in = tuple(dict.fromkeys((around.workspace, requirements.parent)))
    for warning in (*wanted.warnings, *not_read(environ, secrets, looked_in, requirements)):
        warn(warning)
    folder = around.scratch / "requirements"
    folder.mkdir(exist_ok=True)
    into.mkdir(exist_ok=True)
    if not wanted.entries:
        return ()
    passed = {**_netrc(environ, folder), **uv_environment(environ, secrets)}
    uv = Uv(find_uv_bin(), folder, passed, deadline)
    text = resolve(uv, wanted, python_version, passed, can_build=around.can_build)
    if not text:
        return ()
    insist_on_size(uv.found, around.most_bytes)

    def fetch(lock: str, environment: Path) -> None:
        exit_code, said = uv.install(lock, wanted, python_version, environment)
        if exit_code:
            raise explain(said, exit_code, wanted, python_version)

    return fill(into, text, python_version, fetch)


def _netrc(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """An empty file, unless the user names one: `~/.netrc` may have a password for any host."""
    if environ.get("NETRC"):
        return {}
    (folder / "netrc").touch()
    return {"NETRC": str((folder / "netrc").absolute())}
