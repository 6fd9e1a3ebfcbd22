"""The French profile to the letter: each rule broken once, and a message that breaks none."""

import pytest

from amh.interop.hl7 import pam
from amh.interop.hl7.deviations import Code
from amh.interop.hl7.requirements import REQUIREMENTS
from tests.interop.hl7 import samples

TO_THE_LETTER = r"""
MSH|^~\&|GAM|CLCC|AMH|CLCC|20260305||ADT^A01^ADT_A01|1|P|2.5^FRA^2.11||||||UNICODE UTF-8|||2.11^IHE_FRANCE-2.11-PAM
EVN||20260305091500+0100
PID|1||700123^^^CLCC^PI||DURAND^Hélène^Hélène^^^^L||19580312|F||||||||||||||||||||||||VALI
PV1|1|I|MED^201^F^CLCC^O||||||||||||||||V1^^^CLCC^VN
ZBE|M1^CLCC^9900|20260305091500+0100||INSERT|N||^^^^^^^^^4410|^^^^^^^^^4411|HMS
""".strip()


def odd(*changes: tuple[str, str]) -> set[tuple[str, str]]:
    """What is odd about the message with these changes, each made once."""
    text = TO_THE_LETTER
    for before, after in changes:
        assert text.count(before) >= 1, before
        text = text.replace(before, after, 1)
    return samples.codes(pam.read(samples.parsed(text.replace("\n", "\r").encode())))


def test_a_message_to_the_letter_deviates_in_nothing() -> None:
    assert odd() == set()


@pytest.mark.parametrize(
    ("before", "after", "code", "where"),
    [
        ("2.5^FRA^2.11|", "2.5|", Code.VERSION_NOT_FRENCH, "MSH-12"),
        ("2.5^FRA^2.11|", "2.5^FRA^2.10|", Code.VERSION_NOT_FRENCH, "MSH-12"),
        ("|||2.11^IHE_FRANCE-2.11-PAM", "", Code.PROFILE_UNNAMED, "MSH-21"),
        ("UNICODE UTF-8", "UTF-8", Code.CHARSET_NOT_FRENCH, "MSH-18"),
        ("UNICODE UTF-8", "8859/15", Code.CHARSET_MISMATCH, "MSH-18"),
        ("ADT^A01", "ADT^A08", Code.EVENT_NOT_FRENCH, "MSH-9"),
        ("ADT^A01", "ADT^A20", Code.EVENT_NOT_FRENCH, "MSH-9"),
        ("ADT^A01", "ADT^A34", Code.EVENT_NOT_FRENCH, "MSH-9"),
        ("ADT^A01", "ADT^A47", Code.PRIOR_MISSING, "MRG-1"),
        ("700123^^^CLCC^PI", "700123^^^^PI", Code.IDENTIFIER_DOMAIN, "PID-3.4"),
        ("700123^^^CLCC^PI", "700123^^^CLCC", Code.IDENTIFIER_UNTYPED, "PID-3"),
        ("700123^^^CLCC^PI", "700123^^^CLCC^PI~9^^^CLCC", Code.IDENTIFIER_TYPE, "PID-3.5"),
        ("^^^^L|", "|", Code.NAME_TYPE, "PID-5.7"),
        ("|VALI", "", Code.RELIABILITY_MISSING, "PID-32"),
        ("|VALI", "|HOMA", Code.RELIABILITY_MISSING, "PID-32"),
        ("PV1|1|I|", "PV1|1||", Code.PATIENT_CLASS, "PV1-2"),
        ("PV1|1|I|", "PV1|1|P|", Code.PATIENT_CLASS, "PV1-2"),
        ("^CLCC^O|", "^CLCC^K|", Code.BED_STATUS, "PV1-3.5"),
        ("V1^^^CLCC^VN", "", Code.VISIT_NUMBER_MISSING, "PV1-19"),
        ("ZBE|M1^CLCC^9900", "ZBE|M1", Code.MOVEMENT_DOMAIN, "ZBE-1.2"),
        ("ZBE|M1^CLCC^9900", "ZBE|", Code.MOVEMENT_ID_MISSING, "ZBE-1"),
        ("||INSERT|", "|||", Code.ACTION_DERIVED, "ZBE-4"),
        ("||INSERT|", "||UPDATE|", Code.UPDATE_EVENT, "ZBE-4"),
        ("|N||^^^", "|||^^^", Code.HISTORIC_MISSING, "ZBE-5"),
        ("|N||^^^", "|N|A99|^^^", Code.ORIGINAL_EVENT_UNKNOWN, "ZBE-6"),
        ("^^^^^^^^^4410", "4410", Code.UF_CODE, "ZBE-7.10"),
        ("^^^^^^^^^4411", "4411", Code.UF_CODE, "ZBE-8.10"),
        ("|HMS", "|", Code.NATURE_MISSING, "ZBE-9"),
        ("|HMS", "|HMX", Code.NATURE_UNKNOWN, "ZBE-9"),
    ],
)
def test_each_rule_broken_is_told_and_read_all_the_same(before: str, after: str, code: Code, where: str) -> None:
    assert (code, where) in odd((before, after))


def test_z99_updates_and_does_nothing_else() -> None:
    assert (Code.UPDATE_ACTION, "ZBE-4") in odd(("ADT^A01", "ADT^Z99"))
    assert odd(("ADT^A01", "ADT^Z99"), ("INSERT|N|", "UPDATE|N|A01")) == set()


def test_an_identity_needs_no_place() -> None:
    identity = ("ADT^A01^ADT_A01", "ADT^A28^ADT_A05")
    assert odd(identity, ("PV1|1|I|MED^201^F^CLCC^O", "PV1|1|N|"), ("ZBE|M1^CLCC^9900", "ZBE|M1^CLCC^9900")) <= {
        (Code.VISIT_NUMBER_MISSING, "PV1-19")
    }


def test_every_code_says_what_to_ask() -> None:
    assert set(REQUIREMENTS) == set(Code)
    assert all(one.source and str(one.ask).endswith((".", "?")) for one in REQUIREMENTS.values())
