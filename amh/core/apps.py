from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "amh.core"
    label = "core"
    verbose_name = _("Socle")

    def ready(self) -> None:
        """Declare what a site says of itself."""
        import_module("amh.core.sites")
        import_module("amh.core.sessions")
        import_module("amh.core.tokens")
