"""One unit with one of everything in it: what the addresses and the bodies of the whole program may name."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

from amh.core.models import AccessTrace, ApiToken, AuditEntry, DeliveryState, User
from amh.core.models.tokens import digest
from amh.core.roles import Role
from amh.interop.actions import quarantines
from amh.interop.models import IgnoreReason, InboundMessage, MessageState, OutboundMessage, Replay, Sender
from patients.actions import (
    accesses,
    addresses,
    beds,
    closures,
    consents,
    correspondents,
    documents,
    facts,
    flags,
    identifiers,
    merges,
    organisations,
    patients,
    practitioners,
    reservations,
    stays,
    tasks,
)
from patients.actions import contacts as contact_actions
from patients.actions.documents import Labels
from patients.models import (
    AccessReason,
    AddressKind,
    ConsentAnswer,
    ConsentSubject,
    ContactRole,
    CorrespondentRole,
    DocumentKind,
    FlagKind,
    IdentifierType,
    OrganisationKind,
    Patient,
    Practitioner,
    Source,
    Stay,
    StayKind,
)
from patients.rules.tasks import workers
from tests.factories.clocks import LONG_AGO
from tests.factories.pdfs import pdf
from tests.factories.receivers import a_receiver
from wards.actions import absences, calendars, covers, duties, screens
from wards.models import Bed, ClosureReason, Confirmation, DutyKind, Membership, Room, Unit, WorkingTime
from wards.weeks import Span

HOUR = timedelta(hours=1)
KIND = "referral_letter_received"
"""A fact that anybody may state."""
PHRASE = "=<script>alert(1)</script>O'B\" onfocus=alert(2) Ÿ{{7*7}}${7*7}#let x=1"
"""What somebody types who means harm: it breaks out of a text, of an attribute, of a template, of a cell."""
numbers = count(1)


@dataclass(frozen=True)
class World:
    """A unit and the ids of what is in it, by noun; ``sign`` stands in the names of its patients."""

    unit: Unit
    sign: str
    ids: dict[str, Any] = field(default_factory=dict)

    def of(self, noun: str, role: str) -> Any:
        """The id of a noun; a task is one of the trade that asks, where that trade works on tasks."""
        return self.ids.get(f"{noun}:{role}", self.ids[noun])


def a_world(sign: str, *, at: datetime) -> World:
    """Everything once, said a day ago or since; wherever people write what they want, somebody meant harm."""
    number = next(numbers)
    unit = Unit.objects.create(code=f"M{number}", name=PHRASE, valid_from=LONG_AGO)
    world = World(unit, sign, {"unit": unit.pk})
    for build in (_places, _people, _presences, _record, _work, _staff, _settings, _journal):
        build(world, at)
    return world


def _rows(world: World, **rows: Any) -> None:
    world.ids.update({noun: row.pk for noun, row in rows.items()})


def _places(world: World, at: datetime) -> None:
    room = Room.objects.create(unit=world.unit, label=PHRASE[:20], valid_from=LONG_AGO)
    names = ("bed", "free_bed", "kept_bed", "closed_bed", "planned_bed")
    made = {noun: Bed.objects.create(room=room, label=f"{i}", valid_from=LONG_AGO) for i, noun in enumerate(names)}
    closed = closures.close(beds=[made["closed_bed"]], reason=ClosureReason.WORKS, by=None, at=at - HOUR)
    planned = closures.close(
        beds=[made["planned_bed"]], reason=ClosureReason.STAFF, starts_at=at + 48 * HOUR, by=None, at=at
    )
    _rows(world, room=room, **made, closure=closed[0], planned_closure=planned[0])
    _rows(world, cleaning=beds.clean(bed=made["free_bed"], by=None, at=at - HOUR))


def _people(world: World, at: datetime) -> None:
    practice = organisations.create(
        values={"name": f"{PHRASE} {next(numbers)}", "kind": OrganisationKind.PRACTICE}, by=None, at=at - HOUR
    )
    doctor = practitioners.create(
        values={"family_name": f"{PHRASE} {next(numbers)}", "given_name": "Luc", "organisation": practice},
        by=None,
        at=at - HOUR,
    )
    address = addresses.add(of=doctor, kind=AddressKind.PHONE, value="04 78 00 00 00", by=None, at=at - HOUR)
    _rows(world, practitioner=doctor, organisation=practice, address=address)


def _presences(world: World, at: datetime) -> None:
    here, awaited = a_patient(world.sign, at=at - 24 * HOUR), a_patient(world.sign, at=at - 24 * HOUR)
    stay = _lying(world, here, at=at)
    expected = _expected(world, awaited, at=at - 2 * HOUR)
    kept = reservations.reserve(
        stay=expected, bed=Bed.objects.get(pk=world.ids["kept_bed"]), expected_at=at + 2 * HOUR, by=None, at=at - HOUR
    )
    double, alike = a_patient(world.sign, at=at - 24 * HOUR), a_patient(world.sign, at=at - 24 * HOUR)
    merge = merges.merge(survivor=here, merged=double, reason=PHRASE, by=None, at=at - HOUR, confirmed=True)
    other = _expected(world, alike, at=at - 2 * HOUR)
    _rows(world, patient=here, stay=stay, expected_stay=expected, reservation=kept, merge=merge)
    _rows(world, alike=alike, alike_stay=other, placement=stay.placements.latest("pk"))
    _rows(world, movement=stay.movements.latest("pk"), apart=a_patient("SANS SÉJOUR", at=at))


def a_patient(sign: str, *, at: datetime) -> Patient:
    """Somebody of that sign."""
    traits = {"birth_name": f"{PHRASE} {sign}".upper(), "first_names": f"Anne{next(numbers)}"}
    return patients.register(traits=traits, by=None, at=at)


def _expected(world: World, patient: Patient, *, at: datetime) -> Stay:
    return stays.preadmit(
        patient=patient, unit=world.unit, expected_at=at + 3 * HOUR, kind=StayKind.INPATIENT, by=None, at=at
    )


def _lying(world: World, patient: Patient, *, at: datetime) -> Stay:
    stay = _expected(world, patient, at=at - 5 * HOUR)
    bed = Bed.objects.get(pk=world.ids["bed"])
    stays.admit(stay=stay, unit=world.unit, bed=bed, by=None, at=at - HOUR)
    return Stay.objects.get(pk=stay.pk)


def _record(world: World, at: datetime) -> None:
    patient, stay = Patient.objects.get(pk=world.ids["patient"]), Stay.objects.get(pk=world.ids["stay"])
    said: dict[str, Any] = {"by": None, "at": at - HOUR}
    contact = contact_actions.add(
        patient=patient, values={"role": ContactRole.EMERGENCY, "name": PHRASE, "note": PHRASE}, **said
    )
    author = User.objects.create_user(f"seen{next(numbers)}", role=Role.NURSE, last_name=PHRASE)
    Membership.objects.create(user=author, unit=world.unit, valid_from=LONG_AGO)
    _rows(
        world,
        contact=contact,
        correspondent=correspondents.add(
            patient=patient, role=CorrespondentRole.REFERRER, practitioner=_doctor(world), **said
        ),
        consent=consents.note(
            patient=patient,
            subject=ConsentSubject.SMS,
            answer=ConsentAnswer.YES,
            source=Source.SAID,
            given_at=at - HOUR,
            remark=PHRASE,
            **said,
        ),
        flag=flags.raise_(patient=patient, kind=FlagKind.INTERPRETER, detail=PHRASE, to_tell=PHRASE, **said),
        identifier=identifiers.add(
            patient=patient, type_=IdentifierType.IPP, domain="", value=f"IPP{next(numbers)}", **said
        ),
        document=documents.add(
            patient=patient, content=pdf(), labels=Labels(DocumentKind.LETTER, title=PHRASE, stay=stay), **said
        ),
        fact=facts.state(
            stay=stay,
            kind="referral_letter_received",
            source=Source.SAID,
            said_by=PHRASE,
            by=author,
            at=at - HOUR,
        ),
    )


def _doctor(world: World) -> Any:
    return Practitioner.objects.get(pk=world.ids["practitioner"])


def _work(world: World, at: datetime) -> None:
    stay = Stay.objects.select_related("patient").get(pk=world.ids["stay"])
    for role in workers():
        task = tasks.ask(
            title=PHRASE, role=role, unit=world.unit, stay=stay, patient=stay.patient, minutes=60, by=None, at=at - HOUR
        )
        _rows(world, **{f"task:{role}": task, "task": task})


def _staff(world: World, at: datetime) -> None:
    colleague = User.objects.create_user(
        f"colleague{next(numbers)}", role=Role.AMH, last_name=PHRASE, email="amh@example.org"
    )
    secret = f"secret {colleague.pk}"
    spell: dict[str, Any] = {"starts_at": at, "ends_at": at + 8 * HOUR}
    substitute = User.objects.create_user(f"cover{next(numbers)}", role=Role.AMH)
    _rows(
        world,
        account=colleague,
        membership=Membership.objects.create(user=colleague, unit=world.unit, valid_from=LONG_AGO),
        token=ApiToken.objects.create(user=colleague, label=PHRASE, digest=digest(secret)),
        absence=absences.record(user=colleague, starts_at=at + 24 * HOUR, ends_at=at + 48 * HOUR, by=None, at=at),
        duty=duties.give(kind=DutyKind.NIGHT_CADRE, user=colleague, unit=world.unit, **spell, by=None, at=at),
        cover=covers.cover(unit=world.unit, user=substitute, **spell, by=None, at=at),
        cover_account=substitute,
        confirmation=Confirmation.objects.create(unit=world.unit, confirmed_at=at - HOUR, confirmed_by=colleague),
    )


def _settings(world: World, at: datetime) -> None:
    number = next(numbers)
    calendar = calendars.create(name=f"{PHRASE} {number}", closed_on_holidays=True, by=None, at=at - HOUR)
    calendars.set_hours(calendar=calendar, hours={0: [Span(time(8), time(12))]}, by=None, at=at - HOUR)
    day = at.date()
    apart: dict[str, Any] = {"first_day": day, "last_day": day, "is_open": True, "opens": time(8), "closes": time(9)}
    exception = calendars.set_apart(calendar=calendar, **apart, reason=PHRASE, by=None, at=at - HOUR)
    calendars.set_working_time(role=Role.PORTER, calendar=calendar, by=None, at=at - HOUR)
    screen = screens.create(said={"name": f"{PHRASE[:60]} {number}"}, by=None, at=at - HOUR)
    sender = Sender.objects.create(application=PHRASE[:60], facility=f"{number}")
    said: dict[str, Any] = {"sender": sender, "received_at": at, "decided_at": at, "raw": b"MSH|", "charset": "utf-8"}
    said |= {"state": MessageState.QUARANTINED, "reason": PHRASE, "reason_code": "no_identifier"}
    message = InboundMessage.objects.create(fingerprint=f"{number}", **said)
    somebody = User.objects.create_user(f"somebody{number}", role=Role.BED_MANAGER, last_name=PHRASE)
    ignored = InboundMessage.objects.create(fingerprint=f"{number} ignored", **said)
    why: dict[str, Any] = {"reason": IgnoreReason.OTHER, "note": PHRASE}
    quarantines.ignore(row=ignored, **why, by=somebody, at=at)
    replay = Replay.objects.create(asked_by=somebody, asked_at=at, total=1)
    receiver = a_receiver(name=f"{PHRASE[:60]} {number}")
    outbound = OutboundMessage.objects.create(
        receiver=receiver,
        bed=Bed.objects.order_by("pk").first(),
        bed_status="U",
        trigger="A20",
        said_at=at,
        due_at=at,
        idempotency_key=f"{number}",
        state=DeliveryState.EXHAUSTED,
        last_error=PHRASE,
    )
    _rows(
        world,
        receiver=receiver,
        outbound=outbound,
        calendar=calendar,
        exception=exception,
        working_time=WorkingTime.objects.get(role=Role.PORTER),
        message=message,
        ignored_message=ignored,
        replay=replay,
        sender=sender,
        screen=screen,
    )
    world.ids.update({"parameter": "token_overlap_days", "template": "feed_alert_subject"})


def _journal(world: World, at: datetime) -> None:
    """Somebody who works nowhere has looked at the patient, and said why."""
    stranger = User.objects.create_user(f"stranger{next(numbers)}", role=Role.NURSE, last_name=PHRASE)
    explained = f"{PHRASE}, de garde cette nuit"
    access = accesses.open_exceptionally(
        patient=Patient.objects.get(pk=world.ids["patient"]),
        reason=AccessReason.ADVICE,
        explanation=explained,
        by=stranger,
        at=at - HOUR,
    )
    trace = AccessTrace.objects.create(
        page="patient", by=stranger, role=stranger.role, at=at, patient_id=world.ids["patient"], count=1
    )
    _rows(world, access=access, trace=trace, audit=AuditEntry.objects.latest("pk"))
