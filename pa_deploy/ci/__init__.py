"""The CI system that the run stands in: how it wants log lines, annotations, outputs, summary.

All text goes out through here: secrets become `***`, and nothing that came from
outside can be taken for a command by the CI.
"""

from pa_deploy.ci.detect import detect
from pa_deploy.ci.dotenv import dotenv
from pa_deploy.ci.harmless import LINE_END, harmless_lines, printable
from pa_deploy.ci.hiding import Hiding
from pa_deploy.ci.plain import Ci
from pa_deploy.ci.who import who_runs

__all__ = [
    "LINE_END",
    "Ci",
    "Hiding",
    "detect",
    "dotenv",
    "harmless_lines",
    "printable",
    "who_runs",
]
