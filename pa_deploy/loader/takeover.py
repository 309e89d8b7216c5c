"""Move what the first edition of pa-deploy has written, and let its loader find this one."""

from __future__ import annotations

import os

from .files import Home, discard, move, read_bytes
from .first import ENV, RECORD, first_env, first_record
from .releases import HAND_OVER, Release, is_sound, live

COPY = "pa_deploy_wsgi"
"""A copy of the WSGI file, which the first edition's loader imports as the app of HAND_OVER."""


def take_over(home: Home, wsgi_file: str) -> None:
    """Move what the first edition has written to its new place. A second call goes on."""
    hand_over(home, wsgi_file)
    old = [name for name in home.names_in("releases") if name.endswith((".json", ".env", ".new"))]
    old = [name for name in old if name.partition(".")[0] != HAND_OVER]
    for release in [name[: -len(".json")] for name in old if name.endswith(".json")]:
        record = first_record(home, release)
        if is_sound(record):
            _take_over_secrets(home, release)
            home.write("records/%s.json" % release, record)
    served = Release(home, live(home))
    if served.record:
        served.make_current()
    for name in sorted(old, key=lambda name: name.endswith(".env")):  # a record before its values
        discard(home.at("releases", name))
    discard(home.at("release.json"))


def _take_over_secrets(home: Home, release: str) -> None:
    """A file that cannot be read is kept as it is, for people."""
    env = first_env(home, release)
    if env is not None:
        home.write("secrets/%s.json" % release, env)
    elif os.path.lexists(home.at(ENV % release)):
        move(home.at(ENV % release), home.at("secrets/%s.json" % release))


def hand_over(home: Home, wsgi_file: str) -> None:
    """Let the first edition's loader serve by this one, and remove no layer that is needed.

    It takes the last part of what `current` leads to for the id of the live release, which is
    HAND_OVER. So all goes on even if somebody has put back the first edition's WSGI file.
    """
    text = read_bytes(wsgi_file)
    copy = os.path.join("releases", HAND_OVER, COPY + ".py")
    os.makedirs(home.at("releases", HAND_OVER), mode=0o700, exist_ok=True)
    if not os.path.exists(home.at(copy)) or read_bytes(home.at(copy)) != text:
        home.write_bytes(copy, text)
    record = {"id": HAND_OVER, "app": COPY + ":application", "layers": home.names_in("layers")}
    if home.read(RECORD % HAND_OVER) != record:
        home.write(RECORD % HAND_OVER, record)
