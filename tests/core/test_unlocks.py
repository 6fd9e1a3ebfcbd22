"""What may be a short code or a badge, and whose session it opens."""

import pytest
from django.contrib.auth.hashers import make_password

from amh.core import unlocks
from amh.core.actions import unlocks as acts
from amh.core.errors import Invalid
from amh.core.roles import Role
from tests.expectations import refused
from tests.factories.clocks import NOW
from tests.factories.logins import PASSWORD, a_login
from tests.factories.people import a_user

PIN, BADGE = "4907", "0A:33:9F:12"


@pytest.mark.parametrize("pin", ["4907", "90210", "13579024", "0713"])
def test_a_code_that_is_hard_to_guess_is_taken(pin):
    unlocks.check_pin(pin)


@pytest.mark.parametrize(
    "pin", ["0000", "1234", "4321", "9876", "2468", "1212", "7770", "8901", "11112222", "89012345"]
)
def test_a_code_that_everybody_tries_first_is_refused(pin):
    with refused(Invalid, "weak_pin", field="pin", saying="se devine trop vite"):
        unlocks.check_pin(pin)


@pytest.mark.parametrize("pin", ["", "490", "490712345", "49a7", "4907 ", "-490", "٤٩٠٧", "4９07"])
def test_a_code_is_four_to_eight_plain_digits(pin):
    with refused(Invalid, "bad_pin", field="pin", saying="de 4 à 8 chiffres"):
        unlocks.check_pin(pin)


@pytest.mark.parametrize("read", ["", "   ", "ABC", "x" * 65, "AB CD", "ABCD\nEFGH", "ABCD\x00"])
def test_what_is_no_badge_is_refused(read):
    with refused(Invalid, "bad_badge", field="badge"):
        unlocks.badge_text(read)


def test_spaces_and_the_line_end_of_the_reader_do_not_count():
    assert unlocks.badge_text(f" {BADGE}\r\n") == BADGE


def test_a_digest_says_nothing_of_the_badge_and_depends_on_the_key_of_the_site(settings):
    (digest,) = unlocks.badge_digests(BADGE)
    assert BADGE not in digest
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    new, old = unlocks.badge_digests(BADGE)
    assert (old, new == digest) == (digest, False)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [PIN, f"{PIN}\n", BADGE, f"{BADGE}\r\n", PASSWORD])
def test_code_badge_and_password_open(typed):
    user = a_login()
    acts.set_pin(pin=PIN, by=user, at=NOW)
    acts.set_badge(badge=BADGE, by=user, at=NOW)
    assert unlocks.opens(user, typed)


@pytest.mark.django_db
def test_an_old_hash_stays_until_the_next_log_in():
    user = a_login()
    user.password = old = make_password(PASSWORD, hasher="pbkdf2_sha256")
    user.save()
    assert unlocks.opens(user, PASSWORD)
    user.refresh_from_db()
    assert user.password == old


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["", "4908", "49", PIN + "0", "0a:33:9f:12", PASSWORD.upper(), "x" * 100_000, "\x00", "é"]
)
def test_nothing_else_opens(typed):
    user = a_login()
    acts.set_pin(pin=PIN, by=user, at=NOW)
    acts.set_badge(badge=BADGE, by=user, at=NOW)
    assert not unlocks.opens(user, typed)


@pytest.mark.django_db
def test_a_badge_still_opens_after_the_key_of_the_site_was_renewed(settings):
    user = a_login()
    acts.set_badge(badge=BADGE, by=user, at=NOW)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert unlocks.opens(user, BADGE)


@pytest.mark.django_db
def test_without_code_badge_or_password_nothing_opens():
    user = a_user(Role.NURSE)
    for typed in (PIN, BADGE, PASSWORD, "!"):
        assert not unlocks.opens(user, typed)


@pytest.mark.django_db
def test_what_is_anothers_is_not_mine():
    mine, other = a_login(), a_login()
    for user, pin, badge in ((mine, PIN, BADGE), (other, "5823", "0B:00:00:01")):
        acts.set_pin(pin=pin, by=user, at=NOW)
        acts.set_badge(badge=badge, by=user, at=NOW)
    assert not unlocks.opens(mine, "5823")
    assert not unlocks.opens(mine, "0B:00:00:01")
    assert unlocks.is_badge_of_another(mine, "0B:00:00:01\n")
    assert not unlocks.is_badge_of_another(mine, BADGE)
    assert not unlocks.is_badge_of_another(mine, "0C:00:00:01")
