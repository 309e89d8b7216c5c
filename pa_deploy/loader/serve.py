"""What the WSGI file begins with: put the wanted release in place, then serve what is live."""

from __future__ import annotations

import fcntl
import importlib
import sys
import traceback

from .activate import prepare_and_activate
from .app import App, load
from .files import Home, private
from .layout import LAYOUT
from .releases import Release, highest_number, live


def make_application(base: str, wsgi_file: str) -> App:
    """The application that is live, once the wanted release is in place or refused.

    The first worker puts it in place; the others wait for the lock. Whatever fails, what served
    before goes on serving, and status.json says why.
    """
    home = Home(base)
    number = highest_number(home)
    if number > LAYOUT:
        return _serve_newer(home, number)
    try:
        home.close()
        with open(home.at("loader.lock"), "ab", opener=private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            prepare_and_activate(home, wsgi_file, lock.fileno())
    except Exception:  # whatever it is, it must not take the site down
        traceback.print_exc()
    if live(home):
        return load(Release(home, live(home)))
    sys.path.append(home.at("before"))
    return importlib.import_module("wsgi_before").application  # type: ignore[no-any-return]


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
