"""What the demonstration hospital has set for itself: delays, labels and texts, of the site and of single units."""

from typing import Any

from amh.core.actions import parameters
from amh.demo.people import DOMAIN
from amh.demo.scenes import Scene
from amh.interop.actions import receivers
from amh.interop.hl7 import sent
from patients.actions import structures
from wards.actions import rooms

REGION = "57"
"""The part of France whose public holidays the hospital keeps."""
SITE: dict[str, Any] = {
    "hospital_name": {"fr": "Centre de cancérologie des Trois Vallées", "en": "Trois Vallées Cancer Centre"},
    "holiday_region": REGION,
    "leave_alert_minutes": 60,
    "dpi_link": "https://dpi.example.org/patients/{ipp}?venue={nda}",
    "feed_alert_subject": {"fr": "AMH ne reçoit plus rien de {sender}", "en": "AMH no longer hears from {sender}"},
}
UNITS: tuple[tuple[str, str, Any], ...] = (
    ("departure_delay_minutes", "HDJ", 0),
    ("departure_delay_minutes", "ACA", 0),
    ("departure_delay_minutes", "USP", 120),
    ("letters_written_here", "USP", True),
    ("intake_measures", "HDJ", True),
)
"""Parameters in which a unit differs from the site."""

RECEIVER: dict[str, Any] = {
    "name": "Dossier patient informatisé",
    "application": "DPI",
    "facility": DOMAIN,
    "host": "127.0.0.1",
    "port": 2576,
    "domain": DOMAIN,
    "events": list(sent.USUAL),
}
"""A system that would hear what happens here: nobody listens at that port of this machine."""


def settle(scene: Scene) -> None:
    """Give the parameters their values; one of them had another before. Describe one system to tell what happens."""
    by, at = scene.staff.users["admin"], scene.clock.day(-80, 10)
    parameters.change(key="leave_alert_minutes", value=90, by=by, at=scene.clock.day(-85, 10))
    for key, value in SITE.items():
        parameters.change(key=key, value=value, by=by, at=at)
    for key, code, value in UNITS:
        parameters.change(key=key, value=value, unit_id=scene.hospital.units[code].pk, by=by, at=at)
    receivers.create(said=RECEIVER, by=by, at=at)


def take_rooms_away(scene: Scene) -> None:
    """Two rooms that exist no more: one became an office months ago, one will in a month."""
    by = scene.staff.users["admin"]
    for label, until in (("290", -60), ("291", 30)):
        room = rooms.create(unit=scene.hospital.units["MED"], label=label, by=by, at=scene.clock.day(-300, 9))
        structures.retire_room(room=room, until=scene.clock.day(until, 18), by=by, at=scene.clock.day(-61, 9))
