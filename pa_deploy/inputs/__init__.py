"""The inputs, and the parser of each."""

from pa_deploy.inputs.input import Input
from pa_deploy.inputs.outputs import OUTPUTS
from pa_deploy.inputs.parse import (
    PYTHONANYWHERE,
    BadValue,
    did_you_mean,
    is_true_or_false,
    nearest,
    said_lines,
)
from pa_deploy.inputs.parse import password_protection as parse_password_protection
from pa_deploy.inputs.releases import env as parse_env
from pa_deploy.inputs.releases import variables as parse_variables
from pa_deploy.inputs.rows import mapping as parse_mapping
from pa_deploy.inputs.rows import static_files as parse_static_files
from pa_deploy.inputs.table import INPUTS, Values, names_in_file

__all__ = [
    "INPUTS",
    "OUTPUTS",
    "PYTHONANYWHERE",
    "BadValue",
    "Input",
    "Values",
    "did_you_mean",
    "is_true_or_false",
    "names_in_file",
    "nearest",
    "parse_env",
    "parse_mapping",
    "parse_password_protection",
    "parse_static_files",
    "parse_variables",
    "said_lines",
]
