"""A folder becomes a manifest and an archive: the same bytes from the same content."""

from pa_deploy.bundle.archive import Archive, write_archive
from pa_deploy.bundle.branch import default_branch, remote_url
from pa_deploy.bundle.listing import list_folder, reader
from pa_deploy.bundle.manifest import Entry, Manifest, difference, digest, from_json
from pa_deploy.bundle.patterns import Check, never, pattern_for
from pa_deploy.bundle.read import read_folder
from pa_deploy.bundle.selection import select
from pa_deploy.bundle.walk import LeftOut

__all__ = [
    "Archive",
    "Check",
    "Entry",
    "LeftOut",
    "Manifest",
    "default_branch",
    "difference",
    "digest",
    "from_json",
    "list_folder",
    "never",
    "pattern_for",
    "read_folder",
    "reader",
    "remote_url",
    "select",
    "write_archive",
]
