from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from amh.core import sessions
from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import deaths, tasks
from patients.models import StayState, Task, TaskState
from tests.expectations import counted
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.patients.views.browsing import HTMX, Desk, panel, text
from wards.models import Unit

pytestmark = pytest.mark.django_db
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


@pytest.fixture
def amh(unit):
    return Desk(a_user(Role.AMH, unit))


def ask(unit, title="Rappeler la fille", **more):
    facts = {"role": Role.AMH, "unit": unit, "minutes": 60, "by": None, "at": timezone.now()} | more
    return tasks.ask(title=title, **facts)


def shown(desk, **query):
    return text(desk.get("tasks", **query))


def test_what_is_late_comes_first_then_today_then_later(unit, amh):
    now = timezone.now()
    ask(unit, "Plus tard", due_at=now + 3 * A_DAY)
    ask(unit, "En retard", at=now - 3 * AN_HOUR)
    page = shown(amh)
    assert page.index("En retard</p>") < page.index("Plus tard</p>")
    assert page.index('data-group="late"') < page.index('data-group="later"')
    assert "était due" in page


def test_an_empty_list_says_so(amh):
    assert "Rien n’attend ici." in shown(amh)


def test_mine_my_trade_and_for_who_oversees_all(unit, amh):
    mine, trade = ask(unit, "À moi"), ask(unit, "Au métier")
    ask(unit, "Aux infirmières", role=Role.NURSE)
    tasks.claim(task=mine, by=amh.user, at=timezone.now())
    assert "À moi" in shown(amh, qui="miennes")
    assert trade.title not in shown(amh, qui="miennes")
    assert "Aux infirmières" not in shown(amh, qui="toutes")
    assert "Toutes" not in panel(shown(amh), "taches").split("</nav>")[0]
    lead = Desk(a_user(Role.TEAM_LEAD))
    assert "Aux infirmières" in shown(lead)
    assert "Au métier" not in shown(lead, qui="metier")


def test_a_unit_can_be_chosen(unit):
    other, lead = a_unit("CHIR"), Desk(a_user(Role.TEAM_LEAD))
    ask(unit, "Ici")
    ask(other, "Là-bas")
    page = shown(lead, qui="toutes", unite="CHIR")
    assert ("Là-bas" in page, "Ici</p>" in page) == (True, False)


def test_the_patient_is_named_by_two_identifiers_to_those_who_may_know(unit, amh):
    stay = present(a_bed(unit), patient=a_patient("DURAND"))
    ask(None, stay=stay)
    assert "DURAND Anne, 12/03/1958" in shown(amh)
    ask(unit, patient=a_patient("CACHE", protected=True))
    assert "CACHE" not in shown(amh)
    tasks.ask(kind="document_altered", params={"document": 1}, patient=stay.patient, by=None, at=timezone.now())
    page = shown(Desk(a_user(Role.ADMINISTRATOR)))
    assert "Document n° 1 perdu ou altéré" in page
    assert "DURAND" not in page


def test_who_has_died_is_named_on_no_list(unit, amh):
    stay = present(a_bed(unit), patient=a_patient("DURAND"))
    ask(None, stay=stay)
    stay.state = StayState.DECEASED
    stay.save()
    page = shown(amh)
    assert "DURAND" not in page
    assert "Identité masquée" in page


def test_nor_when_the_task_is_of_no_stay(unit, amh):
    stay = present(a_bed(unit), patient=a_patient("DURAND"))
    ask(unit, patient=stay.patient)
    assert "DURAND" in shown(amh)
    deaths.die(stay=stay, by=None, at=timezone.now())
    page = shown(amh)
    assert ("DURAND" in page, "Identité masquée" in page) == (False, True)


def test_a_name_that_is_a_script_does_nothing(unit, amh):
    ask(None, "<script>alert(1)</script>", stay=present(a_bed(unit), patient=a_patient("<script>")))
    page = shown(amh)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_reading_is_traced_once_and_looking_again_is_not(unit, amh):
    ask(None, stay=present(a_bed(unit)))
    amh.get("tasks", qui="metier")
    amh.client.get(reverse("patients:tasks"), headers=HTMX | {sessions.BACKGROUND: "1"})
    trace = AccessTrace.objects.get(page="tasks")
    assert (trace.count, trace.params["filters"]) == (1, ["qui"])


def test_the_list_looks_again_without_the_frame(unit, amh):
    ask(unit)
    part = text(amh.client.get(reverse("patients:tasks"), headers=HTMX))
    assert part.lstrip().startswith('<div id="taches"')
    assert "<html" not in part


@pytest.mark.parametrize(
    ("verb", "state", "said"),
    [
        ("claim", "claimed", "Tâche prise"),
        ("finish", "done", "Tâche faite"),
        ("cancel", "cancelled", "Tâche sans objet"),
    ],
)
def test_one_press_does_it_and_offers_its_undo(unit, amh, verb, state, said):
    task = ask(unit)
    part = text(amh.send(f"tasks-{verb}", task.pk))
    task.refresh_from_db()
    assert task.state == state
    assert f"{said} : Rappeler la fille." in part
    undo = "tasks-release" if verb == "claim" else "tasks-reopen"
    assert reverse(f"patients:{undo}", args=[task.pk]) in part
    amh.send(undo, task.pk)
    task.refresh_from_db()
    assert task.state == TaskState.OPEN


def test_without_scripts_the_page_comes_back_as_it_was_filtered(unit, amh):
    task = ask(unit)
    answer = amh.client.post(reverse("patients:tasks-finish", args=[task.pk]) + "?qui=metier&unite=MED")
    assert answer.url == "/taches/?qui=metier&unite=MED"


def test_who_comes_second_reads_who_came_first(unit, amh):
    task, colleague = ask(unit), a_user(Role.AMH, unit)
    tasks.claim(task=task, by=colleague, at=timezone.now())
    answer = amh.send("tasks-finish", task.pk)
    assert answer.status_code == 409
    assert f"{colleague} a pris cette tâche" in text(answer)
    assert text(amh.post("tasks-finish", task.pk)).count(f"{colleague} a pris cette tâche") == 1


def test_a_double_press_is_told_so(unit, amh):
    task = ask(unit)
    assert amh.send("tasks-finish", task.pk).status_code == 200
    assert amh.send("tasks-finish", task.pk).status_code == 409


def test_others_press_in_vain(unit):
    task = ask(unit)
    assert Desk(a_user(Role.NURSE, unit)).send("tasks-claim", task.pk).status_code == 403
    assert Desk(a_user(Role.HOUSEKEEPING)).send("tasks-claim", task.pk).status_code == 403
    assert Desk(a_user(Role.HOUSEKEEPING)).get("tasks").status_code == 403
    assert Desk(a_user(Role.AMH, unit)).send("tasks-claim", 10**6).status_code == 404
    assert Desk(a_user(Role.AMH, unit)).get("tasks-claim", task.pk).status_code == 405


def test_a_task_is_asked_from_the_page(unit, amh):
    form = text(amh.get("tasks-ask"))
    assert "sans nom de patient" in form
    assert "Écran mural" not in form
    answer = amh.send("tasks-ask", title="Commander un fauteuil", role="porter", unit=unit.pk)
    assert answer.headers["HX-Redirect"] == "/taches/"
    task = Task.objects.get()
    assert (task.title, task.role, task.unit, task.entered_by) == ("Commander un fauteuil", "porter", unit, amh.user)


def test_a_unit_that_closes_later_is_offered_until_then(unit, amh):
    now = timezone.now()
    Unit.objects.filter(pk=unit.pk).update(valid_until=now + AN_HOUR)
    assert f'<option value="{unit.pk}">' in text(amh.get("tasks-ask"))
    Unit.objects.filter(pk=unit.pk).update(valid_until=now - AN_HOUR)
    assert f'<option value="{unit.pk}">' not in text(amh.get("tasks-ask"))


def test_what_is_wrong_is_said_beside_it_and_kept(unit, amh):
    answer = amh.send("tasks-ask", title="", role="porter", unit=a_unit().pk, due_at="2020-01-01T10:00")
    assert answer.status_code == 422
    assert "aria-invalid" in text(answer)
    late = amh.send("tasks-ask", title="Trop tard", role="porter", due_at="2020-01-01T10:00")
    assert late.status_code == 422
    assert "Cette échéance est déjà passée." in text(late)
    assert "Trop tard" in text(late)
    assert not Task.objects.exists()


def test_a_task_about_a_patient_is_asked_and_done_on_the_record(unit, amh):
    stay = present(a_bed(unit))
    amh.send("tasks-ask_about", stay.patient_id, title="Rappeler le fils", role="amh")
    task = Task.objects.get()
    assert (task.patient, task.stay, task.unit) == (stay.patient, stay, unit)
    shown_there = panel(amh.record(stay.patient), "taches-du-patient")
    assert "Rappeler le fils" in shown_there
    answer = amh.client.post(reverse("patients:tasks-finish", args=[task.pk]) + "?dossier")
    assert answer.url == reverse("patients:record", args=[stay.patient_id])
    assert "Aucune tâche n’attend" in panel(amh.record(stay.patient), "taches-du-patient")


def test_the_record_shows_the_tasks_of_other_trades_without_their_buttons(unit, amh):
    ask(None, role=Role.NURSE, stay=present(a_bed(unit)))
    shown_there = panel(amh.record(Task.objects.get().patient), "taches-du-patient")
    assert "Rappeler la fille" in shown_there
    assert reverse("patients:tasks-finish", args=[Task.objects.get().pk]) not in shown_there


def test_as_many_queries_for_thirty_as_for_one(unit, amh):
    told = []
    for number in (1, 30):
        for _ in range(number):
            ask(None, stay=present(unit))
        amh.get("tasks")
        with counted(told):
            amh.get("tasks")
    assert told[0] == told[1]
