"""An account's default Pythons and its system image, each one of several on offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rest_framework import serializers
from rest_framework.response import Response

from pa_emulator.accounts.models import Account
from pa_emulator.choices import PYTHON_VERSIONS, SYSTEM_IMAGES
from pa_emulator.rest import ApiView

if TYPE_CHECKING:
    from rest_framework.request import Request


class PreferenceView(ApiView):
    """`GET` and `PATCH` answer the value under `key`, and the offer under `offer_key`."""

    key: ClassVar[str]
    offer_key: ClassVar[str]
    offer: ClassVar[tuple[str, ...]] = PYTHON_VERSIONS

    def get(self, _request: Request) -> Response:
        return Response(
            {self.key: getattr(self.account, self.key), self.offer_key: list(self.offer)}
        )

    def patch(self, request: Request) -> Response:
        form = _form_of(self.key, self.offer)(data=request.data)
        form.is_valid(raise_exception=True)
        Account.objects.filter(pk=self.account.pk).update(**form.validated_data)
        self.account.refresh_from_db()
        return self.get(request)


def _form_of(key: str, offer: tuple[str, ...]) -> type[serializers.Serializer]:
    return type("Form", (serializers.Serializer,), {key: serializers.ChoiceField(choices=offer)})


class DefaultPythonView(PreferenceView):
    """`default_python_version/`."""

    key = "default_python_version"
    offer_key = "available_python_versions"


class DefaultPython3View(PreferenceView):
    """`default_python3_version/`."""

    key = "default_python3_version"
    offer_key = "available_python3_versions"


class SaveAndRunPythonView(PreferenceView):
    """`default_save_and_run_python_version/`."""

    key = "default_save_and_run_python_version"
    offer_key = "available_python_versions"


class SystemImageView(PreferenceView):
    """`system_image/`."""

    key = "system_image"
    offer_key = "available_system_images"
    offer = SYSTEM_IMAGES
