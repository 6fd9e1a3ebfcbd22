import pytest
from django.urls import reverse

from amh.core import parameters
from amh.core.actions.parameters import change
from amh.core.models import ParameterValue
from amh.core.parameters import PARAMETERS
from amh.core.roles import Role
from tests.board.browsing import HTMX, browse, text
from tests.expectations import counted
from tests.factories.clocks import LONG_AGO, NOW
from tests.factories.people import a_user
from tests.factories.places import a_unit

pytestmark = pytest.mark.django_db

DELAY, OFFICE, SWITCH, LETTER, LINK = (
    "departure_delay_minutes", "admissions_office_name", "intake_measures", "feed_alert_body", "dpi_link"
)  # fmt: skip
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def admin(db):
    return a_user(Role.ADMINISTRATOR)


def get(by, page, *args, **asked):
    return browse(by).get(reverse(f"core:{page}", args=args), asked)


def post(by, page, *args, unite="", **said):
    address = reverse(f"core:{page}", args=args) + (f"?unite={unite}" if unite else "")
    return browse(by).post(address, said, headers=HTMX)


def test_the_list_shows_every_parameter_under_its_heading_with_who_set_it(admin):
    unit = a_unit(name="Hématologie")
    change(key=DELAY, value=45, by=admin, at=NOW)
    change(key=DELAY, value=0, unit_id=unit.pk, by=admin, at=NOW)
    page = text(get(admin, "parameters"))
    for one in PARAMETERS.values():
        assert (str(one.label) in page) == (one.kind != "template")
    assert "45 min" in page
    assert "Hématologie : 0 min" in page
    assert f"réglé par {admin} le 21 novembre 2026 14:32" in page
    assert "Lits et départs" in page


def test_a_parameter_shows_its_past_and_the_units_that_differ(admin):
    unit, gone = a_unit(name="Hématologie"), a_unit(name="Fermée")
    change(key=DELAY, value=45, by=None, at=LONG_AGO)
    change(key=DELAY, value=None, by=admin, at=NOW)
    for place in (unit, gone):
        change(key=DELAY, value=10, unit_id=place.pk, by=admin, at=NOW)
    type(gone).objects.filter(pk=gone.pk).update(valid_until=NOW)
    page = text(get(admin, "parameter", DELAY))
    assert "1 janvier 2020 00:00" in page
    assert "valeur rendue" in page
    assert "Hématologie" in page
    assert "Fermée" not in page
    assert "unité hors service" in page
    assert "Suivre l’établissement" in page


def test_a_value_is_set_for_the_site_and_for_a_unit(admin):
    unit = a_unit()
    answer = post(admin, "parameter-change", DELAY, value="45", unit="")
    assert answer["HX-Redirect"] == reverse("core:parameter", args=[DELAY])
    post(admin, "parameter-change", DELAY, value="5", unit=str(unit.pk))
    assert parameters.values(DELAY, unit_ids=[None, unit.pk]) == {None: 45, unit.pk: 5}


def test_what_was_set_is_said_on_the_next_page(admin):
    client, address = browse(admin), reverse("core:parameter-change", args=[DELAY])
    for said in ("Réglé : Lit libéré sans confirmation", "C’était déjà réglé ainsi : Lit libéré"):
        assert said in text(client.post(address, {"value": "45"}, follow=True))


def test_the_dialog_begins_with_what_holds_there(admin):
    unit = a_unit()
    change(key=DELAY, value=7, unit_id=unit.pk, by=None, at=NOW)
    page = text(get(admin, "parameter-change", DELAY, unite=unit.pk))
    assert 'value="7"' in page
    assert f'<option value="{unit.pk}" selected>' in page
    assert 'value="30"' in text(get(admin, "parameter-change", DELAY))
    assert 'value="30"' in text(get(admin, "parameter-change", DELAY, unite="x"))


def test_a_switch_is_turned_and_the_same_again_says_so(admin):
    assert 'value="non"' in text(get(admin, "parameter-change", SWITCH))
    post(admin, "parameter-change", SWITCH, value="oui")
    post(admin, "parameter-change", SWITCH, value="oui")
    assert parameters.value(SWITCH) is True
    assert ParameterValue.objects.count() == 1


@pytest.mark.parametrize(
    ("key", "said", "saying"),
    [
        (DELAY, {"value": "1441"}, "Un nombre entier de 0 à 1440 est attendu."),
        (DELAY, {"value": "trente"}, "Saisissez un nombre entier."),
        (DELAY, {"value": "3", "unit": "999999"}, "Cette unité n’existe pas ou n’est plus en service."),
        (SWITCH, {"value": "peut-être"}, "Sélectionnez un choix valide."),
        (OFFICE, {"fr": SCRIPT, "en": ""}, "Ce texte contient une balise HTML"),
        (OFFICE, {"fr": "", "en": "Office"}, "Le texte français est vide."),
        (LETTER, {"fr": "Bonjour {nom}", "en": ""}, "Valeurs possibles : {sender}, {day}, {hour}, {minutes}."),
        (LINK, {"value": "javascript:alert(1)"}, "Une adresse complète est attendue"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(admin, key, said, saying):
    answer = post(admin, "parameter-change", key, **said)
    page = text(answer)
    assert answer.status_code == 422
    assert saying in page
    assert 'aria-invalid="true"' in page
    assert SCRIPT not in answer.content.decode()
    assert not ParameterValue.objects.exists()


def test_an_unknown_parameter_is_nowhere(admin):
    for page in ("parameter", "parameter-change"):
        assert get(admin, page, "rien").status_code == 404
    for page in ("parameter-give-back", "parameter-preview"):
        assert post(admin, page, "rien").status_code == 404


def test_a_value_is_given_back(admin):
    unit = a_unit()
    change(key=DELAY, value=45, by=None, at=LONG_AGO)
    change(key=DELAY, value=5, unit_id=unit.pk, by=None, at=LONG_AGO)
    post(admin, "parameter-give-back", DELAY, unit=str(unit.pk))
    assert parameters.value(DELAY, unit_id=unit.pk) == 45
    post(admin, "parameter-give-back", DELAY)
    assert parameters.value(DELAY) == 30
    assert get(admin, "parameter-give-back", DELAY).status_code == 405


def test_the_texts_are_shown_with_samples_and_changed(admin):
    page = text(get(admin, "templates"))
    assert "« GAM / CLCC » n’envoie plus de messages à AMH." in page
    post(admin, "parameter-change", LETTER, fr="Flux {sender}\r\nmuet", en="")
    assert parameters.value(LETTER) == {"fr": "Flux {sender}\nmuet", "en": ""}
    shown = text(get(admin, "templates"))
    assert "Flux GAM / CLCC\nmuet" in shown
    assert "Vide : le texte français est envoyé." in shown
    assert "Flux {sender}\nmuet" in text(get(admin, "parameter", LETTER))


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_text_is_seen_before_it_is_kept(admin, headers):
    address = reverse("core:parameter-preview", args=[LETTER])
    answer = browse(admin).post(address, {"fr": "<b>{sender}</b>", "en": "{hour}"}, headers=headers)
    assert answer.status_code == 422
    assert "balise HTML" in text(answer)
    answer = browse(admin).post(address, {"fr": "Flux {sender}", "en": "{hour}"}, headers=headers)
    assert "Flux GAM / CLCC" in text(answer)
    assert ("<html" in text(answer)) == (not headers)
    assert not ParameterValue.objects.exists()


def test_only_a_text_can_be_seen_beforehand(admin):
    assert post(admin, "parameter-preview", DELAY, value="3").status_code == 404
    assert post(admin, "parameter-preview", LETTER, fr="a\x00", en="").status_code == 422


def test_the_pages_ask_the_same_questions_whatever_the_values(admin):
    queries: list[int] = []
    for number in (1, 30):
        for _ in range(number):
            change(key=DELAY, value=_ % 2, unit_id=a_unit().pk, by=admin, at=NOW)
        client = browse(admin)
        for page, args in (("parameters", []), ("parameter", [DELAY])):
            with counted(queries):
                client.get(reverse(f"core:{page}", args=args))
    assert queries[:2] == queries[2:]
