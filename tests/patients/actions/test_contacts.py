import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import contacts
from patients.models import Contact, ContactRole
from patients.rules.contacts import warnings
from tests.expectations import nothing_written, recorded, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present
from tests.factories.records import a_contact

pytestmark = pytest.mark.django_db
R = ContactRole
ZOE = {"role": R.EMERGENCY, "name": "O’Brien Ÿvonne"}


def add(patient, by=None, **values):
    return contacts.add(patient=patient, values=ZOE | values, by=by, at=NOW)


def test_a_contact_is_noted_with_who_noted_it():
    unit = a_unit()
    stay = present(a_bed(unit))
    by = a_user(Role.AMH, unit)
    with recorded("contact.add"):
        contact = add(stay.patient, by, relationship=" fille ", phone="06 12 34 56 78", email="y@example.org")
    assert (contact.name, contact.relationship, contact.phone) == ("O’Brien Ÿvonne", "fille", "+33612345678")
    assert (contact.entered_by, contact.entered_at, contact.withdrawn_at) == (by, NOW, None)


def test_the_audit_line_names_ids_and_never_people():
    contact = add(a_patient("SECRET"), name="TRESSECRETE Zoé", phone="06 12 34 56 78")
    line = AuditEntry.objects.latest("pk")
    assert (line.subject_type, line.subject_id, line.patient_id) == (
        "patients.contact",
        contact.pk,
        contact.patient_id,
    )
    assert "SECRETE" not in str(line.params)
    assert "612345678" not in str(line.params)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"name": "   "}, "required", "name"),
        ({"phone": "appeler la voisine"}, "bad_phone", "phone"),
        ({"other_phone": "12"}, "bad_phone", "other_phone"),
        ({"email": "zoe(at)example"}, "bad_email", "email"),
        ({"role": R.TRUSTED}, "required", "stay"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(values, code, field):
    who = a_patient()
    with nothing_written(), refused(Invalid, code, field=field):
        add(who, **values)


def test_a_trusted_person_is_named_for_one_stay_of_the_patient():
    who, unit = a_patient(), a_unit()
    stay, other = expected(unit, patient=who), expected(unit, patient=who)
    add(who, role=R.TRUSTED, stay=stay)
    with refused(Conflict, "trusted_known", field="role"):
        add(who, role=R.TRUSTED, stay=stay, name="AUTRE Luc")
    add(who, role=R.TRUSTED, stay=other)
    assert who.contacts.filter(role=R.TRUSTED).count() == 2


def test_a_stay_of_somebody_else_is_none_of_the_patients():
    stay = expected(a_unit())
    with refused(Invalid, "stay_of_another", field="stay"):
        add(a_patient(), role=R.TRUSTED, stay=stay)


def test_a_second_click_notes_nothing_more():
    who = a_patient()
    add(who, name="LÉVY Anne")
    with nothing_written(), refused(Conflict, "contact_known", field="name"):
        add(who, name="Levy anne")


@pytest.mark.parametrize(("first", "second"), [(R.NOT_TO_INFORM, R.EMERGENCY), (R.KIN, R.NOT_TO_INFORM)])
def test_nobody_is_to_be_told_and_not_to_be_told(first, second):
    who = a_patient()
    add(who, role=first)
    with refused(Conflict, "contact_contradicted", field="role"):
        add(who, role=second)


def test_a_person_may_be_of_kin_and_to_be_told():
    who = a_patient()
    add(who, role=R.KIN)
    assert add(who, role=R.EMERGENCY).pk


def test_a_change_keeps_what_is_not_said():
    contact = add(a_patient(), phone="06 12 34 56 78", note="après 18 h")
    with recorded("contact.change"):
        assert contacts.change(contact=contact, values={"phone": "+32 2 555 12 12"}, by=None, at=NOW)
    contact.refresh_from_db()
    assert (contact.phone, contact.note, contact.name) == ("+3225551212", "après 18 h", ZOE["name"])
    assert AuditEntry.objects.latest("pk").params == {"fields": ["phone"]}


def test_a_change_that_changes_nothing_writes_nothing():
    contact = add(a_patient(), phone="06 12 34 56 78")
    with nothing_written():
        assert not contacts.change(contact=contact, values={"phone": "0612345678"}, by=None, at=NOW)


def test_a_change_is_checked_like_a_new_one():
    who = a_patient()
    contact = add(who, role=R.KIN)
    add(who, name="MARTIN Paul", role=R.NOT_TO_INFORM)
    with refused(Conflict, "contact_contradicted", field="role"):
        contacts.change(contact=contact, values={"name": "Martin Paul"}, by=None, at=NOW)
    with refused(Invalid, "required", field="stay"):
        contacts.change(contact=contact, values={"role": R.TRUSTED}, by=None, at=NOW)


def test_a_contact_is_withdrawn_once_and_restored_once():
    unit = a_unit()
    stay = present(a_bed(unit))
    contact, by = a_contact(stay.patient), a_user(Role.NURSE, unit)
    with recorded("contact.withdraw"):
        contacts.withdraw(contact=contact, by=by, at=NOW)
    contact.refresh_from_db()
    assert (contact.withdrawn_at, contact.withdrawn_by) == (NOW, by)
    with nothing_written():
        contacts.withdraw(contact=contact, by=by, at=NOW)
    with recorded("contact.restore"):
        contacts.restore(contact=contact, by=by, at=NOW)
    with nothing_written():
        contacts.restore(contact=contact, by=by, at=NOW)
    contact.refresh_from_db()
    assert (contact.withdrawn_at, contact.withdrawn_by) == (None, None)


def test_a_withdrawn_contact_is_corrected_no_more_and_makes_room():
    who = a_patient()
    contact = add(who)
    contacts.withdraw(contact=contact, by=None, at=NOW)
    with refused(Conflict, "contact_withdrawn"):
        contacts.change(contact=contact, values={"note": "x"}, by=None, at=NOW)
    add(who)
    with nothing_written(), refused(Conflict, "contact_known", field="name"):
        contacts.restore(contact=contact, by=None, at=NOW)


def test_a_number_of_no_known_range_is_kept_and_said():
    contact = add(a_patient(), phone="0692 12 34 56")
    assert warnings(contact) == ["Vérifier le numéro 06 92 12 34 56 : il n’existe pas."]
    assert warnings(add(a_patient(), phone="06 12 34 56 78")) == []


def test_the_right_is_that_of_the_units_of_the_patient():
    unit = a_unit()
    stay = present(a_bed(unit))
    add(stay.patient, a_user(Role.TEAM_LEAD), name="A")
    add(stay.patient, a_user(Role.NURSE, unit), name="B")
    with nothing_written(), refused(Denied, "exceptional_access_needed"):
        add(stay.patient, a_user(Role.NURSE, a_unit()), name="C")
    for role in (Role.BED_MANAGER, Role.DISPATCH_DESK):
        with nothing_written(), refused(Denied, "denied"):
            add(stay.patient, a_user(role), name="D")
    with nothing_written(), refused(Denied, "denied"):
        add(stay.patient, a_user(Role.DIETICIAN, unit), name="E")


def test_the_record_of_a_protected_person_is_completed_by_nobody_unasked():
    unit = a_unit()
    stay = present(a_bed(unit), patient=a_patient(protected=True))
    with refused(Denied, "exceptional_access_needed"):
        add(stay.patient, a_user(Role.AMH, unit))
    with refused(Denied, "exceptional_access_needed"):
        add(stay.patient, a_user(Role.TEAM_LEAD))


def test_a_record_that_was_withdrawn_takes_no_more():
    who = a_patient()
    type(who).objects.filter(pk=who.pk).update(cancelled_at=NOW)
    with refused(Conflict, "patient_withdrawn"):
        add(who)


def test_whatever_is_typed_is_kept_as_it_was_typed():
    name = f"<script>alert(1)</script> {'É' * 80}"
    assert Contact.objects.get(pk=add(a_patient(), name=name).pk).name == name
