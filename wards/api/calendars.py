from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core import dates
from amh.core.api.filters import Filters, IdFilter
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.errors import Invalid
from amh.core.roles import Permission, Role
from wards import weeks
from wards.actions import calendars
from wards.models import Calendar, CalendarException, OpeningHours, WorkingTime
from wards.queries.calendars import weeks_of
from wards.weeks import Span, Week


class HoursRow(serializers.ModelSerializer[OpeningHours]):
    """Open on a weekday (0 is Monday) from an hour to another; ``closes`` at 00:00 is the midnight that ends it."""

    weekday = serializers.IntegerField(min_value=0, max_value=6)

    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes"]


class ExceptionRow(serializers.ModelSerializer[CalendarException]):
    """Days that do not follow the week; open without hours is open at those of the weekday."""

    class Meta:
        model = CalendarException
        fields = ["id", "first_day", "last_day", "is_open", "opens", "closes", "reason"]
        read_only_fields = fields


class CalendarRow(serializers.ModelSerializer[Calendar]):
    """A calendar, whether it is open now, and when that changes."""

    hours = HoursRow(many=True, read_only=True)
    exceptions = ExceptionRow(many=True, read_only=True)
    is_open = serializers.SerializerMethodField()
    changes_at = serializers.SerializerMethodField()

    class Meta:
        model = Calendar
        fields = ["id", "name", "closed_on_holidays", "hours", "exceptions", "is_open", "changes_at"]
        read_only_fields = fields

    def get_is_open(self, calendar: Calendar) -> bool:
        """Whether it is open."""
        return weeks.is_open(self._week(calendar), self.context["at"])

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_changes_at(self, calendar: Calendar) -> datetime | None:
        """When it next closes or opens; null when that never happens."""
        week, at = self._week(calendar), self.context["at"]
        try:
            change = weeks.next_closing(week, at) if weeks.is_open(week, at) else weeks.next_opening(week, at)
        except Invalid:
            return None
        return change and dates.local(change)

    def _week(self, calendar: Calendar) -> Week:
        known: dict[int, Week] = self.context["weeks"]
        return known[calendar.pk]


class NewCalendar(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    closed_on_holidays = serializers.BooleanField(default=True)


class NewHours(serializers.Serializer[Any]):
    """The whole week: what is left out is closed."""

    hours = HoursRow(many=True)


class NewException(serializers.Serializer[Any]):
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    is_open = serializers.BooleanField(default=False)
    opens = serializers.TimeField(required=False, allow_null=True, default=None)
    closes = serializers.TimeField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class NamedException(serializers.Serializer[Any]):
    exception = serializers.IntegerField(min_value=1)


class CalendarFilters(Filters):
    unit = IdFilter(field_name="units")
    at = IsoDateTimeFilter(method="open_at", label=_("Ouverts à cet instant"))

    class Meta:
        model = Calendar
        fields: list[str] = []

    def open_at(self, rows: QuerySet[Calendar], name: str, value: datetime) -> QuerySet[Calendar]:
        """Those that are open at that instant; one out of reach is refused by the list itself."""
        if not dates.plausible(value):
            return rows.none()
        return rows.filter(pk__in=[pk for pk, week in weeks_of(rows).items() if weeks.is_open(week, value)])


class Calendars(Resource[Calendar]):
    """Opening hours of units and working time of trades."""

    permission = Permission.VIEW_STAFF
    queryset = Calendar.objects.prefetch_related("hours", "exceptions").order_by("name", "pk")
    serializer_class = CalendarRow
    filterset_class = CalendarFilters
    summaries = {
        "list": _("Les calendriers d’ouverture"),
        "retrieve": _("Un calendrier d’ouverture"),
        "create": _("Créer un calendrier, sans horaires"),
        "change": _("Changer le nom d’un calendrier, ou s’il ferme les jours fériés"),
        "set_hours": _("Donner à un calendrier toute sa semaine"),
        "set_apart": _("Ajouter une exception : des jours fermés, ou ouverts tout de même"),
        "give_back": _("Retirer une exception"),
        "remove": _("Supprimer un calendrier que personne ne suit"),
    }

    def get_serializer_context(self) -> dict[str, Any]:
        """With the weeks of all calendars, read once a row is shown."""
        known = SimpleLazyObject(lambda: weeks_of(Calendar.objects.all()))
        return {**super().get_serializer_context(), "weeks": known, "at": getattr(self, "at", None)}

    @creation(Permission.SET_STRUCTURE, body=NewCalendar, answer=CalendarRow)
    def create(self, request: Request) -> Response:
        """Make a calendar."""
        return self._answer(calendars.create(**self.body(NewCalendar), by=self.by, at=self.at).pk, status=201)

    @verb(Permission.SET_STRUCTURE, body=NewCalendar, answer=CalendarRow)
    def change(self, request: Request, pk: int) -> Response:
        """Give a calendar another name, or let it follow holidays or not."""
        calendars.change(calendar=self.get_object(), **self.body(NewCalendar), by=self.by, at=self.at)
        return self._answer(pk)

    @verb(Permission.SET_STRUCTURE, body=NewHours, answer=CalendarRow, path="set-hours")
    def set_hours(self, request: Request, pk: int) -> Response:
        """Give a calendar its week."""
        week: dict[int, list[Span]] = defaultdict(list)
        for said in self.body(NewHours)["hours"]:
            week[said["weekday"]].append(Span(said["opens"], said["closes"]))
        calendars.set_hours(calendar=self.get_object(), hours=week, by=self.by, at=self.at)
        return self._answer(pk)

    @verb(Permission.SET_STRUCTURE, body=NewException, answer=CalendarRow, path="set-apart")
    def set_apart(self, request: Request, pk: int) -> Response:
        """Let some days not follow the week."""
        calendars.set_apart(calendar=self.get_object(), **self.body(NewException), by=self.by, at=self.at)
        return self._answer(pk)

    @verb(Permission.SET_STRUCTURE, body=NamedException, answer=CalendarRow, path="give-back")
    def give_back(self, request: Request, pk: int) -> Response:
        """Let the days of an exception follow their week again."""
        calendar, named = self.get_object(), self.body(NamedException)["exception"]
        exception = get_object_or_404(calendar.exceptions, pk=named)
        calendars.give_back(exception=exception, by=self.by, at=self.at)
        return self._answer(pk)

    @verb(Permission.SET_STRUCTURE, answer=None)
    def remove(self, request: Request, pk: int) -> Response:
        """Remove a calendar that nobody follows."""
        calendars.remove(calendar=self.get_object(), by=self.by, at=self.at)
        return Response(status=204)

    def _answer(self, pk: int, *, status: int = 200) -> Response:
        row = self.get_queryset().get(pk=pk)
        return Response(self.get_serializer(row).data, status=status)


class WorkingTimeRow(serializers.ModelSerializer[WorkingTime]):
    class Meta:
        model = WorkingTime
        fields = ["id", "role", "calendar"]
        read_only_fields = fields


class NewWorkingTime(serializers.Serializer[Any]):
    """``calendar`` null: the trade works always."""

    role = serializers.ChoiceField(choices=Role.choices)
    calendar = Reference(queryset=Calendar.objects.all(), allow_null=True)


class WorkingTimeFilters(Filters):
    class Meta:
        model = WorkingTime
        fields = ["role"]


class WorkingTimes(Resource[WorkingTime]):
    """In which calendar each trade works; one that is not here works always."""

    permission = Permission.VIEW_STAFF
    queryset = WorkingTime.objects.order_by("role")
    serializer_class = WorkingTimeRow
    filterset_class = WorkingTimeFilters
    summaries = {
        "list": _("Le temps de travail des métiers"),
        "retrieve": _("Le temps de travail d’un métier"),
        "settle": _("Donner un calendrier à un métier, ou le lui retirer"),
    }

    @verb(Permission.SET_STRUCTURE, body=NewWorkingTime, answer=None, detail=False)
    def settle(self, request: Request) -> Response:
        """Say in which calendar a trade works."""
        said = self.body(NewWorkingTime)
        role, calendar = Role(said["role"]), said["calendar"]
        calendars.set_working_time(role=role, calendar=calendar, by=self.by, at=self.at)
        return Response(status=204)
