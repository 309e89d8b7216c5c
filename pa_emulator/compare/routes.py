"""The requests of a recording that may be sent: those that surely run no command.

A recording comes from somebody else and may contain anything.
"""

from __future__ import annotations

import re

from pa_emulator.paths import one_slash

READS = {"GET", "HEAD", "OPTIONS"}
HARMLESS = re.compile(
    r"/api/v0/user/[^/]+/(?:"
    r"files/path/.*"
    r"|files/(?:sharing|tree)/?"
    r"|webapps/?"
    r"|webapps/[^/]+/(?:(?:reload|enable|disable|ssl)/?)?"
    r"|webapps/[^/]+/static_(?:files|headers)/(?:[0-9]+/?)?"
    r"|consoles/(?:[0-9]+/?|shared_with_you/?)?"
    r"|cpu/?|system_image/?|default_(?:python|python3|save_and_run_python)_version/?"
    r"|students/(?:[^/]+/?)?"
    r")",
    re.DOTALL,
)


def is_harmless(method: str, path: str) -> bool:
    """Tell whether a request surely runs no command. `path` is what the emulator finds, decoded."""
    return method in READS or HARMLESS.fullmatch(one_slash(path)) is not None
