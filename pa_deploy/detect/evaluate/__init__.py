"""What a module of a project sets, by reading it. Nothing of it is imported or run.

An abstract interpreter: it knows what the code computes as far as the files tell, and goes on with
`Unknown` if they do not. It ends within fixed limits, whatever the code is.
"""

from __future__ import annotations

from pa_deploy.detect.evaluate.entry import Evaluation, evaluate_module
from pa_deploy.detect.evaluate.libraries import INCLUDE, RANDOM, ROUTE
from pa_deploy.detect.evaluate.uses import Uses, find_uses, options
from pa_deploy.detect.evaluate.values import (
    Absent,
    Either,
    External,
    Instance,
    Module,
    Unknown,
    Value,
)
from pa_deploy.detect.evaluate.watching import Use

__all__ = [
    "INCLUDE",
    "RANDOM",
    "ROUTE",
    "Absent",
    "Either",
    "Evaluation",
    "External",
    "Instance",
    "Module",
    "Unknown",
    "Use",
    "Uses",
    "Value",
    "evaluate_module",
    "find_uses",
    "options",
]
