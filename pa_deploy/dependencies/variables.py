"""`${NAME}` in a line of a requirements file, or in the URL of an index: which may be replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pa_deploy.dependencies.environment import holds
from pa_deploy.dependencies.model import Unusable
from pa_deploy.unprintable import is_one_line

VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
FOR_INDEXES = ("PIP_", "UV_", "PYPI_", "INDEX_")
"""How the names of variables begin that a line may use. Any other variable, such as a token of the
CI, could be sent to a hostile index in its URL.
"""
LONGEST_LINE = 200_000
"""One requirement with more than 2,000 hashes."""
LONGEST_VALUE = 4_000


class Variables:
    """Replaces variables as pip does, and remembers which were used: their values are not shown."""

    def __init__(self, environ: Mapping[str, str], secrets: Sequence[str]) -> None:
        self._environ = environ
        self._secrets = secrets
        self.used: dict[str, str] = {}

    def expanded(self, text: str) -> str:
        """Raises Unusable."""
        if len(text) > LONGEST_LINE:
            raise too_long()
        for name in dict.fromkeys(VARIABLE.findall(text)):
            self.used[name] = self._value(name)
            text = text.replace(f"${{{name}}}", self.used[name])
        refuse_control(text)
        return text

    def _value(self, name: str) -> str:
        if not name.startswith(FOR_INDEXES):
            begins = ", ".join(f"`{each}`" for each in FOR_INDEXES)
            why = f"the variable `${{{name}}}` is not replaced: its name must begin with one "
            advice = f"Rename the variable, for example `INDEX_{name}`, here and in `env`."
            raise Unusable(f"{why}of {begins}.", advice)
        value = self._environ.get(name, "")
        if not value:
            why = f"the variable `${{{name}}}` is not set."
            raise Unusable(why, f"Set {name} in the step's `env`.")
        if holds(value, self._secrets):
            why = f"the variable `${{{name}}}` holds a secret of this run."
            raise Unusable(why, "Use another variable.")
        return value


def refuse_control(text: str) -> None:
    """Raise Unusable for text that could end a line."""
    if not is_one_line(text):
        raise Unusable("the line has a control character.", "Remove it: type the line again.")


def too_long() -> Unusable:
    return Unusable("the line is too long to be a requirement.", "Correct it.")
