"""Routes of the account's own facts."""

from django.urls import path

from pa_emulator.profile.cpu import CpuView
from pa_emulator.profile.preferences import (
    DefaultPython3View,
    DefaultPythonView,
    SaveAndRunPythonView,
    SystemImageView,
)

urlpatterns = [
    path("cpu/", CpuView.as_view()),
    path("default_python_version/", DefaultPythonView.as_view()),
    path("default_python3_version/", DefaultPython3View.as_view()),
    path("default_save_and_run_python_version/", SaveAndRunPythonView.as_view()),
    path("system_image/", SystemImageView.as_view()),
]
