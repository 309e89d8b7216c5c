"""Ship code as releases: uploaded as an archive, put in place by the loader, rolled back."""

from pa_deploy.release.activate import activate, deliver
from pa_deploy.release.back import choose, detach, former, point_back
from pa_deploy.release.content import Content, make_content, read_code
from pa_deploy.release.ship import Account, keep_former, ship
from pa_deploy.release.status import read_record, read_status
from pa_deploy.release.wait import refusal

__all__ = [
    "Account",
    "Content",
    "activate",
    "choose",
    "deliver",
    "detach",
    "former",
    "keep_former",
    "make_content",
    "point_back",
    "read_code",
    "read_record",
    "read_status",
    "refusal",
    "ship",
]
