"""The board of somebody who opened a record by an exceptional access, and of nobody for the protected."""

import pytest
from django.test import Client
from django.utils import timezone

from amh.board import boards
from amh.board.audiences import audience
from amh.board.choices import stays as offered
from amh.board.searches import search
from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import accesses, protections
from patients.models import AccessReason, Protection
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, present

pytestmark = pytest.mark.django_db

WHY = "Appelée par l’équipe de nuit"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def nurse():
    return a_user(Role.NURSE, a_unit())


def opened(stay, *, by, at):
    return accesses.open_exceptionally(patient=stay.patient, reason=AccessReason.ADVICE, explanation=WHY, by=by, at=at)


def words(stay, viewer, *, at):
    """All that the board says of the unit of a stay to somebody: cards, head, what a search for the name finds."""
    viewers = audience(viewer, language="fr")
    board = boards.read(at)
    cards = "".join(board.card(row, viewers) for row in board.rows)
    heads = [board.head(unit, viewers) for unit in board.units]
    names = [one.name for head in heads for listing in head.listings for one in listing.people]
    found = search(board, stay.patient.birth_name, viewers)
    return cards, names, found


def test_an_exceptional_access_shows_the_card_and_finds_it(nurse, now):
    bed = a_bed(a_unit())
    stay = present(bed, patient=a_patient("DURAND"), at=now - AN_HOUR)
    assert "DURAND" not in words(stay, nurse, at=now)[0]
    opened(stay, by=nurse, at=now)
    cards, _names, found = words(stay, nurse, at=now)
    assert "DURAND Anne" in cards
    assert found.beds == {bed.pk}


def test_an_exceptional_access_shows_who_has_no_bed(nurse, now):
    stay = present(a_unit(), patient=a_patient("DURAND"), at=now - AN_HOUR)
    other = present(stay.unit, patient=a_patient("MARTIN"), at=now - AN_HOUR)
    assert words(stay, nurse, at=now)[1] == ["Patient", "Patient"]
    opened(stay, by=nurse, at=now)
    _cards, names, found = words(stay, nurse, at=now)
    assert sorted(names) == ["DURAND Anne", "Patient"]
    assert found.stays == {stay.pk}
    assert words(other, nurse, at=now)[2].stays == frozenset()


def test_a_choice_names_the_patient_of_an_exceptional_access(now):
    """A physician on call elsewhere may place, and knows by name only whose record they opened."""
    unit = a_unit()
    stay = present(unit, patient=a_patient("DURAND"), at=now - AN_HOUR)
    by = a_user(Role.BED_MANAGER)
    by.limited_to = frozenset({"place", "view_board", "open_exceptionally"})
    choices = [choice(by, unit, at=now)]
    by.exceptions = frozenset({stay.patient_id})
    choices.append(choice(by, unit, at=now))
    assert ["DURAND" in words for words in choices] == [False, True]


def choice(by, unit, *, at):
    """What the select of patients offers, as text."""
    return str(offered(boards.read(at), audience(by, language="fr"), by=by, near=unit.pk))


@pytest.mark.parametrize("bedded", [True, False], ids=["in a bed", "without a bed"])
def test_a_protected_stay_is_named_to_nobody_even_exceptionally(now, bedded):
    bed = a_bed(a_unit())
    stay = present(bed if bedded else bed.room.unit, patient=a_patient("DURAND"), at=now - AN_HOUR)
    protections.protect(stay=stay, protection=Protection.UNDISCLOSED, by=None, at=now)
    manager = a_user(Role.BED_MANAGER)
    opened(stay, by=manager, at=now)
    cards, names, found = words(stay, manager, at=now)
    assert "DURAND" not in cards
    assert "DURAND Anne" not in names
    assert (found.beds, found.stays) == (frozenset(), frozenset())
    protections.unprotect(stay=stay, by=None, at=now)
    assert "DURAND" in str(words(stay, manager, at=now)[:2])


def test_what_was_read_by_it_is_traced_with_it(nurse, now):
    bed = a_bed(a_unit())
    stay = present(bed, at=now - AN_HOUR)
    access = opened(stay, by=nurse, at=now - AN_HOUR / 2)
    client = Client()
    client.force_login(nurse, BACKEND)
    assert client.get(f"/lits/{bed.pk}/menu/").status_code == 200
    trace = AccessTrace.objects.get()
    assert (trace.exceptional_access_id, trace.stay_id, trace.unit_id) == (access.pk, stay.pk, None)
    assert trace.params == {"bed": bed.pk, "ground": "exception"}
    accesses.end(access=access, by=nurse, at=now)
    client.get(f"/lits/{bed.pk}/menu/")
    assert AccessTrace.objects.count() == 1


def test_the_hospital_is_the_ground_of_those_who_work_everywhere(now):
    bed = a_bed(a_unit())
    present(bed, at=now - AN_HOUR)
    client = Client()
    client.force_login(a_user(Role.BED_MANAGER), BACKEND)
    client.get(f"/lits/{bed.pk}/menu/")
    trace = AccessTrace.objects.get()
    assert (trace.params["ground"], trace.unit_id) == ("hospital", bed.room.unit_id)
