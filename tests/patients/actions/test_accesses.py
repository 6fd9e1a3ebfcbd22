"""A record that no unit answers for: opened with a reason, told at once, ended, reviewed by somebody else."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from amh.core import entitlements, rules
from amh.core.deliveries import sweeps
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry, DeliveryState, ParameterValue, User
from amh.core.roles import Role
from patients.actions import accesses, protections
from patients.models import AccessNotice, AccessReason, ExceptionalAccess, Protection, ReviewOutcome, Task
from patients.rules.accesses import NEEDED, check_open
from tests.expectations import nothing_written, refused, who_may
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WHY = "Appelée par l’équipe de nuit"
OPENERS = {
    Role.AMH,
    Role.TEAM_LEAD,
    Role.BED_MANAGER,
    Role.PHYSICIAN,
    Role.NURSE,
    Role.PHYSICIST,
    Role.SOCIAL_WORKER,
    Role.DIETICIAN,
    Role.ADMISSIONS_OFFICE,
    Role.ON_CALL,
}


@pytest.fixture
def patient():
    return present(a_bed(a_unit()), patient=a_patient("DURAND")).patient


@pytest.fixture
def nurse():
    return a_user(Role.NURSE, a_unit())


@pytest.fixture
def officer():
    return a_user(Role.DPO)


def ask(patient, *, by, at=NOW, reason=AccessReason.ADVICE, explanation=WHY):
    return accesses.open_exceptionally(patient=patient, reason=reason, explanation=explanation, by=by, at=at)


def review(access, *, by, outcome=ReviewOutcome.JUSTIFIED, note="", at=NOW + HOUR):
    return accesses.review(access=access, outcome=outcome, note=note, by=by, at=at)


def test_a_record_is_opened_for_some_hours_and_the_reason_kept(patient, nurse):
    with refused(Denied, NEEDED):
        check_open(patient, by=nurse, at=NOW)
    access = ask(patient, by=nurse, explanation=f"  {WHY}\n ")
    assert (access.user, access.patient, access.reason, access.explanation) == (nurse, patient, "advice", WHY)
    assert (access.starts_at, access.ends_at) == (NOW, NOW + 4 * HOUR)
    assert check_open(patient, by=nurse, at=NOW) == access
    line = AuditEntry.objects.get(action="access.open")
    assert (line.subject_id, line.patient_id, line.by, line.params) == (
        access.pk,
        patient.pk,
        nurse,
        {"reason": "advice"},
    )


def test_the_site_says_for_how_long(patient, nurse):
    ParameterValue.objects.create(key=accesses.HOURS, value=2, entered_at=NOW)
    assert ask(patient, by=nurse).ends_at == NOW + 2 * HOUR


def opened(user: User, *, at) -> frozenset[int]:
    return entitlements.held([user.pk], at=at)[user.pk].exceptions


def test_it_ends_by_itself_at_its_minute(patient, nurse):
    ask(patient, by=nurse)
    assert opened(nurse, at=NOW - timedelta(seconds=1)) == set()
    assert opened(nurse, at=NOW) == opened(nurse, at=NOW + 4 * HOUR - timedelta(seconds=1)) == {patient.pk}
    assert opened(nurse, at=NOW + 4 * HOUR) == set()


def test_asked_twice_it_is_the_same_one_and_told_once(patient, nurse):
    first = ask(patient, by=nurse)
    again = ask(patient, by=nurse, at=NOW + HOUR, reason=AccessReason.CALL)
    assert again == first
    assert (ExceptionalAccess.objects.count(), AccessNotice.objects.count()) == (1, 1)
    assert ask(patient, by=nurse, at=NOW + 5 * HOUR) != first


def test_it_is_one_person_s_alone(patient, nurse):
    ask(patient, by=nurse)
    with refused(Denied, NEEDED):
        check_open(patient, by=a_user(Role.NURSE, a_unit()), at=NOW)


@pytest.mark.parametrize("explanation", ["", "         ", "\n\t \n", "court", "a" * 301])
def test_an_explanation_says_something(patient, nurse, explanation):
    code = "too_long" if len(explanation) > 300 else "too_short"
    with nothing_written(), refused(Invalid, code, field="explanation"):
        ask(patient, by=nurse, explanation=explanation)


def test_a_reason_is_one_of_the_list(patient, nurse):
    with nothing_written(), refused(Invalid, "unknown_reason", field="reason", saying="de la liste"):
        ask(patient, by=nurse, reason="curiosity")


def test_a_record_that_is_open_anyway_needs_none(patient):
    unit = patient.stays.get().unit
    with nothing_written(), refused(Conflict, "access_needless", saying="sans accès exceptionnel"):
        ask(patient, by=a_user(Role.NURSE, unit))


@pytest.mark.parametrize("protection", ["person", "stay"])
def test_what_is_protected_opens_so_to_those_who_see_all_the_others(patient, protection):
    manager = a_user(Role.BED_MANAGER)
    assert check_open(patient, by=manager, at=NOW) is None
    if protection == "person":
        patient.protected = True
        patient.save()
    else:
        protections.protect(stay=patient.stays.get(), protection=Protection.VIP, by=None, at=NOW)
    with refused(Denied, NEEDED):
        check_open(patient, by=manager, at=NOW)
    access = ask(patient, by=manager)
    assert check_open(patient, by=manager, at=NOW) == access


def test_who_may_ask(patient):
    patient.protected = True
    patient.save()
    assert who_may(lambda by: ask(patient, by=by), a_unit()) == set(OPENERS)


def test_who_has_left_the_house_opens_nothing(patient, nurse):
    ask(patient, by=nurse)
    nurse.is_active = False
    assert not rules.opened(nurse, patient_id=patient.pk)


def test_it_is_ended_early_by_its_person_alone(patient, nurse):
    access = ask(patient, by=nurse)
    with nothing_written(), refused(Denied, "denied", saying="une autre personne"):
        accesses.end(access=access, by=a_user(Role.NURSE), at=NOW + HOUR)
    assert accesses.end(access=access, by=nurse, at=NOW + HOUR).ends_at == NOW + HOUR
    assert AuditEntry.objects.latest("pk").action == "access.end"
    with refused(Denied, NEEDED):
        check_open(patient, by=nurse, at=NOW + HOUR)


def test_ended_in_the_same_instant_it_still_has_a_length(patient, nurse):
    access = ask(patient, by=nurse)
    assert accesses.end(access=access, by=nurse, at=NOW).ends_at > NOW


@pytest.mark.parametrize("hours", [2, 9], ids=["ended", "expired while the page was open"])
def test_what_is_over_is_not_ended_again(patient, nurse, hours):
    access = ask(patient, by=nurse)
    if hours == 2:
        accesses.end(access=access, by=nurse, at=NOW + HOUR)
    with nothing_written(), refused(Conflict, "access_ended", saying="terminé depuis"):
        accesses.end(access=access, by=nurse, at=NOW + hours * HOUR)


def test_somebody_else_reviews_it(patient, nurse, officer):
    access = review(ask(patient, by=nurse), by=officer, note="  vu avec  le cadre ")
    assert (access.reviewed_by, access.reviewed_at, access.outcome) == (officer, NOW + HOUR, "justified")
    assert (access.review_note, access.ends_at) == ("vu avec le cadre", NOW + 4 * HOUR)
    line = AuditEntry.objects.latest("pk")
    assert (line.action, line.patient_id, line.params) == ("access.review", patient.pk, {"outcome": "justified"})


def test_what_is_not_justified_ends_at_once(patient, nurse, officer):
    access = review(ask(patient, by=nurse), by=officer, outcome=ReviewOutcome.UNJUSTIFIED, note="curiosité")
    assert access.ends_at == NOW + HOUR
    with refused(Denied, NEEDED):
        check_open(patient, by=User.objects.get(pk=nurse.pk), at=NOW + HOUR)


def test_what_is_not_justified_once_it_is_over_keeps_its_end(patient, nurse, officer):
    access = ask(patient, by=nurse)
    late = review(access, by=officer, outcome=ReviewOutcome.UNJUSTIFIED, note="curiosité", at=NOW + 30 * HOUR)
    assert late.ends_at == NOW + 4 * HOUR


def test_nobody_reviews_their_own(patient):
    by = a_user(Role.NURSE, a_unit())
    access = ask(patient, by=by)
    User.objects.filter(pk=by.pk).update(role=Role.DPO)
    with nothing_written(), refused(Denied, "own_access", saying="une autre personne"):
        review(access, by=User.objects.get(pk=by.pk))


def test_it_is_reviewed_once(patient, nurse, officer):
    access = review(ask(patient, by=nurse), by=officer)
    says = f"Cet accès a déjà été relu par {officer}"
    with nothing_written(), refused(Conflict, "already_reviewed", saying=says):
        review(access, by=a_user(Role.DPO), outcome=ReviewOutcome.UNJUSTIFIED, note="non")


@pytest.mark.parametrize(
    ("outcome", "note", "code", "field"),
    [
        ("perhaps", "", "unknown_outcome", "outcome"),
        ("unjustified", "  ", "required", "note"),
        ("justified", "a" * 301, "too_long", "note"),
    ],
)
def test_a_review_says_what_was_found(patient, nurse, officer, outcome, note, code, field):
    access = ask(patient, by=nurse)
    with nothing_written(), refused(Invalid, code, field=field):
        review(access, by=officer, outcome=outcome, note=note)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DPO])
def test_only_those_who_read_the_journal_review(patient, nurse, role):
    access = ask(patient, by=nurse)
    with nothing_written(), refused(Denied, "denied"):
        review(access, by=a_user(role))


def test_those_in_charge_are_told_at_once_and_no_patient_is_named(patient, nurse, post):
    for name in ("un", "deux"):
        User.objects.create_user(name, role=Role.DPO, email=f"{name}@example.org")
    User.objects.create_user("parti", role=Role.DPO, email="parti@example.org", is_active=False)
    access = ask(patient, by=nurse, explanation="<script>alert(1)</script> DURAND")
    sweeps.sweep(AccessNotice)
    (letter,) = post.transmissions
    assert letter["To"] == "deux@example.org, un@example.org"
    assert letter["Subject"] == "Accès exceptionnel ouvert : Infirmière"
    text = letter.get_content()
    assert "samedi 21 novembre 2026 à 14:32, jusqu’à 18:32" in text
    assert "Accès à relire : 1" in text
    assert "/journal/acces/" in text
    assert text.strip().endswith("Établissement")
    assert "DURAND" not in text
    assert str(nurse) not in text
    assert AccessNotice.objects.get(access=access).state == DeliveryState.SENT


def test_without_an_address_the_letter_fails_and_the_access_still_waits_for_its_review(patient, nurse, post):
    access = ask(patient, by=nurse)
    sweeps.sweep(AccessNotice)
    notice = AccessNotice.objects.get()
    assert (notice.state, notice.last_error[:12]) == (DeliveryState.EXHAUSTED, "Aucun délégu")
    assert AuditEntry.objects.get(action="access_notice.exhaust").params == {"access": access.pk}
    assert access.reviewed_at is None
    task = Task.objects.get()
    assert (task.kind, task.role) == ("delivery_exhausted", Role.ADMINISTRATOR)
    assert task.params == {"delivery": f"patients.AccessNotice {notice.pk}"}


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_open_one_access():
    patient = present(a_bed(a_unit()), patient=a_patient("DURAND")).patient
    nurse = a_user(Role.NURSE, a_unit())
    ready, found = threading.Barrier(2, timeout=30), []

    def click():
        try:
            by = User.objects.get(pk=nurse.pk)
            ready.wait()
            found.append(ask(patient, by=by).pk)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(found) == 2
    assert set(found) == {ExceptionalAccess.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_two_reviews_at_once_leave_one():
    patient = present(a_bed(a_unit())).patient
    access = ask(patient, by=a_user(Role.NURSE, a_unit()))
    officers = [a_user(Role.DPO), a_user(Role.DPO)]
    ready, found = threading.Barrier(2, timeout=30), []

    def say(by):
        try:
            ready.wait()
            found.append(review(access, by=by).reviewed_by_id)
        except Conflict as refusal:
            found.append(refusal.code)
        finally:
            connections.close_all()

    reviews = [threading.Thread(target=say, args=[by]) for by in officers]
    for one in reviews:
        one.start()
    for one in reviews:
        one.join()
    assert "already_reviewed" in found
    assert ExceptionalAccess.objects.get().reviewed_by_id in found
