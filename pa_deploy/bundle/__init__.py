"""A folder becomes a manifest and an archive: the same bytes from the same content."""

from pa_deploy.bundle.archive import PART_BYTES, Archive, Part, write_archive
from pa_deploy.bundle.manifest import Entry, Manifest, difference, digest, from_json, to_json
from pa_deploy.bundle.read import read_folder
from pa_deploy.bundle.select import every_file, select

__all__ = [
    "PART_BYTES",
    "Archive",
    "Entry",
    "Manifest",
    "Part",
    "difference",
    "digest",
    "every_file",
    "from_json",
    "read_folder",
    "select",
    "to_json",
    "write_archive",
]
