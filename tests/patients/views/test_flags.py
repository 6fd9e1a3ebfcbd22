import pytest
from django.urls import reverse

from amh.core.roles import Role
from patients.models import Flag, FlagKind
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.factories.records import a_flag
from tests.patients.views.browsing import Desk, panel, text

pytestmark = pytest.mark.django_db
K = FlagKind


@pytest.fixture
def unit():
    return a_unit()


@pytest.fixture
def who(unit):
    return present(a_bed(unit)).patient


@pytest.fixture
def amh(unit):
    return Desk(a_user(Role.AMH, unit))


def test_the_record_says_what_follows_and_whom_to_tell(who, amh):
    a_flag(who, K.INTERPRETER, detail="portugais", to_tell="ISM")
    shown = panel(amh.record(who), "signalements")
    for words in ("Interprète nécessaire", "portugais", "Réserver un interprète", "Interprète à appeler", "ISM"):
        assert words in shown
    assert reverse("patients:flags-add", args=[who.pk, K.INTERPRETER]) not in shown
    assert reverse("patients:flags-add", args=[who.pk, K.MINOR]) in shown


@pytest.mark.parametrize("kind", list(K))
def test_each_kind_has_a_dialog_that_says_what_follows(who, amh, kind):
    page = text(amh.get("flags-add", who.pk, kind))
    assert "Ce qui en découle" in page
    assert who.display_name in page


def test_a_trial_asks_whom_to_tell_and_nothing_else(who, amh):
    page = text(amh.get("flags-add", who.pk, K.CLINICAL_TRIAL))
    assert "Ni titre ni produit" in page
    assert ('name="to_tell"' in page, 'name="detail"' in page) == (True, False)
    refused = amh.send("flags-add", who.pk, K.CLINICAL_TRIAL)
    assert (refused.status_code, "obligatoire" in text(refused)) == (422, True)
    amh.send("flags-add", who.pk, K.CLINICAL_TRIAL, to_tell="ARC 5512", detail="TITRE SECRET")
    flag = Flag.objects.get()
    assert (flag.to_tell, flag.detail) == ("ARC 5512", "")


def test_precautions_ask_for_no_more_than_their_type(who, amh):
    page = text(amh.get("flags-add", who.pk, K.CONTACT_PRECAUTIONS))
    assert "ni germe" in page
    assert 'name="detail"' not in page
    amh.send("flags-add", who.pk, K.CONTACT_PRECAUTIONS)
    assert Flag.objects.get().kind == K.CONTACT_PRECAUTIONS


def test_a_kind_that_is_none_is_not_found(who, amh):
    assert amh.get("flags-add", who.pk, "malade").status_code == 404


def test_a_second_click_signals_once(who, amh):
    amh.send("flags-add", who.pk, K.BARIATRIC)
    again = amh.send("flags-add", who.pk, K.BARIATRIC)
    assert (again.status_code, "déjà signalé" in text(again)) == (409, True)


def test_one_is_precised_lifted_and_put_back(who, amh):
    flag = a_flag(who, K.INTERPRETER, detail="turc")
    amh.send("flags-change", who.pk, flag.pk, detail="arabe", to_tell="")
    amh.post("flags-lift", who.pk, flag.pk)
    shown = panel(amh.record(who), "signalements")
    assert "Signalements levés" in shown
    assert "Interprète nécessaire : arabe" in shown
    amh.post("flags-restore", who.pk, flag.pk)
    assert "Signalements levés" not in amh.record(who)


def test_one_made_by_mistake_says_so(who, amh):
    amh.send("flags-add", who.pk, K.PRISONER)
    flag = Flag.objects.get()
    assert "Signalé par erreur" in amh.record(who)
    amh.post("flags-withdraw", who.pk, flag.pk)
    assert "signalé par erreur" in panel(amh.record(who), "signalements")


def test_every_act_asks_for_the_right(who):
    flag = a_flag(who)
    for user in (a_user(Role.NURSE, a_unit()), a_user(Role.BED_MANAGER)):
        desk = Desk(user)
        assert desk.get("flags-add", who.pk, K.MINOR).status_code == 403
        for verb in ("change", "lift", "withdraw", "restore"):
            assert desk.post(f"flags-{verb}", who.pk, flag.pk).status_code == 403


def test_a_flag_of_another_record_is_not_found_through_this_one(who, amh):
    flag = a_flag(a_patient())
    for verb in ("change", "lift", "withdraw", "restore"):
        assert amh.post(f"flags-{verb}", who.pk, flag.pk).status_code == 404
