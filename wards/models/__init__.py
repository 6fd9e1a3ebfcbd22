from wards.models.beds import Bed, BedKind
from wards.models.cleanings import Cleaning
from wards.models.closures import Closure, ClosureKind, ClosureReason
from wards.models.memberships import Membership
from wards.models.rooms import Room
from wards.models.states import BedState
from wards.models.units import DAY_KINDS, FunctionalUnit, Unit, UnitKind

__all__ = [
    "DAY_KINDS",
    "Bed",
    "BedKind",
    "BedState",
    "Cleaning",
    "Closure",
    "ClosureKind",
    "ClosureReason",
    "FunctionalUnit",
    "Membership",
    "Room",
    "Unit",
    "UnitKind",
]
