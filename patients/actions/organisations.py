"""Structures with which the hospital corresponds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act, hold
from patients.actions import entries
from patients.models import Organisation
from patients.rules import organisations as rules
from patients.rules.practitioners import check_keep

FIELDS = ("name", "kind", "finess", "city")


@act
def create(*, values: Mapping[str, Any], by: User | None, at: datetime) -> Organisation:
    """Enter a structure; ``values`` are fields of ``Organisation``.

    Raises ``Invalid`` beside a value that cannot be, ``Conflict`` (known already) or ``Denied``.
    """
    check_keep(by)
    organisation = Organisation(**rules.checked(_known(values)))
    hold(entries.NAMES)
    rules.check_unknown(organisation)
    organisation.save()
    audit.record("organisation.create", subject=organisation, by=by, at=at)
    return organisation


@act
def change(*, organisation: Organisation, values: Mapping[str, Any], by: User | None, at: datetime) -> bool:
    """Correct what is written of a structure; tell whether anything changed. Raises what ``create`` raises."""
    check_keep(by)
    organisation = entries.locked(organisation)
    before = {name: getattr(organisation, name) for name in FIELDS}
    changed = entries.put(organisation, rules.checked(before | _known(values)))
    if changed:
        hold(entries.NAMES)
        rules.check_unknown(organisation)
        organisation.save(update_fields=changed)
        audit.record("organisation.change", subject=organisation, by=by, at=at, fields=changed)
    return bool(changed)


@act
def close(*, organisation: Organisation, by: User | None, at: datetime) -> None:
    """Say that a structure is no longer active: offered no more, kept where it is named; twice is once."""
    _set_active(organisation, False, by=by, at=at)


@act
def reopen(*, organisation: Organisation, by: User | None, at: datetime) -> None:
    """Undo a closing."""
    _set_active(organisation, True, by=by, at=at)


def _set_active(organisation: Organisation, active: bool, *, by: User | None, at: datetime) -> None:
    check_keep(by)
    organisation = entries.locked(organisation)
    if entries.set_active(organisation, active):
        verb = "reopen" if active else "close"
        audit.record(f"organisation.{verb}", subject=organisation, by=by, at=at)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in FIELDS if name in values}
