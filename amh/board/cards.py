"""The card of a bed: from a row of the occupancy to the words on it, and to its HTML, once for each content."""

from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import cast

from django.template import Context, Template
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.board import badges
from amh.board.badges import Badge
from amh.board.looks import Look, Moment, hour, label
from amh.core import dates
from patients.models import StayKind
from patients.models.patients import display_name
from patients.queries.occupancy import Occupancy
from wards.models import BedState, ClosureReason
from wards.models.beds import short_label

A_WEEK = 7
"""Days from which the day of the week alone no longer says which one."""


BORN = {"F": gettext_lazy("née"), "M": gettext_lazy("né"), "U": gettext_lazy("né(e)")}
"""Before the birth name, shown whenever another one is used (ID-9)."""

Content = tuple[Occupancy, Moment, bool]
"""All that a card shows, but for its look and language: the row of the bed, the hour, whether there is a homonym."""


@dataclass(frozen=True, slots=True)
class BedCard:
    """The words of one card. ``name`` is empty when nobody lies in the bed or is awaited there, ``menu_url`` on a wall.

    ``stay`` is the stay of who lies there, for them to be moved; ``marks`` are the words of ``?marque=`` that find the
    card. Plain texts only: a template reads them fastest, and 300 of them are rendered at a time.
    """

    pk: str
    label: str
    full_label: str
    unit_id: str
    state: str
    state_label: str
    icon: str
    menu_url: str
    spoken: str
    masked: bool = False
    name: str = ""
    who: str = ""
    detail: str = ""
    since_label: str = ""
    stay_label: str = ""
    expected_label: str = ""
    certainty_label: str = ""
    overdue: bool = False
    changed_label: str = ""
    marks: str = ""
    stay: str = ""
    badges: tuple[Badge, ...] = ()


FIELDS = tuple(field.name for field in fields(BedCard))


_kept: dict[tuple[int, Look, str], tuple[Content, SafeString]] = {}
"""The last card of each bed, in each look and language, beside the content from which it was made."""


def html(row: Occupancy, moment: Moment, *, homonym: bool, look: Look, language: str) -> SafeString:
    """The card as HTML in ``language``, which is the active one.

    Kept with its whole content, so that what is kept can never be out of date.
    """
    content = (row, moment, homonym)
    place = (row.bed_id, look, language)
    kept = _kept.get(place)
    if kept is None or kept[0] != content:
        kept = _kept[place] = (content, _html(card(row, moment, homonym=homonym, look=look), language))
    return kept[1]


def _html(words: BedCard, language: str) -> SafeString:
    context = {name: getattr(words, name) for name in FIELDS}
    return _template().render(Context(context | _constants(language)))


@lru_cache(maxsize=1)
def _template() -> Template:
    return cast("Template", get_template("board/beds/card.html").template)  # type: ignore[attr-defined]


@lru_cache(maxsize=4)
def _constants(language: str) -> dict[str, str]:
    """The words and addresses that every card of a language shares."""
    return {
        "sprite": static("icons/sprite.svg"),
        "leaving_word": _("sortie prévue"),
        "overdue_word": _("dépassée"),
        "changed_word": _("dernier événement"),
    }


@lru_cache(maxsize=1)
def _menu_address() -> str:
    return reverse("board:menu", args=[0])


def card(row: Occupancy, moment: Moment, *, homonym: bool, look: Look) -> BedCard:
    """The words of the card in the current language."""
    masked = look != Look.FULL
    on_wall = look == Look.WALL
    bed = short_label(row.room_label, row.bed_label)
    state_label = label(moment.state.value)
    words: dict[str, object] = {}
    if badges.shows_patient(row, moment):
        person = {"name": _("Patient")} if masked else _person(row, moment.today)
        words = _stay(row, moment) | person
    return BedCard(
        pk=str(row.bed_id),
        label=bed,
        full_label=f"{row.unit_code}-{row.room_label}-{row.bed_label}",
        unit_id=str(row.unit_id),
        state=moment.state.value,
        state_label=state_label,
        icon=BedState.CLOSED.value if row.deceased else moment.state.value,
        menu_url="" if on_wall else _menu_address().replace("0", str(row.bed_id)),
        spoken=", ".join(filter(None, [bed, state_label, cast("str", words.get("name", ""))])),
        masked=masked,
        detail=_detail(row, moment, on_wall=on_wall),
        changed_label=_changed(row, moment.today),
        marks=" ".join(badges.marks(row, moment, homonym=homonym, look=look)),
        stay=str(row.stay_id) if badges.lies_there(row) and not on_wall else "",
        badges=tuple(badges.of(row, moment, homonym=homonym, look=look)),
        **words,  # type: ignore[arg-type]
    )


def _detail(row: Occupancy, moment: Moment, *, on_wall: bool) -> str:
    match moment.state:
        case BedState.FREE:
            return _("propre")
        case BedState.CLOSED | BedState.BLOCKED:
            return _shut(row, moment.today)
        case BedState.CLEANING if row.vacated_at:
            said, at = _("depuis %s"), row.vacated_at
        case BedState.LEAVING if row.departs_since:
            said, at = _("sortie saisie à %s, départ à confirmer"), row.departs_since
        case BedState.RESERVED if row.kept_elsewhere:
            return _("lit gardé") if on_wall else _kept_from_elsewhere(row, moment.today)
        case BedState.RESERVED if row.awaited_at:
            said, at = _("attendu %s"), row.awaited_at
        case _:
            return ""
    return said % hour(at, moment.today)


def _kept_from_elsewhere(row: Occupancy, today: date) -> str:
    """Where the patient is for whom the bed is kept, and when they are to be back."""
    facts = {"unit": row.kept_elsewhere, "hour": hour(row.awaited_at, today) if row.awaited_at else ""}
    return _("lit gardé · %(unit)s · attendu %(hour)s") % facts


def _shut(row: Occupancy, today: date) -> str:
    if row.closure_kind is not None:
        return _closure(row)
    return _("ne pas attribuer") if row.deceased else _unit_shut(row, today)


def _unit_shut(row: Occupancy, today: date) -> str:
    if row.unit_opens_at is None:
        return _("unité fermée")
    return _("unité fermée jusqu’à %s") % hour(row.unit_opens_at, today)


def _closure(row: Occupancy) -> str:
    reason = str(ClosureReason(row.closure_reason or ClosureReason.OTHER).label)
    if row.closure_ends_at is None:
        return reason
    until = dates.local(row.closure_ends_at)
    return _("%(reason)s jusqu’au %(day)s") % {"reason": reason, "day": f"{until:%d/%m}"}


def _person(row: Occupancy, today: date) -> dict[str, str]:
    name = display_name(row.birth_name, row.used_name, row.first_names, row.used_first_name)
    line = who(row.birth_date, row.sex, today=today)
    if not row.used_name or row.used_name.upper() == row.birth_name.upper():
        return {"name": name, "who": line}
    return {"name": name, "who": f"{BORN[row.sex]} {row.birth_name.upper()} · {line}"}


def who(birth_date: str, sex: str, *, today: date) -> str:
    """Birth date, sex and age in one line, what is not known left out."""
    years = dates.age(birth_date, on=today)
    age = "" if years is None else _("%d ans") % years
    return " · ".join(filter(None, [dates.birth(birth_date), label(sex), age]))


def _stay(row: Occupancy, moment: Moment) -> dict[str, object]:
    kind = label(row.stay_kind) if row.stay_kind and row.stay_kind != StayKind.INPATIENT else ""
    if row.occupied_since is None:
        return {"stay_label": kind}
    began = dates.local(row.admitted_at or row.occupied_since).date()
    day = _("J%d") % max((moment.today - began).days, 0)
    return {
        "since_label": hour(row.occupied_since, moment.today),
        "stay_label": f"{kind} · {day}" if kind else day,
        "expected_label": _expected(row, moment.today),
        "certainty_label": label(row.certainty) if row.certainty and row.expected_discharge_at else "",
        "overdue": moment.overdue,
    }


def _expected(row: Occupancy, today: date) -> str:
    if row.expected_discharge_at is None:
        return _("à fixer") if row.stay_kind == StayKind.INPATIENT else ""
    at = row.expected_discharge_at
    away = abs((dates.local(at).date() - today).days)
    if away == 0:
        return dates.clock(at)
    return dates.day(at) if away < A_WEEK else dates.far_day(at, today=today)


def _changed(row: Occupancy, today: date) -> str:
    """The hour of the last event of the day: what happened before is not news."""
    at = row.changed_at
    return dates.clock(at) if at is not None and dates.local(at).date() == today else ""
