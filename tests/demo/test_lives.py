"""The demonstration hospital with all that its staff note around their patients: nothing is missing, at any hour."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Q

from amh.core.entitlements import fill
from amh.core.models import AccessTrace, ApiToken, AuditEntry, DeliveryState, ParameterValue, UnlockKey, User
from amh.core.roles import Permission
from amh.core.rules import scope
from amh.demo import seeds
from amh.interop.models import InboundMessage, MessageState, OutboundMessage
from patients.actions import documents
from patients.models import (
    Address,
    Consent,
    Contact,
    ContactRole,
    Correspondent,
    Document,
    ExceptionalAccess,
    Fact,
    Flag,
    FlagKind,
    IdentityStatus,
    Merge,
    Patient,
    Placement,
    Reservation,
    ReviewOutcome,
    Source,
    Stay,
    Task,
    TaskState,
)
from patients.queries import scopes, tasks
from tests.lengths import some
from wards.models import (
    Absence,
    Bed,
    CalendarException,
    Closure,
    Cover,
    Duty,
    OpeningHours,
    Room,
    Screen,
    Unit,
    WorkingTime,
)
from wards.queries import confirmations
from wards.queries.hospitals import hospital

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 10, tzinfo=ZoneInfo("Europe/Paris"))
HOURS = [NOON, NOON.replace(hour=0, minute=1), NOON.replace(day=24, hour=23, minute=59)]
"""A Saturday at noon, its first minute, the last one of a Tuesday."""


RECEIVED = [MessageState.ACCEPTED, MessageState.IGNORED, MessageState.QUARANTINED]
UNSENT = [DeliveryState.PENDING, DeliveryState.CANCELLED]


def places(at):
    """What must be found, by a name for whoever reads that it is missing."""
    now, over, to_come = Q(starts_at__lte=at, ends_at__gt=at), Q(ends_at__lte=at), Q(starts_at__gt=at)
    return {
        "a unit with hours and one without": Unit.objects.filter(calendar=None) & Unit.objects.exclude(phone=""),
        "opening hours": OpeningHours.objects.all(),
        "a closing in August": CalendarException.objects.filter(is_open=False),
        "working time": WorkingTime.objects.all(),
        **{f"a cover {when}": Cover.objects.filter(q) for when, q in spans(now, over, to_come)},
        **{f"an absence {when}": Absence.objects.filter(q) for when, q in spans(now, over, to_come)},
        "a duty to come": Duty.objects.filter(to_come, unit=None),
        "a duty of one unit": Duty.objects.filter(unit__isnull=False),
        **{f"a contact {role}": Contact.objects.filter(role=role) for role in (*"KC", ContactRole.NOT_TO_INFORM)},
        "a general practitioner": Correspondent.objects.filter(role="ODRP", practitioner__isnull=False),
        "a pharmacy": Correspondent.objects.filter(role="PHARMACY"),
        "a verified address": Address.objects.filter(verified_at__isnull=False),
        "an address to verify": Address.objects.filter(verified_at=None),
        "a withdrawn address": Address.objects.filter(withdrawn_at__isnull=False),
        **{f"an answer {one}": Consent.objects.filter(answer=one) for one in ("yes", "no", "opposed", "unwilling")},
        "a lifted flag": Flag.objects.filter(ends_at__isnull=False),
        "a wall screen to install": Screen.objects.filter(key_digest="", revoked_at=None),
        "an isolation": Flag.objects.filter(kind=FlagKind.CONTACT_PRECAUTIONS, ends_at=None),
        "a protected stay": Stay.objects.filter(protected=True),
        "a lunar birth date": Patient.objects.exclude(lunar_birth_date=""),
        **{f"an identity {one}": Patient.objects.filter(identity_status=one) for one in IdentityStatus},
        "a merge": Merge.objects.filter(undone_at=None),
        "a possible duplicate": Patient.objects.filter(possible_duplicate=True, merged_into=None),
        "an open access": ExceptionalAccess.objects.filter(now),
        "an access to review": ExceptionalAccess.objects.filter(over, reviewed_at=None),
        "an unjustified access": ExceptionalAccess.objects.filter(outcome=ReviewOutcome.UNJUSTIFIED),
        "readings": AccessTrace.objects.filter(page="patient"),
        **{f"a fact {source}": Fact.objects.filter(source=source, withdrawn_at=None) for source in Source},
        "a fact taken back": Fact.objects.filter(withdrawn_at__isnull=False),
        **{f"a task {state}": Task.objects.filter(state=state) for state in TaskState},
        "a late task": Task.objects.filter(tasks_to_do(), due_at__lt=at),
        "a task of the program": Task.objects.filter(kind="fact_withdrawn"),
        "a second version": Document.objects.filter(version=2),
        "a withdrawn document": Document.objects.filter(withdrawn_at__isnull=False),
        "a withheld document": Document.objects.filter(withheld=True),
        "a planned closure": Closure.objects.filter(to_come, bed__room__unit__code="CHIR"),
        "a unit to close": Closure.objects.filter(to_come, bed__room__unit__code="CUR"),
        "a reservation given back": Reservation.objects.filter(released_at__isnull=False, released_by_movement=None),
        "a room out of service": Room.objects.filter(valid_until__lt=at),
        "a room that goes": Room.objects.filter(valid_until__gt=at),
        "a value of a unit": ParameterValue.objects.filter(unit_id__isnull=False),
        "a value of the site": ParameterValue.objects.filter(unit_id=None, value__isnull=False),
        "a limited token": ApiToken.objects.exclude(permissions=[]),
        "a revoked token": ApiToken.objects.filter(revoked_at__isnull=False),
        "a code": UnlockKey.objects.filter(user__username="amh"),
        **{f"a message {one}": InboundMessage.objects.filter(state=one) for one in RECEIVED},
        **{f"a sending {one}": OutboundMessage.objects.filter(state=one) for one in UNSENT},
    }


def spans(now, over, to_come):
    return [("now", now), ("over", over), ("to come", to_come)]


def tasks_to_do():
    return Q(state__in=tasks.TO_DO)


@pytest.mark.parametrize("at", some(HOURS))
def test_every_feature_and_everybody_has_a_place_at_any_hour(settings, documents_folder, at):
    settings.DEMO = True
    seeds.seed(beds=60, seed=1, history=0, at=at)

    assert [name for name, rows in places(at).items() if not rows.exists()] == []
    assert Patient.objects.filter(protected=True).count() == seeds.PROTECTED
    assert all(documents.read(document=one, at=at).startswith(b"%PDF") for one in Document.objects.all())
    assert not AuditEntry.objects.filter(at__gt=at).exists()
    check_everybody_has_work(at)
    check_messages_have_come(at)


def check_messages_have_come(at):
    found = InboundMessage.objects.order_by("pk")
    assert {row.state for row in found} == set(RECEIVED)
    assert [row.reason_code for row in found if row.state == MessageState.QUARANTINED] == [
        "processing_id",
        "no_identifier",
        "nothing_to_cancel",
        "unknown_movement",
        "nothing_to_cancel",
    ]
    assert [row.ignored_by.username for row in found if row.ignored_by] == ["lits"]
    assert all(row.received_at == row.decided_at <= at for row in found)
    assert [bed.short_label for bed in Bed.objects.filter(to_be_referenced=True)] == ["299 F"]
    assert seeds.is_seeded()


def check_everybody_has_work(at):
    users = list(User.objects.exclude(username__regex=r"^amh\d"))
    fill(users, at=at)
    workers = [user for user in users if scope(user, Permission.WORK_TASKS)]
    readers = [user for user in users if scope(user, Permission.VIEW_PATIENT)]
    assert [user.username for user in workers if not tasks.waiting(tasks.visible(to=user)).exists()] == []
    assert [user.username for user in readers if not scopes.records(to=user, at=at).exists()] == []
    amh = next(user for user in users if user.username == "amh")
    assert amh.posting.units > set(amh.memberships.values_list("unit", flat=True)), "a colleague's unit, covered today"


@pytest.mark.parametrize(
    ("at", "shut"),
    [
        (NOON, {"HDJ", "ACA", "BLOC1"}),
        (NOON.replace(day=24), set()),
        (NOON.replace(day=24, hour=19, minute=30), {"HDJ"}),
        (NOON.replace(day=24, hour=3), {"HDJ", "ACA", "BLOC1"}),
    ],
)
def test_day_units_are_empty_while_they_are_shut_and_the_others_live(settings, documents_folder, at, shut):
    settings.DEMO = True
    seeds.seed(beds=60, seed=1, history=0, at=at)

    units = {unit.pk: unit.code for unit in Unit.objects.all()}
    closed = {units[unit_id] for unit_id in hospital().shut(at)}
    held = Placement.objects.filter(ends_at=None, bed__isnull=False).values_list("bed__room__unit__code", flat=True)
    assert closed == shut
    assert set(held) == set(units.values()) - shut
    assert Stay.objects.filter(state="expected", unit__code="HDJ").exists()


def test_every_unit_that_opened_has_confirmed_but_one(settings, documents_folder):
    settings.DEMO = True
    at = NOON.replace(day=24)
    seeds.seed(beds=60, seed=1, history=0, at=at)
    morning, said = confirmations.due(Unit.objects.all(), at), confirmations.last()

    assert len(morning.unit_ids) == 8
    assert [Unit.objects.get(pk=pk).code for pk in morning.missing(said)] == ["CHIR"]
    assert max(one.at for one in said.values()) <= morning.until
