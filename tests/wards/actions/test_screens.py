from datetime import timedelta

import pytest

from amh.core.actions import accounts
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry, Session, User
from amh.core.models.tokens import digest
from amh.core.roles import Role
from tests.expectations import refused, undone, who_may
from tests.factories.clocks import NOW
from tests.factories.logins import a_session
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.screens import a_screen, installed
from wards.actions import screens
from wards.models import Screen, Theme
from wards.queries import screens as queries
from wards.rules.screens import CODE_LASTS, CODE_LENGTH, SIGNS, TAKEN

pytestmark = pytest.mark.django_db
AN_INSTANT = timedelta(microseconds=1)


def last():
    line = AuditEntry.objects.latest("pk")
    return line.action, line.subject_id, line.by


def test_a_screen_has_an_account_of_its_own_that_no_password_opens():
    med, admin = a_unit("MED"), a_user(Role.ADMINISTRATOR)
    said = {"name": " Cellule des lits ", "units": [med], "theme": Theme.DARK, "page_seconds": 15}
    screen = screens.create(said=said, by=admin, at=NOW)

    screen.refresh_from_db()
    assert (screen.name, screen.theme, screen.page_seconds, list(screen.units.all())) == (
        *("Cellule des lits", Theme.DARK, 15),
        [med],
    )
    assert (screen.created_by, screen.created_at, screen.enrolled_at, screen.seen_at) == (admin, NOW, None, None)
    assert (screen.account.role, str(screen.account.last_name)) == (Role.WALL, "Cellule des lits")
    assert not screen.account.has_usable_password()
    assert last() == ("screen.create", screen.pk, admin)


def test_what_is_not_said_is_the_usual():
    screen = screens.create(said={"name": "Hall"}, by=None, at=NOW)
    assert (screen.theme, screen.page_seconds, screen.units.exists()) == (Theme.AUTO, 20, False)


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"name": "  "}, "required", "name"),
        ({"name": "x" * 81}, "too_long", "name"),
        ({"name": "Hall\x00"}, "unprintable", "name"),
        ({"name": "Hall", "theme": "rose"}, "unknown_choice", "theme"),
        ({"name": "Hall", "page_seconds": 4}, "page_seconds", "page_seconds"),
        ({"name": "Hall", "page_seconds": 601}, "page_seconds", "page_seconds"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(said, code, field):
    with refused(Invalid, code, field=field):
        screens.create(said=said, by=None, at=NOW)
    assert not User.objects.exists()


def test_two_screens_in_service_have_two_names():
    here, other = a_screen(name="Hall"), a_screen()
    with refused(Conflict, "name_taken", field="name", saying=str(TAKEN)):
        a_screen(name="Hall")
    with refused(Conflict, "name_taken", field="name"):
        screens.change(screen=other, said={"name": "Hall"}, by=None, at=NOW)
    screens.revoke(screen=here, by=None, at=NOW)
    assert a_screen(name="Hall").pk != here.pk


def test_what_is_not_said_of_a_screen_stays():
    med, hem, admin = a_unit("MED"), a_unit("HEM"), a_user(Role.ADMINISTRATOR)
    screen = a_screen(med, name="Hall", theme=Theme.LIGHT)
    screens.change(screen=screen, said={"name": "Cellule"}, by=admin, at=NOW)
    screen = Screen.objects.get()
    assert (screen.name, screen.theme, list(screen.units.all())) == ("Cellule", Theme.LIGHT, [med])
    assert screen.account.last_name == "Cellule"
    assert last() == ("screen.change", screen.pk, admin)
    assert AuditEntry.objects.latest("pk").params == {"fields": ["name"]}
    screens.change(screen=screen, said={"units": [hem], "page_seconds": 30}, by=admin, at=NOW)
    screen = Screen.objects.get()
    assert (screen.name, screen.page_seconds, list(screen.units.all())) == ("Cellule", 30, [hem])


def test_a_code_is_short_easy_to_say_and_kept_nowhere():
    screen, admin = a_screen(), a_user(Role.ADMINISTRATOR)
    coded = screens.give_code(screen=screen, by=admin, at=NOW)
    assert len(coded.code) == CODE_LENGTH
    assert set(coded.code) <= set(SIGNS)
    assert not set(SIGNS) & set("0O1ILBDPTVGNSQZ")
    screen.refresh_from_db()
    assert screen.code_until == NOW + CODE_LASTS
    assert screen.code_digest not in ("", digest(coded.code), coded.code)
    assert last() == ("screen.give_code", screen.pk, admin)


def test_a_code_installs_a_screen_however_it_is_typed_and_once():
    screen = a_screen()
    code = screens.give_code(screen=screen, by=None, at=NOW).code
    made = screens.install(code=f" {code[:4].lower()}-{code[4:]} ", at=NOW)
    screen.refresh_from_db()
    assert (made.screen, screen.code_digest, screen.code_until, screen.enrolled_at) == (screen, "", None, NOW)
    assert screen.key_digest == digest(made.key)
    assert queries.of_key(made.key) == screen
    assert last() == ("screen.install", screen.pk, screen.account)
    with refused(Invalid, "unknown_code", field="code", saying="L’administrateur en donne un autre."):
        screens.install(code=code, at=NOW)


def test_a_code_lasts_half_an_hour():
    code = screens.give_code(screen=a_screen(), by=None, at=NOW).code
    with refused(Invalid, "unknown_code", field="code"):
        screens.install(code=code, at=NOW + CODE_LASTS)
    assert screens.install(code=code, at=NOW + CODE_LASTS - AN_INSTANT)


def test_a_code_that_is_wrong_or_was_replaced_installs_nothing():
    screen = a_screen()
    first = screens.give_code(screen=screen, by=None, at=NOW).code
    second = screens.give_code(screen=screen, by=None, at=NOW).code
    for typed in (first, "", "????", second[:-1]):
        with refused(Invalid, "unknown_code", field="code"):
            screens.install(code=typed, at=NOW)
    assert screens.install(code=second, at=NOW).screen == screen


def test_a_screen_that_is_installed_elsewhere_stops_where_it_was():
    screen = a_screen()
    before = installed(screen)
    a_session(screen.account)
    code = screens.give_code(screen=screen, by=None, at=NOW).code
    assert queries.of_key(before.key) == screen
    after = screens.install(code=code, at=NOW)
    assert (queries.of_key(before.key), queries.of_key(after.key)) == (None, screen)
    assert not Session.objects.filter(user=screen.account).exists()


def test_a_screen_that_is_withdrawn_opens_nothing_any_more():
    screen, admin = a_screen(), a_user(Role.ADMINISTRATOR)
    key = installed(screen).key
    code = screens.give_code(screen=screen, by=admin, at=NOW).code
    a_session(screen.account)
    screens.revoke(screen=screen, by=admin, at=NOW)
    screen.refresh_from_db()
    assert (screen.revoked_at, screen.key_digest, screen.code_digest) == (NOW, "", "")
    assert not screen.account.is_active
    assert not Session.objects.filter(user=screen.account).exists()
    assert queries.of_key(key) is None
    assert last() == ("screen.revoke", screen.pk, admin)
    with refused(Invalid, "unknown_code", field="code"):
        screens.install(code=code, at=NOW)


def test_nothing_is_done_with_a_screen_that_is_withdrawn():
    screen = a_screen(name="Hall")
    screens.revoke(screen=screen, by=None, at=NOW)
    for again in (
        lambda: screens.revoke(screen=screen, by=None, at=NOW),
        lambda: screens.give_code(screen=screen, by=None, at=NOW),
        lambda: screens.change(screen=screen, said={"name": "Autre"}, by=None, at=NOW),
    ):
        with refused(Conflict, "revoked", saying="L’écran « Hall » est retiré."):
            again()


def test_a_screen_whose_account_was_closed_opens_nothing_and_can_be_withdrawn():
    screen = a_screen()
    key = installed(screen).key
    accounts.close(user=screen.account, by=None, at=NOW)
    assert queries.of_key(key) is None
    with refused(Conflict, "closed"):
        screens.give_code(screen=screen, by=None, at=NOW)
    assert screens.revoke(screen=screen, by=None, at=NOW).revoked_at == NOW


def test_an_empty_key_opens_nothing():
    a_screen()
    assert queries.of_key("") is None


def test_that_it_is_there_is_noted_once_a_minute():
    screen = a_screen()
    for seconds, seen in ((0, 0), (59, 0), (60, 60), (61, 60)):
        screens.note_seen(screen, at=NOW + timedelta(seconds=seconds))
        screen.refresh_from_db()
        assert screen.seen_at == NOW + timedelta(seconds=seen)


def test_screens_are_set_by_those_who_set_accounts():
    screen = a_screen()
    acts = (
        lambda by: screens.create(said={"name": "Hall"}, by=by, at=NOW),
        lambda by: screens.change(screen=screen, said={"page_seconds": 30}, by=by, at=NOW),
        lambda by: screens.give_code(screen=screen, by=by, at=NOW),
        lambda by: screens.revoke(screen=screen, by=by, at=NOW),
    )
    assert [who_may(act) for act in acts] == [{Role.ADMINISTRATOR}] * len(acts)
    with undone(), refused(Denied, "denied"):
        screens.revoke(screen=screen, by=screen.account, at=NOW)
