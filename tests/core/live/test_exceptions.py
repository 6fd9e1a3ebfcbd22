"""An exceptional access that runs out takes its names from a board that is open."""

from datetime import timedelta

import pytest
from django.utils import timezone

from amh.board.topics import BoardTopic
from amh.core.live import visitors
from amh.core.live.visitors import Visit
from amh.core.roles import Role
from patients.actions import accesses
from patients.models import AccessReason, ExceptionalAccess
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, present
from tests.journeys.conftest import session_of

pytestmark = pytest.mark.django_db


def test_the_audience_of_an_open_board_is_read_again():
    now = timezone.now()
    patient = present(a_bed(a_unit()), at=now - AN_HOUR).patient
    nurse = a_user(Role.NURSE, a_unit())
    visit = Visit(BoardTopic(), session_of(nurse), "fr", {})
    access = accesses.open_exceptionally(
        patient=patient, reason=AccessReason.ADVICE, explanation="Appelée de nuit", by=nurse, at=now
    )
    (during,) = visitors.review([visit])
    assert during.audience.patients == {patient.pk}
    ExceptionalAccess.objects.filter(pk=access.pk).update(
        starts_at=now - timedelta(hours=5), ends_at=now - timedelta(hours=1)
    )
    (after,) = visitors.review([visit])
    assert (after.allowed, after.audience.patients) == (True, frozenset())
    assert after.audience != during.audience
