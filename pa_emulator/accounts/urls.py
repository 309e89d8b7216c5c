"""Routes of the account's own facts."""

from django.urls import path

from .views import CpuView

urlpatterns = [path("cpu/", CpuView.as_view())]
