"""Make virtual environments: the web app's own, and those that pip fills."""

from __future__ import annotations

import os
import shutil
from typing import Any, Callable, Dict, Mapping

from .commands import Commands, Failed
from .files import Home
from .interpreter import folder_of_virtualenv, own_python, programs_in
from .layout import UNFINISHED

OF_ANOTHER_PYTHON = ("PYTHON", "PIP_", "VIRTUAL_ENV", "__PYVENV")
"""So begin the names of variables that a new environment must not inherit."""


def make_environment(
    commands: Commands, step: str, folder: str, env: Mapping[str, str], here: str
) -> None:
    """Make one in `folder`, for the Python of this process. `here` is where the command runs.

    A Python that cannot (Debian's lacks `ensurepip`) has virtualenv beside it, as a rule.
    """
    try:
        commands.program(step, [own_python(), "-I", "-m", "venv", folder], env, here)
    except Failed:
        program = shutil.which("virtualenv")
        if not program:
            raise
        commands.program(step, [program, "--python", own_python(), folder], env, here)


def clean_environ() -> Dict[str, str]:
    """The variables of this process, but for those that are about its own Python."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(OF_ANOTHER_PYTHON)
    }


def lacks_virtualenv(home: Home, wanted: Mapping[str, Any]) -> bool:
    """Whether the web app is to have a virtualenv that is not there, or was not finished."""
    folder = folder_of_virtualenv(home, str(wanted.get("virtualenv", "")))
    if not folder:
        return False
    return not programs_in(folder) or os.path.exists(os.path.join(folder, UNFINISHED))


def make_virtualenv(
    home: Home, wanted: Mapping[str, Any], commands: Commands, tell: Callable[..., None]
) -> None:
    """Make the web app's virtualenv, which is the user's from then on."""
    step = "virtualenv: %s" % wanted["virtualenv"]
    tell(step=step)
    folder = folder_of_virtualenv(home, wanted["virtualenv"])
    mark = os.path.join(folder, UNFINISHED)
    os.makedirs(folder, exist_ok=True)
    if os.listdir(folder) and not os.path.exists(mark):
        raise RuntimeError("the folder has other files")
    with open(mark, "wb"):
        pass
    make_environment(commands, step, folder, clean_environ(), home.base)
    os.unlink(mark)
    if not programs_in(folder):
        raise RuntimeError("it has no Python")
