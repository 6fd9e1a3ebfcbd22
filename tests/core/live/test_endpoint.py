import http.client
from datetime import timedelta

from django.utils import timezone

from amh.core.live import feed
from amh.core.models import Change, Session, User
from amh.core.roles import Role
from tests.core.live.streams import position_past_all


def test_nobody_gets_nothing(site) -> None:
    assert site.open().status == 401
    assert site.open(session="made-up").status == 401


def test_a_session_that_has_run_out_is_nobody(site, session) -> None:
    Session.objects.update(expire_date=timezone.now())
    assert site.open(session=session).status == 401


def test_an_account_that_was_closed_is_nobody(site, session, manager) -> None:
    User.objects.update(is_active=False)
    assert site.open(session=session).status == 401


def test_a_locked_session_is_nobody(site, session) -> None:
    Session.objects.update(locked_at=timezone.now())
    assert site.open(session=session).status == 401


def test_a_session_long_silent_is_nobody(site, session) -> None:
    Session.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    assert site.open(session=session).status == 401


def test_a_session_from_before_a_new_password_is_nobody(site, session, manager) -> None:
    manager.set_password("a new one")
    manager.save()
    assert site.open(session=session).status == 401


def test_a_person_without_the_right_is_refused(site, log_in) -> None:
    interface = User.objects.create_user("interface", role=Role.INTERFACE)
    assert site.open(session=log_in(interface)).status == 403


def test_an_unknown_topic_is_not_found(site, session) -> None:
    assert site.open("/live/fenetres", session=session).status == 404


def test_a_stream_can_only_be_read(site, session) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=5)
    connection.request("POST", "/live/portes", headers={"Cookie": f"sessionid={session}"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    connection.close()


def test_a_stream_says_that_nobody_may_keep_or_buffer_it(site, session) -> None:
    stream = site.watch(session=session)
    assert stream.response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert stream.response.headers["Cache-Control"] == "no-cache"
    assert stream.response.headers["X-Accel-Buffering"] == "no"
    assert 2000 <= int(stream.retry) <= 4000


def test_who_missed_nothing_first_hears_a_beat_with_the_position(site, session) -> None:
    position = position_past_all()
    beat = site.open(session=session).take("beat")
    assert int(beat.id) >= position
    assert beat.facts == {"at": beat.facts["at"], "position": int(beat.id), "stale": False}


def test_a_browser_that_comes_back_gets_what_it_missed(site, session, touch) -> None:
    touch(1)
    position = position_past_all()
    touch(2)
    touch(3)
    stream = site.open(f"/live/portes?last={position}", session=session)
    first, last = stream.take("card"), stream.take("card")
    assert [first.text, last.text] == ["<b>\nporte 2\n</b>", "<b>\nporte 3\n</b>"]
    assert first.id is None
    assert int(last.id) >= position


def test_data_are_not_said_to_be_fresh_before_all_that_was_missed_has_come(site, session, touch) -> None:
    touch(1)
    position = position_past_all()
    touch(2)
    touch(3)
    stream = site.open(f"/live/portes?last={position}", session=session)
    heard = [stream.events.get(timeout=10) for _ in range(3)]
    assert [event.name for event in heard] == ["card", "card", "beat"]
    assert heard[2].id == heard[1].id


def test_the_memory_of_the_browser_beats_the_address(site, session, touch) -> None:
    touch(1)
    early = position_past_all()
    touch(2)
    late = position_past_all()
    touch(3)
    stream = site.open(f"/live/portes?last={early}", session=session, Last_Event_ID=str(late))
    assert stream.take("card").text == "<b>\nporte 3\n</b>"


def test_a_position_too_old_means_reset(site, session, touch) -> None:
    feed.announce("doors", [1], at=timezone.now() - 2 * feed.KEPT)
    oldest = Change.objects.get().transaction
    stream = site.open(f"/live/portes?last={oldest - 1}", session=session)
    reset = stream.take("reset")
    assert reset.facts == {"position": int(reset.id)}
    touch(2)
    stream.cards("<b>\nporte 2\n</b>")


def test_a_position_of_another_database_means_reset(site, session) -> None:
    site.open(f"/live/portes?last={10**30}", session=session).take("reset")


def test_a_position_that_is_no_number_is_ignored(site, session, touch) -> None:
    stream = site.watch("/live/portes?last=hier", session=session)
    touch(1)
    stream.cards("<b>\nporte 1\n</b>")


def test_too_much_missed_means_reset(site, session, touch) -> None:
    touch(1)
    position = position_past_all()
    touch(*range(1, 502))
    site.open(f"/live/portes?last={position}", session=session).take("reset")


def test_many_changes_still_come_one_by_one(site, session, touch, doors) -> None:
    doors.padding = "x" * 2000
    touch(1)
    position = position_past_all()
    touch(*range(1, 501))
    stream = site.open(f"/live/portes?last={position}", session=session)
    stream.cards(*(f"<b>\nporte {ref}\n</b>{doors.padding}" for ref in range(1, 501)))


def test_each_reads_their_language_and_mode(site, session, touch, doors) -> None:
    french = site.watch(session=session)
    english = site.watch("/live/portes?mode=mural", session=session, Accept_Language="en-GB")
    touch(1)
    french.cards("<b>\nporte 1\n</b>")
    english.cards("<b>\ndoor 1\n</b>")
    assert set(doors.composed) == {("fr", "", "A"), ("en", "mural", "A")}


def test_changes_of_other_topics_do_not_come(site, session, touch, doors) -> None:
    stream = site.watch(session=session)
    feed.announce("windows", [1], at=timezone.now())
    touch(2)
    stream.cards("<b>\nporte 2\n</b>")
    assert doors.collected == [{2}]
    assert Change.objects.count() == 2
