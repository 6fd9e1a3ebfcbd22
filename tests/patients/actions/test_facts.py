from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry, Change
from amh.core.roles import Role
from patients import events, evidence
from patients.actions import documents, facts, practitioners, stays
from patients.actions.documents import Labels
from patients.evidence import Satisfied
from patients.models import DocumentKind, Fact, Source, StayState, Task, TaskState
from tests.expectations import counted, refused
from tests.factories.clocks import NOW, paris
from tests.factories.pdfs import pdf
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, present

pytestmark = pytest.mark.django_db
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def stay():
    return present(a_bed(a_unit()))


@pytest.fixture
def by(stay):
    return a_user(Role.AMH, stay.unit)


def see(stay, by, kind="letter_signed", **more):
    act = {"happened_at": NOW - A_MINUTE, "said_by": "Dr MARTIN Luc"} | more
    return facts.state(stay=stay, kind=kind, source=Source.SEEN, by=by, at=NOW, **act)


def say(stay, by, kind="belongings_returned", **more):
    return facts.state(stay=stay, kind=kind, source=Source.SAID, by=by, at=NOW, **more)


def satisfied(stay):
    return evidence.batch([stay.pk], now=NOW)[stay.pk]


def test_a_letter_that_somebody_saw_signed_is_seen_never_signed(stay, by):
    fact = see(stay, by)
    proof = satisfied(stay)["letter_signed"]
    assert (fact.source, fact.author, fact.entered_at) == (Source.SEEN, by, NOW)
    assert (proof.kind, proof.source, proof.by, proof.when) == (
        "letter_signed",
        Source.SEEN,
        "Dr MARTIN Luc",
        NOW - A_MINUTE,
    )
    assert proof.words.startswith("vu : Dr MARTIN Luc, sam. 21 nov. 14:31")
    assert f"noté par {by}" in proof.words


def test_stating_is_audited_and_announced_without_a_name(stay, by):
    heard = []

    def hear(sender, **said):
        heard.append(said)

    events.facts_changed.connect(hear)
    try:
        fact = see(stay, by)
        facts.withdraw(fact=fact, by=by, at=NOW)
    finally:
        events.facts_changed.disconnect(hear)
    lines = AuditEntry.objects.order_by("pk").filter(action__startswith="fact.")
    assert [line.action for line in lines] == ["fact.state", "fact.withdraw"]
    assert all(line.patient_id == stay.patient_id and "MARTIN" not in str(line.params) for line in lines)
    assert [(one["stay_id"], one["kinds"]) for one in heard] == [(stay.pk, frozenset({"letter_signed"}))] * 2
    assert Change.objects.filter(topic=events.FACTS, ref=stay.pk).count() == 2


@pytest.mark.parametrize(("missing", "field"), [({"said_by": " "}, "said_by"), ({"happened_at": None}, "happened_at")])
def test_a_signed_act_that_was_seen_has_its_author_and_its_date(stay, by, missing, field):
    with refused(Invalid, "required", field=field):
        see(stay, by, **missing)
    assert not Fact.objects.exists()


def test_the_author_may_be_one_of_the_list(stay, by):
    fact = see(stay, by, said_by="", practitioner=practitioners.reference("", "MARTIN", "Luc"))
    assert satisfied(stay)["letter_signed"].by == "Dr MARTIN Luc" == str(fact.practitioner)


def test_what_is_not_signed_needs_neither(stay, by):
    assert facts.state(stay=stay, kind="belongings_returned", source=Source.SEEN, by=by, at=NOW).happened_at is None
    assert satisfied(stay)["belongings_returned"].words == f"vu · noté par {by}, sam. 21 nov. 14:32"


def test_nobody_takes_a_signature_on_somebodys_word(stay, by):
    with refused(Invalid, "signed_act", field="source", saying="vu"):
        say(stay, by, "discharge_decided")
    assert say(stay, a_user(Role.PHYSICIAN, stay.unit), "discharge_decided").source == Source.SAID


@pytest.mark.parametrize("source", [Source.SEEN, Source.SAID])
def test_what_is_for_physicians_refuses_others(stay, by, source):
    act = {"said_by": "Dr MARTIN", "happened_at": NOW}
    with refused(Denied, "reserved_kind"):
        facts.state(stay=stay, kind="leaving_alone_allowed", source=source, by=by, at=NOW, **act)
    physician = a_user(Role.PHYSICIAN, stay.unit)
    assert facts.state(stay=stay, kind="leaving_alone_allowed", source=source, by=physician, at=NOW, **act)


def test_each_kind_says_who_may_state_it():
    for one in evidence.KINDS.values():
        assert one.takes[Source.RECEIVED] == evidence.ANYONE
        assert str(one.label)
        assert not one.signed or one.takes[Source.SAID] < evidence.ANYONE, one.kind
        assert len({field.name for field in one.fields}) == len(one.fields)
        assert not {field.name for field in one.fields} & {
            "kind",
            "source",
            "happened_at",
            "said_by",
            "practitioner",
            "document",
        }
    assert {
        "letter_signed",
        "letter_handed",
        "prescriptions_handed",
        "follow_up_arranged",
        "transport_confirmed",
        "gp_found",
    } <= (evidence.KINDS.keys())


def test_a_feed_receives_and_a_person_does_not(stay, by):
    received = facts.state(stay=stay, kind="letter_signed", source=Source.RECEIVED, by=None, at=NOW)
    assert received.author is None
    assert satisfied(stay)["letter_signed"].words == "reçu"
    with refused(Invalid, "bad_source", field="source"):
        facts.state(stay=stay, kind="letter_signed", source=Source.RECEIVED, by=by, at=NOW)
    with refused(Invalid, "nobody", field="source"):
        facts.state(stay=stay, kind="letter_signed", source=Source.SEEN, by=None, at=NOW)


@pytest.mark.parametrize("role", [Role.BED_MANAGER, Role.HOUSEKEEPING, Role.ADMINISTRATOR, Role.DPO])
def test_other_trades_state_nothing(stay, role):
    with refused(Denied, "denied" if role == Role.BED_MANAGER else "exceptional_access_needed"):
        see(stay, a_user(role, stay.unit))


def test_people_of_another_unit_state_nothing(stay):
    with refused(Denied, "exceptional_access_needed"):
        see(stay, a_user(Role.AMH, a_unit()))


def test_a_moment_that_cannot_be_is_refused(stay, by):
    with refused(Invalid, "in_the_future", field="happened_at"):
        see(stay, by, happened_at=NOW + 5 * A_MINUTE)
    with refused(Invalid, "before_stay", field="happened_at"):
        see(stay, by, happened_at=stay.admitted_at - 91 * A_DAY)
    assert see(stay, by, happened_at=stay.admitted_at - 89 * A_DAY)


def test_nothing_happened_before_the_birth():
    stay = present(a_unit(), patient=a_patient(birth_date="2026-11-20"))
    with refused(Invalid, "before_birth", field="happened_at"):
        see(stay, a_user(Role.AMH, stay.unit), happened_at=paris("2026-11-19 10:00"))


def test_a_stay_that_was_cancelled_takes_nothing(by, stay):
    stay.state = StayState.CANCELLED
    stay.save()
    with refused(Conflict, "stay_cancelled"):
        see(stay, by)


def test_an_expected_stay_takes_facts():
    stay = expected(a_unit())
    assert see(stay, a_user(Role.AMH, stay.unit))


def test_unknown_kinds_and_values_are_refused(stay, by):
    with refused(Invalid, "unknown_kind", field="kind"):
        say(stay, by, "horoscope")
    with refused(Invalid, "unknown_value", field="colour"):
        say(stay, by, value={"colour": "red"})
    with refused(Invalid, "required", field="explained_by", saying="explications données par"):
        say(stay, by, "letter_handed")


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        ("letter_handed", {"explained_by": "x" * 161}, "explained_by"),
        ("letter_handed", {"explained_by": 7}, "explained_by"),
        ("follow_up_arranged", {"how": "by pigeon"}, "how"),
        ("follow_up_arranged", {"how": "booked", "before": "31/02/2026"}, "before"),
        ("follow_up_arranged", {"how": "booked", "before": "9999-01-01"}, "before"),
        ("transport_confirmed", {"carrier": "Alpha", "pickup_at": "2026-11-21T14:00"}, "pickup_at"),
    ],
)
def test_values_that_cannot_be_are_refused(stay, by, kind, value, field):
    with refused(Invalid, "bad_value", field=field):
        say(stay, by, kind, value=value)


@pytest.mark.parametrize("dose", [-1, "12", True, float("nan"), 1e9])
def test_numbers_that_cannot_be_are_refused(stay, by, dose):
    with refused(Invalid, "bad_value", field="dose_rate"):
        see(stay, by, "dose_rate_authorised", value={"dose_rate": dose})


def test_values_stand_in_the_words_with_their_unit(stay, by):
    see(stay, by, "dose_rate_authorised", value={"dose_rate": 18.5, "device": " "})
    say(stay, by, "follow_up_arranged", value={"how": "to_be_called", "before": "2026-12-04"})
    words = {kind: proof.words for kind, proof in satisfied(stay).items()}
    assert "débit à 1 m : 18.5 µSv/h" in words["dose_rate_authorised"]
    assert "appareil" not in words["dose_rate_authorised"]
    assert "rendez-vous : sera convoqué · le, ou avant le : 04/12/2026" in words["follow_up_arranged"]


def test_the_same_twice_is_once(stay, by):
    assert see(stay, by) == see(stay, by)
    assert see(stay, by, said_by="Dr DURAND") != see(stay, by)
    assert Fact.objects.count() == 2


def test_the_newest_holds_and_the_one_before_comes_back(stay, by):
    see(stay, by, said_by="Dr MARTIN")
    second = see(stay, by, said_by="Dr DURAND")
    assert satisfied(stay)["letter_signed"].by == "Dr DURAND"
    facts.withdraw(fact=second, by=by, at=NOW)
    assert satisfied(stay)["letter_signed"].by == "Dr MARTIN"


def test_its_author_takes_it_back_within_the_day_others_say_why(stay, by):
    colleague, fact = a_user(Role.NURSE, stay.unit), see(stay, by)
    with refused(Invalid, "required", field="reason"):
        facts.withdraw(fact=fact, by=colleague, at=NOW)
    with refused(Invalid, "required", field="reason"):
        facts.withdraw(fact=fact, by=by, at=NOW + A_DAY + A_MINUTE)
    facts.withdraw(fact=fact, by=colleague, at=NOW, reason=" lettre d’un homonyme ")
    fact.refresh_from_db()
    assert (fact.withdrawn_at, fact.withdrawn_by, fact.withdrawn_reason) == (NOW, colleague, "lettre d’un homonyme")
    assert satisfied(stay) == {}
    with refused(Conflict, "already_withdrawn"):
        facts.withdraw(fact=fact, by=by, at=NOW)


def test_what_is_for_physicians_is_taken_back_by_them(stay, by):
    fact = say(stay, a_user(Role.PHYSICIAN, stay.unit), "leaving_alone_allowed")
    with refused(Denied, "reserved_kind"):
        facts.withdraw(fact=fact, by=by, at=NOW, reason="erreur")


def test_after_the_exit_a_reopened_fact_is_a_task_and_stating_it_anew_settles_it(stay, by):
    fact = see(stay, by)
    stays.discharge(stay=stay, by=None, at=NOW)
    facts.withdraw(fact=fact, by=by, at=NOW)
    task = Task.objects.get()
    assert (task.kind, task.role, task.unit, task.state) == ("fact_withdrawn", Role.AMH, stay.unit, TaskState.OPEN)
    see(fresh(stay), by)
    task.refresh_from_db()
    assert task.state == TaskState.CANCELLED


def test_before_the_exit_it_is_no_task(stay, by):
    facts.withdraw(fact=see(stay, by), by=by, at=NOW)
    assert not Task.objects.exists()


def test_a_document_is_of_the_same_patient_and_stands(stay, by, documents_folder):
    letter = Labels(DocumentKind.LETTER)
    other = documents.add(patient=a_patient(), content=pdf(title="other"), labels=letter, by=None, at=NOW)
    own = documents.add(patient=stay.patient, content=pdf(), labels=letter, by=by, at=NOW)
    with refused(Invalid, "document_of_another", field="document"):
        see(stay, by, document=other)
    see(stay, by, document=own)
    assert "letter_signed" in satisfied(stay)
    documents.withdraw(document=own, reason="mauvais patient", by=by, at=NOW)
    assert satisfied(stay) == {}
    own.refresh_from_db()
    with refused(Invalid, "document_withdrawn", field="document"):
        see(stay, by, said_by="Dr DURAND", document=own)


def test_many_stays_are_read_in_one_query(by):
    unit = a_unit()
    some = [present(unit) for _ in range(12)]
    queries = []
    with counted(queries):
        evidence.batch([some[0].pk], now=NOW)
    for stay in some:
        see(stay, a_user(Role.AMH, unit))
        say(stay, a_user(Role.AMH, unit))
    with counted(queries):
        found = evidence.batch([stay.pk for stay in some], now=NOW)
    assert queries == [1, 1]
    assert all(set(found[stay.pk]) == {"letter_signed", "belongings_returned"} for stay in some)


def test_an_app_reads_a_kind_in_the_place_of_the_facts(stay, by, monkeypatch):
    monkeypatch.setattr(evidence, "_provided", {})
    say(stay, by, "transport_confirmed", value={"carrier": "Alpha"})
    computed = Satisfied("transport_confirmed", Source.RECEIVED, "Alpha", NOW, "reçu : Alpha, 16:00")
    evidence.provide("transport_confirmed", lambda stay_ids: {stay.pk: computed} if stay.pk in stay_ids else {})
    assert satisfied(stay) == {"transport_confirmed": computed}
    assert evidence.batch([stay.pk], now=NOW, kinds=["letter_signed"]) == {stay.pk: {}}
