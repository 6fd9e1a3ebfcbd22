from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from patients.models import Consent
from tests.core.api import world

pytestmark = pytest.mark.django_db


def program():
    return world.program(Role.TEAM_LEAD)


def said(patient, **more):
    now = timezone.now().isoformat()
    return {"patient": patient.pk, "subject": "sms", "answer": "yes", "source": "received", "given_at": now} | more


def test_an_answer_is_noted_in_the_words_of_its_subject():
    stay = world.lying(world.bed(world.unit()))
    made = program().post("consents/", said(stay.patient, subject="trusted_person", stay=stay.pk, note="vu"))
    assert made.status_code == 201
    row = made.json()
    assert (row["words"], row["source"], row["note"]) == ("proposée, désignée", "received", "vu")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"answer": "informed"}, 422, "bad_answer", "answer"),
        ({"subject": "trusted_person"}, 422, "required", "stay"),
        ({"given_at": "1950-01-01T08:00:00Z"}, 422, "before_birth", "given_at"),
        ({"answer": "peut-être"}, 400, "invalid", "answer"),
        ({"given_at": "hier"}, 400, "invalid", "given_at"),
        ({"given_at": "0001-01-01T00:00:00Z"}, 400, "invalid", "given_at"),
    ],
)
def test_what_cannot_be_is_a_problem_beside_its_field(body, status, code, field):
    answer = program().post("consents/", said(world.patient()) | body)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])


def test_tomorrow_is_a_problem():
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    assert program().post("consents/", said(world.patient(), given_at=tomorrow)).json()["code"] == "in_the_future"


def test_answers_are_filtered_the_newest_first():
    who, caller = world.patient(), program()
    early, late = (timezone.now() - timedelta(days=days) for days in (2, 1))
    first = caller.post("consents/", said(who, given_at=early.isoformat())).json()["id"]
    second = caller.post("consents/", said(who, answer="no", given_at=late.isoformat())).json()["id"]

    def ids(**filters):
        return [row["id"] for row in caller.get("consents/", **filters).json()["results"]]

    assert ids(patient=who.pk, subject="sms") == [second, first]
    assert ids(answer="no") == ids(given_after=(late - timedelta(hours=1)).isoformat()) == [second]


def test_nothing_changes_an_answer_and_only_those_who_may_add_one():
    who = world.patient()
    row = program().post("consents/", said(who)).json()
    for verb in ("change", "withdraw", "restore"):
        assert program().post(f"consents/{row['id']}/{verb}/").status_code == 404
    manager = world.program(Role.BED_MANAGER)
    assert manager.get(f"consents/{row['id']}/").status_code == 200
    assert manager.post("consents/", said(who, answer="no")).status_code == 403
    assert Consent.objects.count() == 1
