"""Make a virtual environment, and have pip fill it: for packages that have to be built here.

There is one for each set of requirements. It is made in its place, because the scripts of a virtual
environment name their Python by its path; a half-made one has no note, and is removed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from typing import Any, Callable, Dict, List, Mapping

from .commands import Commands
from .composing import files_about
from .environment import Environment
from .files import OUTPUT, Home, discard, private, read_bytes
from .interpreter import own_python
from .virtualenvs import clean_environ, make_environment

BEGINNING = "install: virtual environment"
"""The first step of an installation, and so the line with which each one begins in the output."""
PACKAGES = "install: packages"
PROGRESS = re.compile(
    rb"^(?:\$ install: packages|Collecting |Installing collected|Successfully |\s*Created wheel )",
    re.MULTILINE,
)
"""Lines of the output that tell of one more finished step or package."""
SCRATCH = ("unpacking", "pip")
"""For pip's own files, and for what it builds: /tmp counts for the disk space of an account too."""
OPTIONS = ("--no-cache-dir", "--prefer-binary", "--progress-bar=off")
NO_DEPENDENCIES = "--no-deps"
"""The argument with which pip installs what is locked."""
HASH = " --hash="
FOR_PIP = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_USER": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
FREEZE_SECONDS = 120.0


class Installing:
    """Makes one environment, by what the pointer says in `recipe`.

    `is_in_use`: the live release may be serving from its folder, whose files are damaged.
    """

    def __init__(
        self,
        environment: Environment,
        recipe: Mapping[str, Any],
        commands: Commands,
        *,
        is_in_use: bool,
    ) -> None:
        self._environment = environment
        self._home = environment.home
        self._folder = environment.folder
        self._recipe = recipe
        self._commands = commands
        self._is_in_use = is_in_use
        self._scratch = self._home.at(*SCRATCH)
        self._python = os.path.join(environment.scripts, "python")

    def carry_out(self, variables: Mapping[str, str], tell: Callable[..., None]) -> None:
        """Make it; its note, written last, says that it is whole. An error if it cannot be made.

        pip gets those of the release's `variables` that its lines name, and no others.
        """
        started = time.monotonic()
        try:
            if not self._is_in_use:
                discard(self._folder)
            discard(self._scratch)
            os.makedirs(self._scratch, mode=0o700)
            tell(step=BEGINNING)
            self._make()
            tell(step=PACKAGES)
            self._install(variables)
            frozen = self._freeze()
            self._open()
        except BaseException:
            if not self._is_in_use:
                discard(self._folder)
            raise
        finally:
            discard(self._scratch)
        seconds = round(time.monotonic() - started)
        os.sync()
        note = {"kind": "install", "distributions": {}, "python": "%d.%d" % sys.version_info[:2]}
        written = self._environment.note.get("written", [])
        self._environment.keep({**note, "written": written, "freeze": frozen, "seconds": seconds})
        size = self._environment.note["bytes"]
        self._home.say(
            "pip has installed %d package%s in %d s. The environment has %.1f MB"
            % (len(frozen), "" if len(frozen) == 1 else "s", seconds, size / 1e6)
        )

    def _make(self) -> None:
        make_environment(self._commands, BEGINNING, self._folder, self._env({}), self._scratch)

    def _install(self, variables: Mapping[str, str]) -> None:
        names = self._recipe.get("variables", [])
        env = self._env({name: variables[name] for name in names if name in variables})
        for lines in self._portions():
            words = [self._python, "-I", "-u", "-m", "pip", "install", *OPTIONS]
            words += self._recipe.get("arguments", [])
            words += ["--requirement", self._write("requirements.txt", lines)]
            limits = self._recipe.get("constraints")
            if limits:
                words += ["--constraint", self._write("constraints.txt", limits)]
            if self._is_in_use:
                words.append("--force-reinstall")
            self._commands.program(PACKAGES, words, env, self._scratch)

    def _portions(self) -> List[List[str]]:
        """The lines of each run of pip, which wants a hash for all of them or for none.

        Of what is locked, a repository has none.
        """
        options, lines = self._recipe.get("options", []), self._recipe["lines"]
        bare = [line for line in lines if HASH not in line]
        if NO_DEPENDENCIES not in self._recipe.get("arguments", []) or len(bare) in (0, len(lines)):
            return [[*options, *lines]]
        others = [option for option in options if option != "--require-hashes"]
        return [[*options, *(line for line in lines if HASH in line)], [*others, *bare]]

    def _write(self, name: str, lines: List[str]) -> str:
        path = os.path.join(self._scratch, name)
        with open(path, "w", encoding="utf-8", opener=private) as file:
            file.write("".join("%s\n" % line for line in lines))
        return path

    def _env(self, more: Mapping[str, str]) -> Dict[str, str]:
        own = clean_environ()
        path = os.pathsep.join([self._environment.scripts, own.get("PATH", os.defpath)])
        return {**own, **FOR_PIP, "PATH": path, "TMPDIR": self._scratch, **more}

    def _freeze(self) -> List[str]:
        done = subprocess.run(
            [self._python, "-I", "-m", "pip", "freeze"],
            env=self._env({}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=FREEZE_SECONDS,
            check=True,
        )
        return done.stdout.decode("utf-8", "replace").splitlines()

    def _open(self) -> None:
        """Let it have what the web app has besides. Before, pip must not find that."""
        for path, content in files_about(own_python()).items():
            with open(os.path.join(self._folder, path), "wb") as file:
                file.write(content)


def discard_half_made(home: Home, packages: Mapping[str, Any], serving: str) -> None:
    """Remove the environment that the pointer wants, if it was not finished. `serving` is the id of
    the one that the live release has.
    """
    environment = Environment(home, packages.get("id", ""))
    if packages.get("install") and not environment.is_there and environment.id != serving:
        discard(environment.folder)


def tries_with_progress(home: Home) -> int:
    """How many installations that were killed had come farther than each one before.

    Such a one is no failure: what kills processes at random lets the next come to an end. But if
    the same package is fatal each time, the second installation comes no farther than the first.
    """
    try:
        output = read_bytes(home.at(OUTPUT))
    except OSError:
        return 0
    best, found = 0, 0
    for told in output.split(b"$ %s\n" % BEGINNING.encode())[1:]:
        far = len(PROGRESS.findall(told))
        if far > best:
            best, found = far, found + 1
    return found
