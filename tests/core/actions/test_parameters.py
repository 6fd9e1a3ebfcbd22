from datetime import timedelta

import pytest
from django.utils import translation

from amh.core import parameters
from amh.core.actions.parameters import change
from amh.core.errors import Invalid
from amh.core.models import AuditEntry, ParameterValue
from amh.core.parameters import PARAMETERS, Group, Kind, Parameter
from amh.core.roles import Role
from tests.expectations import counted, refused, who_may
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_unit

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)
DELAY, OFFICE, SWITCH, LINK, LETTER = (
    "departure_delay_minutes", "admissions_office_name", "letters_written_here", "dpi_link", "feed_alert_subject"
)  # fmt: skip
BOUNDS = "Un nombre entier de 0 à 1440 est attendu."


def say(key, value, *, unit=None, by=None, at=NOW):
    return change(key=key, value=value, unit_id=unit and unit.pk, by=by, at=at)


def test_a_value_holds_for_the_site_and_another_for_a_unit():
    here, there = a_unit(), a_unit()
    say(DELAY, 45)
    say(DELAY, 0, unit=here)
    assert parameters.values(DELAY, unit_ids=[None, here.pk, there.pk]) == {None: 45, here.pk: 0, there.pk: 45}


def test_a_value_given_back_leaves_the_one_above_it():
    unit = a_unit()
    say(DELAY, 45)
    say(DELAY, 10, unit=unit)
    say(DELAY, None, unit=unit, at=NOW + A_DAY)
    assert parameters.value(DELAY, unit_id=unit.pk) == 45
    say(DELAY, None, at=NOW + A_DAY)
    assert parameters.value(DELAY) == PARAMETERS[DELAY].default == 30


def test_a_value_set_today_does_not_change_the_history_of_yesterday():
    by = a_user(Role.ADMINISTRATOR)
    say(DELAY, 10, by=by, at=NOW - A_DAY)
    yesterday = [(row.value, row.entered_by) for row in parameters.history(DELAY, until=NOW - A_DAY / 2)]
    say(DELAY, 20, by=by, at=NOW)
    assert [(row.value, row.entered_by) for row in parameters.history(DELAY, until=NOW - A_DAY / 2)] == yesterday
    assert [row.value for row in parameters.history(DELAY, until=NOW)] == [20, 10]


def test_a_change_is_recorded_without_its_words():
    by = a_user(Role.ADMINISTRATOR)
    row = say(OFFICE, {"fr": "Admissions", "en": "SECRET"}, by=by)
    line = AuditEntry.objects.get(action="parameter.change")
    assert (line.subject_id, line.by, line.at, line.params) == (row.pk, by, NOW, {"key": OFFICE, "unit": None})


def test_the_same_value_again_writes_nothing():
    say(DELAY, 45)
    assert say(DELAY, 45, at=NOW + A_DAY) is None
    assert say(SWITCH, None) is None
    assert ParameterValue.objects.count() == AuditEntry.objects.count() == 1


def test_a_value_equal_to_the_declared_one_may_be_said_for_a_unit_of_its_own():
    unit = a_unit()
    say(DELAY, 30, unit=unit)
    say(DELAY, 45)
    assert parameters.value(DELAY, unit_id=unit.pk) == 30


@pytest.mark.parametrize("value", [-1, 1441, "30", 30.5, True, [30], {"fr": "30", "en": "30"}, 10**400])
def test_a_number_out_of_bounds_or_no_number_is_refused(value):
    with refused(Invalid, "bad_value", field="value", saying=BOUNDS):
        say(DELAY, value)
    assert not ParameterValue.objects.exists()


@pytest.mark.parametrize("value", [1, "oui", "", {}])
def test_a_switch_is_yes_or_no(value):
    with refused(Invalid, "bad_value", field="value", saying="Oui ou non est attendu."):
        say(SWITCH, value)


@pytest.mark.parametrize("value", ["Bureau", {"fr": "Bureau"}, {"fr": "Bureau", "en": "Office", "de": "Büro"}, 3])
def test_words_in_two_languages_come_in_two(value):
    with refused(Invalid, "bad_value", field="value", saying="Un texte en français et un en anglais"):
        say(OFFICE, value)


@pytest.mark.parametrize(
    ("fr", "en", "field", "saying"),
    [
        ("  ", "Office", "fr", "Le texte français est vide."),
        ("Bureau <script>alert(1)</script>", "", "fr", "balise HTML"),
        ("Bureau", "</b>", "en", "balise HTML"),
        ("Bureau\x00", "", "fr", "ne s’imprime pas"),
        ("Bureau\ndes entrées", "", "fr", "ne s’imprime pas"),
        ("Bureau", 5, "en", "Un texte est attendu."),
        ("x" * 5001, "", "fr", "dépasse 5000 caractères"),
    ],
)
def test_a_label_is_one_line_of_plain_text(fr, en, field, saying):
    with refused(Invalid, "bad_value", field=field, saying=saying):
        say(OFFICE, {"fr": fr, "en": en})


def test_a_label_is_trimmed_and_read_in_the_language_of_the_moment():
    say(OFFICE, {"fr": " Accueil & <3 ", "en": ""})
    with translation.override("en"):
        assert parameters.words(OFFICE) == "Accueil & <3"
    say(OFFICE, {"fr": "Accueil", "en": "Front desk"})
    with translation.override("en"):
        assert parameters.words(OFFICE) == "Front desk"


@pytest.mark.parametrize(
    "text",
    [
        "{expediteur}", "{}", "{0}", "{sender.pk}", "{sender[0]}", "{sender!r}", "{sender:>999999999}", "{sender",
        "sender}",
    ],
)  # fmt: skip
def test_a_template_names_only_what_the_program_fills_in(text):
    says = "Valeurs possibles : {sender}, {day}, {hour}, {minutes}."
    with refused(Invalid, "bad_template", field="en", saying=says):
        say(LETTER, {"fr": "Flux {sender}", "en": text})


def test_a_template_keeps_its_lines_and_fills_in_its_names():
    say(LETTER, {"fr": "{{Flux}}\r\n{sender} à {hour}", "en": ""})
    assert parameters.text(LETTER, sender="<b>{day}</b>", hour="12:00") == "{Flux}\n<b>{day}</b> à 12:00"
    assert parameters.text(LETTER, sender="GAM") == "{Flux}\nGAM à {hour}"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "dpi.hopital.fr/{ipp}", "https://", "https://dpi/ {ipp}", "https://[", "//dpi/x"]
)
def test_a_link_is_a_whole_web_address(address):
    with refused(Invalid, "bad_value", field="value", saying="https://"):
        say(LINK, address)


def test_a_link_names_only_its_values_and_quotes_them():
    with refused(Invalid, "bad_template", field="value", saying="{ipp}, {nda}"):
        say(LINK, "https://dpi/{nir}")
    say(LINK, "https://dpi/dossier?p={ipp}&s={nda}#{ipp}")
    said = parameters.value(LINK)
    assert parameters.link(said, ipp="7 0/1&x", nda="é") == "https://dpi/dossier?p=7%200%2F1%26x&s=%C3%A9#7%200%2F1%26x"
    assert parameters.link(said, ipp="7", nda="") == "", "a number that is missing would lead to somebody else"


def test_an_unknown_key_is_refused():
    with refused(Invalid, "unknown_parameter", field="key", saying="Aucun paramètre ne s’appelle « delai »."):
        say("delai", 3)


def test_a_unit_that_is_unknown_or_gone_is_refused():
    gone = a_unit(valid_until=NOW - A_DAY)
    for unit_id in (gone.pk, gone.pk + 1, 2**70):
        with refused(Invalid, "unknown_unit", field="unit", saying="n’existe pas ou n’est plus en service"):
            change(key=DELAY, value=3, unit_id=unit_id, by=None, at=NOW)


def test_what_holds_for_the_whole_site_has_no_units():
    with refused(Invalid, "not_per_unit", field="unit", saying="tout l’établissement"):
        say(OFFICE, {"fr": "Accueil", "en": ""}, unit=a_unit())


def test_parameters_are_set_by_the_administrator_alone():
    assert who_may(lambda by: say(DELAY, 5, by=by)) == {Role.ADMINISTRATOR}


def test_standing_values_are_read_at_once_whatever_their_number():
    queries = []
    say(DELAY, 5)
    with counted(queries):
        assert [(row.unit_id, row.value) for row in parameters.standing()] == [(None, 5)]
    for number in range(30):
        say(DELAY, number, unit=a_unit())
    say(DELAY, None)
    with counted(queries):
        rows = parameters.standing()
    assert (len(rows), queries[0], queries[1]) == (30, 1, 1)


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=PARAMETERS)
def test_what_is_declared_can_be_a_value(parameter: Parameter):
    parameters.check(parameter, parameter.default)
    assert set(parameter.samples) == set(parameter.names)
    assert parameter.label
    assert parameter.group in Group


def test_every_key_that_others_rely_on_is_declared():
    switches = {"letters_written_here", "intake_measures"}
    assert all(PARAMETERS[key].kind == Kind.SWITCH and PARAMETERS[key].per_unit for key in switches)
    assert switches | {
        "departure_delay_minutes", "reservation_grace_hours", "leave_alert_minutes", "exceptional_access_hours",
        "dpi_link", "admissions_office_name", "hospital_name", "wall_title", "feed_alert_subject", "feed_alert_body",
    } <= set(PARAMETERS)  # fmt: skip
