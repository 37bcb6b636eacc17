"""The NTP answer: what a client can read from it."""

import struct

import pytest
from lab.clock import answer

SINCE_1900_S = 2_208_988_800
CLIENT = bytes([0b00100011])
"""Version 4, client."""


def question(first: bytes = CLIENT) -> bytes:
    return first + bytes(39) + b"when-was"


def test_a_client_learns_the_time_and_its_own_question() -> None:
    told = answer(question(), 1_700_000_000.25)
    assert len(told) == 48
    assert (told[0], told[1]) == (0b00100100, 2)
    assert told[24:32] == b"when-was"
    for start in (16, 32, 40):
        seconds, part = struct.unpack("!II", told[start : start + 8])
        assert (seconds - SINCE_1900_S, part) == (1_700_000_000, 2**30)


def test_the_version_of_the_question_is_answered() -> None:
    assert answer(question(bytes([0b00011011])), 0.0)[0] == 0b00011100


@pytest.mark.parametrize("said", [b"", question()[:47], question(bytes([0b00100100])), question(bytes([0b00100001]))])
def test_what_is_no_clients_question_is_not_answered(said: bytes) -> None:
    assert answer(said, 0.0) == b""
