"""Wall screens, by two administrators, or in front of two browsers, at once."""

from collections.abc import Sequence
from functools import partial

from amh.core.errors import Invalid
from amh.core.roles import Role
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.rounds import Round, ends, race, unless
from amh.demo.soak.wards import Ward
from wards.actions import screens
from wards.models import Screen
from wards.rules.screens import code_digest

SCREEN = "the lock of the screen"


@race(screens.create, screens.create, decided_by="a lock on the usernames; `screen_name_once`")
def one_screen_twice(ward: Ward) -> Round:
    """A name is one screen’s."""
    name = ward.name()
    acts: list[Act] = [partial(screens.create, said={"name": name}, by=None, at=ward.now)] * 2
    known = Screen.objects.filter(name=name)
    return Round(acts, ends(codes=["name_taken", "screen_name_once"], left=lambda: known.count() == 1))


@race(screens.install, screens.install, decided_by=SCREEN)
def one_code_in_two_browsers(ward: Ward) -> Round:
    """A code makes one browser a screen."""
    screen = _screen(ward)
    code = screens.give_code(screen=screen, by=None, at=ward.at).code
    acts: list[Act] = [partial(screens.install, code=code, at=ward.now)] * 2

    def faults(refusals: Sequence[Refused]) -> list[str]:
        return _one(refusals) + unless(Screen.objects.get(pk=screen.pk).key_digest != "", "no browser is the screen")

    return Round(acts, faults)


@race(screens.give_code, screens.install, decided_by=SCREEN)
def another_code_while_one_is_typed(ward: Ward) -> Round:
    """A code that was replaced installs nothing; one that was used is replaced all the same."""
    screen = _screen(ward)
    code = screens.give_code(screen=screen, by=None, at=ward.at).code
    acts: list[Act] = [
        partial(screens.give_code, screen=screen, by=None, at=ward.now),
        partial(screens.install, code=code, at=ward.now),
    ]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        now = Screen.objects.get(pk=screen.pk)
        found = unless((refusals[1] is None) == (now.key_digest != ""), "refused and installed")
        found += unless(now.code_digest not in ("", code_digest(code)), "the first code still stands")
        return found + unless(refusals[0] is None, "no code was given") + _unknown(refusals[1])

    return Round(acts, faults)


@race(screens.revoke, screens.install, decided_by=SCREEN)
def withdrawn_while_it_is_installed(ward: Ward) -> Round:
    """A screen that is withdrawn has no key, whether it was installed just before or not."""
    screen = _screen(ward)
    code = screens.give_code(screen=screen, by=None, at=ward.at).code
    acts: list[Act] = [
        partial(screens.revoke, screen=screen, by=None, at=ward.now),
        partial(screens.install, code=code, at=ward.now),
    ]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        now = Screen.objects.get(pk=screen.pk)
        closed = now.key_digest == "" and now.revoked_at == ward.now and not now.account.is_active
        return unless(closed and refusals[0] is None, "the screen still opens") + _unknown(refusals[1])

    return Round(acts, faults)


@race(screens.change, screens.revoke, decided_by=SCREEN)
def changed_against_withdrawn(ward: Ward) -> Round:
    """A screen that is withdrawn is not changed any more."""
    screen = _screen(ward)
    acts: list[Act] = [
        partial(screens.change, screen=screen, said={"page_seconds": 60}, by=None, at=ward.now),
        partial(screens.revoke, screen=screen, by=None, at=ward.now),
    ]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        now = Screen.objects.get(pk=screen.pk)
        found = unless((now.page_seconds == 60) == (refusals[0] is None), "refused and changed")
        return found + ends(done=(1, 2), codes=["revoked"], left=lambda: now.revoked_at == ward.now)(refusals)

    return Round(acts, faults)


def _screen(ward: Ward) -> Screen:
    account = ward.colleague(Role.WALL)
    return Screen.objects.create(name=ward.name(), account=account, created_at=ward.at)


def _one(refusals: Sequence[Refused]) -> list[str]:
    lost = [refused for refused in refusals if refused is not None]
    return unless(len(lost) == 1, f"{len(lost)} refused") + [fault for refused in lost for fault in _unknown(refused)]


def _unknown(refused: Refused) -> list[str]:
    """Faults unless this is no refusal, or that of a code which is not known."""
    known = refused is None or (isinstance(refused, Invalid) and refused.code == "unknown_code")
    return unless(known, f"refused as {refused}")
