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
    """The fields of a new website."""

    domain_name = DomainField()
    enabled = SwitchField(default=True)
    webapp = _CommandSerializer()


class ChangeSerializer(serializers.Serializer):
    """Only `enabled` can be changed (help pages).

    The real answer to another command is not known. Here it is refused, so that nobody believes
    that it runs.
    """

    enabled = SwitchField(required=False)
    domain_name = serializers.CharField(required=False)
    webapp = _CommandSerializer(required=False)

    def validate_domain_name(self, value: str) -> str:
        return _unchanged(value.lower(), self.instance.domain_name)

    def validate_webapp(self, value: dict[str, str]) -> dict[str, str]:
        command = self.instance.command
        return {"command": _unchanged(value.get("command", command), command)}


def _unchanged(value: str, current: str) -> str:
    if value != current:
        raise serializers.ValidationError(
            "This field cannot be changed. Delete the website and create it again."
        )
    return value


def as_data(website: Website) -> dict[str, Any]:
    """Return a website as the API shows it; a domain outside PythonAnywhere has a CNAME."""
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
