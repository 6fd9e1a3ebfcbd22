"""What each address of the program is about: the noun of its number, what is sent to it, and what must hold besides.

An address that is in none of these tables is found by ``test_every_address_is_known``: add its line here.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from amh.core.permissions import Door
from amh.core.roles import Permission
from tests.factories.pdfs import pdf
from tests.permissions.worlds import World

NOUNS = {
    "/acces-exceptionnels/": "own_access",
    "/admin/calendriers/": "calendar",
    "/admin/calendriers/exceptions/": "exception",
    "/admin/chambres/": "room",
    "/admin/comptes/": "account",
    "/admin/comptes/jetons/": "token",
    "/admin/comptes/unites/": "membership",
    "/admin/correspondants/adresses/": "address",
    "/admin/correspondants/professionnels/": "practitioner",
    "/admin/correspondants/structures/": "organisation",
    "/admin/lits/": "bed",
    "/admin/parametres/": "parameter",
    "/admin/unites/": "unit",
    "/documents/": "document",
    "/ecrans/": "screen",
    "/equipe/absences/": "absence",
    "/equipe/gardes/": "duty",
    "/equipe/relais/": "own_cover",
    "/equipe/unites/": "unit",
    "/fermetures/": "closure",
    "/interop/destinataires/": "receiver",
    "/interop/envois/": "outbound",
    "/interop/a-rapprocher/": "movement",
    "/interop/conformite/": "sender",
    "/interop/emetteurs/": "sender",
    "/interop/messages/": "message",
    "/interop/reprises/": "replay",
    "/journal/acces/": "access",
    "/journal/patients/": "patient",
    "/lits/": "bed",
    "/lits/mes-actes/": "own_act",
    "/lits/vues/": "own_view",
    "/mouvements/": "movement",
    "/nettoyages/": "cleaning",
    "/patients/": "patient",
    "/reservations/": "reservation",
    "/sejours/": "stay",
    "/taches/": "task",
    "/unites/": "unit",
    "/api/v1/absences/": "absence",
    "/api/v1/accounts/": "account",
    "/api/v1/addresses/": "address",
    "/api/v1/audit/": "audit",
    "/api/v1/beds/": "bed",
    "/api/v1/calendars/": "calendar",
    "/api/v1/closures/": "closure",
    "/api/v1/confirmations/": "confirmation",
    "/api/v1/consents/": "consent",
    "/api/v1/contacts/": "contact",
    "/api/v1/correspondents/": "correspondent",
    "/api/v1/covers/": "own_cover",
    "/api/v1/documents/": "document",
    "/api/v1/duties/": "duty",
    "/api/v1/exceptional-accesses/": "own_access",
    "/api/v1/facts/": "fact",
    "/api/v1/flags/": "flag",
    "/api/v1/identifiers/": "identifier",
    "/api/v1/memberships/": "membership",
    "/api/v1/merges/": "merge",
    "/api/v1/messages/": "message",
    "/api/v1/movements/": "movement",
    "/api/v1/organisations/": "organisation",
    "/api/v1/outbound-messages/": "outbound",
    "/api/v1/parameters/": "parameter",
    "/api/v1/patients/": "patient",
    "/api/v1/placements/": "placement",
    "/api/v1/practitioners/": "practitioner",
    "/api/v1/receivers/": "receiver",
    "/api/v1/reservations/": "reservation",
    "/api/v1/rooms/": "room",
    "/api/v1/saved-views/": "own_view",
    "/api/v1/screens/": "screen",
    "/api/v1/senders/": "sender",
    "/api/v1/stays/": "stay",
    "/api/v1/tasks/": "task",
    "/api/v1/tokens/": "token",
    "/api/v1/traces/": "trace",
    "/api/v1/units/": "unit",
    "/api/v1/working-times/": "working_time",
}
"""What the first number after a beginning names; the longest beginning that fits holds."""

INNER = {
    "contact_pk": "contact",
    "correspondent_pk": "correspondent",
    "document_pk": "document",
    "fact_pk": "fact",
    "flag_pk": "flag",
    "identifier_pk": "identifier",
    "merge_pk": "merge",
    "movement_pk": "movement",
    "other_pk": "alike",
    "reservation_pk": "reservation",
    "stay_pk": "stay",
}
"""What a number after the first names."""

WORDS = {
    "/compte/<str:kind>/supprimer/": "pin",
    "/admin/correspondants/choix/<str:role>/": "RP",
    "/patients/<int:pk>/consentements/<str:subject>/": "sms",
    "/patients/<int:pk>/correspondants/nouveau/<str:role>/": "RT",
    "/patients/<int:pk>/sejours/<int:stay_pk>/faits/<slug:kind>/": "referral_letter_received",
    "/patients/<int:pk>/signalements/nouveau/<str:kind>/": "bariatric",
    "/sejours/<int:pk>/sortie-prevue/<str:certainty>/": "probable",
}
"""The word in an address that takes one."""

OTHERS = {
    "/sejours/<int:pk>/arrive/": "expected_stay",
    "/sejours/<int:pk>/heure-prevue/": "expected_stay",
    "/sejours/<int:pk>/ne-vient-pas/": "expected_stay",
    "/lits/<int:pk>/attribuer/": "free_bed",
    "/lits/<int:pk>/deposer/": "free_bed",
    "/lits/<int:pk>/fermer/": "free_bed",
    "/lits/<int:pk>/reserver/": "free_bed",
    "/lits/<int:pk>/liberer/": "kept_bed",
    "/lits/<int:pk>/rouvrir/": "closed_bed",
    "/admin/parametres/<slug:key>/apercu/": "template",
    "/api/v1/closures/<int:pk>/cancel/": "planned_closure",
    "/api/v1/messages/<int:pk>/restore/": "ignored_message",
    "/interop/messages/<int:pk>/remettre/": "ignored_message",
    "/api/v1/exceptional-accesses/<int:pk>/review/": "access",
    "/api/v1/stays/<int:pk>/admit/": "expected_stay",
    "/api/v1/stays/<int:pk>/cancel/": "expected_stay",
    "/api/v1/stays/<int:pk>/reschedule/": "expected_stay",
    "/api/v1/stays/<int:pk>/place/": "expected_stay",
}
"""Addresses whose number names another row than their neighbours’: one that is in the state that the act asks for."""


UNBOUND = frozenset(
    {
        *("absence", "access", "account", "address", "organisation", "own_access", "own_act", "own_cover"),
        *("outbound", "own_view", "parameter", "practitioner", "receiver", "screen", "sender", "template", "token"),
    }
)
"""Nouns for which no unit answers."""

SENT: dict[str, dict[str, Any]] = {
    "/lits/<int:pk>/attribuer/": {"stay": ":expected_stay"},
    "/lits/<int:pk>/deposer/": {"stay": ":expected_stay"},
    "/patients/<int:pk>/sejours/nouveau/": {"unit": ":unit", "expected_at": ":soon"},
    "/sejours/<int:pk>/arrive/": {"unit": ":unit", "effective_at": ":now"},
    "/sejours/<int:pk>/sans-lit/": {"unit": ":unit", "effective_at": ":now"},
    "/patients/<int:pk>/sejours/<int:stay_pk>/faits/": {"kind": "referral_letter_received", "source": "seen"},
    "/interop/messages/<int:pk>/ignorer/": {"reason": "test"},
    "/interop/messages/ignorer/": {"reason": "test", "newest": ":message"},
    "/interop/messages/rejouer/": {"newest": ":message"},
    "/interop/messages/remettre/": {"newest": ":ignored_message"},
    "absences/": {"user": ":account", "starts_at": ":soon", "ends_at": ":later"},
    "absences/<int:pk>/cut-short/": {"ends_at": ":later"},
    "accounts/": {"role": "amh", "last_name": "NOUVELLE", "username": "nouvelle", "password": "trois-chaises-vertes"},
    "accounts/<int:pk>/change/": {"role": "amh", "last_name": "AUTREMENT"},
    "accounts/<int:pk>/set-password/": {"password": "trois-chaises-vertes"},
    "addresses/": {"practitioner": ":practitioner", "kind": "phone", "value": "04 78 00 00 01"},
    "beds/": {"room": ":room", "label": "Z"},
    "beds/<int:pk>/change/": {"room": ":room", "label": "Z"},
    "beds/<int:pk>/close/": {"reason": "works"},
    "beds/<int:pk>/rename/": {"same_as": ":free_bed"},
    "calendars/": {"name": "Nouveau"},
    "calendars/<int:pk>/change/": {"name": "Autrement"},
    "calendars/<int:pk>/give-back/": {"exception": ":exception"},
    "calendars/<int:pk>/set-apart/": {"first_day": "2030-01-01", "last_day": "2030-01-02"},
    "calendars/<int:pk>/set-hours/": {"hours": []},
    "closures/<int:pk>/set-end/": {"until": ":later"},
    "closures/close/": {"reason": "works", "beds": [":free_bed"]},
    "consents/": {"patient": ":patient", "subject": "sms", "answer": "no", "source": "said", "given_at": ":now"},
    "contacts/": {"patient": ":patient", "role": "N", "name": "Luc"},
    "contacts/<int:pk>/change/": {"name": "Paul"},
    "correspondents/": {"patient": ":patient", "role": "RT", "practitioner": ":practitioner"},
    "correspondents/<int:pk>/replace/": {"organisation": ":organisation"},
    "covers/": {"unit": ":unit", "user": ":account", "starts_at": ":soon", "ends_at": ":later"},
    "covers/take-over/": {"unit": ":unit"},
    "documents/": {"patient": ":patient", "kind": "report", "file": ":file"},
    "documents/<int:pk>/replace/": {"file": ":file"},
    "documents/<int:pk>/withdraw/": {"reason": "erreur"},
    "duties/": {"kind": "sector_nurse", "user": ":account", "unit": ":unit", "starts_at": ":soon", "ends_at": ":later"},
    "exceptional-accesses/": {"patient": ":alike", "reason": "advice", "explanation": "Appelée cette nuit"},
    "exceptional-accesses/<int:pk>/review/": {"outcome": "justified"},
    "facts/": {"stay": ":stay", "kind": "referral_letter_received", "source": "said", "said_by": "Luc"},
    "flags/": {"patient": ":patient", "kind": "bariatric"},
    "flags/<int:pk>/change/": {"detail": "anglais"},
    "identifiers/": {"patient": ":patient", "type": "IPP", "value": "NOUVEAU"},
    "memberships/": {"user": ":cover_account", "unit": ":unit"},
    "messages/<int:pk>/ignore/": {"reason": "test"},
    "merges/": {"survivor": ":patient", "merged": ":alike", "reason": "doublon", "confirmed": True},
    "merges/preview/": {"survivor": ":patient", "merged": ":alike"},
    "movements/<int:pk>/retime/": {"effective_at": ":now"},
    "organisations/": {"name": "Nouvelle", "kind": "practice"},
    "organisations/<int:pk>/change/": {"name": "Autrement"},
    "parameters/<slug:key>/change/": {"value": 3},
    "patients/": {"birth_name": "NOUVELLE", "first_names": "Anne"},
    "patients/<int:pk>/correct/": {"birth_name": "AUTREMENT"},
    "patients/<int:pk>/protect/": {"protection": "vip"},
    "patients/<int:pk>/report-anomaly/": {"anomaly": "duplicate"},
    "practitioners/": {"family_name": "NOUVELLE"},
    "practitioners/<int:pk>/change/": {"family_name": "AUTREMENT"},
    "reservations/": {"stay": ":alike_stay", "bed": ":free_bed", "expected_at": ":soon"},
    "screens/": {"name": "Nouvel"},
    "screens/<int:pk>/change/": {"name": "Autrement"},
    "rooms/": {"unit": ":unit", "label": "999"},
    "rooms/<int:pk>/change/": {"label": "998"},
    "saved-views/": {"name": "Nouvelle"},
    "saved-views/<int:pk>/change/": {"name": "Autrement"},
    "stays/": {"patient": ":patient", "unit": ":unit", "expected_at": ":soon"},
    "stays/<int:pk>/assign-practitioner/": {"practitioner": ":practitioner"},
    "stays/<int:pk>/cancel/": {"reason": "postponed"},
    "stays/<int:pk>/reschedule/": {"expected_at": ":later"},
    "stays/<int:pk>/admit/": {"bed": ":free_bed"},
    "stays/<int:pk>/expect-discharge/": {"expected_at": ":later"},
    "stays/<int:pk>/home-care/": {"unit": ":unit"},
    "stays/<int:pk>/leave/": {"until": ":later"},
    "stays/<int:pk>/move/": {"bed": ":free_bed"},
    "stays/<int:pk>/place/": {"bed": ":free_bed"},
    "stays/<int:pk>/reconcile/": {"answer": "left"},
    "stays/<int:pk>/swap/": {"other": ":alike_stay"},
    "stays/<int:pk>/wait/": {"unit": ":unit"},
    "tasks/": {"title": "Rappeler", "role": "amh", "unit": ":unit", "stay": ":stay"},
    "tokens/": {"account": ":account", "label": "Nouveau"},
    "units/": {"code": "NOUVEAU", "name": "Nouvelle"},
    "units/<int:pk>/change/": {"name": "Autrement"},
    "units/<int:pk>/rename/": {"same_as": ":unit"},
    "working-times/settle/": {"role": "porter", "calendar": ":calendar"},
}
"""What is sent by POST: to a page by its address, to the interface by what comes after ``/api/v1/``. Nothing elsewhere.

``":bed"`` is a row of the world, or one of the moments and the file below.
"""


NEEDED: dict[str, tuple[Permission, ...]] = {
    "/patients/<int:pk>/acces-exceptionnel/": (),
    "/patients/<int:pk>/sejours/<int:stay_pk>/retablir/": (),
    "/patients/<int:pk>/mouvements/<int:movement_pk>/annuler/": (Permission.PLACE,),
    "/patients/<int:pk>/": (Permission.VIEW_PATIENT,),
    "/mouvements/<int:pk>/": (Permission.PLACE,),
    "/sejours/<int:pk>/had/": (Permission.REGISTER,),
    "/sejours/<int:pk>/proteger/": (Permission.VIEW_PATIENT,),
    "/sejours/<int:pk>/protection/lever/": (Permission.VIEW_PATIENT,),
    "/api/v1/identifiers/": (Permission.VIEW_PATIENT,),
    "/api/v1/movements/<int:pk>/retime/": (Permission.PLACE,),
    "/api/v1/movements/<int:pk>/undo/": (Permission.PLACE, Permission.VIEW_PATIENT),
    "/api/v1/patients/<int:pk>/": (Permission.VIEW_PATIENT,),
    "/api/v1/stays/<int:pk>/home-care/": (Permission.VIEW_PATIENT, Permission.REGISTER),
    "/api/v1/stays/": (Permission.VIEW_PATIENT,),
}
"""What must hold in the unit besides one of a door’s own permissions, by the first beginning that fits. The movement
of each world is an entry: taking it back is for those who place.
"""


@dataclass(frozen=True)
class Visit:
    """A door with its address filled in and what is sent to it, in one world."""

    door: Door
    path: str
    body: dict[str, Any]


def nouns(door: Door) -> list[str]:
    """What the address and the body of a door name; ``KeyError`` for a number that no table knows."""
    named = [_noun(door.address, *place) for place in PLACES.findall(door.address)]
    return [*filter(None, named), *(value[1:] for value in _references(sent(door)) if value not in GIVEN)]


def needed(door: Door) -> tuple[Permission, ...]:
    """What must hold behind the door besides one of its permissions."""
    return next((needs for beginning, needs in NEEDED.items() if door.address.startswith(beginning)), ())


def bound(door: Door) -> bool:
    """Tell whether a unit answers for what is behind the door."""
    return bool(set(nouns(door)) - UNBOUND)


def sent(door: Door) -> dict[str, Any]:
    """The body of a door, before its references are filled in."""
    return SENT.get(door.address.removeprefix(API), {}) if door.method != "GET" else {}


def visit(door: Door, world: World, role: str, *, at: datetime) -> Visit:
    """The door in this world, for a person of that trade."""
    path = PLACES.sub(lambda place: str(_value(door.address, place.groups(), world, role)), door.address)
    return Visit(door, path, {name: _filled(value, world, role, at) for name, value in sent(door).items()})


PLACES = re.compile(r"<(\w+):(\w+)>")
API = "/api/v1/"
GIVEN = {":now": timedelta(), ":soon": timedelta(hours=2), ":later": timedelta(hours=30), ":file": None}


def _noun(address: str, kind: str, name: str) -> str | None:
    """The noun of one place of an address; ``None`` for a word."""
    if kind == "str" or (kind == "slug" and address in WORDS):
        return None
    if name in INNER:
        return INNER[name]
    return OTHERS.get(address) or NOUNS[address.split("<", 1)[0]]


def _value(address: str, place: tuple[str, ...], world: World, role: str) -> Any:
    noun = _noun(address, *place)
    return WORDS[address] if noun is None else world.of(noun, role)


def _references(body: dict[str, Any]) -> list[str]:
    values = [one for value in body.values() for one in (value if isinstance(value, list) else [value])]
    return [value for value in values if isinstance(value, str) and value.startswith(":")]


def _filled(value: Any, world: World, role: str, at: datetime) -> Any:
    if isinstance(value, list):
        return [_filled(one, world, role, at) for one in value]
    if not isinstance(value, str) or not value.startswith(":"):
        return value
    if value == ":file":
        return SimpleUploadedFile("lettre.pdf", pdf(3))
    return (at + GIVEN[value]).isoformat() if value in GIVEN else world.of(value[1:], role)
