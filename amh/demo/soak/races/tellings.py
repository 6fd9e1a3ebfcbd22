"""What another system announces, renumbers and reattaches, told twice at the same instant."""

from datetime import timedelta
from functools import partial

from amh.demo.soak.races.merges import MERGED, PATIENTS
from amh.demo.soak.races.stays import STAY
from amh.demo.soak.rounds import Round, ends, race
from amh.demo.soak.wards import DOMAIN, Ward
from patients.actions import announcements, merges, renumberings, stays
from patients.models import Announcement, AnnouncementKind, Merge, Patient, PatientIdentifier, Stay
from patients.tellings import Announced, Person, Visit

AN_HOUR = timedelta(hours=1)
ANY_VISIT = Visit("")


@race(announcements.announce, announcements.announce, decided_by=f"{STAY}; `announcement_number_once`")
def one_announcement_told_twice(ward: Ward) -> Round:
    """A message and its repetition make one announcement."""
    stay, announced = ward.present(), _announced(ward)
    told = Announcement.objects.filter(number=announced.number)
    return Round([_announcing(ward, stay, announced)] * 2, ends(done=2, left=lambda: told.count() == 1))


@race(announcements.withdraw, announcements.announce, decided_by=STAY)
def withdrawn_while_told_again(ward: Ward) -> Round:
    """An announcement is taken back while it is told again: it stays taken back."""
    stay, announced = ward.present(), _announced(ward)
    _announcing(ward, stay, announced)()
    person = ward.person(stay.patient)
    back = partial(announcements.withdraw, person=person, visit=ANY_VISIT, announced=announced, at=ward.now)
    told = Announcement.objects.filter(number=announced.number, cancelled_at__isnull=False)
    return Round([back, _announcing(ward, stay, announced)], ends(done=2, left=lambda: told.count() == 1))


@race(renumberings.unite, renumberings.unite, decided_by=PATIENTS)
def one_merge_told_twice(ward: Ward) -> Round:
    """A merge and its repetition merge once."""
    survivor, merged = ward.patient(), ward.patient()
    prior = ward.person(merged).identifiers
    telling = partial(renumberings.unite, person=ward.person(survivor), prior=prior, at=ward.now)
    done = Merge.objects.filter(merged=merged, survivor=survivor)
    return Round([telling] * 2, ends(done=(1, 2), codes=[MERGED], left=lambda: done.count() == 1))


@race(renumberings.renumber, renumberings.renumber, decided_by=f"{PATIENTS}; `identifier_once`")
def one_number_changed_twice(ward: Ward) -> Round:
    """A change of number and its repetition leave one number to one person."""
    patient = ward.patient()
    prior, number = ward.person(patient).identifiers, ward.name()
    person = Person((("IPP", DOMAIN, number),), {"birth_name": patient.birth_name})
    telling = partial(renumberings.renumber, person=person, prior=prior, ins="", at=ward.now)
    known = PatientIdentifier.objects.filter(valid_until=None, value__in=[number, prior[0][2]])

    def left() -> bool:
        return [(one.value, one.patient_id) for one in known] == [(number, patient.pk)]

    return Round([telling] * 2, ends(done=(1, 2), codes=["identifier_once"], left=left))


@race(renumberings.reattach, merges.reattach, decided_by=PATIENTS)
def one_stay_given_twice(ward: Ward) -> Round:
    """A stay is given to one person by two messages: it is theirs, with its place."""
    stay, to = ward.present(), ward.patient()
    given = partial(merges.reattach, stay=stay, to=to, by=None, at=ward.now)
    Stay.objects.filter(pk=stay.pk).update(visit_domain=DOMAIN, visit_number=ward.name())
    stay.refresh_from_db()
    visit, prior = Visit(DOMAIN, stay.visit_number), ward.person(stay.patient).identifiers
    person = ward.person(to)
    told = partial(renumberings.reattach, person=person, visit=visit, prior=prior, prior_account="", at=ward.now)
    return Round([told, given], ends(done=2, left=lambda: _owns(to, stay)))


@race(merges.reattach, stays.move, decided_by=PATIENTS)
def given_while_moved(ward: Ward) -> Round:
    """A stay is given to somebody else while its patient is moved: both are done."""
    stay, to, bed = ward.present(), ward.patient(), ward.bed()
    given = partial(merges.reattach, stay=stay, to=to, by=None, at=ward.now)
    moved = partial(stays.move, stay=stay, to=bed, by=None, at=ward.now)
    return Round([given, moved], ends(done=2, left=lambda: _owns(to, stay)))


def _announced(ward: Ward) -> Announced:
    return Announced(AnnouncementKind.DISCHARGE, ward.now + AN_HOUR, DOMAIN, ward.name())


def _announcing(ward: Ward, stay: Stay, announced: Announced) -> partial[Announcement | None]:
    person = ward.person(stay.patient)
    return partial(announcements.announce, person=person, visit=ANY_VISIT, announced=announced, at=ward.now)


def _owns(patient: Patient, stay: Stay) -> bool:
    owners = {*stay.placements.values_list("patient_id", flat=True)}
    return Stay.objects.get(pk=stay.pk).patient_id == patient.pk and owners == {patient.pk}
