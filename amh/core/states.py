"""Transition tables: which state may follow which, beside the enum that names the states."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from amh.core.errors import Conflict

TABLES: dict[str, "Transitions"] = {}


class Transitions:
    """The states of one noun and the pairs allowed between them.

    Every table registers itself under ``name``, so that one test refuses every pair that is not written and one command
    draws every diagram of ``docs/states.md``.
    """

    def __init__(self, name: str, states: type[TextChoices], allowed: Mapping[str, set[str]]) -> None:
        self.name = name
        self.states = states
        self.allowed = {state: frozenset(allowed.get(state, ())) for state in states.values}
        TABLES[name] = self

    def allows(self, old: str, new: str) -> bool:
        """Tell whether ``new`` may follow ``old``."""
        return new in self.allowed[old]

    def check(self, old: str, new: str) -> None:
        """Raise ``Conflict`` with both states in words unless ``new`` may follow ``old``."""
        if not self.allows(old, new):
            labels = dict(self.states.choices)
            raise Conflict(
                _("Impossible : de « %(old)s » on ne passe pas à « %(new)s ».")
                % {"old": labels[old], "new": labels[new]},
                code="transition_refused",
            )
