from django.db import models
from django.utils.translation import gettext_lazy as _


class BedState(models.TextChoices):
    """What a bed is at a moment; computed, never stored. The words are the same on every screen and in the API."""

    FREE = "free", _("Libre")
    RESERVED = "reserved", _("Réservé")
    OCCUPIED = "occupied", _("Occupé")
    LEAVING = "leaving", _("Sortant")
    CLEANING = "cleaning", _("À nettoyer")
    CLOSED = "closed", _("Fermé")
    BLOCKED = "blocked", _("Neutralisé")
