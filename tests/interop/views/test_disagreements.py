"""What does not agree: who may read what of it, and the way out."""

import pytest
from django.test import Client
from django.utils import timezone

from amh.core.models import AccessTrace
from amh.core.roles import Role
from amh.interop.actions import messages
from patients.models import Movement, MovementSource, Placement, Stay
from tests.expectations import counted
from tests.factories.logins import a_login, browser_of
from tests.factories.messages import adt
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, present
from wards.models import Bed

pytestmark = pytest.mark.django_db
URL = "/interop/a-rapprocher/"


def tell(raw: bytes) -> None:
    messages.apply_all(messages.receive(raw, at=timezone.now()).row, at=timezone.now())


def in_two_places(number: int = 1) -> Stay:
    """The feed admits, a hand moves, the feed tells late of a move that came before that one."""
    now, visit = timezone.now(), {"ipp": f"70{number}", "visit": f"V{number}", "name": f"AILLEURS{number}^Anne"}
    tell(adt("A01", at=now - 9 * AN_HOUR, place=f"MED^{number}01^F", **visit))
    stay = Stay.objects.get(visit_number=f"V{number}")
    to = Bed.objects.get_or_create(room=Bed.objects.get(room__label=f"{number}01").room, label="P", valid_from=now)[0]
    said = {"source": MovementSource.HAND, "unit": to.room.unit, "bed": to}
    Movement.objects.create(stay=stay, kind="transfer", effective_at=now - AN_HOUR, entered_at=now - AN_HOUR, **said)
    tell(adt("A02", at=now - 2 * AN_HOUR, place=f"MED^{number}02^F", **visit))
    return stay


def browser(role: Role, unit=None) -> Client:
    return browser_of(a_login(role, unit or a_unit()))


def test_both_versions_stand_side_by_side_with_who_said_them_and_when() -> None:
    stay = in_two_places()
    page = browser(Role.BED_MANAGER).get(URL).content.decode()
    assert "1 patient à deux endroits" in page
    assert "AILLEURS1 Anne" in page
    for words in ("Dit ailleurs depuis la saisie", "Reçu", "Saisi ici", "Le flux a raison", "sur le plan"):
        assert words in page
    assert page.count("Le flux a raison") == 1
    assert f"/sejours/{stay.pk}/menu/" in page
    assert AccessTrace.objects.filter(page="disagreements", count=1).count() == 1


def test_the_feed_is_followed_with_one_key_and_the_line_goes() -> None:
    stay = in_two_places()
    said = stay.movements.filter(source=MovementSource.FEED).latest("effective_at")
    manager = browser(Role.BED_MANAGER)
    page = manager.post(f"{URL}{said.pk}/suivre/", follow=True).content.decode()
    assert "Rapproché" in page
    assert "0 patient" in page
    place = Placement.objects.get(stay=stay, ends_at=None)
    assert place.bed == said.bed
    last = stay.movements.latest("pk")
    assert (last.source, last.bed) == (MovementSource.HAND, said.bed)


def test_a_version_that_was_struck_out_since_is_not_followed() -> None:
    said = in_two_places().movements.filter(source=MovementSource.FEED).latest("effective_at")
    Movement.objects.filter(pk=said.pk).update(cancelled_at=timezone.now())
    assert browser(Role.BED_MANAGER).post(f"{URL}{said.pk}/suivre/").status_code == 409


def test_who_runs_the_program_is_told_how_much_and_nobody_by_name() -> None:
    in_two_places()
    page = browser(Role.ADMINISTRATOR).get(URL).content.decode()
    assert "1 patient à deux endroits" in page
    assert "AILLEURS" not in page
    assert "Importer la structure" in page
    assert "doublon" not in page.split("<main", 1)[1]


def test_a_nurse_reads_her_own_units_alone() -> None:
    stay = in_two_places()
    assert "AILLEURS" in browser(Role.NURSE, stay.unit).get(URL).content.decode()
    assert "AILLEURS" not in browser(Role.NURSE).get(URL).content.decode()
    assert browser(Role.HOUSEKEEPING).get(URL).status_code == 403


def test_places_that_nobody_described_are_listed_with_who_is_there() -> None:
    tell(adt("A01", place="NEUVE^1^A"))
    page = browser(Role.BED_MANAGER).get(URL).content.decode()
    assert "1 lieu à référencer" in page
    assert "NEUVE" in page


def test_possible_duplicates_lead_to_the_merge_of_those_who_may() -> None:
    born = {"birth_date": "1958-03-12", "first_names": "Hélène"}
    one = present(a_bed(a_unit()), patient=a_patient(birth_name="DUPOND", **born)).patient
    other = a_patient(birth_name="DUPONT", **born)
    a_patient(birth_name="DUPONT", birth_date="1958-03-12", first_names="Zoé")
    page = browser(Role.ADMISSIONS_OFFICE).get(URL).content.decode()
    assert "1 doublon possible" in page
    assert f"/patients/{one.pk}/fusionner/{other.pk}/" in page
    assert "fusionner" not in browser(Role.BED_MANAGER).get(URL).content.decode().split("<main", 1)[1]


def test_as_many_statements_for_thirty() -> None:
    in_two_places()
    manager = browser(Role.BED_MANAGER)
    manager.get(URL)
    asked: list[int] = []
    with counted(asked):
        manager.get(URL)
    for number in range(2, 31):
        in_two_places(number)
    with counted(asked):
        manager.get(URL)
    assert asked[0] == asked[1]
