"""The races of the acts that came after the first ones: exchange, leave, death, closure, departure, reconciliation."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from amh.core.errors import Conflict
from amh.demo.soak import placements
from amh.demo.soak.duels import Refused
from amh.demo.soak.rounds import Round, conflict, exclusion, one_winner
from amh.demo.soak.wards import Ward
from patients.actions import (
    closures,
    deaths,
    departures,
    leaves,
    movements,
    reconciliations,
    reservations,
    stays,
    swaps,
)
from patients.models import MovementKind, Stay, StayState
from patients.rules.reconciliations import Answer
from wards.models import Bed, ClosureReason

A_MINUTE = timedelta(minutes=1)
