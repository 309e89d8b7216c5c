"""What the WSGI file begins with: see to the wanted release, then serve what is live."""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress

from .app import App, load
from .backups import make_way
from .before import former_site
from .boot import Boot
from .files import Home
from .layout import LAYOUT
from .releases import Release, highest_number, live
from .request import answering
from .space_note import reserve
from .switch import bring_up


def make_application(base: str, wsgi_file: str) -> App:
    """The application that is live, once a release that is ready was switched to.

    Whatever fails, what served before goes on serving, and status.json says why.
    """
    home = Home(base)
    number = highest_number(home)
    if number > LAYOUT:
        return _serve_newer(home, number)
    boot = Boot(home)
    try:
        try:
            make_way(home)
            home.close()
            boot.begin()
            bring_up(home, wsgi_file)
            reserve(home)
        except Exception:  # whatever it is, it must not take the site down
            traceback.print_exc()
        app = load(Release(home, live(home))) if live(home) else former_site(home)
        return answering(home, app)
    finally:
        with suppress(OSError):
            boot.end()


def _serve_newer(home: Home, number: int) -> App:
    """Serve what is live, if it can be read, and touch nothing."""
    said = (
        "pa-deploy: the releases in %s have layout %d, from a newer pa-deploy. This WSGI file "
        "knows layouts up to %d, so it changes nothing. Use the newer pa-deploy."
    ) % (home.base, number, LAYOUT)
    sys.stderr.write(said + "\n")
    try:
        return load(Release(home, live(home)))
    except Exception as error:
        raise RuntimeError(said) from error
