"""Routes of the always-on tasks."""

from django.urls import path

from pa_emulator.always_on.views import AlwaysOnTaskView, AlwaysOnView, RestartView

urlpatterns = [
    path("always_on/", AlwaysOnView.as_view()),
    path("always_on/<row:number>/", AlwaysOnTaskView.as_view()),
    path("always_on/<row:number>/restart/", RestartView.as_view()),
]
