"""Ship code as releases: uploaded as an archive, put in place by the loader, rolled back."""

from pa_deploy.release.activation import Ready, activate, make_ready, switch
from pa_deploy.release.attempt import (
    attempt_of,
    mapped_folders,
    mapped_paths,
    rival_paths,
)
from pa_deploy.release.back import (
    choose,
    detach,
    former,
    hurry_back,
    point_back,
    site_of_before,
)
from pa_deploy.release.becoming import find_becoming_shared
from pa_deploy.release.checked import check_of_release, check_to_ask, page_check
from pa_deploy.release.comparison import compare, compare_by_site
from pa_deploy.release.content import Bundle, Environment, FileSet, make_bundle, read_code
from pa_deploy.release.destination import Destination
from pa_deploy.release.differs import differences
from pa_deploy.release.disk import see_to_disk
from pa_deploy.release.exposed import in_release, neighbours, source_mappings
from pa_deploy.release.lease import withdraw
from pa_deploy.release.mapped import unfilled_live, unfilled_mappings
from pa_deploy.release.need import Need, need_alone, need_of
from pa_deploy.release.packages import choose_environment
from pa_deploy.release.refusal import insist_on_live, insist_on_ready
from pa_deploy.release.request import HEADER as REQUEST_HEADER
from pa_deploy.release.request import request_key
from pa_deploy.release.shipping import (
    Sent,
    Shipment,
    look_ahead,
    make_pointer,
    put_pointer,
    sending,
)
from pa_deploy.release.status import (
    insist_on_known_pointer,
    is_there,
    live_row,
    output_lines,
    read_boot,
    read_live,
    read_record,
    read_status,
)
from pa_deploy.release.unshared import insist_on_shared
from pa_deploy.release.verified import (
    is_noted,
    is_one_verified,
    needs_judging,
    note_verified,
    with_verified,
)
from pa_deploy.release.written import difference, late_sentences, left_sentences, next_steps

__all__ = [
    "REQUEST_HEADER",
    "Bundle",
    "Destination",
    "Environment",
    "FileSet",
    "Need",
    "Ready",
    "Sent",
    "Shipment",
    "activate",
    "attempt_of",
    "check_of_release",
    "check_to_ask",
    "choose",
    "choose_environment",
    "compare",
    "compare_by_site",
    "detach",
    "difference",
    "differences",
    "find_becoming_shared",
    "former",
    "hurry_back",
    "in_release",
    "insist_on_known_pointer",
    "insist_on_live",
    "insist_on_ready",
    "insist_on_shared",
    "is_noted",
    "is_one_verified",
    "is_there",
    "late_sentences",
    "left_sentences",
    "live_row",
    "look_ahead",
    "make_bundle",
    "make_pointer",
    "make_ready",
    "mapped_folders",
    "mapped_paths",
    "need_alone",
    "need_of",
    "needs_judging",
    "neighbours",
    "next_steps",
    "note_verified",
    "output_lines",
    "page_check",
    "point_back",
    "put_pointer",
    "read_boot",
    "read_code",
    "read_live",
    "read_record",
    "read_status",
    "request_key",
    "rival_paths",
    "see_to_disk",
    "sending",
    "site_of_before",
    "source_mappings",
    "switch",
    "unfilled_live",
    "unfilled_mappings",
    "with_verified",
    "withdraw",
]
