from wards.models.beds import Bed, BedKind
from wards.models.calendars import Calendar, CalendarException, OpeningHours, Weekday, WorkingTime
from wards.models.cleanings import Cleaning
from wards.models.closures import Closure, ClosureKind, ClosureReason
from wards.models.confirmations import Confirmation
from wards.models.covers import Absence, Cover, Duty, DutyKind
from wards.models.memberships import Membership
from wards.models.rooms import Room
from wards.models.screens import Screen, Theme
from wards.models.states import BedState
from wards.models.units import DAY_KINDS, FunctionalUnit, Unit, UnitKind

__all__ = [
    "DAY_KINDS",
    "Absence",
    "Bed",
    "BedKind",
    "BedState",
    "Calendar",
    "CalendarException",
    "Cleaning",
    "Closure",
    "ClosureKind",
    "ClosureReason",
    "Confirmation",
    "Cover",
    "Duty",
    "DutyKind",
    "FunctionalUnit",
    "Membership",
    "OpeningHours",
    "Room",
    "Screen",
    "Theme",
    "Unit",
    "UnitKind",
    "Weekday",
    "WorkingTime",
]
