"""Web apps, mappings and headers as JSON and forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from pa_emulator.choices import PYTHON_VERSIONS
from pa_emulator.config import OWN_NAMES
from pa_emulator.webapps.models import StaticFile, StaticHeader, Webapp
from pa_emulator.webapps.virtualenvs import problem_with

if TYPE_CHECKING:
    from pa_emulator.hosting.park import Park

DOMAIN = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+"
)


def _can_be_served(domain: str) -> bool:
    """Tell whether visitors can reach the domain: not an IP address or a name of this machine."""
    last = domain.rpartition(".")[2]
    return domain not in OWN_NAMES and last != "localhost" and not last.isdigit()


def _insist_on_offer(park: Park, version: str, value: str) -> None:
    """Refuse a version that `--strict-python` excludes like any that is not on offer.

    The answer is that of PythonAnywhere; the reason is on stderr.
    """
    if not park.offers(version):
        raise serializers.ValidationError(f'"{value}" is not a valid choice.')


class DomainField(serializers.CharField):
    """A domain in small letters that visitors can reach."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - the framework's
        super().__init__(max_length=253, **options)

    def to_internal_value(self, data: object) -> str:
        domain = str(super().to_internal_value(data)).lower()
        if not DOMAIN.fullmatch(domain) or not _can_be_served(domain):
            raise serializers.ValidationError("Enter a valid domain name.")
        return domain


class CreateSerializer(serializers.Serializer):
    """Creation takes `python310`; everything else has `3.10` (API page)."""

    domain_name = DomainField()
    python_version = serializers.ChoiceField(
        choices=[f"python{version.replace('.', '')}" for version in PYTHON_VERSIONS]
    )

    def validate_python_version(self, value: str) -> str:
        version = value.removeprefix("python").replace("3", "3.", 1)
        _insist_on_offer(self.context["machine"].park, version, value)
        return version


class WebappSerializer(serializers.ModelSerializer):
    """Unknown and read-only fields are ignored silently, as by the real API."""

    user = serializers.CharField(source="account.username", read_only=True)
    python_version = serializers.ChoiceField(choices=PYTHON_VERSIONS)
    source_directory = serializers.CharField(allow_blank=True)
    working_directory = serializers.CharField(allow_blank=True)
    virtualenv_path = serializers.CharField(allow_blank=True)
    password_protection_username = serializers.CharField(allow_blank=True, max_length=255)
    password_protection_password = serializers.CharField(allow_blank=True, max_length=255)

    class Meta:
        """Which row, and which of its fields."""

        model = Webapp
        fields = (
            "id",
            "user",
            "domain_name",
            "python_version",
            "source_directory",
            "working_directory",
            "virtualenv_path",
            "expiry",
            "force_https",
            "password_protection_enabled",
            "password_protection_username",
            "password_protection_password",
        )
        read_only_fields = ("id", "domain_name", "expiry")

    def validate_python_version(self, value: str) -> str:
        _insist_on_offer(self.context["machine"].park, value, value)
        return value

    def validate_virtualenv_path(self, value: str) -> str:
        """Check against the Python that the web app has now, not that of the same request."""
        problem = problem_with(
            self.context["machine"].config.root,
            self.instance.account.home,
            value,
            self.instance.python_version,
        )
        if problem:
            raise serializers.ValidationError(problem)
        return value


class StaticFileSerializer(serializers.ModelSerializer):
    """Nothing is checked: not the slash, not the path, no duplicates (observed by clients)."""

    url = serializers.CharField()
    path = serializers.CharField()

    class Meta:
        """Which row, and which of its fields."""

        model = StaticFile
        fields = ("id", "url", "path")


class StaticHeaderSerializer(serializers.ModelSerializer):
    """`value` is a string."""

    url = serializers.CharField()
    name = serializers.CharField()
    value = serializers.CharField(allow_blank=True)

    class Meta:
        """Which row, and which of its fields."""

        model = StaticHeader
        fields = ("id", "url", "name", "value")


def as_data(webapp: Webapp) -> dict[str, Any]:
    data: dict[str, Any] = WebappSerializer(webapp).data
    return data
