"""When a place may go out of service, and come back."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import dates
from amh.core.errors import Conflict, Invalid
from wards.models import Bed, Room, Unit

Place = Unit | Room | Bed
FURTHEST = 2200
"""The year from which a date is a slip of the finger."""


def in_service(place: Place, *, at: datetime) -> bool:
    """Tell whether the place exists at ``at``."""
    return place.valid_from <= at and (place.valid_until is None or place.valid_until > at)


def goes(one: Place, *, until: datetime, planned: datetime | None) -> bool:
    """Tell whether what is inside a place that goes at ``until``, instead of as ``planned``, goes with it."""
    return one.valid_until is None or one.valid_until > until or one.valid_until == planned


def check_retire(place: Place, *inside: Place, until: datetime, now: datetime) -> None:
    """Raise ``Conflict`` for a place that is out of service already, ``Invalid`` before it or what is ``inside`` began.

    Who is in it is asked above: nothing here knows a patient.
    """
    if place.valid_until is not None and place.valid_until <= now:
        facts = {"place": place, "since": dates.moment(place.valid_until, now=now)}
        raise Conflict(_("« %(place)s » est déjà hors service (%(since)s).") % facts, code="retired")
    for one in (place, *inside):
        if until < one.valid_from and one.valid_until is None:
            facts = {"place": one, "since": dates.moment(one.valid_from, now=now)}
            sentence = _("« %(place)s » n’existait pas encore à cette date (créé %(since)s).") % facts
            raise Invalid(sentence, code="before_beginning", field="until")
    if until.year >= FURTHEST:
        raise Invalid(_("Cette date est trop lointaine."), code="too_far", field="until")


def check_restore(place: Place, *holders: Place, now: datetime) -> None:
    """Raise ``Conflict`` unless the place is out of service, or to go, and the ``holders`` of it are in service."""
    if place.valid_until is None:
        raise Conflict(_("« %s » est déjà en service.") % place, code="in_service")
    if isinstance(place, Bed) and place.stands_for is not None:
        raise Conflict(_("C’est un autre nom du lit %s.") % place.stands_for, code="other_name")
    for holder in holders:
        check_in_service(holder, at=now)


def check_in_service(place: Place, *, at: datetime, field: str | None = None) -> None:
    """Raise ``Conflict`` unless the place is in service at ``at``."""
    if not in_service(place, at=at):
        sentence = _("« %s » n’est pas en service : commencer par là.") % place
        raise Conflict(sentence, code="out_of_service", field=field)
