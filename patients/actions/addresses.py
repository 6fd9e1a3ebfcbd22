"""Ways to reach a correspondent, and when somebody made sure of each."""

from datetime import datetime
from typing import Any

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients.actions import entries
from patients.models import Address, AddressKind, Organisation, Practitioner
from patients.rules import addresses as rules
from patients.rules.practitioners import check_keep


@act
def add(*, of: Practitioner | Organisation, kind: AddressKind, value: str, by: User | None, at: datetime) -> Address:
    """Note an address of a correspondent; nobody has made sure of it yet.

    Raises ``Invalid`` for what cannot be one of its kind, ``Conflict`` (known already) or ``Denied``.
    """
    check_keep(by)
    address = Address(kind=kind, value=rules.checked(kind, value))
    if isinstance(of, Practitioner):
        address.practitioner = entries.locked(of)
    else:
        address.organisation = entries.locked(of)
    rules.check_unknown(address)
    address.save()
    _record("add", address, by=by, at=at, kind=kind)
    return address


@act
def verify(*, address: Address, by: User, at: datetime) -> None:
    """Say that ``by`` made sure of the address now. Raises ``Conflict`` (withdrawn) or ``Denied``."""
    check_keep(by)
    address = _locked(address)
    rules.check_standing(address)
    address.verified_at, address.verified_by = at, by
    address.save(update_fields=["verified_at", "verified_by"])
    _record("verify", address, by=by, at=at)


@act
def withdraw(*, address: Address, by: User | None, at: datetime) -> None:
    """Use the address no more; twice is once. Raises ``Denied``."""
    check_keep(by)
    address = _locked(address)
    if address.withdrawn_at is None:
        address.withdrawn_at = at
        address.save(update_fields=["withdrawn_at"])
        _record("withdraw", address, by=by, at=at)


@act
def restore(*, address: Address, by: User | None, at: datetime) -> None:
    """Undo a withdrawal. Raises ``Conflict`` when the same address was noted again since, or ``Denied``."""
    check_keep(by)
    address = _locked(address)
    if address.withdrawn_at is not None:
        rules.check_unknown(address)
        address.withdrawn_at = None
        address.save(update_fields=["withdrawn_at"])
        _record("restore", address, by=by, at=at)


def _locked(address: Address) -> Address:
    """Lock the correspondent, then the address: the order in which it is added."""
    owner: Any = address.practitioner or address.organisation
    entries.locked(owner)
    return Address.objects.select_for_update(of=("self",)).get(pk=address.pk)


def _record(verb: str, address: Address, *, by: User | None, at: datetime, **params: Any) -> None:
    audit.record(f"address.{verb}", subject=address, by=by, at=at, **params)
