"""The options of one site's uWSGI."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.choices import HARAKIRI_SECONDS
from pa_emulator.hosting.logs import write_server
from pa_emulator.paths import under

if TYPE_CHECKING:
    from pa_emulator.hosting.deployment import Deployment
    from pa_emulator.hosting.place import Place

WORKER = Path(__file__).with_name("worker.py")

Options = list[tuple[str, str]]


def options(place: Place, deployment: Deployment, spec: Path) -> Options:
    """Return names and values; a switch has none. The socket is not among them."""
    return [
        ("wsgi-file", str(WORKER)),
        ("set", f"pa-spec={spec}"),
        ("processes", str(deployment.workers)),
        ("harakiri", f"{HARAKIRI_SECONDS:.0f}"),
        ("master", ""),
        ("die-on-term", ""),
        ("reload-mercy", f"{place.mercy_seconds:.0f}"),
        ("worker-reload-mercy", f"{place.mercy_seconds:.0f}"),
        ("enable-threads", ""),
        ("no-orphans", ""),
        ("disable-logging", ""),
        ("buffer-size", "65535"),
        ("post-buffering", "65536"),
        ("offload-threads", "2"),
        ("mime-file", str(_mime_file(place))),
        ("static-index", "index.html"),
        *([("lazy-apps", "")] if place.lazy_apps else []),
        *_static_maps(place, deployment),
    ]


def _static_maps(place: Place, deployment: Deployment) -> Options:
    """Map only what the account may read: rows are stored unchecked, and uWSGI can read all of
    root.

    uWSGI itself follows links in the path at the first request, because the app may have made them
    while it was loaded. A mapping that cannot be served is noted in the server log.
    """
    maps = []
    for row in deployment.mappings:
        path = under(place.root, row.path)
        is_servable = place.servable(deployment.username, path) is not None
        if is_servable and "=" not in row.url and is_passable(f"{row.url}{path}"):
            maps.append(("static-map", f"{row.url}={path}"))
            continue
        text = f"static mapping {json.dumps([row.url, row.path])} cannot be served"
        write_server(place.root, deployment.domain, text, place.clock.now())
    return maps


def is_passable(text: str) -> bool:
    """Tell whether uWSGI takes the text unchanged: it expands some signs, and options are lines."""
    return not any(sign in text for sign in ("$(", "%(", "@(", "\0", "\n"))


def _mime_file(place: Place) -> Path:
    """Write the media types that Python knows to a file, for machines without such a list."""
    path = place.specs / "mime.types"
    if not path.exists():
        mimetypes.init()
        lines = [f"{kind} {ending[1:]}" for ending, kind in mimetypes.types_map.items()]
        path.write_text("\n".join(lines) + "\n")
    return path
