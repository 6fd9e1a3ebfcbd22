"""The bar over the board that says which system has stopped talking: since when, what that means, who acts (WR-51)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amh.core import dates, parameters, silences
from amh.core.silences import Silence


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is silent at ``at``, and what the site wants done about it, in its two languages."""

    at: datetime | None = None
    silences: tuple[Silence, ...] = ()
    act: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Each silent system, with the hour of its last word."""
        return [(one.system, dates.moment(one.since, now=self.at or one.since)) for one in self.silences]

    @property
    def sentences(self) -> list[str]:
        """The same in words, for paper."""
        said = _("%(system)s ne parle plus depuis %(hour)s : ce plan peut retarder.")
        return [said % {"system": system, "hour": hour} for system, hour in self.lines]

    @property
    def words(self) -> str:
        """Whom to tell and what to do meanwhile."""
        return parameters.worded(self.act) if self.act else ""


def read(*, at: datetime) -> Alarm:
    """The alarm of a board that shows the present moment: one query while everybody talks, else two."""
    found = silences.known(at=at)
    return Alarm(at, found, parameters.value("feed_silence_act") if found else {})


QUIET = Alarm()
"""The alarm of a board that shows another moment: what is planned or past waits for no message."""


def html(alarm: Alarm) -> SafeString:
    """The part of the page that says it, in the language of the moment; hidden when nobody is silent."""
    return get_template("board/alarms/lines.html").render({"alarm": alarm})  # type: ignore[return-value]
