from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amh.core import entitlements


class PatientsConfig(AppConfig):
    name = "patients"
    label = "patients"
    verbose_name = _("Patients et séjours")

    def ready(self) -> None:
        """Give the constraints of this app their sentences, say how exceptional accesses are read, hear the models."""
        import_module("patients.rules.violations")
        import_module("patients.parameters")
        import_module("patients.statements")
        import_module("patients.receivers")
        entitlements.register(import_module("patients.queries.accesses").EXCEPTIONS)
