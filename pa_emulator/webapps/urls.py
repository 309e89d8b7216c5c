"""Routes of the web apps."""

from django.urls import path

from pa_emulator.webapps.rows import (
    StaticFilesView,
    StaticFileView,
    StaticHeadersView,
    StaticHeaderView,
)
from pa_emulator.webapps.ssl import SslView
from pa_emulator.webapps.views import DisableView, EnableView, ReloadView, WebappsView, WebappView

urlpatterns = [
    path("webapps/", WebappsView.as_view()),
    path("webapps/<str:domain>/", WebappView.as_view()),
    path("webapps/<str:domain>/reload/", ReloadView.as_view()),
    path("webapps/<str:domain>/disable/", DisableView.as_view()),
    path("webapps/<str:domain>/enable/", EnableView.as_view()),
    path("webapps/<str:domain>/ssl/", SslView.as_view()),
    path("webapps/<str:domain>/static_files/", StaticFilesView.as_view()),
    path("webapps/<str:domain>/static_files/<row:number>/", StaticFileView.as_view()),
    path("webapps/<str:domain>/static_headers/", StaticHeadersView.as_view()),
    path("webapps/<str:domain>/static_headers/<row:number>/", StaticHeaderView.as_view()),
]
