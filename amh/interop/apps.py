from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteropConfig(AppConfig):
    name = "amh.interop"
    label = "interop"
    verbose_name = _("Échanges")

    def ready(self) -> None:
        """Declare what a site says of its exchanges, and how messages forget a number, who is silent; hear."""
        import_module("amh.interop.parameters")
        import_module("amh.interop.purges")
        import_module("amh.interop.work")
        import_module("amh.interop.receivers")
