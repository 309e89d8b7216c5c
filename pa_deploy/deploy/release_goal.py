"""Which release is to be live, and how the web app is to be then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pa_deploy.deploy.reach import make_destination
from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.model import HealthCheck, Release, WantedWebapp
from pa_deploy.release import Bundle, Destination
from pa_deploy.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseGoal:
    """A release and where it goes. Without `bundle` it is there already, and is gone back to.

    `check` is how the site is asked when it is live, `webapp` is how the web app is to be then.
    """

    destination: Destination
    release: Release
    webapp: WantedWebapp
    bundle: Bundle | None = None
    scratch: Path = Path()
    check: HealthCheck | None = None

    @property
    def app(self) -> str:
        """What the input `app` says; "" if that is not known."""
        return self.bundle.wanted.app if self.bundle else ""

    @property
    def copies(self) -> str:
        """Where shared databases are as they were before the commands, as a sentence; or ""."""
        wanted = self.bundle.wanted if self.bundle else None
        if wanted is None or not wanted.shared or not wanted.backups:
            return ""
        return (
            "If the command changed a shared database: a copy from before the commands is in "
            f"{self.destination.layout.backups}."
        )


def ship_bundle(
    bundle: Bundle, settings: Settings, tools: Tools, scratch: Path, warnings: Warnings
) -> ReleaseGoal:
    """Have what was read on this side live. `warnings` get what the user should look at."""
    destination = make_destination(settings.target, tools, warnings)
    return ReleaseGoal(
        destination=replace(destination, is_alone=settings.lock),
        release=Release(bundle.id, len(bundle.code.manifest), bundle.code.size),
        webapp=settings.wanted,
        bundle=bundle,
        scratch=scratch,
        check=settings.health_check,
    )


def go_back_to(
    release: Release, wanted: WantedWebapp, settings: Settings, tools: Tools, warnings: Warnings
) -> ReleaseGoal:
    """Have a release live that is on PythonAnywhere."""
    destination = make_destination(settings.target, tools, warnings)
    return ReleaseGoal(destination=destination, release=release, webapp=wanted)
