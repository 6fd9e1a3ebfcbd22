from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from patients.actions import practitioners, stays
from patients.models import Fact, Source
from tests.expectations import counted
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import fresh, present
from tests.patients.views.browsing import Desk, panel, text, traced

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay():
    return present(a_bed(a_unit()), at=timezone.now() - timedelta(hours=3))


@pytest.fixture
def amh(stay):
    return Desk(a_user(Role.AMH, stay.unit))


def shown(desk, stay):
    return panel(desk.record(stay.patient), "faits")


def test_seen_in_the_record_is_one_press(stay, amh):
    answer = amh.send("facts-note", stay.patient_id, stay.pk, kind="belongings_returned", source="seen")
    assert answer.headers["HX-Redirect"] == f"/patients/{stay.patient_id}/"
    fact = Fact.objects.get()
    assert (fact.kind, fact.source, fact.author) == ("belongings_returned", Source.SEEN, amh.user)
    page = shown(amh, stay)
    assert "Effets et valeurs rendus" in page
    assert "vu · noté par" in page


def test_a_double_press_notes_it_once(stay, amh):
    for _ in range(2):
        amh.post("facts-note", stay.patient_id, stay.pk, kind="belongings_returned", source="said")
    assert Fact.objects.count() == 1


def test_a_signed_act_asks_for_its_author_and_its_date(stay, amh):
    answer = amh.send("facts-note", stay.patient_id, stay.pk, kind="letter_signed", source="seen")
    assert answer.status_code == 422
    form = text(answer)
    assert "Auteur de l’acte" in form
    assert f"/patients/{stay.patient_id}/sejours/{stay.pk}/faits/letter_signed/" in form
    assert not Fact.objects.exists()
    when = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    values = {"source": "seen", "said_by": "Dr MARTIN Luc", "happened_at": when}
    amh.send("facts-state", stay.patient_id, stay.pk, "letter_signed", **values)
    assert "vu : Dr MARTIN Luc" in shown(amh, stay)
    assert ("patient.fact", "open", stay.patient_id) in traced()


def test_the_physician_of_the_stay_is_offered(stay, amh):
    from_list = practitioners.reference("", "MARTIN", "Luc")
    stays.assign_practitioner(stay=stay, practitioner=from_list, by=None, at=timezone.now())
    form = text(amh.get("facts-state", stay.patient_id, stay.pk, "letter_signed"))
    assert 'value="Dr MARTIN Luc"' in form


def test_values_are_asked_and_kept(stay, amh):
    form = text(amh.send("facts-note", stay.patient_id, stay.pk, kind="follow_up_arranged", source="more"))
    assert "sera convoqué" in form
    values = {"source": "said", "how": "to_be_called", "with_whom": "secrétariat", "before": "2027-01-04"}
    amh.send("facts-state", stay.patient_id, stay.pk, "follow_up_arranged", **values)
    assert "sera convoqué · avec ou par : secrétariat · le, ou avant le : 04/01/2027" in shown(amh, stay)
    refused = amh.send("facts-state", stay.patient_id, stay.pk, "follow_up_arranged", source="said", how="")
    assert refused.status_code == 422


def test_what_is_refused_is_said_beside_it_and_what_was_typed_is_kept(stay, amh):
    tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    values = {"source": "seen", "said_by": "<script>alert(1)</script>", "happened_at": tomorrow}
    answer = amh.send("facts-state", stay.patient_id, stay.pk, "letter_signed", **values)
    assert answer.status_code == 422
    assert "Cette date est dans le futur." in text(answer)
    assert "&lt;script&gt;alert(1)" in text(answer)


def test_only_what_the_person_may_state_is_offered(stay, amh):
    assert "leaving_alone_allowed" not in shown(amh, stay)
    assert "leaving_alone_allowed" in shown(Desk(a_user(Role.PHYSICIAN, stay.unit)), stay)
    assert 'id="fait"' not in shown(Desk(a_user(Role.BED_MANAGER)), stay)
    assert (
        amh.send("facts-note", stay.patient_id, stay.pk, kind="leaving_alone_allowed", source="said").status_code == 403
    )
    assert amh.send("facts-note", stay.patient_id, stay.pk, kind="horoscope", source="said").status_code == 422
    bed_manager = Desk(a_user(Role.BED_MANAGER))
    assert (
        bed_manager.send("facts-note", stay.patient_id, stay.pk, kind="letter_signed", source="seen").status_code == 403
    )


def test_the_author_undoes_others_withdraw_with_a_reason(stay, amh):
    amh.post("facts-note", stay.patient_id, stay.pk, kind="belongings_returned", source="seen")
    fact, nurse = Fact.objects.get(), Desk(a_user(Role.NURSE, stay.unit))
    assert "Annuler" in shown(amh, stay)
    assert nurse.send("facts-withdraw", stay.patient_id, fact.pk, reason="").status_code == 422
    nurse.send("facts-withdraw", stay.patient_id, fact.pk, reason="<b>autre patient</b>")
    page = shown(amh, stay)
    assert "&lt;b&gt;autre patient" in page
    assert "Faits retirés · 1" in page
    assert amh.post("facts-undo", stay.patient_id, fact.pk).status_code == 409


def test_an_undo_is_one_press(stay, amh):
    amh.post("facts-note", stay.patient_id, stay.pk, kind="belongings_returned", source="seen")
    amh.post("facts-undo", stay.patient_id, Fact.objects.get().pk)
    assert "Rien n’est encore noté" in shown(amh, stay)


def test_facts_of_earlier_stays_are_folded_away(stay, amh):
    amh.post("facts-note", stay.patient_id, stay.pk, kind="belongings_returned", source="seen")
    stays.discharge(stay=stay, by=None, at=timezone.now())
    present(a_bed(stay.unit), patient=fresh(stay).patient, at=timezone.now())
    assert "Séjours précédents · 1" in shown(amh, stay)


def test_a_row_of_another_record_is_not_found(stay, amh):
    other = present(stay.unit, patient=a_patient())
    amh.post("facts-note", stay.patient_id, stay.pk, kind="belongings_returned", source="seen")
    fact = Fact.objects.get()
    assert amh.post("facts-undo", other.patient_id, fact.pk).status_code == 404
    assert (
        amh.post("facts-note", other.patient_id, stay.pk, kind="belongings_returned", source="seen").status_code == 404
    )


def test_as_many_queries_for_thirty_as_for_one(stay, amh):
    told = []
    kinds = ["belongings_returned", "imaging_sent", "letter_sent", "social_assessed", "coverage_settled"]
    for some in (kinds[:1], kinds):
        for kind in some:
            amh.post("facts-note", stay.patient_id, stay.pk, kind=kind, source="seen")
        amh.record(stay.patient)
        with counted(told):
            amh.record(stay.patient)
    assert told[0] == told[1]
