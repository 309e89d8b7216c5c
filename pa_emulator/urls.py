"""The URLs of the whole emulator: the API's services, and the control surface."""

from django.urls import include, path, register_converter

from pa_emulator.webapps.ssl import SslView


class RowId:
    """An id that fits the database's integers; a longer one is no row's."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(RowId, "row")

urlpatterns = [
    path("api/v0/user/<str:username>/", include("pa_emulator.accounts.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.consoles.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.files.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.webapps.urls")),
    path("api/v1/user/<str:username>/domains/<str:domain>/ssl/", SslView.as_view()),
    path("user/<str:username>/shares/", include("pa_emulator.files.shares")),
    path("", include("pa_emulator.webtab.urls")),
    path("_emulator/", include("pa_emulator.control.urls")),
]
