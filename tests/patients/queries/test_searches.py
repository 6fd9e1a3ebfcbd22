from datetime import timedelta

import pytest

from amh.core.errors import Denied
from amh.core.roles import Role
from patients.actions import merges, patients, stays
from patients.models import AccessReason, ExceptionalAccess, Stay, StayKind
from patients.queries import scopes, searches
from patients.queries.searches import Wanted
from patients.rules import accesses
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present

pytestmark = pytest.mark.django_db
BORN = "1958-03-12"


def found(by=None, at=NOW, **wanted):
    return list(searches.search(Wanted(**wanted), to=by or a_user(Role.BED_MANAGER), at=at))


def numbered(patient, value="700123", domain="CHU"):
    patients.identify(patient, [("IPP", domain, value)], at=NOW)
    return patient


def opened_by(user, patient):
    """The user, with an exceptional access to the record."""
    ExceptionalAccess.objects.create(
        user=user,
        patient=patient,
        reason=AccessReason.EMERGENCY,
        explanation="appelé en urgence",
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(days=3650),
    )
    return type(user).objects.get(pk=user.pk)


def test_the_birth_date_alone_finds_all_born_that_day_in_order_of_name():
    third, first, second = a_patient("ZOLA"), a_patient("élan"), a_patient("Œuf")
    a_patient("AUTRE", birth_date="1958-03-13")
    assert found(birth_date=BORN) == [first, second, third]


@pytest.mark.parametrize("letters", ["d", "du", "dup", "DUP", "Dúp"])
def test_first_letters_choose_among_them_whatever_accents_and_capitals(letters):
    who = a_patient("Dupont")
    used = a_patient("MARTIN", used_name="Dupuis")
    a_patient("ADUPE")
    assert found(birth_date=BORN, name=letters) == [who, used]


def test_first_names_choose_too():
    who = a_patient("DUPONT", first_names="Émile")
    used = a_patient("DURAND", first_names="Paul", used_first_name="Emilie")
    a_patient("DUPUIS", first_names="Paul")
    assert found(birth_date=BORN, first_name="emi") == [who, used]


@pytest.mark.parametrize(
    ("stored", "typed", "is_found"),
    [
        ("1958-03-12", "1958", True),
        ("1958-03-12", "1958-03", True),
        ("1958-03", "1958-03-12", True),
        ("1958", "1958-03-12", True),
        ("1958-04", "1958-03-12", False),
        ("1959", "1958-03-12", False),
        ("", "1958-03-12", False),
    ],
)
def test_a_date_is_compared_as_far_as_both_are_known(stored, typed, is_found):
    a_patient("DUPONT", birth_date=stored)
    assert bool(found(birth_date=typed, name="dup")) == is_found


def test_letters_alone_find_those_whose_birth_date_is_unknown():
    who = a_patient("DUPONT", birth_date="")
    a_patient("DUPUIS")
    assert found(name="dup") == [who]


def test_a_quote_is_a_quote_however_it_is_typed():
    straight, curly = a_patient("O'Brien"), a_patient("O’Brien")
    assert set(found(birth_date=BORN, name="o'b")) == set(found(birth_date=BORN, name="o’b")) == {straight, curly}


@pytest.mark.parametrize("letters", ["%", "_", "d%", "\\"])
def test_signs_of_the_database_are_letters_like_others(letters):
    a_patient("DUPONT")
    assert found(birth_date=BORN, name=letters) == []


def test_an_ipp_or_a_stay_number_finds_its_bearer_whole_and_exact():
    who = numbered(a_patient(), "700123")
    stay = expected(a_unit(), patient=who)
    Stay.objects.filter(pk=stay.pk).update(account_number="D42", visit_number="V42")
    for number in ("700123", "D42", "V42"):
        assert found(number=number) == [who]
    for number in ("70012", "7001234", "d42", "%"):
        assert found(number=number) == []


def test_one_number_in_two_domains_is_two_people():
    one, other = numbered(a_patient("A"), domain="CHU"), numbered(a_patient("B"), domain="CLCC")
    assert found(number="700123") == [one, other]


def test_an_ins_finds_nobody():
    patients.identify(a_patient(), [("INS", "1.2.250.1.213.1.4.8", "255069930217382")], at=NOW)
    assert found(number="255069930217382") == []


def test_only_records_that_open_are_found():
    unit = a_unit()
    ours = present(a_bed(unit), patient=numbered(a_patient("A"), "1111")).patient
    present(a_bed(a_unit()), patient=numbered(a_patient("B"), "2222"))
    new = a_patient("C")
    nurse, amh = a_user(Role.NURSE, unit), a_user(Role.AMH, unit)
    assert found(nurse, birth_date=BORN) == [ours]
    assert found(amh, birth_date=BORN) == [ours, new], "whoever registers finds what was just registered"
    assert (found(nurse, number="1111"), found(nurse, number="2222")) == ([ours], [])


def test_a_protected_person_is_found_by_number_after_an_exceptional_access_alone():
    unit = a_unit()
    who = present(a_bed(unit), patient=numbered(a_patient("CELEBRE", protected=True))).patient
    by = a_user(Role.TEAM_LEAD)
    assert found(by, number="700123") == found(by, birth_date=BORN) == []
    by = opened_by(by, who)
    assert found(by, number="700123") == [who]
    assert found(by, birth_date=BORN, name="cel") == []


def test_a_person_with_a_protected_stay_is_as_hidden():
    stay = present(a_bed(a_unit()), patient=numbered(a_patient("DISCRET")))
    Stay.objects.filter(pk=stay.pk).update(protected=True)
    assert found(number="700123") == found(birth_date=BORN) == []


def test_an_exceptional_access_shows_the_one_record():
    other = a_unit()
    who, _neighbour = (present(a_bed(other), patient=a_patient(name)).patient for name in ("A", "B"))
    by = opened_by(a_user(Role.NURSE, a_unit()), who)
    assert found(by, birth_date=BORN) == [who]


def test_a_merged_record_is_found_by_what_it_was_and_shows_the_one_that_goes_on():
    last = a_patient("DURAND")
    middle = a_patient("MARTIN", birth_date="1970-01-01")
    first = a_patient("PETIT", birth_date="1980-01-01")
    merges.merge(survivor=middle, merged=first, reason="", by=None, at=NOW)
    merges.merge(survivor=last, merged=middle, reason="", by=None, at=NOW)
    for birth_date, letters in ((BORN, "dur"), ("1970-01-01", "mar"), ("1980-01-01", "pet")):
        assert found(birth_date=birth_date, name=letters) == [last]


def test_a_withdrawn_registration_is_found_no_more():
    who = numbered(a_patient())
    patients.withdraw(patient=who, by=None, at=NOW)
    assert found(birth_date=BORN) == found(number="700123") == []


def test_what_tells_people_apart_is_read_in_a_fixed_number_of_queries():
    unit, by, queries = a_unit(), a_user(Role.BED_MANAGER), []
    assert found(by, birth_date=BORN) == [], "rights are read once for a request"
    for number in (1, 30):
        for _ in range(number):
            stay = present(a_bed(unit))
            patients.identify(stay.patient, [("IPP", "CHU", f"N{stay.pk}")], at=NOW)
        with counted(queries):
            for row in searches.with_identity(searches.search(Wanted(birth_date=BORN), to=by, at=NOW)):
                assert row.ipps[0].value
                assert row.present[0].unit == unit
    assert queries[0] == queries[1]


def test_records_that_open_are_those_that_the_rule_opens():
    """The list and the rule of one record say the same, whoever asks."""
    unit, other = a_unit(), a_unit()
    everybody = [
        present(a_bed(unit)).patient,
        present(a_bed(other)).patient,
        present(a_bed(unit), patient=a_patient(protected=True)).patient,
        a_patient(),
        a_patient(protected=True),
    ]
    hidden = present(a_bed(unit))
    Stay.objects.filter(pk=hidden.pk).update(protected=True)
    everybody.append(hidden.patient)
    askers = [a_user(role, unit) for role in (Role.AMH, Role.NURSE, Role.TEAM_LEAD, Role.DPO, Role.HOUSEKEEPING)]
    askers += [opened_by(a_user(Role.NURSE, unit), patient) for patient in everybody[1:3]]
    for by in askers:
        listed = set(scopes.records(to=by, at=NOW))
        assert listed == {patient for patient in everybody if _opens(patient, by)}, by.role


def _opens(patient, by):
    try:
        accesses.check_open(patient, by=by, at=NOW)
    except Denied:
        return False
    return True


def test_a_stay_of_the_past_is_found_too():
    who = a_patient()
    stay = stays.preadmit(
        patient=who, unit=a_unit(), expected_at=NOW, kind=StayKind.SESSION, by=None, at=NOW - timedelta(days=9)
    )
    Stay.objects.filter(pk=stay.pk).update(visit_number="V9")
    assert found(number="V9") == [who]
