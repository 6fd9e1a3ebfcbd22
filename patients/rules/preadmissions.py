"""Who may be expected, where, when and by whom; when an expectation may be changed, called off, taken up again."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dates import moment
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import DOCTORS, HERE, Movement, NoArrival, Patient, Practitioner, Stay, StayState
from patients.queries import reservations, stays
from patients.rules import beds as bed_rules
from patients.rules import records
from patients.rules.stays import check_state
from patients.rules.times import CLOCK_DRIFT, check_ahead
from wards import openings
from wards.models import Unit
from wards.queries.calendars import week_of_unit

CHANGERS = (Permission.REGISTER, Permission.PLACE)
"""Who registers, and who would record the arrival, may say that it is another hour, or that nobody comes."""


def check_preadmit(patient: Patient, unit: Unit, *, expected_at: datetime, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may say that the patient is expected in the unit, which is then in service."""
    rules.check(by, Permission.REGISTER, unit_id=unit.pk)
    records.check_stands(patient)
    if by is not None:
        check_hour(expected_at, now=now)
    bed_rules.check_unit_exists(unit, at=max(expected_at, now))


def check_hour(expected_at: datetime, *, now: datetime) -> None:
    """Raise ``Invalid`` for a person’s hour that is past or a year away; another system’s is taken as it is."""
    if expected_at < now - CLOCK_DRIFT:
        way_out = _("Pour un patient déjà là, indiquer l’heure qu’il est, puis enregistrer son arrivée.")
        raise Invalid(f"{_('Cette heure est passée.')} {way_out}", code="in_the_past", field="expected_at")
    check_ahead(expected_at, now=now, field="expected_at")


def check_physician(practitioner: Practitioner | None) -> None:
    """Raise ``Invalid`` for somebody who cannot be responsible for a stay: no physician, or no longer active."""
    if practitioner is None:
        return
    if practitioner.profession not in DOCTORS:
        raise Invalid(_("%s n’est pas médecin.") % practitioner, code="not_a_physician", field="practitioner")
    if not practitioner.is_active:
        raise Invalid(_("%s n’est plus en activité.") % practitioner, code="inactive", field="practitioner")


def doubts(patient: Patient, unit: Unit, *, expected_at: datetime, now: datetime) -> dict[str, str]:
    """What somebody should look at before the patient is expected then, in sentences by what each is about.

    None forbids anything: a session goes on beside a stay, a closed unit opens for once.
    """
    found = {f"stay-{one.pk}": _known(one, now=now) for one in stays.beside(patient, expected_at=expected_at)}
    if patient.deceased_at is not None:
        found["deceased"] = _("Un décès est noté dans ce dossier : vérifier l’identité.")
    opening = openings.preview(week_of_unit(unit), expected_at)
    if not opening.is_open:
        found["closed"] = _("%(unit)s à cette heure : %(words)s.") % {"unit": unit, "words": opening.words}
    return found


def _known(stay: Stay, *, now: datetime) -> str:
    since = (stay.admitted_at if stay.state in HERE else None) or stay.expected_at
    facts = [stay.get_kind_display(), stay.unit and stay.unit.name, since and moment(since, now=now)]
    return f"{stay.get_state_display()} : {', '.join(fact for fact in facts if fact)}."


def check_looked_at(found: Mapping[str, str], *, looked_at: Collection[str]) -> None:
    """Raise ``Conflict`` unless each of the doubts was looked at."""
    if found.keys() - set(looked_at):
        raise Conflict(_("Rien n’est encore enregistré : à vérifier d’abord."), code="to_be_checked")


def check_cancel(stay: Stay, *, reason: NoArrival | str, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may say that an expected patient does not come, and why."""
    check_change(stay, by=by, now=now)
    if reason not in NoArrival.values:
        raise Invalid(_("Choisir un motif de la liste."), code="unknown_reason", field="reason")


def check_reschedule(stay: Stay, *, expected_at: datetime, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may say that the patient is expected at another hour; one said before may be said again."""
    check_change(stay, by=by, now=now)
    if by is not None and not stays.was_expected(stay, at=expected_at):
        check_hour(expected_at, now=now)
    if stay.unit is not None:
        bed_rules.check_unit_exists(stay.unit, at=max(expected_at, now))


def kept_otherwise(stay: Stay, *, expected_at: datetime, now: datetime) -> str:
    """What to say of a bed that could not be kept for the hour at which the patient is expected now."""
    kept = reservations.kept_for(stay, at=now)
    if kept is None or kept.expected_at == expected_at:
        return ""
    facts = {"bed": kept.bed, "when": moment(kept.expected_at, now=now)}
    return _("Le lit %(bed)s n’est pas libre pour cette heure : il reste gardé pour %(when)s.") % facts


def check_change(stay: Stay, *, by: User | None, now: datetime) -> None:
    """Raise unless the patient is expected, and ``by`` is one of ``CHANGERS`` in the unit that expects them."""
    _check_right(stay, by=by)
    check_state(stay, StayState.EXPECTED, now=now)


def check_reinstate(stay: Stay, *, by: User | None, now: datetime) -> Movement:
    """Raise unless ``by`` may expect again a patient who was called off; return the preadmission that was."""
    _check_right(stay, by=by)
    called_off = stays.called_off(stay)
    if stay.state != StayState.CANCELLED or called_off is None:
        raise Conflict(_("Ce séjour n’est pas une préadmission annulée."), code="not_called_off")
    records.check_stands(stay.patient)
    if stay.unit is not None:
        bed_rules.check_unit_exists(stay.unit, at=now)
    return called_off


def _check_right(stay: Stay, *, by: User | None) -> None:
    if by is None or not rules.may(by, Permission.PLACE, unit_id=stay.unit_id):
        rules.check(by, Permission.REGISTER, unit_id=stay.unit_id)
