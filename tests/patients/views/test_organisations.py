import pytest
from django.urls import reverse

from amh.core.roles import Role
from patients.forms.correspondents import person
from patients.models import Address, AddressKind, Organisation, Practitioner, Profession
from tests.expectations import counted
from tests.factories.people import a_user
from tests.factories.records import a_practitioner, an_address, an_organisation
from tests.patients.views.browsing import Desk, text

pytestmark = pytest.mark.django_db
FORMS = {
    "practitioners": {"family_name": "Lefèvre", "given_name": "Luc", "profession": "physician"},
    "organisations": {"name": "Pharmacie du Parc", "kind": "pharmacy"},
}
MODELS = {"practitioners": Practitioner, "organisations": Organisation}
FACTORIES = {"practitioners": a_practitioner, "organisations": an_organisation}
NOUNS = pytest.mark.parametrize("noun", list(FORMS))


@pytest.fixture
def keeper():
    return Desk(a_user(Role.ADMINISTRATOR))


def test_the_list_shows_each_part_and_what_words_find(keeper):
    a_practitioner("LEFEVRE")
    a_practitioner("MARTIN")
    an_organisation("PHARMACIE")
    assert "2 professionnels" in text(keeper.get("organisations"))
    found = text(keeper.get("organisations", mots="lefèvre"))
    assert ("LEFEVRE" in found, "MARTIN" in found) == (True, False)
    structures = text(keeper.get("organisations", voir="structures"))
    assert ("PHARMACIE" in structures, "MARTIN" in structures) == (True, False)


def test_the_list_comes_in_pages_that_keep_the_words(keeper):
    for _ in range(51):
        a_practitioner()
    first = text(keeper.get("organisations", mots="medecin luc"))
    assert "1 / 2" in first
    assert "mots=medecin+luc&amp;page=2" in first
    assert "2 / 2" in text(keeper.get("organisations", mots="medecin luc", page="2"))
    assert "2 / 2" in text(keeper.get("organisations", page="99"))


def test_only_a_physician_is_called_doctor(keeper):
    nurse, doctor = a_practitioner("PETIT", profession=Profession.NURSE), a_practitioner("LEFEVRE")
    page = text(keeper.get("organisations"))
    assert "Dr LEFEVRE Luc" in page
    assert ("PETIT Luc" in page, "Dr PETIT" in page, "<td>infirmier</td>" in page) == (True, False, True)
    assert "<dd>infirmier</dd>" in text(keeper.get("practitioners-show", nurse.pk))
    assert (person(nurse), person(doctor)) == ("PETIT Luc, infirmier", "Dr LEFEVRE Luc")


@pytest.mark.parametrize(("quality", "profession"), [("NURSE", "nurse"), ("ODRP", "physician"), ("", "physician")])
def test_the_form_begins_with_who_is_asked_for(keeper, quality, profession):
    form = text(keeper.get("practitioners-add", qualite=quality))
    assert f'<option value="{profession}" selected>' in form


def test_the_list_asks_as_much_for_thirty_as_for_one(keeper):
    queries = []
    for number in (1, 30):
        for _ in range(number):
            a_practitioner(organisation=an_organisation())
        keeper.get("organisations")
        with counted(queries):
            keeper.get("organisations")
    assert queries[0] == queries[1]


@NOUNS
def test_an_entry_is_made_corrected_closed_and_reopened(keeper, noun):
    done = keeper.send(f"{noun}-add", **FORMS[noun])
    entry = MODELS[noun].objects.get()
    page = reverse(f"patients:{noun}-show", args=[entry.pk])
    assert done.headers["HX-Redirect"] == page
    changed = keeper.send(f"{noun}-change", entry.pk, **{name: f"{value}" for name, value in FORMS[noun].items()})
    assert changed.headers["HX-Redirect"] == page
    keeper.post(f"{noun}-close", entry.pk)
    assert "Fermé : n’est plus proposé" in text(keeper.client.get(page))
    assert str(entry) not in text(keeper.get("organisations", voir="structures"))
    keeper.post(f"{noun}-reopen", entry.pk)
    assert "Fermé : n’est plus proposé" not in text(keeper.client.get(page))


@NOUNS
def test_a_second_click_makes_no_second_entry(keeper, noun):
    keeper.send(f"{noun}-add", **FORMS[noun])
    again = keeper.send(f"{noun}-add", **FORMS[noun])
    assert (again.status_code, "est déjà dans la liste" in text(again)) == (409, True)
    assert MODELS[noun].objects.count() == 1


@pytest.mark.parametrize(
    ("noun", "typed", "sentence"),
    [
        ("practitioners", {"rpps": "123"}, "11 chiffres"),
        ("practitioners", {"family_name": ""}, "obligatoire"),
        ("practitioners", {"organisation": "999999"}, "choix"),
        ("practitioners", {"profession": "roi"}, "choix"),
        ("organisations", {"finess": "123"}, "9 caractères"),
        ("organisations", {"kind": "château"}, "choix"),
        ("organisations", {"name": " "}, "obligatoire"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(keeper, noun, typed, sentence):
    answer = keeper.send(f"{noun}-add", **FORMS[noun] | typed)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not MODELS[noun].objects.exists()


def test_a_doubtful_number_is_taken_and_said(keeper):
    keeper.post("practitioners-add", family_name="A", profession="nurse", rpps="10002673899")
    entry = Practitioner.objects.get()
    assert "sa clé ne correspond pas" in text(keeper.get("practitioners-show", entry.pk))
    keeper.post("organisations-add", name="B", kind="other", finess="2A0000123")
    assert "il porte des lettres" in text(keeper.get("organisations-show", Organisation.objects.get().pk))


def test_a_structure_shows_who_works_there(keeper):
    practice = an_organisation()
    a_practitioner("LEFEVRE", organisation=practice)
    assert "Dr LEFEVRE Luc" in text(keeper.get("organisations-show", practice.pk))


@NOUNS
def test_addresses_are_noted_verified_withdrawn_and_restored(keeper, noun):
    entry = FACTORIES[noun]()
    done = keeper.send(f"{noun}-add_address", entry.pk, kind=AddressKind.PHONE, value="04 78 00 00 00")
    page = reverse(f"patients:{noun}-show", args=[entry.pk])
    assert done.headers["HX-Redirect"] == page
    address = Address.objects.get()
    assert "jamais vérifiée" in text(keeper.client.get(page))
    for verb, said in (("verify", "(il y a 0 min) par "), ("withdraw", "Adresses retirées"), ("restore", "04 78 00")):
        answer = keeper.post(f"addresses-{verb}", address.pk)
        assert (answer.status_code, answer.url) == (302, page)
        assert said in text(keeper.client.get(page))
    address.refresh_from_db()
    assert (address.verified_by, address.withdrawn_at) == (keeper.user, None)


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [("phone", "voisine", "n’est pas un numéro"), ("email", "x", "pas valable"), ("post", "", "obligatoire")],
)
def test_an_address_that_cannot_be_is_said(keeper, kind, value, sentence):
    answer = keeper.send("practitioners-add_address", a_practitioner().pk, kind=kind, value=value)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Address.objects.exists()


def test_what_was_stored_is_inert(keeper):
    evil = "<script>alert(1)</script>"
    entry = an_organisation(evil, city=evil)
    an_address(entry, evil, kind=AddressKind.POST)
    doctor = a_practitioner(evil, specialty=evil, organisation=entry)
    for page in (
        keeper.get("organisations"),
        keeper.get("organisations", voir="structures", mots=evil),
        keeper.get("organisations-show", entry.pk),
        keeper.get("practitioners-show", doctor.pk),
    ):
        assert evil not in page.content.decode()


def test_an_entry_that_is_none_is_not_found(keeper):
    for noun in FORMS:
        assert keeper.get(f"{noun}-show", 999_999).status_code == 404
        assert keeper.post(f"{noun}-close", 999_999).status_code == 404
