"""What the hours of a calendar may be, and when a calendar may go."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import dates, rules
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from wards.models import Calendar, Weekday
from wards.weeks import MIDNIGHT, Exceptional, Span

Hours = Mapping[int, Sequence[Span]]
"""Open spans by weekday; a day that is left out is closed."""
TAKEN = gettext_lazy("Un autre calendrier porte déjà ce nom.")
MOST = 6
"""Spans a day."""
LONGEST = timedelta(days=366)


def check_change(*, by: User | None) -> None:
    """Raise ``Denied`` unless ``by`` may describe calendars."""
    rules.check(by, Permission.SET_STRUCTURE)


def check_name(name: str, *, but: int = 0) -> str:
    """Return the name without needless spaces. Raises ``Invalid`` (empty, too long) or ``Conflict`` (taken)."""
    name, longest = " ".join(name.split()), Calendar._meta.get_field("name").max_length or 0  # noqa: SLF001 - documented
    if not 0 < len(name) <= longest or not name.isprintable():
        sentence = _("Donner au calendrier un nom de %d caractères au plus.") % longest
        raise Invalid(sentence, code="name", field="name")
    if Calendar.objects.filter(name__iexact=name).exclude(pk=but).exists():
        raise Conflict(str(TAKEN), code="name_taken", field="name")
    return name


def check_hours(hours: Hours) -> None:
    """Raise ``Invalid`` for spans of a day that end before they begin, overlap, or are too many."""
    for weekday, spans in hours.items():
        if weekday not in Weekday.values:
            raise Invalid(_("Les jours vont de 0 (lundi) à 6 (dimanche)."), code="unknown_weekday", field="hours")
        day = Weekday(weekday).label
        if len(spans) > MOST:
            sentence = _("%(day)s : %(count)d plages au plus.") % {"day": day, "count": MOST}
            raise Invalid(sentence, code="too_many", field="hours")
        for span in spans:
            check_span(span, day=str(day), field="hours")
        for one, after in pairwise(sorted(spans)):
            if one.closes == MIDNIGHT or after.opens < one.closes:
                raise Invalid(_("%s : deux plages se chevauchent.") % day, code="overlap", field="hours")


def check_span(span: Span, *, day: str, field: str) -> None:
    """Raise ``Invalid`` for a span that ends before it begins; midnight (00:00) ends any."""
    if span.closes != MIDNIGHT and span.closes <= span.opens:
        facts = {"day": day, "from": f"{span.opens:%H:%M}", "to": f"{span.closes:%H:%M}"}
        sentence = _("%(day)s : la plage %(from)s–%(to)s finit avant de commencer.") % facts
        raise Invalid(sentence, code="end_before_start", field=field)


def check_kept_open(calendar: Calendar, hours: Hours) -> None:
    """Raise ``Conflict`` when a trade would never work again: its tasks would never fall due."""
    trades = [one.get_role_display() for one in calendar.working_times.order_by("role")]
    if trades and not any(hours.values()):
        sentence = _("Ce calendrier est le temps de travail de : %s. Il lui faut au moins une plage.")
        raise Conflict(sentence % ", ".join(trades), code="never_open", field="hours")


def check_exception(calendar: Calendar, said: Exceptional) -> None:
    """Raise ``Invalid`` for days that make no sense, ``Conflict`` for days that another exception speaks of."""
    if said.last_day < said.first_day:
        raise Invalid(_("Le dernier jour précède le premier."), code="end_before_start", field="last_day")
    if not dates.plausible(said.first_day) or not dates.plausible(said.last_day):
        raise Invalid(str(dates.IMPLAUSIBLE), code="implausible", field="first_day")
    if said.last_day - said.first_day > LONGEST:
        raise Invalid(_("Une exception dure un an au plus."), code="too_long", field="last_day")
    _check_exceptional_hours(calendar, said)
    other = calendar.exceptions.filter(first_day__lte=said.last_day, last_day__gte=said.first_day).first()
    if other is not None:
        facts = {"from": _written(other.first_day), "to": _written(other.last_day)}
        sentence = _("Une exception existe déjà du %(from)s au %(to)s : la retirer d’abord.") % facts
        raise Conflict(sentence, code="exception_overlap", field="first_day")


def _check_exceptional_hours(calendar: Calendar, said: Exceptional) -> None:
    if said.span is not None:
        if not said.is_open:
            raise Invalid(_("Un jour fermé n’a pas d’heures."), code="closed_hours", field="opens")
        check_span(said.span, day=_("exception"), field="closes")
        return
    if said.is_open and not calendar.hours.filter(weekday__in=_weekdays(said)).exists():
        sentence = _("Ces jours n’ont pas d’horaire habituel : indiquer les heures d’ouverture.")
        raise Invalid(sentence, code="no_hours", field="opens")


def _weekdays(said: Exceptional) -> set[int]:
    days = min((said.last_day - said.first_day).days + 1, 7)
    return {(said.first_day + timedelta(days=count)).weekday() for count in range(days)}


def span(opens: time | None, closes: time | None) -> Span | None:
    """The hours of an exceptional day; ``None`` when none are given. Raises ``Invalid`` when one alone is."""
    if (opens is None) != (closes is None):
        raise Invalid(_("Donner les deux heures, ou aucune."), code="half_a_span", field="closes")
    return None if opens is None or closes is None else Span(opens, closes)


def check_removal(calendar: Calendar) -> None:
    """Raise ``Conflict`` naming the units and trades that still follow the calendar."""
    users = [*map(str, calendar.units.all()), *(one.get_role_display() for one in calendar.working_times.all())]
    if users:
        raise Conflict(_("Ce calendrier sert encore : %s.") % ", ".join(users), code="in_use")


def check_working_time(calendar: Calendar) -> None:
    """Raise ``Conflict`` for a calendar without hours: the tasks of the trade would never fall due."""
    if not calendar.hours.exists():
        sentence = _("Ce calendrier n’a aucune plage : un métier qui le suivrait ne travaillerait jamais.")
        raise Conflict(sentence, code="never_open", field="calendar")


def _written(day: date) -> str:
    return date_format(day, "j F Y")
