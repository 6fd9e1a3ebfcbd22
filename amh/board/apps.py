from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BoardConfig(AppConfig):
    name = "amh.board"
    label = "board"
    verbose_name = _("Plan des lits")

    def ready(self) -> None:
        """Open the live stream of the board, once every app is loaded."""
        import_module("amh.board.receivers")
