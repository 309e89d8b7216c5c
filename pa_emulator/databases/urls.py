"""Routes of the databases."""

from django.urls import path

from pa_emulator.databases.views import MysqlView

urlpatterns = [path("databases/mysql/", MysqlView.as_view())]
