"""A bed, or somebody without one, in one line to read across."""

from dataclasses import dataclass

from django.urls import reverse

from amh.board import cards, people
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.core import dates
from patients.queries.occupancy import Occupancy
from patients.queries.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Line:
    """One bed, or one person without a bed, to read across. ``masked`` when somebody is there whom one may not name."""

    key: str
    menu_url: str
    label: str
    name: str
    detail: str
    who: str = ""
    since: str = ""
    state: str = ""
    state_label: str = ""
    icon: str = ""
    masked: bool = False


def of_bed(board: Board, row: Occupancy, audience: Audience) -> Line:
    """The line of a bed, as the audience may see it."""
    moment, look = board.moments[row.bed_id], board.look(row, audience)
    card = cards.card(row, moment, homonym=row.bed_id in board.homonyms, look=look)
    notes = [card.detail, *(badge.word for badge in card.badges if badge.loud or badge.icon == "leave")]
    return Line(
        key=f"lit-{row.bed_id}",
        menu_url=card.menu_url,
        label=card.label,
        name=card.name,
        detail=" · ".join(filter(None, notes)),
        who=card.who,
        since=_since(board, row),
        state=card.state,
        state_label=card.state_label,
        icon=card.icon,
        masked=card.masked,
    )


def _since(board: Board, row: Occupancy) -> str:
    """The hour for today, the day before that: a line is read at a glance."""
    if row.occupied_since is None or row.deceased:
        return ""
    is_today = dates.local(row.occupied_since).date() == dates.local(board.at).date()
    return dates.clock(row.occupied_since) if is_today else dates.day(row.occupied_since)


def of_person(board: Board, one: Waiting, audience: Audience) -> Line:
    """The line of somebody who lies in no bed, as the audience may see them."""
    said = people.person(one, audience, at=board.at, late=people.is_late(one, at=board.at))
    menu_url = reverse("board:stay-menu", args=[one.stay_id])
    return Line(f"sejour-{one.stay_id}", menu_url, "", said.name, said.detail, said.who, masked=said.masked)
