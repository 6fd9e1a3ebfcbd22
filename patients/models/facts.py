from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from amh.core.roles import Role
from amh.core.states import Transitions
from patients.models.consents import Source
from patients.models.documents import Document
from patients.models.patients import Patient
from patients.models.practitioners import Practitioner
from patients.models.stays import Stay
from wards.models import Unit


@tracked()
class Fact(models.Model):
    """Something that is so, and how it is known (WR-1): received from another system, *seen* by a named person in the
    patient record or on paper, or *said*.

    ``kind`` is one of ``patients.evidence``. ``happened_at`` and ``said_by`` (or ``practitioner``) are the date and the
    author of the act itself, ``author`` who entered it here. A fact is never changed: it is withdrawn, and stated anew.
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="facts", verbose_name=_("séjour"))
    kind = models.CharField(_("fait"), max_length=40)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    happened_at = models.DateTimeField(_("date de l’acte"), null=True)
    said_by = models.CharField(_("auteur de l’acte"), max_length=160, blank=True)
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("professionnel")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="facts", verbose_name=_("document")
    )
    value = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(_("saisi à"))
    withdrawn_at = models.DateTimeField(_("retiré à"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(_("motif du retrait"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("fait")
        verbose_name_plural = _("faits")
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="fact_source_known"),
            models.CheckConstraint(
                condition=Q(source=Source.RECEIVED) | Q(author__isnull=False), name="fact_seen_or_said_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_by=None, withdrawn_reason=""),
                name="fact_withdrawn_pair",
            ),
        ]
        indexes = [models.Index(fields=["stay", "kind"], name="fact_standing", condition=Q(withdrawn_at=None))]

    def __str__(self) -> str:
        return self.kind


class TaskState(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", _("À faire")
    CLAIMED = "claimed", _("Prise")
    DONE = "done", _("Faite")
    CANCELLED = "cancelled", _("Sans objet")


T = TaskState

TASK_TRANSITIONS = Transitions(
    "task",
    TaskState,
    {
        T.OPEN: {T.CLAIMED, T.DONE, T.CANCELLED},
        T.CLAIMED: {T.OPEN, T.DONE, T.CANCELLED},
        T.DONE: {T.OPEN},
        T.CANCELLED: {T.OPEN},
    },
)


@tracked()
class Task(models.Model):
    """Human work that somebody must do: for a trade (``role``) of a unit, until a time, taken by one person.

    What can be computed is computed; only human work is a row. ``kind`` is a code of ``patients.work`` with ``params``
    for its words, or empty for a task that a person wrote (``title``). ``source_key`` names what made it, so that the
    same cause makes it once.
    """

    state = models.CharField(_("état"), max_length=10, choices=TaskState, default=TaskState.OPEN)
    stay = models.ForeignKey(
        Stay, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("séjour")
    )
    patient = models.ForeignKey(
        Patient, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("patient")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("unité"))
    role = models.CharField(_("pour"), max_length=20, choices=Role)
    kind = models.CharField(_("nature"), max_length=40, blank=True)
    params = models.JSONField(default=dict, blank=True)
    title = models.CharField(_("à faire"), max_length=200, blank=True)
    due_at = models.DateTimeField(_("échéance"))
    source_key = models.CharField(max_length=120, blank=True)
    claimed_at = models.DateTimeField(_("prise à"), null=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("terminée à"), null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("résultat"), max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("tâche")
        verbose_name_plural = _("tâches")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="task_state_known"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="task_role_known"),
            models.CheckConstraint(condition=~Q(kind="", title=""), name="task_says_what"),
            models.CheckConstraint(
                condition=Q(claimed_at=None, claimed_by=None) | Q(claimed_at__isnull=False, claimed_by__isnull=False),
                name="task_claimed_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state=T.CLAIMED) | Q(claimed_by__isnull=False), name="task_claimed_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[T.DONE, T.CANCELLED], closed_at__isnull=False)
                | Q(state__in=[T.OPEN, T.CLAIMED], closed_at=None),
                name="task_closed_pair",
            ),
            models.UniqueConstraint(fields=["source_key"], condition=~Q(source_key=""), name="task_source_once"),
        ]
        indexes = [
            models.Index(fields=["role", "due_at"], name="task_to_do", condition=Q(state__in=[T.OPEN, T.CLAIMED])),
            models.Index(fields=["unit", "due_at"], name="task_of_unit", condition=Q(state__in=[T.OPEN, T.CLAIMED])),
        ]

    def __str__(self) -> str:
        return self.title or self.kind
