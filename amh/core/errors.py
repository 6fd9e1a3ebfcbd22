"""Refusals: what a rule says when an act may not be done. Each is a sentence that a nurse understands."""

from typing import NamedTuple


class Way(NamedTuple):
    """Another way to what was refused: the address of a form and the words on its button."""

    url: str
    label: str


class Refusal(Exception):
    """An act that is refused, with the sentence shown to the person and a stable code for programs.

    ``field`` names the form field beside which the sentence belongs, when there is one; ``way`` another way to the
    same end, for those who have one.
    """

    status = 400

    def __init__(self, sentence: str, *, code: str, field: str | None = None, way: Way | None = None) -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)
        self.code = code
        self.field = field
        self.way = way

    def __str__(self) -> str:
        return self.sentence


class Denied(Refusal):
    """The person has no right to do this (403)."""

    status = 403


class Conflict(Refusal):
    """The state of the world does not allow it any more (409)."""

    status = 409


class Invalid(Refusal):
    """What was given makes no sense: a date, a value (422)."""

    status = 422
