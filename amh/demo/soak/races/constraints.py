"""The same row twice, by one bare INSERT each, past every action, rule and lock: the database has the last word."""

import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import DatabaseError, models

from amh.core.models import (
    TokenFailure,
    User,
)
from amh.core.roles import Role
from amh.core.transactions import DEADLOCK
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.races import pairs
from amh.demo.soak.races.pairs import DIGEST, Pair, twins
from amh.demo.soak.rounds import Race, Round, sqlstate, unless
from amh.demo.soak.wards import DOMAIN, Ward
from amh.interop.models import Receiver
from patients.models import (
    AccessNotice,
    AccessReason,
    Announcement,
    AnnouncementKind,
    Correspondent,
    CorrespondentRole,
    Document,
    DocumentKind,
    ExceptionalAccess,
    Flag,
    FlagKind,
    IdentifierType,
    Merge,
    Movement,
    MovementKind,
    MovementSource,
    Organisation,
    PatientIdentifier,
    Practitioner,
    ScanOutcome,
    Stay,
    Task,
)
from wards.models import (
    Absence,
    Bed,
    Calendar,
    Closure,
    ClosureReason,
    Cover,
    Duty,
    DutyKind,
    FunctionalUnit,
    Membership,
    OpeningHours,
    Room,
    Screen,
    Unit,
    WorkingTime,
)


def _spell(ward: Ward, model: type[models.Model], **said: object) -> Pair:
    times = {"starts_at": ward.now, "ends_at": ward.later, "entered_at": ward.now}
    return twins(model(user=ward.colleague(Role.AMH), **times, **said))


def _working_time(ward: Ward) -> Pair:
    WorkingTime.objects.filter(role=Role.PORTER).delete()
    return twins(WorkingTime(role=Role.PORTER, calendar=Calendar.objects.create(name=ward.name())))


def _hours(ward: Ward) -> Pair:
    calendar = Calendar.objects.create(name=ward.name())
    return twins(OpeningHours(calendar=calendar, weekday=0, opens="08:00", closes="12:00"), closes="18:00")


def _document(ward: Ward) -> Document:
    said: dict[str, Any] = {
        "kind": DocumentKind.LETTER,
        "sha256": DIGEST,
        "size": 1,
        "pages": 1,
        "scan": ScanOutcome.CLEAN,
    }
    return Document(patient=ward.patient(), storage_key=ward.name(), entered_at=ward.now, **said)


def _notice(ward: Ward) -> AccessNotice:
    access = ExceptionalAccess.objects.create(
        user=ward.manager,
        patient=ward.patient(),
        reason=AccessReason.CALL,
        explanation="appel",
        starts_at=ward.now,
        ends_at=ward.later,
    )
    return AccessNotice(access=access, idempotency_key=ward.name(), due_at=ward.later)


def _notice_of_another(ward: Ward) -> Pair:
    notice, other = _notice(ward), _notice(ward)
    return twins(notice, access=other.access)


def _movement(ward: Ward) -> Pair:
    said: dict[str, Any] = {
        "kind": MovementKind.TRANSFER,
        "source": MovementSource.FEED,
        "domain": DOMAIN,
        "number": "1",
    }
    return twins(Movement(stay=ward.expected(), effective_at=ward.now, entered_at=ward.now, **said))


def _announcement(ward: Ward) -> Pair:
    said: dict[str, Any] = {"kind": AnnouncementKind.DISCHARGE, "domain": DOMAIN, "number": "1"}
    return twins(Announcement(stay=ward.expected(), effective_at=ward.now, entered_at=ward.now, **said))


def _merge(ward: Ward) -> Pair:
    said: dict[str, Any] = {"merged": ward.patient(), "source": MovementSource.HAND, "entered_at": ward.now}
    return twins(Merge(survivor=ward.patient(), **said), survivor=ward.patient())


def _flag(ward: Ward) -> Pair:
    return twins(Flag(patient=ward.patient(), kind=FlagKind.MINOR, starts_at=ward.now, entered_at=ward.now))


def _membership(ward: Ward) -> Pair:
    return twins(Membership(user=ward.manager, unit=ward.another_unit(), valid_from=ward.now))


def _screens(ward: Ward, **other: object) -> Pair:
    said: dict[str, Any] = {"account": ward.colleague(Role.WALL), "created_at": ward.now, "enrolled_at": ward.now}
    return twins(Screen(name=ward.name(), key_digest=ward.name(), **said), **other)


def _task(ward: Ward) -> Pair:
    said: dict[str, Any] = {"title": "Rappeler", "role": Role.AMH, "due_at": ward.later, "entered_at": ward.now}
    return twins(Task(source_key=ward.name(), **said))


def _identifier(ward: Ward) -> Pair:
    said: dict[str, Any] = {
        "type": IdentifierType.OTHER,
        "domain": DOMAIN,
        "value": ward.name(),
        "valid_from": ward.now,
    }
    return twins(PatientIdentifier(patient=ward.patient(), **said), patient=ward.patient())


def _address(ward: Ward) -> str:
    high, low = divmod(ward.unit.pk, 256)
    return f"10.{high // 256 % 256}.{high % 256}.{low}"


PAIRS: dict[str, tuple[str, Callable[[Ward], Pair]]] = {
    "core_user_username_key": ("A username is one account’s.", lambda w: twins(User(username=w.name(), role=Role.AMH))),
    "core_apitoken_digest_key": ("A secret is one token’s.", pairs.token),
    "core_tokenfailure_address_key": (
        "The failures of an address are counted in one row.",
        lambda w: twins(TokenFailure(address=_address(w), since=w.now, count=1)),
    ),
    "idempotency_key_once": ("A key of an account names one request.", pairs.key),
    "unlock_key_once": ("Somebody has one code.", pairs.unlock),
    "badge_once": ("A badge is one person’s.", pairs.badge),
    "core_traceseal_last_trace_id_key": ("A trace is the last of one seal.", pairs.seal),
    "wards_calendar_name_key": ("A name is one calendar’s.", lambda w: twins(Calendar(name=w.name()))),
    "receiver_name_once": (
        "A name is one receiver’s.",
        lambda w: twins(Receiver(name=w.name(), application="DPI", host="localhost", port=2575, domain=DOMAIN)),
    ),
    "opening_once": ("A calendar opens once at an hour of a weekday.", _hours),
    "wards_workingtime_role_key": ("A trade has one working time.", _working_time),
    "wards_unit_code_key": ("A code names one unit.", lambda w: twins(Unit(code=w.name(), name="U", valid_from=w.now))),
    "wards_functionalunit_code_key": (
        "A functional unit is of one unit.",
        lambda w: twins(FunctionalUnit(code=w.name(), unit=w.unit), unit=w.another_unit()),
    ),
    "room_label": (
        "A number names one room of a unit.",
        lambda w: twins(Room(unit=w.unit, label="1", valid_from=w.now)),
    ),
    "bed_label": (
        "A label names one bed of a room.",
        lambda w: twins(Bed(room=w.bed().room, label="F", valid_from=w.now)),
    ),
    "closure_once": (
        "A bed is closed once for the same time.",
        lambda w: twins(Closure(bed=w.bed(), reason=ClosureReason.WORKS, starts_at=w.now, entered_at=w.now)),
    ),
    "cover_once": ("Somebody covers a unit once at any time.", lambda w: _spell(w, Cover, unit=w.unit)),
    "absence_once": ("Somebody is away once at any time.", lambda w: _spell(w, Absence)),
    "duty_once": ("Somebody has a duty once at any time.", lambda w: _spell(w, Duty, kind=DutyKind.NIGHT_CADRE)),
    "membership_once": ("Somebody works in a unit once at any time.", _membership),
    "saved_view_name_once": (
        "A person keeps one view of a page under a name.",
        lambda w: pairs.views(w, is_first=False),
    ),
    "saved_view_one_first": ("One view of a page comes first.", lambda w: pairs.views(w, name=w.name())),
    "screen_name_once": (
        "A name is one screen’s.",
        lambda w: _screens(w, key_digest="", account=w.colleague(Role.WALL)),
    ),
    "screen_key_once": ("A key is one screen’s.", lambda w: _screens(w, name=w.name(), account=w.colleague(Role.WALL))),
    "wards_screen_account_id_key": ("An account is one’s.", lambda w: _screens(w, name=w.name(), key_digest="")),
    "organisation_finess": (
        "A FINESS names one structure.",
        lambda w: twins(Organisation(name="A", finess=w.name().rjust(9, "0")), name="B"),
    ),
    "practitioner_rpps": (
        "A RPPS names one professional.",
        lambda w: twins(Practitioner(rpps=str(w.unit.pk).rjust(11, "0"), family_name="A"), family_name="B"),
    ),
    "practitioner_without_rpps": (
        "A name without RPPS is one professional’s.",
        lambda w: twins(Practitioner(family_name=w.name())),
    ),
    "stay_visit_once": (
        "A visit number names one stay.",
        lambda w: twins(Stay(patient=w.patient(), visit_domain=DOMAIN, visit_number=w.name())),
    ),
    "flag_once": ("One thing is signalled once of a patient.", _flag),
    "correspondent_one_gp": (
        "A patient has one general practitioner.",
        lambda w: twins(Correspondent(patient=w.patient(), role=CorrespondentRole.GP, entered_at=w.now)),
    ),
    "document_version_once": (
        "A version of a document is one file.",
        lambda w: twins(_document(w), storage_key=w.name()),
    ),
    "patients_document_storage_key_key": (
        "A stored file is one document.",
        lambda w: twins(_document(w), series=uuid.uuid4()),
    ),
    "task_source_once": ("One cause makes one task.", _task),
    "identifier_once": ("A number names one patient.", _identifier),
    "movement_number_once": ("A number of another system is one movement of a stay.", _movement),
    "announcement_number_once": ("A number of another system is one announcement of a stay.", _announcement),
    "merge_once": ("A record is merged into one other.", _merge),
    "patients_accessnotice_access_id_key": (
        "An exceptional access is told of once.",
        lambda w: twins(_notice(w), idempotency_key=w.name()),
    ),
    "patients_accessnotice_idempotency_key_key": ("A key is one sending.", _notice_of_another),
}
"""What each constraint sees to, and two rows that break it together."""


def race_of(name: str) -> Race:
    """The race of two rows for which this constraint has room once."""
    truth, pair = PAIRS[name]
    return Race(f"bare_{name}", (), truth, f"`{name}`", partial(_stage, name, pair), bare=True)


def _stage(name: str, pair: Callable[[Ward], Pair], ward: Ward) -> Round:
    acts: list[Act] = [partial(type(row)._base_manager.bulk_create, [row]) for row in pair(ward)]  # noqa: SLF001 - one INSERT
    return Round(acts, partial(_refused_at, name))


def _refused_at(name: str, refusals: Sequence[Refused]) -> list[str]:
    """Faults unless one row was written, and the other refused at the constraint of that name."""
    lost = [refused for refused in refusals if refused is not None]
    found = unless(len(lost) == 1, f"{len(refusals) - len(lost)} winners")
    return found + [f"refused by {refused}" for refused in lost if not _is_at(refused, name)]


def _is_at(refused: Refused, name: str) -> bool:
    if not isinstance(refused, DatabaseError):
        return False
    diagnostics = getattr(refused.__cause__, "diag", None)
    return sqlstate(refused) == DEADLOCK or getattr(diagnostics, "constraint_name", None) == name


RACES = tuple(map(race_of, PAIRS))
