"""Professionals of the list of correspondents, as people enter them and as other systems name them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act, hold
from patients.actions import entries
from patients.models import Practitioner
from patients.rules import practitioners as rules

FIELDS = ("family_name", "given_name", "profession", "rpps", "specialty", "organisation")


def reference(rpps: str, family_name: str, given_name: str) -> Practitioner | None:
    """The professional of this RPPS, else of this name, made when nobody knows them; ``None`` when nothing is said."""
    if rpps:
        return Practitioner.objects.get_or_create(
            rpps=rpps, defaults={"family_name": family_name[:120] or rpps, "given_name": given_name[:120]}
        )[0]
    if not family_name:
        return None
    return Practitioner.objects.get_or_create(rpps="", family_name=family_name[:120], given_name=given_name[:120])[0]


@act
def create(*, values: Mapping[str, Any], by: User | None, at: datetime) -> Practitioner:
    """Enter a professional; ``values`` are fields of ``Practitioner``.

    Raises ``Invalid`` beside a value that cannot be, ``Conflict`` (known already) or ``Denied``.
    """
    rules.check_keep(by)
    practitioner = Practitioner(**rules.checked(_known(values)))
    hold(entries.NAMES)
    rules.check_unknown(practitioner)
    practitioner.save()
    audit.record("practitioner.create", subject=practitioner, by=by, at=at)
    return practitioner


@act
def change(*, practitioner: Practitioner, values: Mapping[str, Any], by: User | None, at: datetime) -> bool:
    """Correct what is written of a professional; tell whether anything changed. Raises what ``create`` raises."""
    rules.check_keep(by)
    practitioner = entries.locked(practitioner)
    before = {name: getattr(practitioner, name) for name in FIELDS}
    changed = entries.put(practitioner, rules.checked(before | _known(values)))
    if changed:
        hold(entries.NAMES)
        rules.check_unknown(practitioner)
        practitioner.save(update_fields=changed)
        audit.record("practitioner.change", subject=practitioner, by=by, at=at, fields=changed)
    return bool(changed)


@act
def close(*, practitioner: Practitioner, by: User | None, at: datetime) -> None:
    """Say that a professional is no longer active: offered no more, kept where they are named; twice is once."""
    _set_active(practitioner, False, by=by, at=at)


@act
def reopen(*, practitioner: Practitioner, by: User | None, at: datetime) -> None:
    """Undo a closing."""
    _set_active(practitioner, True, by=by, at=at)


def _set_active(practitioner: Practitioner, active: bool, *, by: User | None, at: datetime) -> None:
    rules.check_keep(by)
    practitioner = entries.locked(practitioner)
    if entries.set_active(practitioner, active):
        verb = "reopen" if active else "close"
        audit.record(f"practitioner.{verb}", subject=practitioner, by=by, at=at)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in FIELDS if name in values}
