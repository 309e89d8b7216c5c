"""Which files of a folder are shipped: defaults, `.gitignore` files, `include`, `exclude`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

LEFT_OUT = (
    *(".git", ".hg/", ".svn/"),
    *(".venv/", "venv/", ".virtualenv/", ".tox/", ".nox/"),
    *("__pycache__/", "*.py[cod]", ".mypy_cache/", ".pytest_cache/", ".ruff_cache/", ".DS_Store"),
    *(".env", ".env.*", "!.env.example", "!.env.sample", "!.env.template", ".envrc"),
    *("*.pem", "*.key", "*.p12", "*.pfx", "*.keystore", "*.jks"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".ssh/", ".gnupg/", ".aws/"),
    *(".netrc", "_netrc", ".pypirc", ".npmrc", ".pgpass", ".my.cnf", ".git-credentials"),
)
"""Version control, virtualenvs, caches, and files that hold secrets."""

VIRTUALENV_MARK = "pyvenv.cfg"


@dataclass(frozen=True, slots=True)
class _Ignores:
    """The patterns of one `.gitignore`, whose paths are relative to where it is.

    `prefix` leads from there down to the shipped folder, `depth` counts the characters of the path
    from that folder down to it; one of the two is always empty.
    """

    spec: GitIgnoreSpec
    prefix: str = ""
    depth: int = 0

    def verdict(self, path: str) -> bool | None:
        return self.spec.check_file(self.prefix + path[self.depth :]).include


@dataclass(frozen=True, slots=True)
class _Rules:
    """What holds in one directory: the `.gitignore` files from the outermost to its own."""

    defaults: GitIgnoreSpec
    include: GitIgnoreSpec
    exclude: GitIgnoreSpec
    ignores: tuple[_Ignores, ...]

    def named(self, path: str, parent: str) -> bool:
        """Whether `include` means the path itself, not only a directory above it."""
        return self.include.match_file(path) and not (parent and self.include.match_file(parent))

    def ignored(self, path: str) -> bool:
        """What the last `.gitignore` that speaks of the path says."""
        verdicts = [each.verdict(path) for each in self.ignores]
        return next((verdict for verdict in reversed(verdicts) if verdict is not None), False)


def select(folder: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[str]:
    """The sorted paths, relative to the folder, of the files and links to ship.

    Patterns are those of `.gitignore`. `include` brings back what `.gitignore` leaves out; what is
    left out by default it brings back only where a pattern means the file itself, not a directory
    above it. `exclude` is stronger than all.
    """
    rules = _Rules(
        defaults=GitIgnoreSpec.from_lines(LEFT_OUT),
        include=GitIgnoreSpec.from_lines(include),
        exclude=GitIgnoreSpec.from_lines(exclude),
        ignores=tuple(_ignores_above(folder.resolve())),
    )
    return sorted(_walk(folder, "", rules, ignored=False))


def every_file(folder: Path) -> list[str]:
    """The sorted paths of all files and links, without a look at any pattern."""
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _walk(folder: Path, below: str, rules: _Rules, *, ignored: bool) -> Iterator[str]:
    """The paths under `below`, which is empty or ends in a slash."""
    directory = folder / below
    own = directory / ".gitignore"
    if own.is_file() and not ignored:
        spec = _Ignores(_read(own), depth=len(below))
        rules = _Rules(rules.defaults, rules.include, rules.exclude, (*rules.ignores, spec))
    for entry in directory.iterdir():
        is_directory = entry.is_dir() and not entry.is_symlink()
        path = f"{below}{entry.name}{'/' if is_directory else ''}"
        if rules.exclude.match_file(path):
            continue
        if _left_out(entry, path, rules, is_directory=is_directory):
            if not rules.named(path, below):
                continue
            now_ignored = False
        else:
            now_ignored = ignored or rules.ignored(path)
        if is_directory:
            # Below an ignored directory only `include` finds anything.
            if not now_ignored or len(rules.include):
                yield from _walk(folder, path, rules, ignored=now_ignored)
        elif not now_ignored or rules.include.match_file(path):
            yield path


def _left_out(entry: Path, path: str, rules: _Rules, *, is_directory: bool) -> bool:
    return rules.defaults.match_file(path) or (is_directory and (entry / VIRTUALENV_MARK).exists())


def _ignores_above(folder: Path) -> Iterator[_Ignores]:
    """The `.gitignore` files above the folder, up to the top of its repository.

    Not one that ignores the folder itself: whoever names it, the output of a build perhaps, wants
    what is in it.
    """
    above = [folder, *folder.parents]
    top = next((i for i, each in enumerate(above) if (each / ".git").exists()), 0)
    for each in reversed(above[1 : top + 1]):
        file = each / ".gitignore"
        if file.is_file():
            ignores = _Ignores(_read(file), prefix=f"{folder.relative_to(each).as_posix()}/")
            if not ignores.verdict(""):
                yield ignores


def _read(file: Path) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(file.read_text(encoding="utf-8", errors="replace").splitlines())
