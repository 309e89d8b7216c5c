"""`/api/v1/user/{name}/websites/` and `domains/{domain}/ssl/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from rest_framework.response import Response

from pa_emulator.errors import Forbidden, NotFound
from pa_emulator.paths import log_path, under
from pa_emulator.rest import ApiView
from pa_emulator.webapps.models import Webapp
from pa_emulator.webapps.rules import is_anothers, is_subdomain, take
from pa_emulator.webapps.ssl import SslView, facts_of, shown
from pa_emulator.websites.errors import DomainExists, TooManySites
from pa_emulator.websites.models import Website
from pa_emulator.websites.serializers import ChangeSerializer, CreateSerializer, as_data
from pa_emulator.websites.sites import count

if TYPE_CHECKING:
    from rest_framework.request import Request


class WebsitesView(ApiView):
    """`websites/`."""

    def get(self, _request: Request) -> Response:
        rows = Website.objects.filter(account=self.account).select_related("account").order_by("pk")
        return Response([as_data(row) for row in rows])

    def post(self, request: Request) -> Response:
        form = CreateSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        domain = wanted["domain_name"]
        with transaction.atomic():
            self._refuse(domain)
            website = Website.objects.create(
                account=self.account,
                domain_name=domain,
                enabled=wanted["enabled"],
                command=wanted["webapp"]["command"],
            )
            take(self.machine.config.root, self.account, domain)
        for kind in ("access", "error", "server"):
            under(self.machine.config.root, log_path(domain, kind)).touch()
        self.machine.websites.restart(domain)
        return Response(as_data(website), status=201)

    def _refuse(self, domain: str) -> None:
        """Raise what is wrong with a website of the account's at that domain."""
        if Website.objects.filter(domain_name=domain).exists():
            raise DomainExists
        is_webapp = Webapp.objects.filter(domain_name=domain).exists()
        is_allowed = domain in self.account.domains or self.account.plan.custom_domains
        if is_webapp or not is_allowed or is_anothers(self.account, domain):
            raise Forbidden
        allowed = self.machine.config.webapps or self.account.plan.webapps
        webapps = Webapp.objects.filter(account=self.account).count()
        if webapps + count(self.account) >= allowed:
            raise TooManySites(allowed)


class _OneWebsiteView(ApiView):
    def _website(self, domain: str) -> Website:
        rows = Website.objects.select_related("account")
        website = rows.filter(account=self.account, domain_name=domain.lower()).first()
        if website is None:
            raise NotFound
        found: Website = website
        return found


class WebsiteView(_OneWebsiteView):
    """`websites/{domain}/`."""

    def get(self, _request: Request, domain: str) -> Response:
        return Response(as_data(self._website(domain)))

    def patch(self, request: Request, domain: str) -> Response:
        website = self._website(domain)
        form = ChangeSerializer(website, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        enabled = form.validated_data.get("enabled", website.enabled)
        if enabled != website.enabled:
            Website.objects.filter(pk=website.pk).update(enabled=enabled)
            self.machine.websites.restart(website.domain_name)
        return Response(as_data(self._website(domain)))

    def delete(self, _request: Request, domain: str) -> Response:
        website = self._website(domain)
        website.delete()
        self.machine.websites.restart(website.domain_name)
        return Response(status=204)


class WebsiteReloadView(_OneWebsiteView):
    """`websites/{domain}/reload/`: does not wait for the site to listen."""

    def post(self, _request: Request, domain: str) -> Response:
        self.machine.websites.restart(self._website(domain).domain_name)
        return Response({"status": "OK"})


class DomainSslView(SslView):
    """`domains/{domain}/ssl/`: of a website, or else of a web app."""

    def get(self, request: Request, domain: str) -> Response:
        website = self._website(domain)
        if website is None:
            return super().get(request, domain)
        if is_subdomain(website.domain_name):
            return Response({"cert_type": "pythonanywhere-subdomain"})
        return Response(website.certificate or {"cert_type": "none"})

    def post(self, request: Request, domain: str) -> Response:
        website = self._website(domain)
        if website is None:
            return super().post(request, domain)
        facts = facts_of(request, website.domain_name, self.machine.clock.now())
        Website.objects.filter(pk=website.pk).update(certificate=shown(facts))
        return Response({"status": "OK"})

    def delete(self, request: Request, domain: str) -> Response:
        website = self._website(domain)
        if website is None:
            return super().delete(request, domain)
        Website.objects.filter(pk=website.pk).update(certificate=None)
        return Response({"status": "OK"})

    def _website(self, domain: str) -> Website | None:
        rows = Website.objects.filter(account=self.account, domain_name=domain.lower())
        website: Website | None = rows.first()
        return website
