from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from amh.core.roles import Role
from patients.actions import addresses, practitioners
from patients.models import Address, Correspondent, CorrespondentRole, Practitioner
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.factories.records import a_gp, a_practitioner, an_address, an_organisation
from tests.patients.views.browsing import Desk, panel, text

pytestmark = pytest.mark.django_db
R = CorrespondentRole


@pytest.fixture
def unit():
    return a_unit()


@pytest.fixture
def who(unit):
    return present(a_bed(unit)).patient


@pytest.fixture
def amh(unit):
    return Desk(a_user(Role.AMH, unit))


def test_an_unknown_general_practitioner_is_to_be_asked_for(who, amh):
    shown = panel(amh.record(who), "correspondants")
    assert "Médecin traitant : à demander." in shown
    assert "Aucun médecin traitant déclaré" in shown


def test_none_declared_is_one_press_and_an_answer(who, amh):
    assert amh.post("correspondents-none", who.pk).status_code == 302
    shown = panel(amh.record(who), "correspondants")
    assert "<b>aucun médecin traitant déclaré</b>" in shown
    assert "à demander" not in shown
    assert amh.post("correspondents-none", who.pk).status_code == 409


def test_addresses_say_when_somebody_made_sure_of_them(who, amh):
    doctor = a_practitioner("Lefèvre")
    a_gp(who, doctor)
    sure, old, never = (an_address(doctor, f"04 78 00 00 0{digit}") for digit in range(3))
    now = timezone.now()
    addresses.verify(address=sure, by=a_user(Role.ADMISSIONS_OFFICE), at=now - timedelta(days=3))
    addresses.verify(address=old, by=a_user(Role.ADMISSIONS_OFFICE), at=now - timedelta(days=400))
    shown = panel(amh.record(who), "correspondants")
    assert "(il y a 3 j) par " in shown
    assert shown.count("à revérifier :") == 1
    assert "(il y a 400 j)" in shown
    assert "jamais vérifiée" in shown
    assert never.value not in shown, "numbers are shown as they are dialled"


def test_one_is_found_by_words_and_noted(who, amh):
    doctor, _other = a_practitioner("Lefèvre", specialty="pneumologie"), a_practitioner("Martin")
    options = text(amh.client.get(reverse("patients:correspondents-options", args=[R.GP]), {"words": "lefevre"}))
    assert f'<option value="p{doctor.pk}">' in options
    assert "MARTIN" not in options
    done = amh.send("correspondents-add", who.pk, R.GP, words="lefevre", who=f"p{doctor.pk}")
    assert done.headers["HX-Redirect"] == reverse("patients:record", args=[who.pk])
    assert Correspondent.objects.get().practitioner == doctor


def test_each_quality_is_offered_its_part_of_the_list(amh):
    a_practitioner("DOCTEUR")
    an_organisation("PHARMACIE")
    for role, people, structures in ((R.GP, True, False), (R.PHARMACY, False, True), (R.NURSE, True, True)):
        page = text(amh.get("correspondents-options", role))
        assert ("DOCTEUR" in page, "PHARMACIE" in page) == (people, structures)


def test_closed_ones_are_not_offered(amh):
    practitioners.close(practitioner=a_practitioner("PARTI"), by=None, at=NOW)
    assert "PARTI" not in text(amh.get("correspondents-options", R.GP))
    assert "Personne ne répond" in text(amh.client.get("/admin/correspondants/choix/ODRP/", {"words": "zzz"}))


@pytest.mark.parametrize("code", ["", "p", "p999999", "x1", "p1; drop", "p²", "o999999", "p" + "9" * 30])
def test_somebody_who_is_none_is_refused_and_the_words_kept(who, amh, code):
    answer = amh.send("correspondents-add", who.pk, R.GP, words="lef", who=code)
    assert answer.status_code == 422
    assert 'value="lef"' in text(answer)
    assert not Correspondent.objects.exists()


def test_the_one_chosen_stays_chosen_though_the_words_went_on(who, amh):
    doctor, closed = a_practitioner("Lefèvre"), a_practitioner("Martin")
    a_gp(who)
    answer = amh.send("correspondents-add", who.pk, R.GP, words="martin", who=f"p{doctor.pk}")
    assert answer.status_code == 409
    assert f'<option value="p{doctor.pk}" selected>' in text(answer)
    assert closed.family_name.upper() in text(answer)


def test_a_second_general_practitioner_is_refused_and_a_change_is_one_act(who, amh):
    before, after = a_gp(who), a_practitioner("NOUVEAU")
    assert amh.send("correspondents-add", who.pk, R.GP, who=f"p{after.pk}").status_code == 409
    amh.send("correspondents-replace", who.pk, before.pk, who=f"p{after.pk}")
    shown = panel(amh.record(who), "correspondants")
    assert "Dr NOUVEAU" in shown
    assert "Correspondants retirés" in shown
    amh.post("correspondents-withdraw", who.pk, Correspondent.objects.get(practitioner=after).pk)
    amh.post("correspondents-restore", who.pk, before.pk)
    assert Correspondent.objects.get(withdrawn_at=None) == before


def test_one_who_is_missing_from_the_list_is_added_and_comes_back_chosen(who, amh):
    form = text(amh.get("correspondents-add", who.pk, R.GP))
    address = f"{reverse('patients:practitioners-add')}?pour={who.pk}&amp;qualite=ODRP"
    assert address in form
    typed = {"family_name": "Nouveau", "profession": "physician"}
    done = amh.client.post(address.replace("&amp;", "&"), typed, headers={"HX-Request": "true"})
    doctor = Practitioner.objects.get(family_name="Nouveau")
    back = done.headers["HX-Redirect"]
    assert back == f"{reverse('patients:correspondents-add', args=[who.pk, R.GP])}?qui=p{doctor.pk}"
    assert f'<option value="p{doctor.pk}" selected>' in text(amh.client.get(back))


def test_a_structure_that_is_missing_is_added_too(who, amh):
    assert "organisations" not in text(amh.get("correspondents-add", who.pk, R.GP))
    form = text(amh.get("correspondents-add", who.pk, R.PHARMACY))
    assert reverse("patients:organisations-add") in form


@pytest.mark.parametrize("query", ["pour=abc&qualite=ODRP", "pour=²&qualite=ODRP", "pour=1&qualite=ROI", ""])
def test_a_way_back_that_is_none_leads_to_the_new_entry(amh, query):
    typed = {"family_name": "Nouveau", "profession": "physician"}
    done = amh.client.post(f"{reverse('patients:practitioners-add')}?{query}", typed)
    assert done.url == reverse("patients:practitioners-show", args=[Practitioner.objects.get().pk])


def test_a_quality_that_is_none_is_not_found(who, amh):
    assert amh.get("correspondents-add", who.pk, "ROI").status_code == 404
    assert amh.get("correspondents-options", "ROI").status_code == 404


def test_every_act_asks_for_the_right(who):
    row = a_gp(who)
    for user in (a_user(Role.NURSE, a_unit()), a_user(Role.BED_MANAGER)):
        desk = Desk(user)
        assert desk.get("correspondents-add", who.pk, R.PHARMACY).status_code == 403
        assert desk.post("correspondents-none", who.pk).status_code == 403
        for verb in ("replace", "withdraw", "restore"):
            assert desk.post(f"correspondents-{verb}", who.pk, row.pk).status_code == 403


def test_one_of_another_record_is_not_found_through_this_one(who, amh):
    row = a_gp(a_patient())
    for verb in ("replace", "withdraw", "restore"):
        assert amh.post(f"correspondents-{verb}", who.pk, row.pk).status_code == 404


def test_a_withdrawn_address_is_shown_no_more(who, amh):
    address = an_address(a_gp(who).practitioner, "04 78 00 00 07")
    addresses.withdraw(address=address, by=None, at=NOW)
    assert "04 78 00 00 07" not in amh.record(who)
    assert Address.objects.count() == 1
