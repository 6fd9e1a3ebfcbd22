"""Opening calendars and the working time of trades, for whoever describes the structure."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import dates, parameters
from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission, Role
from wards import holidays, openings
from wards.actions import calendars
from wards.forms.calendars import CalendarForm, ExceptionForm, HoursForm, WorkingTimeForm
from wards.models import Calendar, CalendarException, Weekday
from wards.queries.calendars import followed, week_of, weeks_of, working_times

DAYS_TO_COME = 14


@require_safe
@door(Permission.SET_STRUCTURE)
def listing(request: HttpRequest) -> HttpResponse:
    """List the calendars: open now or not, and who follows them; then the trades."""
    now, rows = timezone.now(), list(followed())
    weeks = weeks_of(rows)
    region = parameters.value("holiday_region").strip()
    context = {
        "title": _("Quand est-ce ouvert ?"),
        "rows": [(row, openings.preview(weeks[row.pk], now)) for row in rows],
        "working_times": working_times(),
        "unknown_region": "" if holidays.known(region) else region,
    }
    return render(request, "wards/calendars/list.html", context)


@require_safe
@door(Permission.SET_STRUCTURE)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one calendar: its week, its exceptions, the days to come, who follows it."""
    calendar, now = get_object_or_404(followed(), pk=pk), timezone.now()
    week, exceptions = week_of(calendar), list(calendar.exceptions.all())
    today = dates.local(now).date()
    context = {
        "title": calendar.name,
        "calendar": calendar,
        "preview": openings.preview(week, now),
        "week": [(day.label, week.hours[day.value]) for day in Weekday],
        "exceptions": [one for one in exceptions if one.last_day >= today],
        "past": [one for one in exceptions if one.last_day < today],
        "days": openings.days_to_come(week, exceptions, today, count=DAYS_TO_COME),
    }
    return render(request, "wards/calendars/show.html", context)


@door(Permission.SET_STRUCTURE)
def create(request: HttpRequest) -> HttpResponse:
    """Make a calendar."""

    def act(said: dict[str, Any]) -> Done:
        made = calendars.create(**said, by=actor(request), at=timezone.now())
        return Done(_("Calendrier créé : %s. Donner maintenant ses horaires.") % made, _address(made))

    return Dialog(CalendarForm(request.POST or None), _("Créer un calendrier"), _("Créer")).answer(request, act)


@door(Permission.SET_STRUCTURE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a calendar another name, or let it follow holidays or not."""
    calendar = _get(pk)
    initial = {"name": calendar.name, "closed_on_holidays": calendar.closed_on_holidays}

    def act(said: dict[str, Any]) -> Done:
        calendars.change(calendar=calendar, **said, by=actor(request), at=timezone.now())
        return Done(_("Calendrier modifié : %s.") % said["name"], _address(calendar))

    form = CalendarForm(request.POST or None, initial=initial)
    return Dialog(form, _("Modifier « %s »") % calendar, _("Enregistrer")).answer(request, act)


@door(Permission.SET_STRUCTURE)
def set_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a calendar its week."""
    calendar = _get(pk)
    form = HoursForm(request.POST or None, week=week_of(calendar).hours)

    def act(said: dict[str, Any]) -> Done:
        calendars.set_hours(calendar=calendar, hours=form.hours(), by=actor(request), at=timezone.now())
        return Done(_("Horaires enregistrés : %s.") % calendar, _address(calendar))

    return Dialog(form, _("Horaires de « %s »") % calendar, _("Enregistrer ces horaires")).answer(request, act)


@door(Permission.SET_STRUCTURE)
def set_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """Let some days not follow the week."""
    calendar = _get(pk)

    def act(said: dict[str, Any]) -> Done:
        calendars.set_apart(calendar=calendar, **said, by=actor(request), at=timezone.now())
        return Done(_("Exception enregistrée : %s.") % calendar, _address(calendar))

    form = ExceptionForm(request.POST or None)
    return Dialog(form, _("Exception de « %s »") % calendar, _("Enregistrer cette exception")).answer(request, act)


@require_POST
@door(Permission.SET_STRUCTURE)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the days of an exception follow their week again."""
    exception = get_object_or_404(CalendarException.objects.select_related("calendar"), pk=pk)
    calendars.give_back(exception=exception, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Exception retirée : %s.") % exception.calendar, _address(exception.calendar)))


@require_POST
@door(Permission.SET_STRUCTURE)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a calendar that nobody follows."""
    calendar = _get(pk)
    calendars.remove(calendar=calendar, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Calendrier supprimé : %s.") % calendar, reverse("wards:calendars")))


@door(Permission.SET_STRUCTURE)
def set_working_time(request: HttpRequest) -> HttpResponse:
    """Say in which calendar a trade works."""
    role = request.GET.get("metier", "")
    known = {one.role: one.calendar_id for one in working_times()}
    initial = {"role": role, "calendar": known.get(role)}
    form = WorkingTimeForm(request.POST or None, calendars=Calendar.objects.all(), initial=initial)

    def act(said: dict[str, Any]) -> Done:
        trade = Role(said["role"])
        calendar = _get(said["calendar"]) if said["calendar"] else None
        calendars.set_working_time(role=trade, calendar=calendar, by=actor(request), at=timezone.now())
        facts = {"trade": trade.label, "calendar": calendar or _("toujours")}
        return Done(_("Temps de travail : %(trade)s, %(calendar)s.") % facts, reverse("wards:calendars"))

    return Dialog(form, _("Temps de travail d’un métier"), _("Enregistrer")).answer(request, act)


def _get(pk: int) -> Calendar:
    return get_object_or_404(Calendar, pk=pk)


def _address(calendar: Calendar) -> str:
    return reverse("wards:calendar", args=[calendar.pk])
