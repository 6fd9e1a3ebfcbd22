import pytest

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.models import Contact
from tests.core.api import world
from tests.factories.records import a_contact

pytestmark = pytest.mark.django_db
ZOE = {"role": "C", "name": "O’Brien Zoé", "phone": "06 12 34 56 78"}


def program():
    return world.program(Role.TEAM_LEAD)


def test_a_contact_is_noted_corrected_withdrawn_and_restored():
    stay, caller = world.lying(world.bed(world.unit())), program()
    made = caller.post("contacts/", ZOE | {"patient": stay.patient_id, "stay": stay.pk, "role": "K"})
    assert made.status_code == 201
    row = made.json()
    assert (row["phone"], row["role"], row["stay"], row["warnings"]) == ("+33612345678", "K", stay.pk, [])
    assert made["Location"].endswith(f"/api/v1/contacts/{row['id']}/")
    path = f"contacts/{row['id']}"
    assert caller.post(f"{path}/change/", {"note": "après 18 h"}).json()["note"] == "après 18 h"
    assert caller.post(f"{path}/withdraw/").json()["withdrawn_at"]
    assert caller.post(f"{path}/restore/").json()["withdrawn_at"] is None
    assert Contact.objects.get().name == ZOE["name"]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"phone": "voisine"}, 422, "bad_phone", "phone"),
        ({"role": "K"}, 422, "required", "stay"),
        ({"stay": 10**30}, 422, "unknown_reference", "stay"),
        ({"patient": 10**30}, 422, "unknown_reference", "patient"),
        ({"name": " "}, 400, "invalid", "name"),
        ({"role": "Z"}, 400, "invalid", "role"),
        ({"email": "zoe"}, 400, "invalid", "email"),
        ({"name": "x" * 161}, 400, "invalid", "name"),
    ],
)
def test_what_cannot_be_is_a_problem_beside_its_field(body, status, code, field):
    answer = program().post("contacts/", ZOE | {"patient": world.patient().pk} | body)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])


def test_the_same_request_sent_twice_notes_once():
    caller, who = program(), world.patient()
    first, second = (caller.post("contacts/", ZOE | {"patient": who.pk}, Idempotency_Key="k") for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"


def test_contacts_are_filtered_by_patient_role_and_whether_they_stand():
    who, other, caller = world.patient(), world.patient(), program()
    ours, gone = a_contact(who), a_contact(who, "N")
    a_contact(other)
    caller.post(f"contacts/{gone.pk}/withdraw/")

    def ids(**filters):
        return [row["id"] for row in caller.get("contacts/", **filters).json()["results"]]

    assert ids(patient=who.pk) == [gone.pk, ours.pk]
    assert ids(patient=who.pk, withdrawn="false") == [ours.pk]
    assert ids(patient=who.pk, withdrawn="true") == ids(role="N") == [gone.pk]
    assert ids(patient=10**9) == []
    assert caller.get("contacts/", name="zoe").status_code == 400


def test_the_list_of_one_patient_is_an_opening_of_that_record():
    who, caller = world.patient(), program()
    contact = a_contact(who)
    caller.get("contacts/", patient=who.pk)
    caller.get("contacts/")
    caller.get("contacts/", patient=10**9)
    caller.get(f"contacts/{contact.pk}/")
    traces = [(one.page, one.patient_id, one.kind) for one in AccessTrace.objects.order_by("pk")]
    assert traces == [
        ("api.contacts.list", who.pk, "open"),
        ("api.contacts.list", None, "list"),
        ("api.contacts.list", None, "list"),
        ("api.contacts.retrieve", who.pk, "open"),
    ]


def test_a_member_reads_the_records_of_own_units_and_the_protected_nowhere():
    own = world.unit()
    ours, theirs = world.lying(world.bed(own)).patient, world.lying(world.bed(world.unit())).patient
    hidden = world.lying(world.bed(own), world.patient(protected=True)).patient
    rows = [a_contact(who) for who in (ours, theirs, hidden)]
    nurse = world.program(Role.NURSE, own)
    assert [row["id"] for row in nurse.get("contacts/").json()["results"]] == [rows[0].pk]
    for row in rows[1:]:
        assert nurse.get(f"contacts/{row.pk}/").status_code == 404
        assert nurse.post(f"contacts/{row.pk}/withdraw/").status_code == 404
    refused = nurse.post("contacts/", ZOE | {"patient": theirs.pk})
    assert (refused.status_code, refused.json()["code"]) == (403, "exceptional_access_needed")


def test_the_right_to_see_is_not_the_right_to_write():
    who = world.patient()
    contact, manager = a_contact(who), world.program(Role.BED_MANAGER)
    assert manager.get(f"contacts/{contact.pk}/").status_code == 200
    assert manager.post("contacts/", ZOE | {"patient": who.pk}).json()["code"] == "denied"
    for verb in ("change", "withdraw", "restore"):
        assert manager.post(f"contacts/{contact.pk}/{verb}/", {}).status_code == 403
    for role in (Role.DPO, Role.HOUSEKEEPING, Role.INTERFACE):
        assert world.program(role).get("contacts/").status_code == 403
