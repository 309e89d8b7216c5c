"""Routes of the control surface; the last slash may be missing."""

from django.urls import path, re_path

from pa_emulator.control.views import (
    ClockView,
    FaultsView,
    OpenView,
    RateLimitView,
    RequestsView,
    ResetView,
    ShareConsoleView,
    StudentsView,
    UsersView,
)

urlpatterns = [
    re_path(r"^requests/?$", RequestsView.as_view()),
    re_path(r"^faults/?$", FaultsView.as_view()),
    re_path(r"^reset/?$", ResetView.as_view()),
    re_path(r"^users/?$", UsersView.as_view()),
    re_path(r"^rate-limit/?$", RateLimitView.as_view()),
    re_path(r"^clock/?$", ClockView.as_view()),
    re_path(r"^students/?$", StudentsView.as_view()),
    path("consoles/<row:number>/open", OpenView.as_view()),
    path("consoles/<row:number>/share", ShareConsoleView.as_view()),
]
