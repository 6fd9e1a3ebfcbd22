"""« modifié par … » : who changed a bed or a stay under somebody's hand, when and what, as far as they may learn it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from amh.core import audit
from amh.core.models import AccessTrace
from amh.core.roles import Role
from amh.interop.actions import messages
from patients.actions import beds, deaths, expected_discharges, merges, patients, protections, reservations, stays
from patients.models import Certainty, Protection
from tests.board.browsing import browse, text
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.messages import adt
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, last, present

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
OPENED = NOW - 10 * MINUTE


@pytest.fixture
def bed():
    return a_bed(a_unit("MED"), "201", "F")


@pytest.fixture
def stephane():
    user = a_user(Role.BED_MANAGER)
    user.first_name, user.last_name = "Stéphane", "MOREAU"
    user.save()
    return user


def said(row, *, to=None, name="bed-change", since=OPENED):
    """What the note says to a person."""
    url = reverse(f"board:{name}", args=[row.pk]) + f"?depuis={since.timestamp():.0f}"
    response = browse(to or a_user(Role.BED_MANAGER)).get(url, headers={"HX-Request": "true"})
    return text(response).strip() if response.status_code == 200 else response.status_code


def test_who_what_and_when(bed, stephane):
    stay = present(bed, patient=a_patient("DURAND"))
    stays.move(stay=stay, to=a_bed(bed.room.unit), by=stephane, at=NOW - MINUTE)
    note = said(bed)
    assert "Modifié par Stéphane M. (gestionnaire des lits) à 14:31 : mutation." in note
    assert "<span data-badge>modifié par Stéphane M.</span>" in note
    assert "DURAND" not in note
    assert said(stay.placements.get(ends_at=None).bed) == note


@pytest.mark.parametrize(
    ("does", "words"),
    [
        (lambda bed, _stay, **who: beds.clean(bed=bed, **who), "noté propre"),
        (lambda bed, _stay, **who: beds.close(bed=bed, reason="works", **who), "fermeture"),
        (lambda bed, stay, **who: stays.admit(stay=stay, unit=stay.unit, bed=bed, **who), "entrée"),
        (
            lambda bed, stay, **who: reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), **who),
            "réservation",
        ),
    ],
)
def test_each_act_on_a_bed_is_said_in_a_word(bed, stephane, does, words):
    does(bed, expected(bed.room.unit), by=stephane, at=NOW)
    assert f"Modifié par Stéphane M. (gestionnaire des lits) à 14:32 : {words}." in said(bed)


def test_what_was_said_of_the_patient_changes_the_bed_too(bed, stephane):
    stay, when = present(bed), {"by": stephane, "at": NOW}
    expected_discharges.expect(stay=stay, expected_at=paris("16:00"), certainty=Certainty.CERTAIN, **when)
    assert ": sortie prévue." in said(bed)


def test_only_what_was_done_since_the_dialog_was_opened(bed, stephane):
    beds.clean(bed=bed, by=stephane, at=OPENED - MINUTE)
    assert said(bed) == 204
    assert "noté propre" in said(bed, since=OPENED - 2 * MINUTE)
    assert said(a_bed(bed.room.unit)) == 204


@pytest.mark.parametrize(
    "asked", ["", "?depuis=hier", "?depuis=99999999999999999999", "?depuis=1", "?depuis=-5", "?depuis=²"]
)
def test_an_address_without_a_moment_looks_back_a_day(bed, stephane, asked):
    beds.clean(bed=bed, by=stephane, at=OPENED)
    url = reverse("board:bed-change", args=[bed.pk]) + asked
    assert "noté propre" in text(browse(stephane).get(url))


def test_what_one_did_oneself_is_not_somebody_else(bed, stephane):
    beds.clean(bed=bed, by=stephane, at=NOW)
    assert "Modifié par vous-même (gestionnaire des lits) à 14:32" in said(bed, to=stephane)


def test_another_system_is_named_by_its_domain(bed):
    messages.apply_all(messages.receive(adt("A01", place="MED^201^F"), at=NOW).row, at=NOW)
    note = said(bed)
    assert "Modifié par un autre logiciel (CLCC) à 14:32 : entrée reçue." in note
    assert "<span data-badge>modifié par un autre logiciel</span>" in note
    assert "DURAND" not in note


# What not everybody may learn -----------------------------------------------------------------------------------------


def test_a_death_is_told_to_those_alone_who_act_on_it(bed, stephane):
    deaths.die(stay=present(bed), by=stephane, at=NOW)
    assert "à 14:32 : décès." in said(bed)
    for role in (Role.HOUSEKEEPING, Role.DPO, Role.DISPATCH_DESK):
        assert "Modifié par Stéphane M. (gestionnaire des lits) à 14:32." in said(bed, to=a_user(role))
    nurse = a_user(Role.NURSE, a_unit())
    assert "décès" not in said(bed, to=nurse)


def test_neither_an_identity_nor_a_protection_is_said_in_words(bed, stephane):
    stay = present(bed)
    protections.protect(stay=stay, protection=Protection.VIP, by=stephane, at=NOW)
    assert "à 14:32." in said(bed)
    patients.correct(patient=stay.patient, traits={"birth_name": "AUTRE"}, by=stephane, at=NOW + MINUTE)
    assert "à 14:33." in said(bed)


def test_who_may_not_see_the_board_is_refused_and_no_reading_is_traced(bed, stephane):
    beds.clean(bed=bed, by=stephane, at=NOW)
    assert said(bed, to=a_user(Role.WALL)) == 403
    assert not AccessTrace.objects.exists()


def test_what_is_not_shown_on_the_board_does_not_count(bed, stephane):
    stay = present(bed)
    audit.record("contact.add", subject=stay.patient, by=stephane, at=NOW, patient_id=stay.patient_id)
    assert said(bed) == 204


# A stay without a bed -------------------------------------------------------------------------------------------------


def test_a_stay_whose_patient_got_a_bed_or_left_or_was_merged(bed, stephane):
    stay = present(bed.room.unit)
    assert said(stay, name="stay-change") == 204
    stays.move(stay=stay, to=bed, by=stephane, at=NOW - 2 * MINUTE)
    assert "à 14:30 : mutation." in said(stay, name="stay-change")
    stays.discharge(stay=stay, by=stephane, at=NOW - MINUTE)
    assert "à 14:31 : sortie." in said(stay, name="stay-change")
    other = a_patient("MARTIN")
    office = a_user(Role.ADMISSIONS_OFFICE)
    merges.merge(survivor=other, merged=stay.patient, reason="doublon", by=office, at=NOW, confirmed=True)
    assert f"Modifié par {office.username} (bureau des entrées) à 14:32." in said(stay, name="stay-change")


def test_it_costs_the_same_after_one_act_or_ten(bed, stephane):
    queries, stay = [], present(bed)
    for number in range(10):
        when = {"by": stephane, "at": NOW + number * MINUTE}
        certainty = list(Certainty)[number % 2]
        expected_discharges.expect(stay=stay, expected_at=paris("18:00"), certainty=certainty, **when)
        if number in (0, 9):
            with counted(queries):
                said(bed, to=stephane)
    assert queries[0] == queries[1]
    assert last(stay).stay == stay


# Where it is asked for ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["menu", "place", "reserve", "close"])
def test_every_dialog_of_a_bed_asks_for_it(bed, stephane, name):
    page = text(browse(stephane).get(reverse(f"board:{name}", args=[bed.pk])))
    assert f'data-card="lit-{bed.pk}"' in page
    assert f'data-changed-note="/lits/{bed.pk}/dernier-acte/?depuis={NOW.timestamp():.0f}"' in page


@pytest.mark.parametrize("name", ["stay-menu", "move", "wait", "discharge", "expect"])
def test_every_dialog_of_a_stay_asks_for_it(bed, stephane, name):
    here, lying = present(bed.room.unit), present(bed)
    page = text(browse(stephane).get(reverse(f"board:{name}", args=[here.pk])))
    assert f'data-watch="unite-{bed.room.unit_id}"' in page
    assert f'data-changed-note="/sejours/{here.pk}/dernier-acte/?depuis=' in page
    page = text(browse(stephane).get(reverse(f"board:{name}", args=[lying.pk])))
    assert f'data-changed-note="/lits/{bed.pk}/dernier-acte/?depuis=' in page
