"""Routes of the files."""

from django.urls import path, re_path

from .sharing import SharingView
from .tree import TreeView
from .views import PathView

urlpatterns = [
    path("files/sharing/", SharingView.as_view()),
    path("files/tree/", TreeView.as_view()),
    re_path(r"^files/path(?P<path>[\s\S]*)$", PathView.as_view()),
]
