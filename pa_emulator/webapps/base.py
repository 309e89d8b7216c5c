"""What every view of one web app shares."""

from __future__ import annotations

from pa_emulator.errors import Forbidden, NotFound
from pa_emulator.rest import ApiView
from pa_emulator.webapps.models import Webapp


class OneWebappView(ApiView):
    """A view whose URL names a web app's domain."""

    def webapp(self, domain: str) -> Webapp:
        """Return the account's web app; 404 or 403 if there is none, as --missing-webapp says."""
        webapp = Webapp.objects.filter(account=self.account, domain_name=domain.lower()).first()
        if webapp is not None:
            found: Webapp = webapp
            return found
        mode = self.machine.config.missing_webapp
        if mode == "404" or (mode == "mixed" and self.request.method in {"GET", "HEAD"}):
            raise NotFound
        raise Forbidden
