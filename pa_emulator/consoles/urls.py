"""Routes of the consoles."""

from django.urls import path

from pa_emulator.consoles.views import (
    ConsolesView,
    ConsoleView,
    InputView,
    OutputView,
    SharedConsolesView,
)

urlpatterns = [
    path("consoles/", ConsolesView.as_view()),
    path("consoles/shared_with_you/", SharedConsolesView.as_view()),
    path("consoles/<row:number>/", ConsoleView.as_view()),
    path("consoles/<row:number>/send_input/", InputView.as_view()),
    path("consoles/<row:number>/get_latest_output/", OutputView.as_view()),
]
