from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amh.core import entitlements


class WardsConfig(AppConfig):
    name = "wards"
    label = "wards"
    verbose_name = _("Lieux")

    def ready(self) -> None:
        """Say how the units and duties of people are read, and what a site sets here."""
        import_module("wards.parameters")
        entitlements.register(import_module("wards.queries.postings").POSTINGS)
        units = import_module("wards.queries.structures").unit_names
        import_module("amh.core.parameters").register(units=units)
