"""The one search box on the board: a bed, a name, a birth date, an IPP; only what the person may read is searched."""

from collections.abc import Iterable
from dataclasses import dataclass

from amh.board import people
from amh.board.audiences import Audience
from amh.board.boards import Board, folded
from patients.queries.merges import formerly
from patients.queries.occupancy import Occupancy
from patients.queries.patients import bearing
from patients.queries.waiting import Waiting

SHORTEST_NUMBER = 4
"""Digits from which a single word may be the number of a patient."""


@dataclass(frozen=True)
class Found:
    """Beds, and stays of patients who lie in none."""

    beds: frozenset[int]
    stays: frozenset[int]


def search(board: Board, text: str, audience: Audience) -> Found:
    """Find the beds and patients that match every word of ``text``, or bear it as their number."""
    words = folded(text).replace("/", " ").split()
    bearers = (bearing(text) if _may_be_a_number(text) else frozenset()) | formerly(words)

    def match(one: Occupancy | Waiting, place: str, *, named: bool) -> bool:
        if not named:
            return _all_in(words, place)
        return one.patient_id in bearers or _all_in(words, f"{place} {_person(one)}")

    beds = {row.bed_id for row in board.rows if match(row, _place(row), named=_named(board, row, audience))}
    seen = [one for one in board.waiting if people.named(one, audience) and not _has_a_bed(one)]
    return Found(frozenset(beds), frozenset(one.stay_id for one in seen if match(one, "", named=True)))


def _named(board: Board, row: Occupancy, audience: Audience) -> bool:
    return row.stay_id is not None and board.named(row, audience)


def _has_a_bed(one: Waiting) -> bool:
    """Who is on leave from a bed is found there."""
    return bool(one.away) and one.wanted_bed_id is not None


def _may_be_a_number(text: str) -> bool:
    return " " not in text and "/" not in text and sum(sign.isdigit() for sign in text) >= SHORTEST_NUMBER


def _all_in(words: Iterable[str], text: str) -> bool:
    searched = folded(text)
    return all(word in searched for word in words)


def _place(row: Occupancy) -> str:
    return f"{row.unit_code}-{row.room_label}-{row.bed_label} {row.room_label} {row.bed_label}"


def _person(one: Occupancy | Waiting) -> str:
    names = f"{one.birth_name} {one.used_name} {one.first_names} {one.used_first_name}"
    return f"{names} {' '.join(reversed(one.birth_date.split('-')))}"
