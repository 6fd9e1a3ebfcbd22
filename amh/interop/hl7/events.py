"""What a message says, done here: the effect that the table gives, in the words of the acts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from amh.core.errors import Conflict
from amh.interop.hl7 import happenings, persons, table
from amh.interop.hl7.readings import Reading, VisitFacts
from amh.interop.hl7.table import Effect, Event, Kind
from patients.actions import announcements, entourages, introductions, notices, renumberings
from patients.models import AnnouncementKind, StayKind
from patients.queries import movements as ledger


class Outside(Exception):
    """The message is about somebody who is no inpatient: it is kept, and nothing is done."""


def apply(reading: Reading, *, at: datetime) -> None:
    """Do what the message says; ``at`` is when it was received.

    Raises ``KeyError`` for an event that is not in the table, ``Outside``, and whatever refusal the act raises.
    """
    event = table.EVENTS[reading.trigger]
    effect = event.effects[reading.movement.action]
    if effect in MOVING and _is_outside(reading):
        raise Outside
    DEEDS[effect](reading, event, at)


MOVING = frozenset({Effect.ENTER, Effect.REWRITE, Effect.CORRECT, Effect.STRIKE})
ADMITTING = frozenset({"A01", "A06", "A07"})
"""Events by which somebody becomes an inpatient, or ceases to be one: they count whatever the class of the patient."""


def _is_outside(reading: Reading) -> bool:
    is_outpatient = happenings.stay_kind(reading.visit or VisitFacts()) == StayKind.OUTPATIENT
    return is_outpatient and reading.trigger not in ADMITTING and not notices.is_inside(happenings.visit(reading))


def _introduce(reading: Reading, event: Event, at: datetime) -> None:
    person = persons.person(reading, at=at)
    patient = introductions.introduce(person=person, at=at)
    entourages.hear(patient=patient, stay=None, person=person, at=at)


def _enter(reading: Reading, event: Event, at: datetime) -> None:
    _tell(reading, event.kind, at=at)


def _correct(reading: Reading, event: Event, at: datetime) -> None:
    """What is corrected is of the kind that the original event says, else of the kind that is known by its number."""
    kind = table.original(reading.movement.original_trigger) or ledger.kind_of(*happenings.number(reading))
    _tell(reading, kind, at=at, only_known=True)


def _tell(reading: Reading, kind: Kind | None, *, at: datetime, only_known: bool = False) -> None:
    if kind is None:
        raise Conflict(_("Mouvement à corriger inconnu ici."), code="unknown_movement")
    person, visit = persons.person(reading, at=at), happenings.visit(reading)
    if isinstance(kind, AnnouncementKind):
        announcement = happenings.announced(reading, kind, at=at)
        announcements.announce(person=person, visit=visit, announced=announcement, only_known=only_known, at=at)
        return
    happening = happenings.placed(happenings.happening(reading, kind, at=at), reading, at=at, only_said=only_known)
    movement = notices.follow(person=person, visit=visit, happening=happening, only_known=only_known, at=at)
    if movement is not None:
        notices.expect_discharge(movement.stay, visit, at=at)


def _strike(reading: Reading, event: Event, at: datetime) -> None:
    person, visit, kind = persons.person(reading, at=at), happenings.visit(reading), event.struck or event.kind
    if isinstance(kind, AnnouncementKind):
        announcements.withdraw(person=person, visit=visit, announced=happenings.announced(reading, kind, at=at), at=at)
    elif kind is not None:
        happening = happenings.placed(happenings.happening(reading, kind, at=at), reading, at=at, only_said=True)
        notices.retract(person=person, visit=visit, happening=happening, at=at)


def _complete(reading: Reading, event: Event, at: datetime) -> None:
    stay = notices.complete(person=persons.person(reading, at=at), visit=happenings.visit(reading), at=at)
    if stay is not None:
        notices.expect_discharge(stay, happenings.visit(reading), at=at)


def _merge(reading: Reading, event: Event, at: datetime) -> None:
    renumberings.unite(person=persons.person(reading, at=at), prior=persons.prior(reading), at=at)


def _renumber(reading: Reading, event: Event, at: datetime) -> None:
    renumberings.renumber(
        person=persons.person(reading, at=at), prior=persons.prior(reading), ins=reading.prior.ins, at=at
    )


def _reattach(reading: Reading, event: Event, at: datetime) -> None:
    visit, prior = happenings.visit(reading), reading.prior
    visit = replace(visit, number=visit.number or prior.visit_number)
    renumberings.reattach(
        person=persons.person(reading, at=at),
        visit=visit,
        prior=persons.prior(reading),
        prior_account=prior.account_number,
        at=at,
    )


def _refuse(reading: Reading, event: Event, at: datetime) -> None:
    sentence = _("L’événement %(event)s ne peut pas porter l’action %(action)s.")
    facts = {"event": reading.trigger, "action": reading.movement.action}
    raise Conflict(sentence % facts, code="action_of_event")


DEEDS: dict[Effect, Callable[[Reading, Event, datetime], None]] = {
    Effect.INTRODUCE: _introduce,
    Effect.ENTER: _enter,
    Effect.REWRITE: _enter,
    Effect.CORRECT: _correct,
    Effect.STRIKE: _strike,
    Effect.COMPLETE: _complete,
    Effect.MERGE: _merge,
    Effect.RENUMBER: _renumber,
    Effect.REATTACH: _reattach,
    Effect.REFUSE: _refuse,
}
