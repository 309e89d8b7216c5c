"""Find out what a project is by reading its files. Nothing is imported or run."""

from pa_deploy.detect.cautions import find_cautions
from pa_deploy.detect.findings import Choice, Finding, NewFile, Variable
from pa_deploy.detect.installs import install_cautions
from pa_deploy.detect.project import Detected, Known, find_project
from pa_deploy.detect.ranking import likely, listed
from pa_deploy.detect.tree import LARGEST_PARSED, Tree, folders_of

__all__ = [
    "LARGEST_PARSED",
    "Choice",
    "Detected",
    "Finding",
    "Known",
    "NewFile",
    "Tree",
    "Variable",
    "find_cautions",
    "find_project",
    "folders_of",
    "install_cautions",
    "likely",
    "listed",
]
