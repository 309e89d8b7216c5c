"""Routes of the students; the last slash may be missing, as the official library leaves it out."""

from django.urls import path, re_path

from pa_emulator.students.views import StudentsView, StudentView

urlpatterns = [
    path("students/", StudentsView.as_view()),
    re_path(r"^students/(?P<student>[^/]+)/?$", StudentView.as_view()),
]
