"""What AMH does with each message, in words, for those who connect a system to it: ``docs/hl7.md``."""

from collections.abc import Iterator

from amh.interop.hl7 import sent, table
from amh.interop.hl7.readings import Action
from amh.interop.hl7.table import Event
from patients.models import AnnouncementKind

HEAD = """\
# HL7 v2 messages

Written by `manage.py hl7` from `amh/interop/hl7/table.py`; a test goes through every cell.

A message comes over MLLP (`manage.py mllp`), over HTTP (`POST /interop/hl7/`, one a request) or from a file
(`manage.py import_hl7`). It is stored, fields forbidden in France blanked, then acknowledged, then applied: those of
one patient in the order in which they came, those of different patients beside each other. A message about two records
waits for both.

| Answer | When |
|---|---|
| `AA` | stored, whatever becomes of it; also for the same message again, which does nothing |
| `AE` | not stored: the database is away (it is waited for ten seconds), or the message is longer than 8 MB |
| `AR` | not HL7 v2, or a processing id (MSH-11) that is not allowed; kept in quarantine |

Over MLLP, twenty messages in a row that are not HL7 v2 end the connection.

What a message says can be applied, ignored (an event that is not used here) or in quarantine, with its reason, at
`/interop/messages/`. A message in quarantine holds up no other; replayed, it is told late.

## Beside the movement

What is read, and where it goes. What a person entered here is not changed by a message; what a message does not repeat
stands; a code out of its table is reported and says nothing.

| Field | Is here |
|---|---|
| PID-3, 5, 7, 8, 11 (BDL), 29, 30, 32; PD1-12 | numbers, strict traits, death, trust, protection of the person |
| PID-11, 13 | address, telephones, e-mail address of the person |
| NK1-2, 3, 5, 6, 7 | contacts: C to tell, K trusted (for the stay), N kin, R representative, P not to tell |
| ROL-2, 3, 4; PV1-8 | correspondents: ODRP, RP, RT, SUBS |
| ZFD-3 | answer about text messages |
| ZFA-1, 9, 11 | Mon espace santé: whether it is open, answers about feeding and reading it |
| PV1-2, 21 | kind of stay |
| PV1-3, 42 | place, place to come |
| PV1-7 | physician who answers for the stay |
| PV1-16; PV2-22 | protection of the stay |
| PV1-19; PID-18 | numbers of the stay |
| PV1-22 | single room asked for |
| PV1-36; ZFM-2, 4 | how the patient left, and where to |
| PV1-37; ZFV-1 | structure of destination, of origin (FINESS) |
| PV2-8, 9, 47 | expected admission, discharge, return from leave |
| PV2-38; ZFV-2 | how the patient came, and goes (table IHE-FR 0430) |

PID-10, 17, 19 and 22, PV1-40 and ZBE-3 are forbidden in France: blanked before anything is stored.

## Events

What ZBE-4 says, or what the event implies when it says nothing. `CANCEL` in either makes it a cancellation. What is
told twice, under the same number (ZBE-1) or at the same time, is one; a cancellation beats what it cancels, however
often that is told again, and is in quarantine while nothing is known of it; otherwise the later effective time (ZBE-2)
wins: a historic movement moves nobody who has moved since.

| Event | | Is here | `INSERT` | `UPDATE` | `CANCEL` |
|---|---|---|---|---|---|
"""

TAIL = """
Any other event is acknowledged and ignored.

- **Outpatients.** What happens to somebody whose class (PV1-2, PV1-21) is that of an outpatient, and who is neither
  here nor awaited, is ignored; `A01`, `A06` and `A07` count whatever the class.
- **Cancellations** name the place before (PV1-3): where it is another than what this feed had told, it is taken.
- **A place** is a unit, a room and a bed; a unit alone puts the patient in it without a bed. What nobody has described
  becomes an entry to be referenced.
- **A bed that somebody has** leaves the newcomer in the unit, « lit à confirmer ».
- **A pending transfer** keeps the bed of PV1-42, else of PV1-3; **a pending discharge** makes the date (PV2-9, else
  ZBE-2) sure.
"""


SENT = """
## What is sent

Written from `amh/interop/hl7/sent.py`. A receiver (`/interop/envois/`) hears over MLLP, in the clear or over TLS, of
what people do here, event by event as it asked. What another system told, or took back, is not repeated: it tells
everybody itself.

| What happened here | `INSERT` | `UPDATE` | `CANCEL` | ZBE-9 |
|---|---|---|---|---|
"""

SENT_TAIL = """
- **An exit is pending** (`A16`) once somebody here says that it is sure; another hour corrects it, a doubt takes it
  back. **A death** is told by the discharge that follows it; **a confirmed departure** by whoever announced it.
- **The movement** (ZBE-1) is `M` and a number of ours in the domain `AMH`; a correction keeps it. A cancellation names
  the place before (PV1-3). A stay that began here has the visit `S` and its number, in the same domain.
- **The patient** is named by the number (IPP) in the receiver's domain: without one the message waits. The INS leaves
  with a qualified identity only. Fields forbidden in France are never written.
- **Order.** Messages of one patient leave one after the other; MSH-10 and every byte stay the same at each attempt.
- **Answers.** `AA`, `CA`: done. `AR`, `CR`: a person is asked. `AE`, `CE`: tried three times, then a person is asked.
  No answer, one that cannot be read, or that of another message (MSA-2): tried eight times. Nobody listening: it waits
  as long as that lasts, and the administrator is asked after ten minutes.
- **`A20`**, the state of a bed (NPU-2), is no event of the French profile and leaves only for who asks for it: the
  states of all beds first, then each that is another than the one last told, looked at every 15 seconds.

| State of the bed | NPU-2 |
|---|---|
"""


def page() -> str:
    """The whole page, as Markdown."""
    return HEAD + "".join(_lines()) + TAIL + SENT + "".join(_sent()) + SENT_TAIL + "".join(_states())


def _sent() -> Iterator[str]:
    for kind, one in sent.EVENTS.items():
        yield f"| {_word(kind)} | `{one.trigger}` | `{sent.UPDATED}` | `{one.cancel}` | `{one.nature}` |\n"


def _states() -> Iterator[str]:
    for state, code in sent.BED_STATES.items():
        yield f"| {state.value} | `{code}` |\n"


def _lines() -> Iterator[str]:
    for trigger, event in table.EVENTS.items():
        effects = " | ".join(_said(event, action) for action in (Action.INSERT, Action.UPDATE, Action.CANCEL))
        yield f"| `{trigger}` | {event.name} | {_kind(event)} | {effects} |\n"


def _said(event: Event, action: Action) -> str:
    effect = event.effects[action]
    if effect == table.Effect.STRIKE and event.struck:
        return f"{effect.value}: the {_word(event.struck)} of the opposite event"
    return effect.value


def _kind(event: Event) -> str:
    return _word(event.kind) if event.kind else "–"


def _word(kind: table.Kind) -> str:
    word = kind.value.replace("_", " ")
    return f"announcement: {word}" if isinstance(kind, AnnouncementKind) else word
