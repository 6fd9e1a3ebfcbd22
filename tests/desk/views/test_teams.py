import pytest
from django.urls import reverse

from amh.core.models import User
from amh.core.roles import Role
from tests.board.browsing import HTMX, browse, text
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.staffs import HOUR, a_cover, a_duty, an_absence
from wards.models import Absence, Cover, Duty

pytestmark = pytest.mark.django_db
JOUR = "?jour=2026-11-21"


@pytest.fixture
def lead():
    return a_user(Role.TEAM_LEAD)


def page(user, **asked):
    response = browse(user).get(reverse("desk:team"), asked)
    assert response.status_code == 200
    return text(response)


def post(by, name, *args, **said):
    return browse(by).post(reverse(f"desk:{name}", args=args) + JOUR, said, headers=HTMX)


def test_the_page_names_who_is_there_and_where_nobody_is(lead):
    held, empty = a_unit(name="Médecine"), a_unit(name="Bloc 1")
    amh = a_user(Role.AMH, held)
    User.objects.filter(pk=amh.pk).update(first_name="Camille", last_name="Lefèvre")
    shown = page(lead)
    assert "Qui couvre quelle unité ?" in shown
    assert "Camille Lefèvre" in shown
    assert "1 unité sans personne" in shown
    assert f'href="#unite-{empty.pk}"' in shown
    assert f'href="#unite-{held.pk}"' not in shown
    assert "samedi 21 novembre 2026" in shown


@pytest.mark.parametrize("role", [Role.WALL, Role.INTERFACE])
def test_machines_do_not_see_the_team(role):
    assert browse(a_user(role)).get(reverse("desk:team")).status_code == 403


def test_acts_are_offered_to_those_who_may(lead):
    unit = a_unit()
    cover = a_cover(unit)
    seen = {user.role: page(user) for user in (lead, a_user(Role.AMH), a_user(Role.NURSE))}
    assert [("Je reprends" in shown) for shown in seen.values()] == [True, True, False]
    assert [("Confier un relais" in shown) for shown in seen.values()] == [True, False, False]
    assert [(reverse("desk:cover", args=[cover.pk]) in shown) for shown in seen.values()] == [True, False, False]
    assert reverse("desk:cover", args=[cover.pk]) in page(cover.user)


def test_the_day_before_and_after(lead):
    a_unit()
    yesterday, tomorrow = page(lead, jour="2026-11-20"), page(lead, jour="2026-11-22")
    assert "vendredi 20 novembre" in yesterday
    assert "Confier" not in yesterday
    assert "Je reprends" not in tomorrow
    assert "Confier un relais" in tomorrow
    assert "?jour=2026-11-21" in tomorrow
    assert browse(lead).get(reverse("desk:team"), {"jour": "hier"}).status_code == 422


def test_a_name_that_is_a_script_is_inert(lead):
    script = "<script>alert(1)</script>"
    unit = a_unit(name=script)
    amh = a_user(Role.AMH, unit)
    User.objects.filter(pk=amh.pk).update(last_name=script)
    an_absence(amh)
    a_cover(unit)
    shown = page(lead)
    assert "<script>alert" not in shown
    assert shown.count("&lt;script&gt;alert") >= 3


def test_one_key_takes_a_unit_over(lead):
    unit, amh = a_unit(name="Médecine"), a_user(Role.AMH)
    done = post(amh, "cover-take-over", unit.pk)
    assert done["HX-Redirect"] == reverse("desk:team") + JOUR
    assert Cover.objects.get().user == amh
    again = post(amh, "cover-take-over", unit.pk)
    assert (again.status_code, "tient déjà le relais" in text(again)) == (409, True)
    assert post(a_user(Role.NURSE), "cover-take-over", unit.pk).status_code == 403
    assert post(amh, "cover-take-over", 0).status_code == 404
    assert browse(amh).get(reverse("desk:cover-take-over", args=[unit.pk])).status_code == 405


def test_without_scripts_the_page_says_what_was_done():
    unit, amh = a_unit(name="Médecine"), a_user(Role.AMH)
    client = browse(amh)
    answer = client.post(reverse("desk:cover-take-over", args=[unit.pk]), follow=True)
    assert "Médecine : vous tenez le relais jusqu’à dim. 22 nov. 02:32." in text(answer)
    assert reverse("desk:cover-end", args=[Cover.objects.get().pk]) in text(answer)


def moments(start="2026-11-21T15:00", end="2026-11-21T20:00"):
    return {"starts_at": start, "ends_at": end}


def test_a_cover_is_entrusted_in_a_dialog(lead):
    unit, amh, colleague = a_unit(name="Médecine"), a_user(Role.AMH), a_user(Role.AMH, a_unit())
    a_user(Role.PORTER)
    form = text(browse(lead).get(reverse("desk:cover-give") + f"{JOUR}&unite={unit.pk}", headers=HTMX))
    assert f'<option value="{unit.pk}" selected>Médecine</option>' in form
    assert "Brancardier" not in form
    assert 'value="2026-11-21T14:32"' in form
    assert 'value="2026-11-22T00:00"' in form

    said = {"unit": unit.pk, "user": amh.pk, "replaces": colleague.pk} | moments()
    assert post(lead, "cover-give", **said).status_code == 200
    cover = Cover.objects.get()
    assert (cover.unit, cover.user, cover.replaces, cover.entered_by) == (unit, amh, colleague, lead)
    assert post(lead, "cover-give", **said).status_code == 409
    assert post(a_user(Role.AMH), "cover-give", **said).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"ends_at": "2026-11-21T14:59"}, 422, "La fin doit venir après le début."),
        ({"ends_at": "2300-11-21T14:59"}, 422, "Indiquer une date et une heure"),
        ({"starts_at": "", "ends_at": "demain"}, 422, "Indiquer une date et une heure"),
        ({"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T08:00"}, 422, "2027-03-28 02:30"),
        ({"user": "x"}, 422, "Sélectionnez un choix valide"),
        ({"user": "0"}, 404, ""),
        ({"unit": ""}, 422, "obligatoire"),
    ],
)
def test_a_wrong_cover_is_said_beside_its_field(lead, wrong, status, sentence):
    said = {"unit": a_unit().pk, "user": a_user(Role.AMH).pk} | moments() | wrong
    answer = post(lead, "cover-give", **said)
    assert (answer.status_code, sentence in text(answer)) == (status, True)
    assert not Cover.objects.exists()


def test_a_cover_ends_and_goes_on_from_its_dialog(lead):
    cover = a_cover(a_unit(name="Médecine"), end=NOW + 3 * HOUR)
    address = reverse("desk:cover", args=[cover.pk])
    assert "Terminer maintenant" in text(browse(cover.user).get(address))
    assert browse(a_user(Role.AMH)).get(address).status_code == 403
    assert post(cover.user, "cover-end", cover.pk).status_code == 200
    assert post(cover.user, "cover-end", cover.pk).status_code == 409
    assert "Reprendre jusqu’à 17:32" in text(browse(lead).get(address))
    assert post(lead, "cover-undo", cover.pk).status_code == 200
    cover.refresh_from_db()
    assert cover.ends_at == NOW + 3 * HOUR


def test_a_cover_to_come_is_cancelled(lead):
    cover = a_cover(a_unit(), start=NOW + HOUR)
    assert "Annuler ce relais" in text(browse(lead).get(reverse("desk:cover", args=[cover.pk])))
    post(lead, "cover-end", cover.pk)
    cover.refresh_from_db()
    assert cover.ends_at == cover.starts_at


def test_a_cover_that_is_over_has_nothing_to_change(lead, clock):
    cover = a_cover(a_unit(), end=NOW + HOUR)
    clock.move_to(NOW + 2 * HOUR)
    assert "plus rien à changer" in text(browse(lead).get(reverse("desk:cover", args=[cover.pk])))


def test_an_absence_asks_what_becomes_of_a_cover(lead):
    amh = a_user(Role.AMH)
    cover = a_cover(a_unit(name="Médecine"), amh, end=NOW + 3 * HOUR)
    said = {"user": amh.pk} | moments()
    asked = post(lead, "absence-record", **said)
    assert asked.status_code == 409
    assert "relais (Médecine), de 14:32 à 17:32. Dire s’il faut" in text(asked)
    assert post(lead, "absence-record", **said, commitments="end").status_code == 200
    cover.refresh_from_db()
    assert (cover.ends_at, Absence.objects.get().user) == (Absence.objects.get().starts_at, amh)
    assert post(lead, "absence-record", **said, commitments="maybe").status_code == 422


def test_an_absence_is_cut_short_and_given_back(lead):
    absence = an_absence(a_user(Role.AMH))
    address = reverse("desk:absence", args=[absence.pk])
    assert "De retour plus tôt" in text(browse(lead).get(address))
    assert "Saisie par erreur" in text(browse(lead).get(address))
    assert post(lead, "absence-cut-short", absence.pk, ends_at="2026-11-21T16:00").status_code == 200
    assert "Encore absent jusqu’à 22:32" in text(browse(lead).get(address))
    assert post(lead, "absence-cut-short", absence.pk, ends_at="2026-11-21T23:00").status_code == 422
    assert post(lead, "absence-undo", absence.pk).status_code == 200
    absence.refresh_from_db()
    assert absence.ends_at == NOW + 8 * HOUR


@pytest.mark.parametrize("name", ["absence", "absence-cut-short", "absence-undo"])
def test_absences_are_for_those_who_organise(name):
    absence = an_absence(a_user(Role.AMH))
    assert browse(a_user(Role.AMH)).get(reverse(f"desk:{name}", args=[absence.pk])).status_code == 403


def test_a_duty_is_given_ended_and_goes_on(lead):
    nurse = a_user(Role.NURSE)
    form = text(browse(lead).get(reverse("desk:duty-give") + JOUR, headers=HTMX))
    assert 'value="2026-11-21T20:00"' in form
    assert 'value="2026-11-22T08:00"' in form
    said = {"kind": "night_cadre", "user": nurse.pk} | moments("2026-11-21T14:32", "2026-11-22T08:00")
    assert post(lead, "duty-give", **said).status_code == 200
    duty = Duty.objects.get()
    assert (duty.unit, duty.user) == (None, nurse)
    assert "tout l’hôpital" in page(lead)
    address = reverse("desk:duty", args=[duty.pk])
    assert "Terminer maintenant" in text(browse(lead).get(address))
    assert post(lead, "duty-end", duty.pk).status_code == 200
    duty.refresh_from_db()
    assert duty.ends_at <= NOW + HOUR
    assert post(lead, "duty-give", **said | moments("2026-11-21T20:00", "2026-11-21T19:00")).status_code == 422
    assert post(lead, "duty-give", **said | {"kind": "chief"}).status_code == 422


def test_a_duty_of_one_unit_goes_on_after_a_mistake(lead):
    duty = a_duty(unit=a_unit(name="Médecine"))
    post(lead, "duty-end", duty.pk)
    assert "Reprendre jusqu’à 22:32" in text(browse(lead).get(reverse("desk:duty", args=[duty.pk])))
    assert post(lead, "duty-undo", duty.pk).status_code == 200
    duty.refresh_from_db()
    assert duty.ends_at == NOW + 8 * HOUR
    assert post(a_user(Role.AMH), "duty-end", duty.pk).status_code == 403


def test_the_night_without_anybody_on_call_is_said(lead):
    assert "Personne n’est noté de garde pour la nuit." in page(lead)


def test_the_menu_leads_to_the_team(lead):
    assert f'href="{reverse("desk:team")}" data-go="e"' in page(lead)
