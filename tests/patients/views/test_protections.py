"""Hiding a stay and showing it again, from the record."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from amh.core.roles import Role
from patients.actions import accesses
from patients.models import AccessReason, Protection
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import fresh, present
from tests.patients.views.browsing import Desk, panel, text, traced

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay():
    return present(a_bed(a_unit("MED")), patient=a_patient("DUPONT"), at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def amh(stay):
    return Desk(a_user(Role.AMH, stay.unit))


def test_a_stay_is_hidden_from_the_record_which_then_closes(stay, amh):
    url = reverse("patients:protections-protect", args=[stay.pk])
    assert url in panel(amh.record(stay.patient), "sejours")
    assert "DUPONT Anne" in text(amh.get("protections-protect", stay.pk))
    answer = amh.send("protections-protect", stay.pk, protection="vip")
    assert answer.headers["HX-Redirect"] == reverse("patients:search")
    assert (fresh(stay).protected, fresh(stay).protection) == (True, Protection.VIP)
    assert amh.get("record", stay.patient_id).status_code == 403


def test_whoever_opened_the_record_exceptionally_reads_it_there_and_shows_it_again(stay, amh):
    amh.send("protections-protect", stay.pk, protection="vip")
    closed = amh.send("protections-unprotect", stay.pk)
    assert (closed.status_code, fresh(stay).protected) == (403, True)
    said = {"reason": AccessReason.ADVICE, "explanation": "Demandé par la famille"}
    accesses.open_exceptionally(patient=stay.patient, **said, by=amh.user, at=timezone.now())
    shown = panel(amh.record(stay.patient), "sejours")
    assert "séjour protégé" in shown
    assert reverse("patients:protections-unprotect", args=[stay.pk]) in shown
    assert amh.post("protections-unprotect", stay.pk).url == reverse("patients:record", args=[stay.patient_id])
    assert not fresh(stay).protected
    assert ("patient.protection", "open", stay.patient_id) in traced()


def test_who_may_not_open_the_record_hides_nothing(stay):
    stranger = Desk(a_user(Role.AMH, a_unit()))
    answer = stranger.get("protections-protect", stay.pk)
    assert (answer.status_code, "DUPONT" in text(answer)) == (403, False)
    assert stranger.send("protections-protect", stay.pk, protection="vip").status_code == 403
    assert not fresh(stay).protected
