"""Ship code as releases: uploaded as an archive, put in place by the loader, rolled back."""

from pa_deploy.release.activate import activate, deliver
from pa_deploy.release.back import choose, detach, former, point_back
from pa_deploy.release.content import Content, make_content, read_code
from pa_deploy.release.exposed import source_mappings
from pa_deploy.release.ship import Account, ship
from pa_deploy.release.status import is_settled, is_there, output_lines, read_record, read_status
from pa_deploy.release.wait import insist_on_live

__all__ = [
    "Account",
    "Content",
    "activate",
    "choose",
    "deliver",
    "detach",
    "former",
    "insist_on_live",
    "is_settled",
    "is_there",
    "make_content",
    "output_lines",
    "point_back",
    "read_code",
    "read_record",
    "read_status",
    "ship",
    "source_mappings",
]
