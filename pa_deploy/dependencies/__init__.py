"""Requirements become a folder of packages for PythonAnywhere's Python.

pa-deploy is the only reader of a requirements file. uv, which resolves and fetches, is given a file
that pa-deploy wrote, in a folder of its own, and an environment that pa-deploy chose.
"""

from pa_deploy.dependencies.distributions import Distribution, split
from pa_deploy.dependencies.index_variables import for_indexes, is_for_indexes, with_indexes
from pa_deploy.dependencies.install_lines import read_install_lines
from pa_deploy.dependencies.model import NeedsBuilding
from pa_deploy.dependencies.resolve import Surroundings, install
from pa_deploy.dependencies.sizes import TooLarge

__all__ = [
    "Distribution",
    "NeedsBuilding",
    "Surroundings",
    "TooLarge",
    "for_indexes",
    "install",
    "is_for_indexes",
    "read_install_lines",
    "split",
    "with_indexes",
]
