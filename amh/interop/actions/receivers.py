"""Describe a system to which we tell what happens here, and notice one that does not answer any more."""

from datetime import datetime, timedelta
from typing import Any

from amh.core import audit
from amh.core import rules as core_rules
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from amh.interop.models import Receiver
from amh.interop.rules import receivers as rules
from patients.actions import tasks

SILENCE = timedelta(minutes=10)
"""How long a receiver may be away before somebody is asked to see to it."""


@act
def create(*, said: dict[str, Any], by: User | None, at: datetime) -> Receiver:
    """Describe another system. Raises ``Invalid`` beside a field, ``Conflict`` (the name of another) or ``Denied``."""
    core_rules.check(by, Permission.SET_PARAMETERS)
    receiver = _described(Receiver(), said)
    receiver.save()
    audit.record("receiver.create", subject=receiver, by=by, at=at, **_facts(receiver))
    return receiver


@act
def change(*, receiver: Receiver, said: dict[str, Any], by: User | None, at: datetime) -> Receiver:
    """Describe a system otherwise, or have it told nothing any more. Raises what ``create`` raises.

    What waits for one that is told nothing goes on waiting.
    """
    core_rules.check(by, Permission.SET_PARAMETERS)
    receiver = _described(Receiver.objects.select_for_update(no_key=True).get(pk=receiver.pk), said)
    receiver.away_since = receiver.retry_at = None
    receiver.save()
    audit.record("receiver.change", subject=receiver, by=by, at=at, **_facts(receiver))
    return receiver


def _described(receiver: Receiver, said: dict[str, Any]) -> Receiver:
    for name in rules.SAID:
        if name in said:
            value = said[name]
            setattr(receiver, name, value.strip() if isinstance(value, str) else value)
    rules.check_described(receiver)
    return receiver


def _facts(receiver: Receiver) -> dict[str, Any]:
    """What the journal keeps of it: where it is and what it hears, so that a change of address shows."""
    return {name: getattr(receiver, name) for name in rules.SAID}


def watch(*, at: datetime) -> None:
    """Ask the administrator, once, to see to a receiver that does not answer; settle that when it does again."""
    for receiver in Receiver.objects.order_by("pk"):
        key = f"receiver:{receiver.pk}"
        if receiver.enabled and receiver.away_since and receiver.away_since + SILENCE <= at:
            tasks.ask(
                kind="receiver_away", params={"receiver": receiver.pk}, source_key=key, by=None, at=at, again=True
            )
        else:
            tasks.settle(source_key=key, by=None, at=at)
