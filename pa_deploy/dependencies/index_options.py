"""The options that say where packages come from."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from pa_deploy.dependencies import grammar
from pa_deploy.dependencies.entries import LeftOut
from pa_deploy.dependencies.model import IndexOptions, Unusable
from pa_deploy.dependencies.options import Option
from pa_deploy.dependencies.places import Places, from_file_url
from pa_deploy.urls import HOST

PYTHONANYWHERE_WHEELS = "/usr/share/pip-wheels"
MOST_PLACES = 100


def with_option(index: IndexOptions, option: Option, folder: Path, places: Places) -> IndexOptions:
    """The options with one more, of a file in `folder`. Raises Unusable, LeftOut.

    `--only-binary` and `--prefer-binary` change nothing: pa-deploy takes wheels only.
    """
    name, value = option.name, option.value
    if not value:
        return replace(
            index,
            no_index=index.no_index or name == "--no-index",
            pre=index.pre or name == "--pre",
            require_hashes=index.require_hashes or name == "--require-hashes",
        )
    if name == "--index-url":
        return replace(index, index_url=_one_url(index.index_url, _index_url(name, value)))
    if name == "--extra-index-url":
        urls = _with(index.extra_index_urls, _index_url(name, value))
        return replace(index, extra_index_urls=urls)
    if name == "--trusted-host":
        if not HOST.fullmatch(value):
            raise Unusable("the value of `--trusted-host` is not a host name.", "Correct it.")
        return replace(index, trusted_hosts=_with(index.trusted_hosts, value))
    if name == "--find-links":
        links = _with(index.find_links, _find_links(value, folder, places))
        return replace(index, find_links=links)
    return index


def _with(texts: tuple[str, ...], text: str) -> tuple[str, ...]:
    """All of them, each once."""
    if len(texts) >= MOST_PLACES:
        why = f"the files name more than {MOST_PLACES} indexes, hosts or folders."
        raise Unusable(why, "Remove some.")
    return tuple(dict.fromkeys((*texts, text)))


def _one_url(former: str, url: str) -> str:
    if former not in ("", url):
        why = "`--index-url` is given twice, with different URLs."
        raise Unusable(why, "Keep one, and make the other `--extra-index-url`.")
    return url


def _find_links(value: str, folder: Path, places: Places) -> str:
    if value.rstrip("/") == PYTHONANYWHERE_WHEELS:
        raise LeftOut(
            f"`--find-links {PYTHONANYWHERE_WHEELS}` is left out: it is a folder of "
            "PythonAnywhere. The packages come from the index."
        )
    if value.lower().startswith(("http:", "https:")):
        return _index_url("--find-links", value)
    text = from_file_url(value) if value.lower().startswith("file:") else value
    return _wheels(places.find(text, folder), places)


def _wheels(folder: Path, places: Places) -> str:
    """The URL of a folder that holds nothing but wheels."""
    shown = f'`--find-links` "{places.shown(folder)}"'
    try:
        resolved = places.resolve(folder)
        rows = sorted(os.scandir(resolved), key=lambda row: row.name)
        others = [row.name for row in rows if not _is_harmless(row)]
    except Unusable as error:
        raise Unusable(f"{shown}: {error}", error.advice) from None
    except OSError as error:
        why = f"{shown} is not a readable folder ({error.strerror})."
        raise Unusable(why, "Correct the path, or remove the line.") from None
    if others:
        name = os.fsencode(others[0]).decode(errors="replace")
        why = f'{shown} contains "{name}", which is not a wheel.'
        raise Unusable(why, "Keep only wheels in that folder.")
    return resolved.as_uri()


def _is_harmless(row: os.DirEntry[str]) -> bool:
    """Whether it is a wheel (not a link to one), or a file such as `.gitignore`."""
    is_wheel = row.name.endswith(".whl") and stat.S_ISREG(row.stat(follow_symlinks=False).st_mode)
    return is_wheel or row.name.startswith(".")


def _index_url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_url = False
    url = grammar.encoded(value.partition("#")[0])
    if not is_url or not grammar.INDEX_URL.fullmatch(url):
        raise Unusable(
            f"the value of `{name}` is not a URL that begins with `https://`.", "Correct it."
        )
    return url
