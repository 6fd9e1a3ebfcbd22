"""The buttons of a menu: what each is called, the letter that presses it, and why it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from amh.core.errors import Refusal

KEYS = {
    "place": "p",
    "reserve": "r",
    "clean": "n",
    "close": "f",
    "closure": "f",
    "reconcile": "q",
    "discharge": "s",
    "depart": "s",
    "body-left": "s",
    "move": "m",
    "swap": "e",
    "expect": "d",
    "certain": "c",
    "probable": "b",
    "possible": "o",
    "leave": "a",
    "come-back": "a",
    "arrive": "a",
    "wait": "l",
    "cancel": "x",
    "retime": "h",
    "reschedule": "h",
    "record": "v",
}
"""The letter of each act that has one: what it does depends on how it is with the bed."""

LETTERS = "".join(sorted(set(KEYS.values())))
"""Every letter that acts on the bed under the focus."""


class How(StrEnum):
    """What a button does: it opens a form in the dialog, acts at once, or leads to another page."""

    FORM = "form"
    PRESS = "press"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Act:
    """One button; disabled with ``refusal`` in words."""

    key: str
    icon: str
    label: str
    url: str
    refusal: str | None = None
    how: How = How.FORM

    @property
    def shortcut(self) -> str:
        """The letter that presses it, on the board and in the menu."""
        return KEYS.get(self.key, "")


def reason(check: Callable[[], object]) -> str | None:
    """The sentence with which a rule refuses, or ``None`` when it agrees."""
    try:
        check()
    except Refusal as refusal:
        return refusal.sentence
    return None
