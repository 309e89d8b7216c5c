"""What a user can say, and how it is read."""

from pa_deploy.inputs.input import Input
from pa_deploy.inputs.outputs import OUTPUTS
from pa_deploy.inputs.parse import PYTHONANYWHERE, BadValue, did_you_mean, nearest, said_lines
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
    "names_in_file",
    "nearest",
    "parse_mapping",
    "parse_static_files",
    "said_lines",
]
