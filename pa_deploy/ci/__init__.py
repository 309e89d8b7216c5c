"""The CI system that the run stands in: how it wants log lines, annotations, outputs, summary.

All text goes out through here: secrets become `***`, and nothing that came from
outside can be taken for a command by the CI.
"""

from pa_deploy.ci.assignments import dotenv
from pa_deploy.ci.harmless import harmless_lines
from pa_deploy.ci.hiding import Hiding
from pa_deploy.ci.plain import Ci
from pa_deploy.ci.systems import detect
from pa_deploy.ci.who import who_runs

__all__ = [
    "Ci",
    "Hiding",
    "detect",
    "dotenv",
    "harmless_lines",
    "who_runs",
]
