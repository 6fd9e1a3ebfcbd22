"""What does not agree, in words, as one person may read it: places, places nobody described, records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import dates, rules
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Movement, MovementSource
from patients.queries.disagreements import Disagreement, Kind
from patients.rules.accesses import is_named
from patients.rules.beds import named

LABELS = {
    Kind.CLAIMED: gettext_lazy("Lit à confirmer"),
    Kind.DEPARTED: gettext_lazy("Sortie saisie, départ à confirmer"),
    Kind.ELSEWHERE: gettext_lazy("Dit ailleurs depuis la saisie"),
    Kind.UNTOLD: gettext_lazy("Pas encore dit par le flux"),
}
KEYS = {
    Kind.CLAIMED: ("q", gettext_lazy("Qui y est ?")),
    Kind.DEPARTED: ("s", gettext_lazy("Parti")),
    Kind.ELSEWHERE: ("m", gettext_lazy("Muter")),
    Kind.UNTOLD: ("m", gettext_lazy("Muter")),
}
"""The letter of the act that settles each, in the menu of the stay."""


@dataclass(frozen=True)
class Version:
    """What one of the two said: who, what, for when, since when it is known; ``shown`` when the board says the same.

    ``settles`` is the movement to follow when one may say that this version is right.
    """

    label: str
    where: str
    when: str
    entered: str
    shown: bool
    settles: int | None
    yes: str


@dataclass(frozen=True)
class Line:
    """One disagreement, for one person."""

    found: Disagreement
    by: User
    now: datetime

    @property
    def stay_id(self) -> int:
        """The stay that it is about."""
        return self.found.place.stay_id

    @property
    def name(self) -> str:
        """The patient, for who may know."""
        place = self.found.place
        return named(place.patient, unit_id=place.unit_id, to=self.by, stay=place.stay)

    @property
    def is_named(self) -> bool:
        """Whether that is a name: what the read trace counts."""
        place = self.found.place
        return is_named(place.patient, unit_id=place.unit_id, to=self.by, stay=place.stay)

    @property
    def label(self) -> str:
        """Why it stands here."""
        return str(LABELS[self.found.kind])

    @property
    def key(self) -> tuple[str, str]:
        """The letter and the words of the act that settles it."""
        letter, words = KEYS[self.found.kind]
        return letter, str(words)

    @property
    def where(self) -> str:
        """Where the board has the patient."""
        place = self.found.place
        return str(place.bed or place.unit)

    @property
    def since(self) -> str:
        """From when on they do not agree."""
        return dates.moment(self.found.since, now=self.now)

    @property
    def holder(self) -> str:
        """Who has the bed that was said, for who may know."""
        held = self.found.holder
        return named(held.patient, unit_id=held.unit_id, to=self.by, stay=held.stay) if held else ""

    def versions(self) -> Iterator[Version]:
        """The feed's version, then that of hands; one that said nothing has none."""
        if self.found.feed is not None:
            yield self._version(self.found.feed)
        if self.found.hand is not None:
            yield self._version(self.found.hand)

    def _version(self, said: Movement) -> Version:
        place = self.found.place
        shown = (said.unit_id, said.bed_id) == (place.unit_id, place.bed_id)
        return Version(
            label=self._who(said),
            where=f"{said.get_kind_display()} · {said.bed or said.unit}" if said.unit else said.get_kind_display(),
            when=dates.moment(said.effective_at, now=self.now),
            entered=dates.moment(said.entered_at, now=self.now),
            shown=shown,
            settles=said.pk if self._may_follow(said) and not shown else None,
            yes=_("Le flux a raison") if said.source == MovementSource.FEED else _("La main a raison"),
        )

    def _who(self, said: Movement) -> str:
        if said.source == MovementSource.FEED:
            return _("Reçu")
        return _("Saisi ici, par %s") % said.entered_by if said.entered_by else _("Saisi ici")

    def _may_follow(self, said: Movement) -> bool:
        if self.found.kind not in (Kind.ELSEWHERE, Kind.UNTOLD) or said.unit_id is None:
            return False
        return rules.may(self.by, Permission.PLACE, unit_id=said.unit_id)
