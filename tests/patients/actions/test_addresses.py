from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.roles import Role
from patients.actions import addresses
from patients.models import AddressKind
from patients.rules.addresses import is_fresh, warnings
from tests.expectations import nothing_written, recorded, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.records import a_practitioner, an_address, an_organisation

pytestmark = pytest.mark.django_db
K = AddressKind
A_YEAR = timedelta(days=365)


def fresh(row):
    row.refresh_from_db()
    return row


def test_an_address_is_noted_and_nobody_has_made_sure_of_it_yet():
    doctor, pharmacy = a_practitioner(), an_organisation()
    with recorded("address.add"):
        own = addresses.add(of=doctor, kind=K.PHONE, value="04 78 00 00 00", by=a_user(Role.ADMINISTRATOR), at=NOW)
    assert (own.practitioner, own.organisation, own.value) == (doctor, None, "+33478000000")
    assert (own.verified_at, own.verified_by) == (None, None)
    assert an_address(pharmacy).organisation == pharmacy


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (K.PHONE, "appeler", "bad_phone"),
        (K.FAX, "12", "bad_phone"),
        (K.EMAIL, "luc(at)example", "bad_email"),
        (K.SECURE_MAIL, "pas une adresse", "bad_email"),
        (K.POST, "   ", "required"),
    ],
)
def test_what_cannot_be_an_address_of_its_kind_is_refused(kind, value, code):
    doctor = a_practitioner()
    with nothing_written(), refused(Invalid, code, field="value"):
        an_address(doctor, value, kind=kind)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (K.SECURE_MAIL, "luc@medecin.mssante.fr", ""),
        (K.SECURE_MAIL, "luc@example.org", "espace de confiance"),
        (K.EMAIL, "luc@example.org", ""),
        (K.PHONE, "06 92 12 34 56", "n’existe pas"),
        (K.POST, "1 rue <script>, Lyon", ""),
    ],
)
def test_a_doubtful_one_is_kept_and_said(kind, value, said):
    found = warnings(an_address(a_practitioner(), value, kind=kind))
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_the_same_address_stands_once():
    doctor = a_practitioner()
    an_address(doctor, "Luc@Medecin.mssante.fr", kind=K.SECURE_MAIL)
    with nothing_written(), refused(Conflict, "address_known", field="value"):
        an_address(doctor, "luc@medecin.mssante.fr", kind=K.SECURE_MAIL)
    assert an_address(a_practitioner(), "luc@medecin.mssante.fr", kind=K.SECURE_MAIL).pk


def test_somebody_makes_sure_of_it():
    address, by = an_address(a_practitioner()), a_user(Role.ADMISSIONS_OFFICE)
    assert not is_fresh(address, at=NOW)
    with recorded("address.verify"):
        addresses.verify(address=address, by=by, at=NOW)
    assert (fresh(address).verified_at, address.verified_by) == (NOW, by)
    assert is_fresh(address, at=NOW + A_YEAR)
    assert not is_fresh(address, at=NOW + A_YEAR + timedelta(seconds=1))


def test_it_is_withdrawn_once_and_restored_once():
    address, by = an_address(an_organisation()), a_user(Role.ADMINISTRATOR)
    with recorded("address.withdraw"):
        addresses.withdraw(address=address, by=None, at=NOW)
    with nothing_written():
        addresses.withdraw(address=address, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "address_withdrawn"):
        addresses.verify(address=address, by=by, at=NOW)
    with recorded("address.restore"):
        addresses.restore(address=address, by=None, at=NOW)
    with nothing_written():
        addresses.restore(address=address, by=None, at=NOW)
    assert fresh(address).withdrawn_at is None


def test_it_is_not_restored_beside_its_twin():
    doctor = a_practitioner()
    address = an_address(doctor)
    addresses.withdraw(address=address, by=None, at=NOW)
    an_address(doctor)
    with nothing_written(), refused(Conflict, "address_known", field="value"):
        addresses.restore(address=address, by=None, at=NOW)


def test_only_keepers_of_the_list_write_in_it():
    address, by = an_address(a_practitioner()), a_user(Role.BED_MANAGER)
    for verb in (addresses.verify, addresses.withdraw, addresses.restore):
        with nothing_written(), refused(Denied, "denied"):
            verb(address=address, by=by, at=NOW)
    doctor = a_practitioner()
    with nothing_written(), refused(Denied, "denied"):
        addresses.add(of=doctor, kind=K.POST, value="Lyon", by=by, at=NOW)
