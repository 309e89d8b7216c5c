"""The loader's zip with its bytecode, so that no process that imports it has to compile it first.

A release costs five such processes. The source is in the zip as well, and other Pythons take it.
`make soak` has the zip as it is shipped.
"""

from __future__ import annotations

import importlib.util
import marshal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pa_deploy import loader_files
from tests.soak import IS_SOAK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOT_COMPARED = (1).to_bytes(4, "little") + bytes(8)
"""Of bytecode: it is right, whatever the time and the content of its source."""
_as_shipped = loader_files._modules


def compile_once() -> None:
    """Have this process, and those that it forks, make the zip with bytecode."""
    if not IS_SOAK:
        _make_of(_with_bytecode())


@contextmanager
def shipped() -> Iterator[None]:
    """The zip as users get it."""
    former = loader_files._modules()
    _make_of(_as_shipped())
    try:
        yield
    finally:
        _make_of(former)


def _make_of(modules: Mapping[str, str | bytes]) -> None:
    loader_files._modules = lambda: modules  # type: ignore[assignment, return-value]
    for made in (loader_files.loader_zip, loader_files.loader_name):
        made.cache_clear()
        made()


def _with_bytecode() -> Mapping[str, str | bytes]:
    modules: dict[str, str | bytes] = {}
    for name, text in _as_shipped().items():
        code = compile(text, f"pa_deploy_loader/{name}", "exec", dont_inherit=True)
        # This format has no references, which differ from process to process.
        content = importlib.util.MAGIC_NUMBER + NOT_COMPARED + marshal.dumps(code, 2)
        modules |= {name: text, f"{name}c": content}
    return modules
