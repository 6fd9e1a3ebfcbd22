"""Messages applied per second, end to end over MLLP, and how soon after its frame a message shows on a board.

*Rate*: patients of their own, in several units, each with an admission, transfers and a discharge, are sent by several
connections as fast as their answers come; the clock stops when the last message has been applied. Beside it: one-row
inserts, each its own durable commit, by eight connections to the same database. Then the same again behind ten times as
many messages.

*Latency*: transfers at twenty a second, from the first byte written to the moment at which an open board hears that the
bed left behind wants cleaning.
"""

import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil

from benchmarks.acts import commits_per_second
from benchmarks.figures import percentile, show
from benchmarks.grounds import PROJECT, TIME_ZONE, Grounds
from benchmarks.lives import SETTLE, Answers, Change, hear, listening
from benchmarks.visitors import Visitor
from benchmarks.webs import APPLICATION, serving

BEDS, PATIENTS, MOVES, SENDERS = 300, 200, 4, 4
QUICK = 30, 8, 2, 2
UNITS = 8
RATE, LIVE = "FLUX", "VIE"
"""Units of their own for both measures: a bed of the second has never been left before."""
NAMES = ("Durand", "Martin", "Bernard", "Petit", "Robert", "Richard", "Dubois", "Moreau", "Laurent", "Simon", "Michel")
EVERY = 0.05
AIM, SLOWEST = 100.0, 500.0
"""What is aimed at: messages a second, and milliseconds in 95 of 100 cases."""
TENFOLD = """
INSERT INTO interop_inboundmessage
    (sender_id, control_id, fingerprint, trigger, lane, other_lane, received_at, raw, charset, state, decided_at,
     reason, reason_code, ignored_because, ignored_by_id, ignored_at, note, reused_id, deviations, duplicates)
SELECT sender_id, control_id || '-' || copy, fingerprint, trigger, lane, other_lane, received_at, raw, charset, state,
    decided_at, reason, reason_code, ignored_because, ignored_by_id, ignored_at, note, reused_id, deviations, duplicates
FROM interop_inboundmessage, generate_series(1, 9) copy
"""
REFUSED = """
SELECT DISTINCT reason FROM interop_inboundmessage message JOIN interop_sender sender ON sender.id = message.sender_id
WHERE application = 'BENCH' AND state <> 'accepted'
"""
BEDS_OF_UNIT = """
SELECT unit.code, room.label, bed.label, bed.id FROM wards_bed bed JOIN wards_room room ON room.id = bed.room_id
JOIN wards_unit unit ON unit.id = room.unit_id WHERE unit.code LIKE %(units)s ORDER BY bed.id
"""
numbers = count(1)


def measure(grounds: Grounds, *, quick: bool) -> None:
    """Print how many messages are applied in a second, and how soon each is seen."""
    beds, patients, moves, senders = QUICK if quick else (BEDS, PATIENTS, MOVES, SENDERS)
    database = grounds.hospital(beds)
    _ward(grounds, database, RATE, patients)
    places = _ward(grounds, database, LIVE, 12 if quick else 200)
    commits = commits_per_second(grounds, database, seconds=0.5 if quick else 5.0)
    with listener(grounds.environment(database)) as mllp:
        day, sent = timedelta(days=1), partial(_rate, grounds, database, mllp, patients=patients, moves=moves)
        rate = sent(senders=senders, first=now() - 2 * day)
        show("feed.bare_commits", commits, "1/s")
        show("feed.rate", rate, "1/s", {"bare commits": commits, "aim": AIM})
        show("feed.rate_listener", 100 * mllp.seconds / mllp.lasted, "% cpu")
        grounds.change(database, TENFOLD)
        more = sent(senders=senders, first=now() - day)
        show("feed.rate_tenfold", more, "1/s", {"a tenth stored": rate})
        _latency(grounds, database, mllp, places)


@dataclass
class Mllp:
    """The listener; ``seconds`` is the processor time that it used while so many seconds ``lasted``."""

    port: int
    process: psutil.Process
    seconds: float = 0.0
    lasted: float = 1.0

    def spent(self) -> float:
        """Processor time used so far, by those too who apply for it."""
        times = [one.cpu_times() for one in (self.process, *self.process.children())]
        return float(sum(one.user + one.system for one in times))


@contextmanager
def listener(environment: dict[str, str]) -> Iterator[Mllp]:
    """The listener on a database, for the time of the block."""
    command = [sys.executable, "manage.py", "mllp", "--port", "0"]
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = process.stdout.readline() if process.stdout else ""
            yield Mllp(int(said.rpartition(":")[2]), psutil.Process(process.pid))
        finally:
            process.terminate()


class Sender:
    """A connection of another system."""

    def __init__(self, port: int) -> None:
        self.link = socket.create_connection(("127.0.0.1", port), timeout=60)

    def say(self, message: str) -> bytes:
        """Send a message and wait for its answer, which must accept it."""
        self.link.sendall(b"\x0b" + message.encode() + b"\x1c\r")
        answer = b""
        while b"\x1c" not in answer:
            answer += self.link.recv(65536)
        if b"MSA|AA" not in answer:
            raise SystemExit(f"benchmarks: {answer!r}")
        return answer

    def close(self) -> None:
        """Leave."""
        self.link.close()


def _ward(grounds: Grounds, database: str, kind: str, patients: int) -> list[tuple[str, int]]:
    """Two beds for each patient, in units taken in turn: as PL, with its id."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "structure.csv"
        places = [_place(kind, number) for number in range(2 * patients)]
        lines = [f"{unit},Unité {unit},inpatient,{room},{bed},bed" for unit, room, bed in places]
        file.write_text("\n".join(["unit_code,unit_name,unit_kind,room,bed,bed_kind", *lines]), encoding="utf-8")
        grounds.manage("import_structure", str(file), database=database)
    return [("^".join(place), pk) for *place, pk in grounds.rows(database, BEDS_OF_UNIT, {"units": f"{kind}_"})]


def _place(kind: str, number: int) -> tuple[str, str, str]:
    """A bed: its unit, room and label."""
    return f"{kind}{number % UNITS}", str(1 + number // UNITS), "P"


def message(trigger: str, patient: int, place: str, at: datetime) -> str:
    """A message to the French profile, under a number of its own."""
    when = f"{at:%Y%m%d%H%M%S}"
    number, unit = next(numbers), place.partition("^")[0]
    family = f"{NAMES[patient % len(NAMES)]}-{NAMES[patient // len(NAMES) % len(NAMES)]}"
    segments = [
        rf"MSH|^~\&|BENCH|CLCC|AMH|CLCC|{when}||ADT^{trigger}|B{number}|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8",
        f"EVN||{when}||||{when}",
        f"PID|1||B{patient}^^^BENCH^PI||{family}^Anne^Anne^^^^L||19{30 + patient % 70}0312|F|||1 rue du Banc^^Dijon",
        f"PV1|1|I|{place}||||123^HOUSE^Grégory|||181||||||||{'|'}V{patient}^^^BENCH^VN||03",
        "PV2||||||||20261120|20991125",
        f"ZBE|B{number}^BENCH|{when}||INSERT|N||^^^^^^^^^{unit}|^^^^^^^^^{unit}|HMS",
    ]
    return "\r".join(segments)


def _course(patient: int, moves: int, first: datetime) -> Iterator[str]:
    """An admission, transfers from one of the patient's own two beds to the other, a discharge."""
    moments = (first + timedelta(minutes=minute) for minute in count())
    own = ["^".join(_place(RATE, 2 * (patient % PATIENTS) + number)) for number in (0, 1)]
    yield message("A01", patient, own[0], next(moments))
    for number in range(moves):
        yield message("A02", patient, own[(number + 1) % 2], next(moments))
    yield message("A03", patient, own[moves % 2], next(moments))


def _rate(
    grounds: Grounds, database: str, mllp: Mllp, *, patients: int, moves: int, senders: int, first: datetime
) -> float:
    start = next(numbers)
    courses = [list(_course(start * 1_000 + number, moves, first)) for number in range(patients)]
    shares = [
        [message for step in zip(*courses[share::senders], strict=True) for message in step] for share in range(senders)
    ]
    spent, began = mllp.spent(), time.monotonic()
    with ThreadPoolExecutor(senders) as pool:
        list(pool.map(partial(_send, mllp.port), shares))
        _wait_until_applied(grounds, database)
    mllp.lasted = time.monotonic() - began
    mllp.seconds = mllp.spent() - spent
    return sum(map(len, shares)) / mllp.lasted


def _send(port: int, messages: list[str]) -> None:
    with closing(Sender(port)) as sender:
        for message in messages:
            sender.say(message)


def _wait_until_applied(grounds: Grounds, database: str) -> None:
    with grounds.connection(database) as link, link.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FILTER (WHERE state = 'received') FROM interop_inboundmessage")
            if cursor.fetchone()[0] == 0:
                break
            threading.Event().wait(0.02)
        cursor.execute(REFUSED)
        if wrong := cursor.fetchall():
            raise SystemExit(f"benchmarks: {wrong}")


def _latency(grounds: Grounds, database: str, mllp: Mllp, places: list[tuple[str, int]]) -> None:
    """Every bed is left once: each patient goes to the one that was left longest ago."""
    with (
        serving(APPLICATION, grounds.environment(database)) as web,
        closing(Visitor(web)) as visitor,
        listening(web, "/live/lits", visitor.sign_in()) as listeners,
        closing(Sender(mllp.port)) as sender,
    ):
        listeners.open(1)
        changes = list(_changes(sender, places))
        _wait_until_applied(grounds, database)
        time.sleep(SETTLE)
        heard = hear(web, listeners, changes, 1, _sent, every=EVERY)
    for percent in (50, 95, 99):
        beside = {"aim": SLOWEST} if percent == 95 else {}
        show(f"feed.latency.p{percent}", percentile(heard.delays, percent), "ms", beside)
    show("feed.latency.received", heard.received, "%")


def _changes(sender: Sender, places: list[tuple[str, int]]) -> Iterator[Change]:
    """Admit half as many patients as there are places, now; then their transfers."""
    people = [next(numbers) * 1_000 for _ in places[::2]]
    taken, free = places[: len(people)], places[len(people) :]
    for patient, (place, _bed) in zip(people, taken, strict=True):
        sender.say(message("A01", patient, place, now() - timedelta(hours=1)))
    for number in range(len(places)):
        patient, (_place, left) = people[number % len(people)], taken.pop(0)
        goes = free.pop(0)
        taken.append(goes)
        free.append((_place, left))
        yield Change(left, _moving(sender, patient, goes[0]))


def _moving(sender: Sender, patient: int, place: str) -> Callable[[], bytes]:
    def act() -> bytes:
        began = time.time()
        sender.say(message("A02", patient, place, now()))
        return repr(began).encode()

    return act


def _sent(answers: Answers) -> dict[str, float]:
    """The times at which the frames were begun."""
    return {mark: float(answer) for mark, answer in answers.items()}


def now() -> datetime:
    """The hospital's clock."""
    return datetime.now(ZoneInfo(TIME_ZONE))
