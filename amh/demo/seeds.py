"""The demonstration hospital, made whole or not at all."""

from collections import Counter
from datetime import datetime
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core import entitlements
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.demo import (
    absences,
    accesses,
    accounts,
    arrivals,
    chores,
    closures,
    confirmations,
    correspondents,
    facts,
    feeds,
    histories,
    identities,
    inpatients,
    ledgers,
    openings,
    papers,
    places,
    records,
    screens,
    sendings,
    sessions,
    sites,
    teams,
)
from amh.demo.clocks import Clock
from amh.demo.people import DOMAIN, People
from amh.demo.scenes import Scene
from patients import events
from patients.actions import causes
from patients.models import Patient, Stay
from wards.models import Cleaning, Unit

PROTECTED = 3
"""People whose identity is masked for everyone."""
SEEDED = "seeded"
"""Code of the refusal that harms nobody: the demonstration is there already."""


def is_seeded() -> bool:
    """Tell whether the demonstration is there, and nothing else. Raises ``Conflict`` when something else is.

    Demonstration stays carry the domain ``DEMO``. Any other stay, or accounts, patients or units without demonstration
    stays, belong to somebody: such a database is never touched.
    """
    stays = Stay.objects.all()
    if stays.exclude(visit_domain=DOMAIN).exists():
        raise Conflict(_("Cette base contient de vrais séjours : rien n’a été changé."), code="real_stays")
    if stays.exists():
        return True
    if User.objects.exists() or Unit.objects.exists() or Patient.objects.exists():
        raise Conflict(
            _("Cette base contient déjà des comptes, des unités ou des patients : rien n’a été changé."),
            code="not_empty",
        )
    return False


@transaction.atomic
def seed(*, beds: int, seed: int, history: int, at: datetime, bare: bool = False) -> dict[str, int]:
    """Fill an empty database around ``at``; the same ``seed`` gives the same hospital. Return the stays by state.

    ``bare``, beds and stays only: nothing of what the staff note around their patients.

    Raises ``Conflict`` (not a demonstration, or the database holds anything), ``Invalid`` (too few beds).
    """
    if not settings.DEMO:
        raise Conflict(_("Les comptes de démonstration exigent DEMO=1 : rien n’a été changé."), code="not_a_demo")
    if beds < places.FEWEST:
        raise Invalid(_("Il faut au moins %d lits pour huit unités.") % places.FEWEST, code="too_few_beds")
    if is_seeded():
        raise Conflict(_("La démonstration est déjà en place : rien n’a été changé."), code=SEEDED)
    scene = _stage(beds, Random(seed), at)
    scene.shut = {} if bare else openings.shut(at)
    _play(scene)
    if not bare:
        _live_in(scene)
    if history > 0:
        histories.write(scene, history)
    events.board_changed(
        beds=[bed.pk for bed in scene.hospital.all_beds], units=[u.pk for u in scene.hospital.units.values()], at=at
    )
    return dict(Counter(Stay.objects.values_list("state", flat=True)))


def _stage(beds: int, rng: Random, at: datetime) -> Scene:
    hospital = places.build(beds)
    people = People(rng, timezone.localdate(at))
    return Scene(hospital, accounts.build(hospital.units, at=at), people, Clock(at), rng)


def _play(scene: Scene) -> None:
    """Plan the day scene by scene, write it, then do what the ward's own acts can do best."""
    sites.settle(scene)
    closures.close(scene)
    closures.close_in_august(scene)
    scene.waiting_names = scene.people.homonyms() + scene.people.specials()
    inpatients.deal_prospects(scene)
    keepable = {code: inpatients.fill(scene, code) for code in inpatients.WARDS}
    absences.play(scene)
    for code in ("MED", "CHIR"):
        inpatients.leave_without_bed(scene, code)
    for code in sessions.DAY_UNITS:
        sessions.live(scene, code)
    sessions.recover(scene, keepable["CHIR"])
    for code in inpatients.WARDS:
        arrivals.expect(scene, code, keepable[code])
    arrivals.be_late(scene, "MED")
    ledgers.write(scene.visits, prefix="S", at=scene.now)
    Cleaning.objects.bulk_create(scene.cleanings)
    arrivals.keep_beds(scene)
    arrivals.contradict(scene, "MED")


def _live_in(scene: Scene) -> None:
    """Let the staff do around their patients what they do every day."""
    openings.describe(scene)
    teams.gather(scene)
    entitlements.fill(scene.staff.users.values(), at=scene.now)
    confirmations.say(scene)
    sites.take_rooms_away(scene)
    closures.plan(scene)
    arrivals.give_back(scene)
    identities.hide(scene, PROTECTED)
    identities.entangle(scene)
    records.fill(scene)
    correspondents.link(scene, correspondents.list_them(scene))
    papers.file(scene)
    facts.note(scene)
    chores.ask(scene)
    causes.follow(at=scene.now)
    accesses.look(scene)
    feeds.receive(scene)
    sendings.leave_waiting(scene)
    screens.hang(scene)
