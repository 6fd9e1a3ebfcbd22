import pytest
from django.apps import apps

from patients.models import Patient
from patients.queries import merges

FOLLOWING = {
    "patients.consent",
    "patients.contact",
    "patients.correspondent",
    "patients.document",
    "patients.exceptionalaccess",
    "patients.flag",
    "patients.patient",
    "patients.patientidentifier",
    "patients.placement",
    "patients.stay",
    "patients.task",
}
"""Models whose rows go with the person. Decided one by one: may two rows contradict each other once they are of one
person? Then ``patients.actions.merges.RIVALS`` says which one stands.
"""


def test_somebody_decided_about_every_reference_to_a_patient():
    assert set(merges.links()) == FOLLOWING, (
        "Decide: FOLLOWING here (and RIVALS), or KEPT in patients/queries/merges.py."
    )
    found = {str(field).lower() for field in merges.references()}
    assert found - merges.KEPT == {f"{label}.{field.name}" for label, field in merges.links().items()}
    assert found >= merges.KEPT, "What is kept is a reference that exists."


def test_a_model_follows_by_one_reference():
    following = [str(field).lower() for field in merges.references() if str(field).lower() not in merges.KEPT]
    assert len({name.rpartition(".")[0] for name in following}) == len(following)


def test_histories_stay_as_they_were_written():
    histories = {model._meta.label_lower for model in apps.get_models() if "Event" in model.__name__}
    assert "patients.stayevent" in histories
    assert not histories & set(merges.links())


@pytest.mark.django_db
def test_the_family_is_one_query(django_assert_num_queries):
    head, first, second, other = (Patient.objects.create(birth_name=name) for name in "ABCD")
    Patient.objects.filter(pk__in=[first.pk, second.pk]).update(merged_into=head)
    first.refresh_from_db()
    for member in (head, first, second):
        with django_assert_num_queries(1):
            assert merges.family(member) == {head.pk, first.pk, second.pk}
    assert merges.family(other) == {other.pk}
    assert (merges.head(first.pk), merges.head(head.pk), merges.head(10**9)) == (head.pk, head.pk, 10**9)


@pytest.mark.django_db
def test_a_record_is_found_by_what_one_merged_into_it_says():
    head, merged = Patient.objects.create(birth_name="Durand"), Patient.objects.create(birth_name="Durant")
    Patient.objects.filter(pk=merged.pk).update(merged_into=head)
    found = merges.heads(Patient.objects.filter(birth_name="Durant"))
    assert list(found) == [head]
