from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.roles import Role
from amh.core.transactions import act
from patients.actions import flags
from patients.models import ISOLATIONS, Flag, FlagKind
from patients.queries.flags import history
from patients.rules.flags import DEMANDS
from tests.expectations import nothing_written, recorded, refused
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.factories.records import a_flag

pytestmark = pytest.mark.django_db
K = FlagKind
A_DAY = timedelta(days=1)
NEEDED = {kind: demand for kind, demand in DEMANDS.items() if demand.detail_needed or demand.to_tell_needed}


def fresh(flag):
    flag.refresh_from_db()
    return flag


def filled(kind):
    """All that a kind asks for."""
    demand = DEMANDS[kind]
    asked = {"detail": demand.detail, "to_tell": demand.to_tell}
    return {name: "ce qu’il faut" for name, label in asked.items() if label}


def test_something_is_signalled_and_the_board_told():
    bed = a_bed(a_unit())
    stay = present(bed)
    by = a_user(Role.NURSE, bed.room.unit)
    with recorded("flag.raise", beds=(bed,), units=(bed.room.unit,)):
        flag = flags.raise_(patient=stay.patient, kind=K.INTERPRETER, detail=" portugais ", by=by, at=NOW)
    assert (flag.detail, flag.starts_at, flag.ends_at, flag.entered_by) == ("portugais", NOW, None, by)


def test_every_kind_says_what_follows_from_it():
    assert set(DEMANDS) == set(K)
    assert all(demand.consequence for demand in DEMANDS.values())
    assert all("ni germe" in str(DEMANDS[kind].help) for kind in ISOLATIONS)
    assert set(NEEDED) == {K.INTERPRETER, K.PROTECTED_ADULT, K.MINOR, K.CLINICAL_TRIAL}


@pytest.mark.parametrize("kind", list(K))
def test_every_kind_can_be_signalled_with_all_it_asks_for(kind):
    assert a_flag(a_patient(), kind, **filled(kind)).pk


@pytest.mark.parametrize("kind", list(NEEDED))
def test_what_a_kind_needs_is_asked_for(kind):
    field = "detail" if DEMANDS[kind].detail_needed else "to_tell"
    for nothing in ("", "   "):
        who = a_patient()
        with nothing_written(), refused(Invalid, "required", field=field):
            a_flag(who, kind, **filled(kind) | {field: nothing})


@pytest.mark.parametrize("kind", [K.CLINICAL_TRIAL, *sorted(ISOLATIONS)])
def test_no_title_of_a_trial_and_no_germ_has_a_place(kind):
    who = a_patient()
    with nothing_written(), refused(Invalid, "not_asked", field="detail"):
        a_flag(who, kind, **filled(kind) | {"detail": "un titre"})


def test_the_same_is_signalled_once():
    who = a_patient()
    a_flag(who)
    with nothing_written(), refused(Conflict, "flag_once", field="kind", saying="précautions contact"):
        a_flag(who)
    assert a_flag(who, K.AIRBORNE_PRECAUTIONS).pk


def test_the_database_refuses_the_same_twice_too():
    flag = a_flag(a_patient())
    twin = {"patient": flag.patient, "kind": flag.kind, "starts_at": NOW, "entered_at": NOW}
    with refused(Conflict, "flag_once", saying="vient d’être fait"):
        act(lambda: Flag.objects.create(**twin))()


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [(NOW + timedelta(hours=1), "in_the_future"), (paris("1950-01-01 08:00"), "before_birth")],
)
def test_a_moment_that_cannot_be_is_refused(starts_at, code):
    who = a_patient()
    with nothing_written(), refused(Invalid, code, field="starts_at"):
        a_flag(who, starts_at=starts_at)


def test_what_goes_with_it_is_said_anew():
    flag = a_flag(a_patient(), K.INTERPRETER, detail="portugais")
    with recorded("flag.change"):
        flags.change(flag=flag, detail="turc", to_tell="ISM", by=None, at=NOW)
    assert (fresh(flag).detail, flag.to_tell) == ("turc", "ISM")
    with nothing_written():
        flags.change(flag=flag, detail="turc", to_tell="ISM", by=None, at=NOW)
    with refused(Invalid, "required", field="detail"):
        flags.change(flag=flag, detail="", to_tell="ISM", by=None, at=NOW)


def test_it_is_lifted_once_and_put_back_once():
    bed = a_bed(a_unit())
    flag = a_flag(present(bed).patient)
    shown = {"beds": (bed,), "units": (bed.room.unit,)}
    with recorded("flag.lift", **shown):
        flags.lift(flag=flag, by=None, at=NOW + A_DAY)
    assert fresh(flag).ends_at == NOW + A_DAY
    with nothing_written():
        flags.lift(flag=flag, by=None, at=NOW + 2 * A_DAY)
    with recorded("flag.restore", **shown):
        flags.restore(flag=flag, by=None, at=NOW + A_DAY)
    with nothing_written():
        flags.restore(flag=flag, by=None, at=NOW + A_DAY)
    assert fresh(flag).ends_at is None


def test_one_signalled_by_mistake_never_held():
    flag = a_flag(a_patient())
    with recorded("flag.withdraw"):
        flags.withdraw(flag=flag, by=None, at=NOW + A_DAY)
    assert fresh(flag).ends_at == flag.starts_at
    flags.restore(flag=flag, by=None, at=NOW + 3 * A_DAY)
    assert fresh(flag).ends_at is None


def test_one_lifted_is_precised_no_more():
    flag = a_flag(a_patient(), K.INTERPRETER, detail="turc")
    flags.lift(flag=flag, by=None, at=NOW)
    with refused(Conflict, "flag_lifted"):
        flags.change(flag=flag, detail="arabe", to_tell="", by=None, at=NOW)


def test_one_lifted_long_ago_is_signalled_anew():
    flag = a_flag(a_patient())
    flags.lift(flag=flag, by=None, at=NOW + A_DAY)
    with nothing_written(), refused(Conflict, "too_old"):
        flags.restore(flag=flag, by=None, at=NOW + 3 * A_DAY)


def test_one_is_not_put_back_beside_its_successor():
    who = a_patient()
    flag = a_flag(who)
    flags.lift(flag=flag, by=None, at=NOW + timedelta(hours=1))
    flags.raise_(patient=who, kind=K.CONTACT_PRECAUTIONS, by=None, at=NOW + timedelta(hours=2))
    with nothing_written(), refused(Conflict, "flag_once", field="kind"):
        flags.restore(flag=flag, by=None, at=NOW + timedelta(hours=3))


def test_the_history_tells_what_holds_from_what_was_lifted():
    who = a_patient()
    standing, lifted = a_flag(who), a_flag(who, K.BARIATRIC)
    flags.lift(flag=lifted, by=None, at=NOW)
    assert history(who) == ([standing], [lifted])


def test_the_right_is_that_of_the_units_of_the_patient():
    unit = a_unit()
    flag = a_flag(present(a_bed(unit)).patient)
    stranger = a_user(Role.AMH, a_unit())
    for verb in (flags.lift, flags.withdraw, flags.restore):
        with nothing_written(), refused(Denied, "exceptional_access_needed"):
            verb(flag=flag, by=stranger, at=NOW)
    manager = a_user(Role.BED_MANAGER)
    with nothing_written(), refused(Denied, "denied"):
        flags.change(flag=flag, detail="", to_tell="", by=manager, at=NOW)
