"""Web apps: their configuration now, and at the last reload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from pa_emulator.accounts.models import Account
from pa_emulator.hosting.deployment import Deployment, Header, Mapping

if TYPE_CHECKING:
    from datetime import date


class Webapp(models.Model):
    """A web app. `live` is the configuration of the last reload, which is served until the next."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    domain_name = models.CharField(max_length=255, unique=True)
    python_version = models.CharField(max_length=10)
    source_directory = models.TextField(default="")
    working_directory = models.TextField(default="")
    virtualenv_path = models.TextField(default="")
    expiry = models.DateField()
    force_https = models.BooleanField(default=False)
    password_protection_enabled = models.BooleanField(default=False)
    password_protection_username = models.CharField(max_length=255, default="")
    password_protection_password = models.CharField(max_length=255, default="")
    enabled = models.BooleanField(default=True)
    live = models.JSONField(null=True)

    def deployment(self) -> Deployment:
        """Return the configuration that a reload would serve now."""
        password = (self.password_protection_username, self.password_protection_password)
        return Deployment(
            domain=self.domain_name,
            username=self.account.username,
            token=self.account.token,
            working_directory=self.working_directory,
            python_version=self.python_version,
            virtualenv_path=self.virtualenv_path,
            workers=self.account.plan.workers,
            force_https=self.force_https,
            password=password if self.password_protection_enabled else None,
            mappings=tuple(
                Mapping(row.url, row.path) for row in self.staticfile_set.order_by("pk")
            ),
            headers=tuple(
                Header(row.url, row.name, row.value) for row in self.staticheader_set.order_by("pk")
            ),
        )

    def has_changed(self) -> bool:
        """Tell whether a reload would change what is served."""
        return self.live is not None and Deployment.from_data(self.live) != self.deployment()

    def is_served(self, today: date) -> bool:
        return bool(self.enabled and self.live is not None and today <= self.expiry)


class Domain(models.Model):
    """The owner of a domain, or its last one: WSGI file and logs outlive the web app."""

    name = models.CharField(max_length=255, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)


class StaticFile(models.Model):
    """A static mapping; rows are tried in the order of their ids."""

    webapp = models.ForeignKey(Webapp, on_delete=models.CASCADE)
    url = models.TextField()
    path = models.TextField()


class StaticHeader(models.Model):
    """A header that is added to static files under a URL."""

    webapp = models.ForeignKey(Webapp, on_delete=models.CASCADE)
    url = models.TextField()
    name = models.TextField()
    value = models.TextField()


class Certificate(models.Model):
    """The certificate of a custom domain. The PEM texts are empty if it is Let's Encrypt's."""

    webapp = models.OneToOneField(Webapp, on_delete=models.CASCADE)
    cert_type = models.CharField(max_length=40)
    not_after = models.DateTimeField()
    issuer_name = models.TextField()
    subject_name = models.TextField()
    subject_alternate_names = models.JSONField()
