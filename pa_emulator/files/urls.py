"""Routes of the files."""

from django.urls import path, re_path

from pa_emulator.files.sharing import SharingView
from pa_emulator.files.tree import TreeView
from pa_emulator.files.views import PathView

urlpatterns = [
    path("files/sharing/", SharingView.as_view()),
    path("files/tree/", TreeView.as_view()),
    re_path(r"^files/path(?P<path>[\s\S]*)$", PathView.as_view()),
]
