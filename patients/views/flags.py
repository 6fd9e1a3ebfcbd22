"""What must be known of a patient before acting, on the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.core.dialogs import Done
from amh.core.doors import door
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.requests import sent
from amh.core.roles import Permission
from patients.actions import flags as actions
from patients.forms.flags import FlagForm
from patients.models import ISOLATIONS, Flag, FlagKind, Patient
from patients.queries import flags
from patients.rules.flags import DEMANDS, UNDO_WINDOW, check_restore
from patients.views.records import opening, pressing, row

TEMPLATE = "patients/flags/form.html"


@dataclass(frozen=True)
class Shown:
    """A signalement as the record shows it."""

    flag: Flag
    at: datetime

    @property
    def icon(self) -> str:
        """The sign beside its words."""
        return "isolation" if self.flag.kind in ISOLATIONS else "warning"

    @property
    def consequence(self) -> str:
        """What follows from it."""
        return str(DEMANDS[self.flag.kind].consequence)

    @property
    def to_tell(self) -> str:
        """What the person named beside it is for."""
        return str(DEMANDS[self.flag.kind].to_tell)

    @property
    def asks(self) -> bool:
        """Whether its nature asks for anything that could be said anew."""
        return bool(DEMANDS[self.flag.kind].detail or DEMANDS[self.flag.kind].to_tell)

    @property
    def is_fresh(self) -> bool:
        """Whether it was noted so lately that it can be taken back as a mistake."""
        return self.at - self.flag.entered_at <= UNDO_WINDOW

    @property
    def can_return(self) -> bool:
        """Whether it can be put back as if nothing had been done."""
        try:
            check_restore(self.flag, now=self.at)
        except Conflict:
            return False
        return True

    @property
    def never_held(self) -> bool:
        """Whether it was taken back."""
        return self.flag.ends_at == self.flag.starts_at


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """What holds with its consequences, what was lifted, and what else can be signalled."""
    standing, lifted = flags.history(patient)
    known = {flag.kind for flag in standing}
    return {
        "standing": [Shown(flag, at) for flag in standing],
        "lifted": [Shown(flag, at) for flag in lifted],
        "kinds": [kind for kind in FlagKind if kind.value not in known],
    }


@door(Permission.COMPLETE_RECORD)
def add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Signal something."""
    if kind not in FlagKind.values:
        raise Http404
    act = opening(request, pk, page="patient.flag")

    def note(data: dict[str, Any]) -> Done:
        actions.raise_(patient=act.patient, kind=FlagKind(kind), by=act.by, at=act.at, **data)
        return act.done(_("Signalé : %s.") % FlagKind(kind).label)

    title = _("Signaler : %s") % FlagKind(kind).label
    form = FlagForm(sent(request), kind=kind)
    return act.dialog(form, title, _("Signaler"), note, template=TEMPLATE, demand=DEMANDS[kind])


@door(Permission.COMPLETE_RECORD)
def change(request: HttpRequest, pk: int, flag_pk: int) -> HttpResponse:
    """Say anew what goes with a signalement."""
    act = opening(request, pk, page="patient.flag")
    flag = row(Flag, act, flag_pk)
    before = {"detail": flag.detail, "to_tell": flag.to_tell}

    def correct(data: dict[str, Any]) -> Done:
        actions.change(flag=flag, by=act.by, at=act.at, **(before | data))
        return act.done(_("Signalement précisé."))

    title = _("Préciser : %s") % flag.get_kind_display()
    form = FlagForm(sent(request), kind=flag.kind, initial=before)
    return act.dialog(form, title, _("Préciser"), correct, template=TEMPLATE, demand=DEMANDS[flag.kind])


@require_POST
@door(Permission.COMPLETE_RECORD)
def lift(request: HttpRequest, pk: int, flag_pk: int) -> HttpResponse:
    """Say that it holds no more."""
    act = pressing(request, pk)
    actions.lift(flag=row(Flag, act, flag_pk), by=act.by, at=act.at)
    return act.finished(_("Signalement levé. Il peut être rétabli pendant un jour."))


@require_POST
@door(Permission.COMPLETE_RECORD)
def withdraw(request: HttpRequest, pk: int, flag_pk: int) -> HttpResponse:
    """Take back one signalled by mistake."""
    act = pressing(request, pk)
    actions.withdraw(flag=row(Flag, act, flag_pk), by=act.by, at=act.at)
    return act.finished(_("Signalement annulé : il n’a jamais valu."))


@require_POST
@door(Permission.COMPLETE_RECORD)
def restore(request: HttpRequest, pk: int, flag_pk: int) -> HttpResponse:
    """Undo a lifting or a withdrawal."""
    act = pressing(request, pk)
    actions.restore(flag=row(Flag, act, flag_pk), by=act.by, at=act.at)
    return act.finished(_("Signalement rétabli."))
