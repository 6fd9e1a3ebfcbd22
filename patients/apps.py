from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    name = "patients"
    label = "patients"
    verbose_name = _("Patients et séjours")

    def ready(self) -> None:
        """Give the constraints of this app their sentences."""
        import_module("patients.rules.violations")
