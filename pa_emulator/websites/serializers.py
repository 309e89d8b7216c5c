"""Websites as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from pa_emulator.paths import log_path
from pa_emulator.schedule.serializers import SwitchField
from pa_emulator.webapps.rules import is_subdomain
from pa_emulator.webapps.serializers import DomainField

if TYPE_CHECKING:
    from pa_emulator.websites.models import Website


class _CommandSerializer(serializers.Serializer):
    """The part `webapp` of a new website."""

    command = serializers.CharField()


class CreateSerializer(serializers.Serializer):
    """What a new website needs."""

    domain_name = DomainField()
    enabled = SwitchField(default=True)
    webapp = _CommandSerializer()


class ChangeSerializer(serializers.Serializer):
    """All that can be changed; for another command a website is deleted and made anew."""

    enabled = SwitchField(required=False)


def as_data(website: Website) -> dict[str, Any]:
    """Return a website as the API shows it; a domain outside PythonAnywhere has its CNAME."""
    name = website.domain_name
    domain = {"domain_name": name, "enabled": website.enabled}
    if not is_subdomain(name):
        domain["cname"] = f"webapp-{website.pk}.pythonanywhere.com"
    return {
        "id": website.pk,
        "user": website.account.username,
        "domain_name": name,
        "enabled": website.enabled,
        "webapp": {"id": website.pk, "command": website.command, "domains": [domain]},
        "logfiles": {kind: log_path(name, kind) for kind in ("access", "server", "error")},
    }
