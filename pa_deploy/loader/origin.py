"""What this process was like when the loader was imported. The app changes it to its own liking.

A preparer that the live app's process starts inherits these changes, and so would the commands.
"""

from __future__ import annotations

import json
import os
import resource
import signal
from contextlib import suppress
from typing import Any, Dict, List, Tuple

ENVIRON: Dict[str, str] = dict(os.environ)
PYTHON_S_OWN = (signal.SIGPIPE, signal.SIGXFSZ)
"""Signals that each Python ignores."""


def _umask() -> int:
    before = os.umask(0o077)
    os.umask(before)
    return before


def _limits() -> Dict[str, Tuple[int, int]]:
    """The soft and the hard limit of each resource."""
    names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return {name: resource.getrlimit(getattr(resource, name)) for name in names}


UMASK = _umask()
LIMITS = _limits()
NICENESS = os.getpriority(os.PRIO_PROCESS, 0)


def is_lost() -> bool:
    """Whether the app has given up what only root gets back: a hard limit, or its priority."""
    now = _limits()
    is_lower = any(_number(now[name][1]) < _number(LIMITS[name][1]) for name in LIMITS)
    return is_lower or os.getpriority(os.PRIO_PROCESS, 0) > NICENESS


def _number(limit: int) -> float:
    return float("inf") if limit == resource.RLIM_INFINITY else limit


def told() -> str:
    """What a new process needs to be as this one was."""
    softs = {name: pair[0] for name, pair in LIMITS.items()}
    return json.dumps({"umask": UMASK, "limits": softs})


def restore(text: str) -> None:
    """Have this process be as `told` says."""
    before: Dict[str, Any] = json.loads(text)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for each in _ignored():
        signal.signal(each, signal.SIG_DFL)
    os.umask(before["umask"])
    for name, soft in before["limits"].items():
        number = getattr(resource, name)
        with suppress(ValueError, OSError):
            resource.setrlimit(number, (soft, resource.getrlimit(number)[1]))


def _ignored() -> List[int]:
    """What uWSGI's master ignores, or the app."""
    others = signal.valid_signals() - set(PYTHON_S_OWN)
    return [each for each in others if signal.getsignal(each) == signal.SIG_IGN]
