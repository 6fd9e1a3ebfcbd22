"""Other moments of the board: their addresses, the time bar, films, the comparison of two moments."""

from datetime import UTC, timedelta

import pytest
from django.urls import reverse

from amh.board import moments
from amh.core.errors import Invalid
from amh.core.models import AccessTrace, User
from amh.core.roles import Role
from patients.actions import deaths, stays
from tests.board.browsing import board, browse, card, shown, text
from tests.expectations import counted, refused
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import present
from wards.models import Bed

pytestmark = pytest.mark.django_db
URL = "/lits/"
FILM = "/lits/film/"
FIRST, SECOND = paris("2026-10-25 02:30"), paris("2026-10-25 02:30").replace(fold=1)


@pytest.fixture
def ward():
    """MED: Durand in 201 F since 9:00, Martin left 202 F at noon; ONC: Petit in 301 F since 13:00."""
    unit, other = a_unit("MED"), a_unit("ONC")
    lying, left, elsewhere = a_bed(unit, "201", "F"), a_bed(unit, "202", "F"), a_bed(other, "301", "F")
    present(lying, patient=a_patient("Durand"), at=paris("09:00"))
    gone = present(left, patient=a_patient("Martin"), at=paris("2026-11-20 09:00"))
    stays.discharge(stay=gone, by=None, at=NOW, effective_at=paris("12:00"))
    present(elsewhere, patient=a_patient("Petit"), at=paris("13:00"))
    return lying, left, elsewhere


@pytest.fixture
def manager():
    return a_user(Role.BED_MANAGER)


def film(user, **asked):
    response = browse(user).get(FILM, asked)
    return response.status_code, response.json()


def panel(page: str) -> str:
    """The changes that a page tells."""
    _before, _mark, rest = page.partition('<section class="panel changes"')
    return rest.partition("</section>")[0]


def lines(page: str) -> list[str]:
    """One text a change, without its marks."""
    rows = panel(page).split("<li>")[1:]
    return [" ".join(strip(row.split("</li>")[0]).split()) for row in rows]


def strip(html: str) -> str:
    return "".join(part.split(">")[-1] for part in html.replace("→", "puis ").split("<"))


def test_a_moment_is_written_so_that_it_is_read_back():
    for at in (paris("2026-11-21 14:00"), FIRST, SECOND, paris("1905-01-01 00:00")):
        assert moments.read(moments.written(at), field="a") == at.astimezone(UTC)
    assert moments.written(paris("2026-11-21 14:00")) == "2026-11-21T14:00"
    assert [moments.written(at) for at in (FIRST, SECOND)] == ["2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"]


def test_of_the_hour_that_comes_twice_the_first_is_meant():
    first, second = FIRST.astimezone(UTC), SECOND.astimezone(UTC)
    assert moments.read("2026-10-25T02:30", field="a") == first
    assert (moments.the_other(FIRST), moments.the_other(SECOND)) == (second, first)


def test_the_hour_that_spring_leaves_out_is_refused_in_words():
    with refused(Invalid, "skipped_hour", field="depuis", saying="Il n’y a pas de 02:30 ce jour-là"):
        moments.read("2027-03-28T02:30", field="depuis")


def test_the_page_of_the_first_of_two_hours_leads_to_the_second(ward, manager):
    page = board(manager, a="2026-10-25T02:30")
    assert "Cette heure vient deux fois" in page
    assert "a=2026-10-25T02%3A30%2B01%3A00" in page
    assert "la première" in board(manager, a="2026-10-25T02:30+01:00")
    assert "vient deux fois" not in board(manager, a="2026-10-25T03:30")


def test_a_moment_that_is_none_is_said_beside_its_field_and_what_was_typed_stays(ward, manager):
    for asked, says in (({"a": "2027-03-28T02:30"}, "Il n’y a pas de 02:30"), ({"a": "hier"}, "Indiquer une date")):
        response = browse(manager).get(URL, asked)
        page = text(response)
        assert response.status_code == 422
        assert says in page.split('id="moment-refus"')[1].split("</p>")[0]
        assert f'value="{asked["a"]}"' in page.split('id="moment"')[1].split(">")[0]
        assert shown(page) == {bed.pk for bed in ward}


def test_the_page_of_now_has_its_bar_closed_and_leads_to_this_minute_held(ward, manager):
    page = board(manager, unite="MED")
    bar = page.split('<section id="moments"')[1].split(">")[0]
    assert bar.endswith(" hidden")
    assert 'href="?unite=MED&amp;a=2026-11-21T14%3A32"' in page
    assert "data-film" not in bar


def test_another_moment_has_its_ways_and_keeps_unit_state_and_layout(ward, manager):
    page = board(manager, unite="MED", etat="occupe", vue="liste", a="2026-11-21T10:00")
    bar = page.split('<section id="moments"')[1].split("</section>")[0]
    for way, at in (("day-back", "20T10"), ("hour-back", "21T09"), ("hour-on", "21T11"), ("day-on", "22T10")):
        assert f'data-way="{way}"' in bar
        assert f"unite=MED&amp;etat=occupe&amp;a=2026-11-{at}%3A00&amp;vue=liste" in bar
    assert 'href="?unite=MED&amp;etat=occupe&amp;vue=liste"' in bar, "back to now"
    assert '<input type="hidden" name="unite" value="MED">' in bar
    assert 'data-film="/lits/film/?unite=MED&amp;etat=occupe&amp;vue=liste"' in bar
    assert "data-film" not in board(manager, q="durand", a="2026-11-21T10:00")


def test_a_day_on_is_the_same_hour_when_the_clock_changes(ward, manager):
    assert 'href="?a=2026-10-25T12%3A00" data-way="day-on"' in board(manager, a="2026-10-24T12:00")
    assert 'href="?a=2027-03-28T03%3A30" data-way="day-on"' in board(manager, a="2027-03-27T02:30")


def test_the_calendar_has_an_end(ward, manager):
    far = board(manager, a="2199-12-31T23:50")
    assert ['data-way="hour-on"' in far, 'data-way="day-on"' in far, 'data-way="day-back"' in far] == [
        False,
        False,
        True,
    ]
    assert shown(far) == {bed.pk for bed in ward}
    assert 'data-way="day-back"' not in board(manager, a="1900-01-01T10:00")


def test_before_all_that_is_known_the_page_leads_to_the_first_moment(ward, manager):
    page = board(manager, a="2026-11-20T08:00")
    assert "Rien n’est connu avant ce moment" in page
    assert 'href="?a=2026-11-20T09%3A00"' in page
    assert "Rien n’est connu" not in board(manager, a="2026-11-20T09:00")


def test_an_empty_hospital_has_moments_too(manager):
    assert "Aucune unité" in board(manager, a="2026-11-20T08:00")
    assert "Aucun changement" in board(manager, a="2026-11-20T08:00", depuis="2026-11-19T08:00")
    status, said = film(manager, de="2026-11-20T08:00", a="2026-11-20T09:00")
    assert (status, [frame["html"] for frame in said["frames"]]) == (200, [""])


def test_a_film_has_the_bytes_of_the_page_and_says_where_it_leads(ward, manager):
    lying, _left, _elsewhere = ward
    status, said = film(manager, de="2026-11-21T08:00", a="2026-11-21T10:00")
    (frame,) = said["frames"]
    assert (status, frame["reset"], frame["at"]) == (200, False, int(paris("10:00").timestamp()) * 1000)
    assert card(frame["html"], lying) == card(board(manager, a="2026-11-21T10:00"), lying)
    assert said["bar"]["text"] == said["bar"]["value"] == "2026-11-21T10:00"
    assert (said["bar"]["label"], said["bar"]["heading"]) == ("10:00", "Les lits, 10:00")
    assert said["bar"]["ways"]["hour-back"] == "?a=2026-11-21T09%3A00"


def test_a_film_is_played_minute_by_minute(ward, manager):
    _status, said = film(manager, de="2026-11-21T08:55", a="2026-11-21T09:05", pas="minute")
    hours = [frame["at"] // 60_000 for frame in said["frames"]]
    assert hours == [int(at.timestamp()) // 60 for at in (paris("09:00"), paris("09:05"))]


@pytest.mark.parametrize(
    ("asked", "field", "says"),
    [
        ({}, "a", "Indiquer de quel moment"),
        ({"de": "2026-11-21T08:00"}, "de", "Indiquer de quel moment"),
        ({"de": "hier", "a": "2026-11-21T08:00"}, "de", "Indiquer une date"),
        ({"de": "2026-11-21T08:00", "a": "2027-03-28T02:30"}, "a", "Il n’y a pas de 02:30"),
        ({"de": "2026-11-21T08:00", "a": "2026-11-23T08:00"}, "a", "Pas plus d’un jour"),
        ({"de": "2026-11-21T08:00", "a": "2026-11-21T09:00", "etat": "rien"}, "etat", "Il n’y a pas d’état"),
    ],
)
def test_what_a_film_cannot_be_is_said(ward, manager, asked, field, says):
    status, said = film(manager, **asked)
    assert (status, said["field"], says in said["sentence"]) == (422, field, True)


def test_a_film_names_whom_the_page_names_and_says_so_once_in_the_journal(ward, manager):
    lying, _left, _elsewhere = ward
    for user, named in ((manager, 1), (a_user(Role.AMH, lying.room.unit), 1), (a_user(Role.HOUSEKEEPING), 0)):
        _status, said = film(user, de="2026-11-21T08:00", a="2026-11-21T10:00", unite="MED")
        trace = AccessTrace.objects.latest("pk")
        assert AccessTrace.objects.filter(by=user).count() == 1
        assert ("DURAND" in said["frames"][0]["html"]) == bool(named)
        assert (trace.page, trace.count, trace.unit_id) == ("board.film", named, lying.room.unit_id)
        assert trace.params == {
            "filters": ["unite"],
            "since": "2026-11-21T08:00:00+01:00",
            "moment": "2026-11-21T10:00:00+01:00",
        }


def test_a_film_is_for_those_who_may_see_the_board(ward):
    for role in (Role.WALL, Role.INTERFACE):
        response = browse(a_user(role)).get(FILM, {"de": "2026-11-21T08:00", "a": "2026-11-21T10:00"})
        assert (response.status_code, "DURAND" in text(response)) == (403, False)


def test_a_comparison_says_what_became_of_each_bed(ward, manager):
    page = board(manager, a="2026-11-21T14:00", depuis="2026-11-21T08:00")
    assert "3 changements entre 08:00 et 14:00" in panel(page)
    assert lines(page) == [
        "201 F Unité MED Libre puis puis Occupé DURAND Anne",
        "202 F Unité MED Occupé MARTIN Anne puis puis À nettoyer",
        "301 F Unité ONC Libre puis puis Occupé PETIT Anne",
    ]
    assert ["changé" in card(page, bed) for bed in ward] == [True, True, True]
    assert f'href="#lit-{ward[0].pk}"' in panel(page)


def test_a_comparison_can_show_what_has_changed_alone(ward, manager):
    still = a_bed(ward[0].room.unit)
    asked = {"a": "2026-11-21T12:30", "depuis": "2026-11-21T10:00"}
    page = board(manager, **asked)
    assert ["changé" in card(page, bed) for bed in (*ward, still)] == [False, True, False, False]
    assert "seulement=changes" in panel(page)
    alone = board(manager, **asked, seulement="changes")
    assert shown(alone) == {ward[1].pk}
    assert "Unité ONC</h2>" not in alone
    assert shown(board(manager, **asked, seulement="changes", unite="ONC")) == set()


def test_a_comparison_with_now_stands_still_and_says_so(ward, manager):
    page = board(manager, depuis="2026-11-21T12:30")
    assert "1 changement entre 12:30 et 14:32" in panel(page)
    assert "ne suit pas les changements en direct" in panel(page)
    assert "/live/lits" not in page
    assert "Aucun changement entre 14:00 et 14:32" in panel(board(manager, depuis="2026-11-21T14:00"))


def test_a_comparison_names_nobody_whom_the_reader_may_not_know(ward):
    amh = a_user(Role.AMH, ward[0].room.unit)
    page = board(amh, depuis="2026-11-21T08:00")
    assert ("DURAND" in page, "MARTIN" in page, "PETIT" in page) == (True, True, False)
    assert "301 F Unité ONC Libre puis puis Occupé Patient" in lines(page)
    trace = AccessTrace.objects.get(by=amh)
    assert (trace.count, trace.params) == (2, {"filters": [], "since": "2026-11-21T08:00:00+01:00"})


def test_two_patients_of_whom_none_is_named_are_two(ward):
    lying, _left, _elsewhere = ward
    stays.discharge(stay=lying.placements.get().stay, by=None, at=NOW, effective_at=paris("11:00"))
    lying.cleanings.create(done_at=paris("11:20"), entered_at=NOW)
    present(lying, at=paris("11:30"))
    page = board(a_user(Role.HOUSEKEEPING), a="2026-11-21T12:00", depuis="2026-11-21T10:00")
    assert lines(page)[0] == "201 F Unité MED Occupé Patient puis puis Occupé un autre patient"


def test_who_has_died_is_not_named_beside_the_bed(ward, manager):
    lying, _left, _elsewhere = ward
    deaths.die(stay=lying.placements.get().stay, by=None, at=NOW, effective_at=paris("13:00"))
    page = board(manager, depuis="2026-11-21T12:30")
    assert lines(page)[0] == "201 F Unité MED Occupé Patient puis puis Neutralisé"
    assert "DURAND" not in page


def test_a_bed_that_was_not_in_service_is_told(ward, manager):
    new = a_bed(ward[0].room.unit, "203", "F", valid_from=paris("11:00"))
    Bed.objects.filter(pk=ward[0].pk).update(valid_until=paris("08:00"))
    stays.discharge(stay=ward[0].placements.get().stay, by=None, at=NOW, effective_at=paris("11:00"))
    told = lines(board(manager, a="2026-11-21T11:30", depuis="2026-11-21T10:00"))
    assert told == [
        "203 F Unité MED Pas en service puis puis Libre",
        "201 F Unité MED Occupé DURAND Anne puis puis Pas en service",
    ]
    assert new.pk in shown(board(manager, a="2026-11-21T11:30", depuis="2026-11-21T10:00"))


def test_a_comparison_goes_forward(ward, manager):
    for asked in (
        {"a": "2026-11-21T08:00", "depuis": "2026-11-21T09:00"},
        {"a": "2026-11-21T08:00", "depuis": "2026-11-21T08:00"},
        {"depuis": "2026-11-22T08:00"},
    ):
        response = browse(manager).get(URL, asked)
        assert response.status_code == 422
        assert "Choisir un moment d’avant" in text(response).split('id="depuis-refus"')[1]
        assert f'value="{asked["depuis"]}"' in text(response)


def test_handover_and_the_beginning_of_one_s_work_are_proposed(ward, manager):
    client = browse(manager)
    User.objects.filter(pk=manager.pk).update(last_login=paris("07:12"))
    page = client.get(URL).content.decode()
    assert "depuis=2026-11-21T08%3A00" in page
    assert "Depuis ma connexion (07:12)" in page
    early = client.get(URL, {"a": "2026-11-21T07:00"}).content.decode()
    assert "depuis=2026-11-20T08%3A00" in early
    assert "ma connexion" not in early


def test_a_wall_compares_nothing(ward):
    page = board(a_user(Role.WALL), mode="mural", depuis="2026-11-21T08:00")
    assert ("panel changes" in page, "changé" in page, "/live/lits?mode=mural" in page) == (False, False, True)


def test_a_comparison_costs_the_same_whatever_the_beds(manager):
    unit, queries, client = a_unit(), list[int](), browse(manager)
    assert client.get(URL).status_code == 200
    for number in (1, 30):
        for bed in beds(unit, number):
            present(bed, at=paris("10:30"))
        with counted(queries):
            assert client.get(URL, {"a": "2026-11-21T11:00", "depuis": "2026-11-21T10:00"}).status_code == 200
    assert queries[0] == queries[1] <= 16


def test_a_hostile_name_is_inert_in_a_film_and_in_a_comparison(manager):
    present(a_bed(a_unit("MED")), patient=a_patient("<script>alert(1)</script>"), at=NOW - timedelta(hours=2))
    _status, said = film(manager, de="2026-11-21T12:00", a="2026-11-21T13:00")
    page = board(manager, depuis="2026-11-21T12:00")
    assert ["<SCRIPT>" in said["frames"][0]["html"], "<SCRIPT>" in page] == [False, False]
    assert "&lt;SCRIPT&gt;" in panel(page)


def test_the_film_stands_at_its_address():
    assert reverse("board:film") == FILM
