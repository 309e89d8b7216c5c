"""Find out what a project is by reading its files. Nothing is imported or run.

`project.py` has what `init` needs besides; a deploy does not, so it is not imported here.
"""

from pa_deploy.detect.cautions import find_cautions
from pa_deploy.detect.findings import Choice, Finding, NewFile, Variable
from pa_deploy.detect.hand_made import what_a_wsgi_file_says
from pa_deploy.detect.installs import install_cautions
from pa_deploy.detect.ranking import likely, listed
from pa_deploy.detect.tree import LARGEST_PARSED, Tree, folders_of
from pa_deploy.detect.unmet import unmet_needs

__all__ = [
    "LARGEST_PARSED",
    "Choice",
    "Finding",
    "NewFile",
    "Tree",
    "Variable",
    "find_cautions",
    "folders_of",
    "install_cautions",
    "likely",
    "listed",
    "unmet_needs",
    "what_a_wsgi_file_says",
]
