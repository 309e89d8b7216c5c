"""Routes of the scheduled tasks."""

from django.urls import path, re_path

from pa_emulator.schedule.views import PermissionView, ScheduledTaskView, ScheduleView

urlpatterns = [
    path("schedule/", ScheduleView.as_view()),
    path("schedule/<row:number>/", ScheduledTaskView.as_view()),
    re_path(r"^user_perms/schedule/?$", PermissionView.as_view()),
]
