from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from amh.core.roles import Role


class Weekday(models.IntegerChoices):
    """Days as Python counts them."""

    MONDAY = 0, _("lundi")
    TUESDAY = 1, _("mardi")
    WEDNESDAY = 2, _("mercredi")
    THURSDAY = 3, _("jeudi")
    FRIDAY = 4, _("vendredi")
    SATURDAY = 5, _("samedi")
    SUNDAY = 6, _("dimanche")


@tracked()
class Calendar(models.Model):
    """Opening hours on the site's clock: of a unit (week hospital, day hospital) or of a trade's working day.

    A calendar without hours is never open; what is always open has no calendar at all.
    """

    name = models.CharField(_("nom"), max_length=80, unique=True)
    closed_on_holidays = models.BooleanField(_("fermé les jours fériés"), default=True)

    class Meta:
        verbose_name = _("calendrier")
        verbose_name_plural = _("calendriers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@tracked()
class OpeningHours(models.Model):
    """Open on a weekday from an hour to another of the same day; ``closes`` at 00:00 is the midnight that ends it."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="hours", verbose_name=_("calendrier"))
    weekday = models.PositiveSmallIntegerField(_("jour"), choices=Weekday)
    opens = models.TimeField(_("de"))
    closes = models.TimeField(_("à"))

    class Meta:
        verbose_name = _("horaire")
        verbose_name_plural = _("horaires")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="opening_weekday_known"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")) | Q(closes="00:00"), name="opening_order"),
            models.UniqueConstraint(fields=["calendar", "weekday", "opens"], name="opening_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


@tracked()
class CalendarException(models.Model):
    """Days on which a calendar does not follow its week: closed, or open all the same (a holiday worked).

    Open days have hours of their own, or those of their weekday when ``opens`` and ``closes`` are null.
    """

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="exceptions", verbose_name=_("calendrier"))
    first_day = models.DateField(_("du"))
    last_day = models.DateField(_("au"))
    is_open = models.BooleanField(_("ouvert"), default=False)
    opens = models.TimeField(_("de"), null=True, blank=True)
    closes = models.TimeField(_("à"), null=True, blank=True)
    reason = models.CharField(_("motif"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("exception de calendrier")
        verbose_name_plural = _("exceptions de calendrier")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="calendar_exception_order"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None)
                | Q(is_open=True, opens__isnull=False, closes__isnull=False)
                & (Q(closes__gt=F("opens")) | Q(closes="00:00")),
                name="calendar_exception_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"


@tracked()
class WorkingTime(models.Model):
    """The calendar in which a trade works: tasks fall due in the working time of their owner (WR-5)."""

    role = models.CharField(_("rôle"), max_length=20, choices=Role, unique=True)
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="working_times", verbose_name=_("calendrier"))

    class Meta:
        verbose_name = _("temps de travail")
        verbose_name_plural = _("temps de travail")
        constraints = [models.CheckConstraint(condition=Q(role__in=Role.values), name="working_time_role_known")]

    def __str__(self) -> str:
        return self.get_role_display()
