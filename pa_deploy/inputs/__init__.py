"""The inputs, and the parser of each."""

from pa_deploy.inputs.input import Input
from pa_deploy.inputs.lists import said_lines
from pa_deploy.inputs.outputs import OUTPUTS
from pa_deploy.inputs.parse import (
    PYTHONANYWHERE,
    BadValue,
    did_you_mean,
    is_true_or_false,
    nearest,
)
from pa_deploy.inputs.requirements import path_of
from pa_deploy.inputs.rows import absolute_complaints
from pa_deploy.inputs.rows import mapping as parse_mapping
from pa_deploy.inputs.spelling import in_toml
from pa_deploy.inputs.table import BY_NAME, INPUTS, Values, names_in_file

__all__ = [
    "BY_NAME",
    "INPUTS",
    "OUTPUTS",
    "PYTHONANYWHERE",
    "BadValue",
    "Input",
    "Values",
    "absolute_complaints",
    "did_you_mean",
    "in_toml",
    "is_true_or_false",
    "names_in_file",
    "nearest",
    "parse_mapping",
    "path_of",
    "said_lines",
]
