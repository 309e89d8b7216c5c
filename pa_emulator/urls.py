"""The URLs of the whole emulator: the API's services, and the control surface."""

from django.urls import include, path, register_converter

LONGEST_ID = 18  # so few digits that the database's integers can hold them
NO_ID = 0


class RowId:
    """An id; one that the database's integers cannot hold is unknown, too."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        return int(value) if len(value) <= LONGEST_ID else NO_ID

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(RowId, "row")

urlpatterns = [
    path("api/v0/user/<str:username>/", include("pa_emulator.profile.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.consoles.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.files.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.webapps.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.schedule.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.always_on.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.students.urls")),
    path("api/v0/user/<str:username>/", include("pa_emulator.databases.urls")),
    path("api/v1/user/<str:username>/", include("pa_emulator.websites.urls")),
    path("user/<str:username>/shares/", include("pa_emulator.files.shares")),
    path("", include("pa_emulator.webtab.urls")),
    path("_emulator/", include("pa_emulator.control.urls")),
]
