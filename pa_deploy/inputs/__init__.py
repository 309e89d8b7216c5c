"""What a user can say, and how it is read."""

from pa_deploy.inputs.parse import BadValue, did_you_mean, secret_texts
from pa_deploy.inputs.rows import mapping as parse_mapping
from pa_deploy.inputs.table import INPUTS, OUTPUTS, Input, Output, Values

__all__ = [
    "INPUTS",
    "OUTPUTS",
    "BadValue",
    "Input",
    "Output",
    "Values",
    "did_you_mean",
    "parse_mapping",
    "secret_texts",
]
