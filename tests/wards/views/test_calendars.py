from datetime import date

import pytest
import time_machine
from django.urls import reverse

from amh.core.models import ParameterValue
from amh.core.roles import Role
from tests.board.browsing import HTMX, browse, text
from tests.expectations import counted
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.clocks import LONG_AGO, NOW
from tests.factories.people import a_user
from tests.factories.places import a_unit
from wards.actions import calendars
from wards.models import Calendar, CalendarException, WorkingTime

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin():
    return a_user(Role.ADMINISTRATOR)


def get(by, page, *args, **asked):
    return browse(by).get(reverse(f"wards:{page}", args=args), asked)


def post(by, page, *args, **said):
    return browse(by).post(reverse(f"wards:{page}", args=args), said, headers=HTMX)


def apart(calendar, day, **said):
    first = date.fromisoformat(day)
    return calendars.set_apart(
        calendar=calendar, **{"first_day": first, "last_day": first, "is_open": False} | said, by=None, at=LONG_AGO
    )


def test_the_list_says_what_is_open_and_who_follows(admin):
    office, empty = a_calendar("Hôpital de jour", hours=OFFICE_HOURS), a_calendar("À décrire")
    a_unit(name="HDJ Onco", calendar=office)
    calendars.set_working_time(role=Role.AMH, calendar=office, by=None, at=LONG_AGO)
    shown = text(get(admin, "calendars"))
    assert "fermé, ouvre le lun. 23 nov. à 08:00" in shown
    assert "n’ouvre jamais" in shown
    assert "HDJ Onco" in shown
    assert shown.count("Assistante médicale") >= 2
    for calendar in (office, empty):
        assert reverse("wards:calendar", args=[calendar.pk]) in shown


def test_without_calendars_everything_is_open(admin):
    assert "Aucun calendrier : tout est toujours ouvert." in text(get(admin, "calendars"))


def test_a_region_that_nobody_knows_is_said(admin):
    assert "n’est pas connue" not in text(get(admin, "calendars"))
    ParameterValue.objects.create(key="holiday_region", value="Alsace", entered_at=LONG_AGO)
    assert "La région « Alsace » n’est pas connue" in text(get(admin, "calendars"))


def test_a_calendar_shows_its_week_and_the_days_to_come(admin):
    made = a_calendar("HDJ", hours=OFFICE_HOURS)
    apart(made, "2026-11-23", reason="Déménagement")
    apart(made, "2026-11-20", reason="Grève")
    shown = text(get(admin, "calendar", made.pk))
    assert "08:00–12:00, 13:30–17:00" in shown
    assert "fermé, ouvre le mar. 24 nov. à 08:00" in shown
    assert shown.count("Déménagement") == 2
    assert "1 exception passée" in shown
    assert "Supprimer ce calendrier" in shown


def test_a_calendar_is_made_described_and_removed(admin):
    post(admin, "calendar-create", name="HDJ", closed_on_holidays="on")
    made = Calendar.objects.get()
    assert post(admin, "calendar-hours", made.pk, day_0="8-12", day_5="0-24")["HX-Redirect"]
    assert [str(one) for one in made.hours.all()] == ["lundi 08:00–12:00", "samedi 00:00–00:00"]
    assert 'value="08:00-12:00"' in text(get(admin, "calendar-hours", made.pk))

    post(admin, "calendar-change", made.pk, name="Hôpital de jour")
    made.refresh_from_db()
    assert (made.name, made.closed_on_holidays) == ("Hôpital de jour", False)

    post(admin, "calendar-set-apart", made.pk, first_day="2026-12-24", last_day="2027-01-03", is_open="closed")
    exception = CalendarException.objects.get()
    assert exception.last_day == date(2027, 1, 3)
    assert post(admin, "calendar-give-back", exception.pk).status_code == 200
    assert post(admin, "calendar-give-back", exception.pk).status_code == 404
    assert post(admin, "calendar-remove", made.pk)["HX-Redirect"] == reverse("wards:calendars")
    assert get(admin, "calendar", made.pk).status_code == 404


@pytest.mark.parametrize(
    ("name", "said", "status", "sentence"),
    [
        ("calendar-create", {"name": ""}, 422, "obligatoire"),
        ("calendar-create", {"name": "hdj"}, 409, "porte déjà ce nom"),
    ],
)
def test_a_wrong_calendar_is_said_in_its_dialog(admin, name, said, status, sentence):
    a_calendar("HDJ")
    answer = post(admin, name, **said)
    assert (answer.status_code, sentence in text(answer)) == (status, True)


@pytest.mark.parametrize(
    ("name", "said", "status", "sentence"),
    [
        ("calendar-hours", {"day_0": "matin"}, 422, "« matin » ne se lit pas"),
        ("calendar-hours", {"day_0": "12-8"}, 422, "lundi : la plage 12:00–08:00 finit avant de commencer."),
        ("calendar-hours", {"day_3": "8-12, 11-14"}, 422, "jeudi : deux plages se chevauchent."),
        ("calendar-hours", {"day_0": ""}, 409, "Il lui faut au moins une plage."),
        (
            "calendar-set-apart",
            {"first_day": "2026-12-24", "last_day": "2026-12-23", "is_open": "closed"},
            422,
            "précède le premier",
        ),
        (
            "calendar-set-apart",
            {"first_day": "2026-11-28", "last_day": "2026-11-28", "is_open": "open"},
            422,
            "indiquer les heures d’ouverture",
        ),
        ("calendar-change", {"name": "x" * 81}, 422, "80"),
    ],
)
def test_wrong_hours_and_days_are_said_in_their_dialog(admin, name, said, status, sentence):
    made = a_calendar("HDJ", hours=OFFICE_HOURS)
    calendars.set_working_time(role=Role.AMH, calendar=made, by=None, at=LONG_AGO)
    answer = post(admin, name, made.pk, **said)
    assert (answer.status_code, sentence in text(answer)) == (status, True)
    assert made.hours.count() == 10


def test_a_trade_gets_a_calendar_and_gives_it_back(admin):
    made, empty = a_calendar("Bureau", hours=OFFICE_HOURS), a_calendar("Vide")
    form = text(get(admin, "working-time", metier="amh"))
    assert "Écran mural" not in form
    post(admin, "working-time", role="amh", calendar=made.pk)
    assert WorkingTime.objects.get().calendar == made
    assert f'value="{made.pk}" selected' in text(get(admin, "working-time", metier="amh"))
    assert post(admin, "working-time", role="amh", calendar=empty.pk).status_code == 409
    assert post(admin, "working-time", role="cook", calendar=made.pk).status_code == 422
    post(admin, "working-time", role="amh", calendar="")
    assert not WorkingTime.objects.exists()


def test_a_calendar_in_use_is_not_removed(admin):
    made = a_calendar()
    a_unit(name="Médecine", calendar=made)
    answer = post(admin, "calendar-remove", made.pk)
    assert (answer.status_code, "Ce calendrier sert encore : Médecine." in text(answer)) == (409, True)
    assert "Supprimer ce calendrier" not in text(get(admin, "calendar", made.pk))


def test_a_name_that_is_a_script_is_inert(admin):
    script = "<script>alert(1)</script>"
    made = a_calendar(script, hours=OFFICE_HOURS)
    apart(made, "2026-11-23", reason=script)
    for shown in (text(get(admin, "calendars")), text(get(admin, "calendar", made.pk))):
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert" in shown


def test_thirty_calendars_cost_what_one_costs(admin):
    queries = []
    for number in (1, 29):
        for _ in range(number):
            a_unit(calendar=a_calendar(hours=OFFICE_HOURS))
        client = browse(admin)
        with counted(queries):
            assert client.get(reverse("wards:calendars")).status_code == 200
    assert queries[0] == queries[1]
