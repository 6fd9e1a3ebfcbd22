from datetime import timedelta

import pytest
from django.urls import reverse

from amh.board.audiences import audience
from amh.board.confirmations import read
from amh.core.models import AccessTrace, AuditEntry
from amh.core.roles import Role
from patients.actions import closures
from patients.actions import expected_discharges as expectations
from patients.models import Certainty
from tests.board.browsing import browse, text
from tests.expectations import counted
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, expected, present
from wards.models import ClosureReason, Confirmation

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


def overdue(place, name="DURAND"):
    stay = present(place, patient=a_patient(name))
    expectations.expect(stay=stay, expected_at=NOW - AN_HOUR / 2, certainty=Certainty.CERTAIN, by=None, at=NOW)
    return stay


def asked(user, unit):
    return browse(user).get(reverse("board:confirmation"), {"unite": unit.code})


def answered(user, unit, *seen, **headers):
    return browse(user).post(reverse("board:confirm", args=[unit.pk]), {"vu": seen}, headers=headers)


def test_the_doubts_come_first_then_every_bed_on_one_line(unit):
    overdue(a_bed(unit, "204"))
    a_bed(unit, "205")
    page = text(asked(a_user(Role.AMH, unit), unit))

    assert "Médecine : le plan est-il juste ?" in page
    assert page.index("1 doute") < page.index("Sortie prévue dépassée") < page.index("2 lits")
    assert page.count("DURAND Anne") >= 2
    assert "sortie prévue à 14:02" in page
    assert 'data-press="s"' in page
    assert "Confirmer quand même (1 doute)" in page
    assert "Ce plan n’a encore jamais été confirmé." in page


def test_a_unit_in_order_is_confirmed_as_right_and_one_comes_back_to_its_board(unit):
    present(a_bed(unit))
    amh = a_user(Role.AMH, unit)
    assert "Tout est juste" in text(asked(amh, unit))

    client = browse(amh)
    answer = client.post(reverse("board:confirm", args=[unit.pk]))

    assert (answer.status_code, answer.url) == (302, "/lits/?unite=MED")
    made = Confirmation.objects.get()
    assert (made.unit, made.confirmed_by, made.confirmed_at, made.doubts) == (unit, amh, NOW, 0)
    assert "Médecine : plan confirmé." in text(client.get(answer.url))
    assert "Dernière confirmation : 14:32, par" in text(client.get(reverse("board:confirmation"), {"unite": "MED"}))


def test_in_the_page_itself_the_browser_is_sent_there(unit):
    answer = answered(a_user(Role.AMH, unit), unit, **{"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/lits/?unite=MED")


def test_doubts_that_were_seen_may_stand_and_are_counted(unit):
    bed = a_bed(unit)
    overdue(bed)
    answer = answered(a_user(Role.NURSE, unit), unit, f"overdue-{bed.pk}")
    assert answer.status_code == 302
    assert Confirmation.objects.get().doubts == 1


def test_a_doubt_that_came_up_since_is_shown_before_anything_is_confirmed(unit):
    bed = a_bed(unit, "204")
    overdue(bed)
    amh = a_user(Role.AMH, unit)

    answer = answered(amh, unit, "overdue-0")

    assert answer.status_code == 409
    assert "Le plan a changé : 1 doute de plus." in text(answer)
    assert f'name="vu" value="overdue-{bed.pk}"' in text(answer)
    assert not Confirmation.objects.exists()
    assert answered(amh, unit, f"overdue-{bed.pk}").status_code == 302


def test_whoever_may_not_confirm_reads_the_reason_in_the_place_of_the_button(unit):
    overdue(a_bed(unit))
    physician, stranger = a_user(Role.PHYSICIAN, unit), a_user(Role.AMH, a_unit())
    for user in (physician, stranger):
        page = text(asked(user, unit))
        assert "Vous pouvez lire ce plan, pas le confirmer. Votre rôle ne permet pas" in page
        assert "data-answer" not in page
        assert answered(user, unit).status_code == 403
    assert not Confirmation.objects.exists()


def test_names_are_for_those_who_may_know_them(unit):
    overdue(a_bed(unit, "204"))
    present(unit, patient=a_patient("SANSLIT"))
    page = text(asked(a_user(Role.HOUSEKEEPING), unit))
    assert "DURAND" not in page
    assert "SANSLIT" not in page
    assert "204 · Patient" in page


def test_a_protected_patient_has_no_name_even_here(unit):
    stay = overdue(a_bed(unit))
    type(stay.patient).objects.filter(pk=stay.patient_id).update(protected=True)
    assert "DURAND" not in text(asked(a_user(Role.AMH, unit), unit))


def test_a_name_that_is_a_script_stays_a_name(unit):
    overdue(a_bed(unit), "<script>alert(1)</script>")
    page = asked(a_user(Role.AMH, unit), unit).content.decode()
    assert "<script>alert" not in page
    assert "&lt;SCRIPT&gt;ALERT" in page


def test_the_reading_is_traced_once_with_how_many_are_named(unit):
    present(a_bed(unit))
    present(a_bed(unit))
    present(unit)
    expected(unit, expected_at=NOW + AN_HOUR)
    amh, stranger = a_user(Role.AMH, unit), a_user(Role.PORTER)

    asked(amh, unit)
    trace = AccessTrace.objects.get()
    assert (trace.page, trace.by, trace.unit_id, trace.count) == ("confirmation", amh, unit.pk, 4)
    asked(stranger, unit)
    assert AccessTrace.objects.get(by=stranger).count == 0


def test_the_audit_holds_no_name(unit):
    bed = a_bed(unit)
    overdue(bed)
    answered(a_user(Role.AMH, unit), unit, f"overdue-{bed.pk}")
    assert "DURAND" not in str(AuditEntry.objects.get(action="unit.confirm").params)


def test_a_unit_without_beds_and_one_that_nobody_knows(unit):
    assert "Cette unité n’a pas de lit." in text(asked(a_user(Role.AMH, unit), unit))
    gone = a_unit("VIEUX", valid_until=NOW - AN_HOUR)
    for code in (gone.code, "RIEN", "MED\0X"):
        answer = browse(a_user(Role.AMH)).get(reverse("board:confirmation"), {"unite": code})
        assert answer.status_code == 422
        assert "Il n’y a pas d’unité" in text(answer)
    refused = answered(a_user(Role.BED_MANAGER), gone)
    assert refused.status_code == 409
    assert "il n’y a rien à confirmer" in text(refused)


def test_a_closure_that_ended_by_itself_is_doubtful_until_the_next_confirmation(unit):
    bed = a_bed(unit, "204")
    closures.close(beds=[bed], reason=ClosureReason.WORKS, until=NOW - AN_HOUR, by=None, at=NOW - 3 * AN_HOUR)
    amh = a_user(Role.AMH, unit)
    plan = read(unit, audience(amh, language="fr"), at=NOW)
    assert [one.fact for one in plan.questions()] == ["fermé jusqu’à 13:32 : peut-il servir ?"]
    answered(amh, unit, *plan.keys)
    assert read(unit, audience(amh, language="fr"), at=NOW + timedelta(minutes=1)).doubts == []


def test_every_doubt_says_its_fact_and_its_keys(unit):
    overdue(a_bed(unit, "204"))
    present(unit)
    expected(unit, at=NOW - 3 * AN_HOUR, expected_at=NOW - AN_HOUR)
    plan = read(unit, audience(a_user(Role.AMH, unit), language="fr"), at=NOW)

    said = [(one.label, one.fact, [way.letter for way in one.ways]) for one in plan.questions()]
    assert said == [
        ("Patient sans lit", "présent depuis 13:32", ["m"]),
        ("Sortie prévue dépassée", "sortie prévue à 14:02", ["s", "d"]),
        ("Attendu, pas arrivé", "attendu à 13:32", ["m", "h", "x"]),
    ]


def test_without_a_unit_those_that_are_to_confirm_are_listed(unit):
    closed = a_unit("HDJ", name="Hôpital de jour", calendar=a_calendar(hours=OFFICE_HOURS))
    done = a_unit("CHIR", name="Chirurgie", position=1)
    amh = a_user(Role.AMH, unit)
    Confirmation.objects.create(unit=done, confirmed_at=paris("08:04"), confirmed_by=amh)
    page = text(browse(amh).get(reverse("board:confirmation")))

    assert "1 unité n’a pas confirmé : c’était attendu à 08:00" in page
    assert page.index("Médecine") < page.index("Chirurgie")
    assert f"confirmé 08:04, par {amh.username}" in page
    assert closed.name not in page
    Confirmation.objects.create(unit=unit, confirmed_at=NOW, confirmed_by=amh)
    assert "Toutes les unités ont confirmé" in text(browse(amh).get(reverse("board:confirmation")))


@pytest.mark.parametrize(
    ("hour", "heading", "early"),
    [
        ("00:30", "1 unité n’a pas confirmé : c’était attendu le ven. 20 nov. à 08:00", True),
        ("05:59", "1 unité n’a pas confirmé : c’était attendu le ven. 20 nov. à 08:00", True),
        ("06:00", "1 unité à confirmer avant 08:00", False),
        ("08:00", "1 unité n’a pas confirmé : c’était attendu à 08:00", False),
    ],
)
def test_by_night_it_is_said_which_morning_a_confirmation_counts_for(unit, clock, hour, heading, early):
    clock.move_to(paris(hour))
    amh = a_user(Role.AMH, unit)
    page, one = text(browse(amh).get(reverse("board:confirmation"))), text(asked(amh, unit))
    note = "une confirmation ne compte pour ce matin qu’à partir de 06:00"
    assert heading in page
    assert [note in page, note in one] == [early, early]


def test_a_hospital_in_which_nothing_opens_has_nothing_to_confirm():
    a_unit(calendar=a_calendar())
    assert "Aucune unité n’ouvre aujourd’hui" in text(browse(a_user(Role.AMH)).get(reverse("board:confirmation")))


def test_thirty_beds_cost_what_one_costs(unit):
    client, queries = browse(a_user(Role.AMH, unit)), []
    client.get(reverse("board:confirmation"), {"unite": unit.code})
    for number in (1, 29):
        for _ in range(number):
            overdue(a_bed(unit))
            present(unit)
        with counted(queries):
            client.get(reverse("board:confirmation"), {"unite": unit.code})
    assert queries[0] == queries[1]
