"""Form fields that every app shares."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amh.core import dates

Choices = list[tuple[str, list[tuple[int, str]]]]


class MomentInput(forms.DateTimeInput):
    """The browser's own control for a day and an hour, on the site's clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A day and an hour, to the minute; in a ``MomentForm``, which knows what time it is.

    In the hour that comes twice in autumn, what happened was at the later of the two unless that is still to come;
    what is planned, ``ahead``, will be at the earlier unless that is over.
    """

    widget = MomentInput
    now: datetime

    def __init__(self, *, ahead: bool = False, **kwargs: Any) -> None:
        self.ahead = ahead
        super().__init__(
            error_messages={"invalid": _("Indiquer une date et une heure, par exemple 21/11/2026 14:32.")}, **kwargs
        )

    def to_python(self, value: Any) -> datetime | None:
        """Refuse the years that a slip of the finger makes: no calendar could reckon with them."""
        at = self._read(value)
        if at is not None and not dates.plausible(at):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return at

    def _read(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as refused:
            wall = (refused.params or {}).get("datetime")
            found = dates.readings(wall) if wall else []
            if not found:
                raise
            return self._meant(*found)

    def _meant(self, first: datetime, second: datetime) -> datetime:
        if self.ahead:
            return first if first >= self.now.replace(second=0, microsecond=0) else second
        return second if second <= self.now else first


class MomentForm(forms.Form):
    """A form in which moments are typed: ``now`` is the edge's clock."""

    use_required_attribute = False

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def full_clean(self) -> None:
        """Read every moment as it is meant at ``now``."""
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.now = self.now
        super().full_clean()


class OfferedField(forms.TypedChoiceField):
    """One of the things offered, by id; also one that was offered a moment ago.

    The rule of the act then says what has changed, and who changed it, where a form could only say « no such choice ».
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"coerce": int} | kwargs)

    def valid_value(self, value: Any) -> bool:
        """Let every id through: the act looks at what it is."""
        return str(value).isdecimal()

    def offer(self, choices: Callable[[], Choices], typed: str | None) -> None:
        """Offer ``choices`` after an empty one, and what was ``typed`` although it is offered no more.

        They are read when the form is shown, and once, not when it is sent: an act that succeeds shows none.
        """

        @cache
        def shown() -> list[Any]:
            offered = choices()
            known = {str(pk) for _group, options in offered for pk, _label in options}
            gone = [(typed, _("Choix qui n’est plus disponible"))] if typed and typed not in known else []
            return [("", _("Choisir…")), *gone, *offered]

        self.choices = shown
