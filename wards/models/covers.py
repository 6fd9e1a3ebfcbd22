from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from wards.models.closures import Period
from wards.models.units import Unit


class Spell(models.Model):
    """A time for which somebody is somewhere, or away. It can be cut short, never wiped out: ``ends_at`` says so."""

    starts_at = models.DateTimeField(_("du"))
    ends_at = models.DateTimeField(_("au"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="%(app_label)s_%(class)s_order")
        ]


@tracked()
class Cover(Spell):
    """Relais d’unité: a person takes over a unit for a time, in the place of a colleague or of nobody named."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="covers", verbose_name=_("unité"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="covers", verbose_name=_("qui prend le relais")
    )
    replaces = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("à la place de"),
    )

    class Meta(Spell.Meta):
        verbose_name = _("relais d’unité")
        verbose_name_plural = _("relais d’unité")
        constraints = [
            *Spell.Meta.constraints,
            ExclusionConstraint(
                name="cover_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["unit", "ends_at"], name="cover_unit")]

    def __str__(self) -> str:
        return f"{self.user} {self.unit}"


@tracked()
class Absence(Spell):
    """A person is away. Why is nobody’s business here (WR-53): leave, training and illness look the same."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences", verbose_name=_("personne absente")
    )

    class Meta(Spell.Meta):
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            *Spell.Meta.constraints,
            ExclusionConstraint(
                name="absence_once",
                expressions=[("user", RangeOperators.EQUAL), (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_at:%d/%m}"


class DutyKind(models.TextChoices):
    """Who answers when the offices are closed (WR-5); each lends the rights of the on-call role."""

    NIGHT_CADRE = "night_cadre", _("Cadre de nuit")
    SECTOR_NURSE = "sector_nurse", _("Infirmier du secteur")
    ADMINISTRATOR = "administrator", _("Administrateur de garde")


@tracked()
class Duty(Spell):
    """Garde: a person is on call for the hospital, or for one unit, and has the rights of that for the time."""

    kind = models.CharField(_("fonction"), max_length=20, choices=DutyKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="duties", verbose_name=_("personne de garde")
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duties",
        verbose_name=_("unité (vide : tout l’hôpital)"),
    )

    class Meta(Spell.Meta):
        verbose_name = _("garde")
        verbose_name_plural = _("gardes")
        constraints = [
            *Spell.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=DutyKind.values), name="duty_kind_known"),
            ExclusionConstraint(
                name="duty_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (Coalesce("unit", Value(0)), RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.user}"
