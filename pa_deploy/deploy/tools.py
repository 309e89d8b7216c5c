"""What a deploy works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from pa_deploy.api import Api
from pa_deploy.ci import Ci
from pa_deploy.clock import Deadline
from pa_deploy.model import Run
from pa_deploy.transport import Transport
from pa_deploy.verify import Site

UNKNOWN = Run()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The real things that a deploy works with.

    Only within `interruptible` is a signal raised, as Interrupted: what comes after it, the
    account of what was done, is never cut short. `run` is what others are told about who deploys,
    `environ` is for the programs that a run starts.
    """

    api: Api
    transport: Transport
    site: Site
    deadline: Deadline
    ci: Ci
    run: Run = UNKNOWN
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    interruptible: Callable[[], AbstractContextManager[None]] = nullcontext
