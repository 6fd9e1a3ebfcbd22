"""What is known of a stay, on the record: stated in one key, withdrawn with its reason."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from amh.core.dialogs import Done
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients import evidence
from patients.actions import facts as actions
from patients.evidence import Evidence, Theme
from patients.forms.facts import FactForm, WithdrawForm, initial
from patients.models import HERE, Fact, Patient, Source, Stay
from patients.queries import facts, records
from patients.rules import facts as rules
from patients.rules.records import may_complete
from patients.rules.tasks import trades
from patients.views.records import Act, opening, pressing

THEMES = {
    Theme.DECISION: gettext_lazy("Décision et autorisations"),
    Theme.LETTERS: gettext_lazy("Lettres et ordonnances"),
    Theme.FOLLOW_UP: gettext_lazy("Suivi"),
    Theme.RETURN: gettext_lazy("Retour"),
    Theme.HOME: gettext_lazy("Domicile et structures"),
    Theme.CARE: gettext_lazy("Soins"),
    Theme.RIGHTS: gettext_lazy("Droits et papiers"),
    Theme.SESSION: gettext_lazy("Séances et ambulatoire"),
    Theme.RADIATION: gettext_lazy("Radioprotection"),
}


@dataclass(frozen=True)
class Shown:
    """A fact as the record shows it."""

    fact: Fact
    by: User
    at: datetime

    @property
    def label(self) -> str:
        """What is so."""
        said = evidence.label(self.fact.kind)
        return said[:1].upper() + said[1:]

    @property
    def words(self) -> str:
        """How it is known."""
        return evidence.words(self.fact, now=self.at)

    @property
    def stands(self) -> bool:
        """Whether it holds: neither withdrawn nor resting on a document that was."""
        document = self.fact.document
        return self.fact.withdrawn_at is None and (document is None or document.withdrawn_at is None)

    @property
    def may_undo(self) -> bool:
        """Whether the reader has just stated it, and takes it back without a reason."""
        return rules.may_undo(self.fact, by=self.by, at=self.at)


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """What stands of the stay that goes on, what stood of it, and of earlier stays; and what the reader may state."""
    stays = sorted(records.stays(patient), key=lambda stay: stay.state not in HERE)
    rows = [Shown(fact, by, at) for fact in facts.of_stays([stay.pk for stay in stays])]
    stay = stays[0] if stays else None
    own = [row for row in rows if stay is not None and row.fact.stay_id == stay.pk]
    may_state = stay is not None and may_complete(patient, by=by, at=at, permission=Permission.STATE_FACT)
    return {
        "facts_stay": stay,
        "facts_stay_words": records.words(stay) if stay else "",
        "standing": [row for row in own if row.stands],
        "gone": [row for row in own if not row.stands],
        "earlier": [row for row in rows if row not in own and row.stands],
        "may_state": may_state,
        "themes": offered(by) if may_state else [],
    }


def offered(by: User) -> list[tuple[str, list[Evidence]]]:
    """The kinds that this person may state, by theme."""
    kinds = [one for one in evidence.KINDS.values() if _sources(one, by)]
    ordered = sorted(kinds, key=lambda one: list(Theme).index(one.theme))
    return [(str(THEMES[theme]), list(group)) for theme, group in groupby(ordered, key=lambda one: one.theme)]


def _sources(one: Evidence, by: User) -> list[Source]:
    own = trades(by)
    return [source for source in (Source.SEEN, Source.SAID) if one.may_state(source, own)]


@require_POST
@door(Permission.STATE_FACT)
def note(request: HttpRequest, pk: int, stay_pk: int) -> HttpResponse:
    """State a fact in one key; what needs more than that is asked for."""
    act = pressing(request, pk)
    stay, one = _stay(act, stay_pk), rules.known(request.POST.get("kind", ""))
    source = request.POST.get("source", "")
    if source not in (Source.SEEN, Source.SAID):
        return _ask(opening(request, pk, page="patient.fact"), stay, one, Source.SEEN, bound=False)
    try:
        actions.state(stay=stay, kind=one.kind, source=Source(source), by=act.by, at=act.at)
    except Invalid:
        return _ask(opening(request, pk, page="patient.fact"), stay, one, Source(source), bound=False)
    return act.finished(_("Noté : %s.") % one.label)


@door(Permission.STATE_FACT)
def state(request: HttpRequest, pk: int, stay_pk: int, kind: str) -> HttpResponse:
    """State a fact with all that it carries."""
    act = opening(request, pk, page="patient.fact")
    return _ask(act, _stay(act, stay_pk), rules.known(kind), Source.SEEN, bound=request.method == "POST")


def _ask(act: Act, stay: Stay, one: Evidence, source: Source, *, bound: bool) -> HttpResponse:
    sources = _sources(one, act.by)
    doctor = str(stay.practitioner or "")
    start = initial(one, source=source if source in sources else next(iter(sources), source), said_by=doctor, at=act.at)
    typed = act.request.POST if bound else None
    form = FactForm(typed, now=act.at, evidence=one, sources=sources, patient=act.patient, initial=start)

    def do(data: dict[str, Any]) -> Done:
        said = {name: data[name] for name in ("said_by", "happened_at", "document")}
        source = Source(data["source"])
        actions.state(stay=stay, kind=one.kind, source=source, value=form.value, by=act.by, at=act.at, **said)
        return act.done(_("Noté : %s.") % one.label)

    url = reverse("patients:facts-state", args=[act.patient.pk, stay.pk, one.kind])
    title = str(one.label)
    return act.dialog(form, title[:1].upper() + title[1:], _("Noter"), do, action_url=url)


@door(Permission.STATE_FACT)
def withdraw(request: HttpRequest, pk: int, fact_pk: int) -> HttpResponse:
    """Take a fact back, with the reason."""
    act = opening(request, pk, page="patient.fact")
    fact = _fact(act, fact_pk)

    def do(data: dict[str, Any]) -> Done:
        actions.withdraw(fact=fact, reason=data["reason"], by=act.by, at=act.at)
        return act.done(_("Fait retiré : %s.") % evidence.label(fact.kind))

    title = _("Retirer : %s") % evidence.label(fact.kind)
    return act.dialog(WithdrawForm(request.POST or None), title, _("Retirer ce fait"), do)


@require_POST
@door(Permission.STATE_FACT)
def undo(request: HttpRequest, pk: int, fact_pk: int) -> HttpResponse:
    """Take back what the person has just stated."""
    act = pressing(request, pk)
    fact = _fact(act, fact_pk)
    actions.withdraw(fact=fact, by=act.by, at=act.at)
    return act.finished(_("Annulé : %s.") % evidence.label(fact.kind))


def _stay(act: Act, pk: int) -> Stay:
    return get_object_or_404(Stay.objects.select_related("practitioner"), pk=pk, patient=act.patient)


def _fact(act: Act, pk: int) -> Fact:
    return get_object_or_404(Fact, pk=pk, stay__patient=act.patient)
