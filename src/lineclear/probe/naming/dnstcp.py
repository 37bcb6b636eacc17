"""One question over TCP (RFC 7766): after a truncated answer, or where UDP brings nothing."""

import struct
from os import urandom

from lineclear.probe.dnsasking import number_of, query
from lineclear.probe.stream import Broken, Plain, Stream
from lineclear.probe.tcp import reach

from .dnsquestion import Answer, Question, failed, judged
from .dnswire import Malformed, answers, parse

_LENGTH = struct.Struct(">H")


async def answer_over_tcp(question: Question) -> tuple[Answer, float | None]:
    """Ask over a connection of its own. The answer, and the milliseconds from question to answer; connecting aside."""
    run = question.run
    connection, failure, detail = await reach(
        run, host=question.name, endpoint=question.resolver, purpose=question.purpose
    )
    if connection is None:
        return failed(question.rtype, failure or run.silence(), detail), None
    stream = Plain(connection)
    try:
        return await _converse(question, stream)
    finally:
        stream.close()


async def _converse(question: Question, stream: Stream) -> tuple[Answer, float | None]:
    run = question.run
    number = number_of(urandom(2))
    wire = query(number, question.asked, question.edns)
    asked_at = run.now()
    moment = asked_at + run.limits.dns_s
    broken = await stream.say(_LENGTH.pack(len(wire)) + wire, moment)
    said = broken or await _hear(stream, moment)
    if isinstance(said, Broken):
        return failed(question.rtype, said.failure, said.raw), None
    ours = number_of(said) == number and answers(said, question.asked)
    reply = parse(said, question.name) if ours else Malformed(why="a reply to another question")
    return judged(reply, question.rtype), run.took_ms(asked_at)


async def _hear(stream: Stream, moment: float) -> bytes | Broken:
    """The bytes of one whole message."""
    heard = b""
    while len(heard) < _LENGTH.size or len(heard) < _LENGTH.size + number_of(heard):
        more = await stream.hear(moment)
        if isinstance(more, Broken):
            return more
        heard += more
    return heard[_LENGTH.size : _LENGTH.size + number_of(heard)]
