"""How the wanted release differs from the live one, for people who have changed nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pa_deploy.bundle import difference
from pa_deploy.detect import listed
from pa_deploy.loader.layout import APART
from pa_deploy.loader.paths import shown
from pa_deploy.release.content import Bundle, env_of
from pa_deploy.release.protocol import Record


def differences(record: Record, bundle: Bundle) -> Iterator[str]:
    """A sentence for each part that differs. Values of `env` are not known here."""
    wanted = bundle.wanted
    changed, deleted = difference(record.files, bundle.code.manifest)
    shared = tuple(f"{name.rstrip('/')}/" for name in (*wanted.shared, *record.shared))
    files = [path for path in (*changed, *deleted) if not f"{path}/".startswith(shared)]
    if files:
        yield f"Files differ: {listed([shown(path) for path in sorted(files)])}."
    if bundle.environment.id != record.environment.partition(APART)[0]:
        yield "The dependencies differ."
    if wanted.app != record.app:
        yield f"`app` differs: the live release has {record.app or 'none'}."
    for name, there, here in (
        ("env", record.env, tuple(env_of(wanted))),
        ("generate", record.generate, wanted.generate),
        ("variables", tuple(record.variables), tuple(name for name, _ in wanted.variables)),
        ("shared", record.shared, wanted.shared),
        ("python-path", record.python_path, wanted.python_path),
    ):
        if set(there) != set(here):
            yield _sets(name, tuple(there), tuple(here))
    if record.variables != dict(wanted.variables) and set(record.variables) == {
        name for name, _ in wanted.variables
    }:
        yield "A value of `variables` differs."


def _sets(name: str, there: tuple[str, ...], here: tuple[str, ...]) -> str:
    return f"`{name}` differs: the live release has {_all(there)}, this run has {_all(here)}."


def _all(names: tuple[str, ...]) -> str:
    return listed([shown(name) for name in sorted(names)]) or "none"
