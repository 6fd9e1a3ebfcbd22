from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from wards.models.calendars import Calendar
from wards.models.validity import Validity


class UnitKind(models.TextChoices):
    """What a unit is for."""

    INPATIENT = "inpatient", _("Hospitalisation complète")
    DAY_HOSPITAL = "day_hospital", _("Hôpital de jour")
    DAY_SURGERY = "day_surgery", _("Chirurgie ambulatoire")
    PALLIATIVE = "palliative", _("Soins palliatifs")
    BRACHYTHERAPY = "brachytherapy", _("Curiethérapie")
    THEATRE = "theatre", _("Bloc opératoire")
    HOME_CARE = "home_care", _("Hospitalisation à domicile")
    LOUNGE = "lounge", _("Salon de sortie")


DAY_KINDS = frozenset({UnitKind.DAY_HOSPITAL, UnitKind.DAY_SURGERY})
"""Kinds whose chairs and places a patient may hold beside a stay elsewhere."""


@tracked()
class Unit(Validity):
    """A ward as people name it: Médecine, Hématologie …

    ``to_be_referenced`` marks a unit that a message named and nobody has described yet: it is shown, never hidden.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    kind = models.CharField(_("type"), max_length=20, choices=UnitKind, default=UnitKind.INPATIENT)
    position = models.PositiveSmallIntegerField(_("rang d’affichage"), default=100)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("calendrier d’ouverture (vide : toujours ouverte)"),
    )
    to_be_referenced = models.BooleanField(_("à référencer"), default=False)

    class Meta(Validity.Meta):
        verbose_name = _("unité")
        verbose_name_plural = _("unités")
        ordering = ["position", "name"]
        constraints = [
            *Validity.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class FunctionalUnit(models.Model):
    """An administrative code (UF) of a unit, as other systems name it in their messages."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("nom"), max_length=80, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="functional_units", verbose_name=_("unité"))

    class Meta:
        verbose_name = _("unité fonctionnelle")
        verbose_name_plural = _("unités fonctionnelles")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
