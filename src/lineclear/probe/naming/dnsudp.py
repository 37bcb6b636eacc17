"""Questions over UDP: many at a time to one resolver, each sent again until answered, each listened to a little longer.

Ports. The first datagram of each question leaves from one socket shared by all (6 us less a question), every further
one from a port of its own: some firewalls close a flow at its first reply, some lose the second of two questions that
leave together. They then cost one resend and no answer.

When to ask again. After 150 ms, and each time twice as much later: 0, 0.15, 0.3, 0.6, 1.2 s. With 2 % loss each way
two in a thousand questions need more than one resend, and a resolver that is slow rather than deaf is not flooded:
small ones answer REFUSED beyond some 150 questions in work.

Lies. The answer counts as soon as it is there, but its datagram is listened to for `dns_linger_s` more: an injector is
quicker than the resolver, and then the resolver speaks. Only replies to the very same datagram are compared, since a
round robin may answer a resend with other addresses and be honest.
"""

import os
from _socket import socket

from msgspec import Struct

from lineclear.model import Endpoint, Failure, Icmp, Raw
from lineclear.probe.datagrams import lain_s, make_room, open_datagrams, receive
from lineclear.probe.dnsasking import number_of, query
from lineclear.probe.errands import Errands
from lineclear.probe.errors import classify_datagram, classify_here, queued_errors, raw
from lineclear.probe.headstart import Early
from lineclear.probe.loop.poller import ERROR, READ
from lineclear.probe.run import Run

from .dnsquestion import Question, failed, judged
from .dnswire import Malformed, Reply, answers, parse, repeats

_MOST_SENDS = 6
_LINGER = _MOST_SENDS
"""The queue for answered questions; the others are for those sent once, twice, and so on."""
_MOST_OWN_SOCKETS = 128
"""Beyond this many, resends share the first socket again: a sweep must not eat the descriptors."""
_MOST_READ_AT_ONCE = 256
"""Datagrams read before anybody else has a turn."""
_RANDOM_AT_ONCE = 512


class _Sent(Struct, gc=False):
    """One datagram on its way: whose, through which socket, since when."""

    question: Question
    fd: int
    moment: float


class Correspondence:
    """All questions to one resolver that are under way."""

    def __init__(self, run: Run, resolver: Endpoint) -> None:
        self.run = run
        self.resolver = resolver
        self.questions = Errands[Question](
            run,
            lengths=_LINGER + 1,
            optional=_LINGER,
            begin=self._begin,
            read=self._read,
            look_at=self._look_at,
            end=self._end,
        )
        self._sent: dict[int, _Sent] = {}
        self._socks: dict[int, socket] = {}
        self._shared: socket | None = None
        self._early: dict[bytes, tuple[int, float]] = {}
        self._own = 0
        self._random = b""

    # -- sending ---------------------------------------------------------------------------------------------------

    def _begin(self, question: Question) -> None:
        if self.run.reactor.is_cut:
            question.conclude(failed(question.rtype, Failure.INTERRUPTED))
            question.record()
        else:
            self._send(question)

    def _send(self, question: Question) -> None:
        """Send a question once more, and note when to look at it again. This machine's refusal concludes it."""
        limits = self.run.limits
        question.resends += 1
        try:
            sock = self._socket_for(question)
            number, moment = self._sent_early(question) or self._send_now(sock, question)
        except OSError as problem:
            self._refuse(question, problem.errno or 0)
            return
        if question.answer is not None:
            return
        question.numbers.append(number)
        self._sent[number] = _Sent(question, sock.fileno(), moment)
        wait_s = limits.dns_resend_s * (1 << question.resends)
        last = question.resends + 1 == _MOST_SENDS or wait_s >= limits.dns_s
        self.questions.appoint(question, question.resends, question.began + (limits.dns_s if last else wait_s))

    def _send_now(self, sock: socket, question: Question) -> tuple[int, float]:
        number = self._new_number()
        moment = self.run.reactor.clock()
        self._push(sock, query(number, question.asked, question.edns))
        return number, moment

    def _sent_early(self, question: Question) -> tuple[int, float] | None:
        """The id and moment of a query that left before this run was ready (`headstart`); None if it did not."""
        if question.edns or question.resends:
            return None
        sent = self._early.pop(question.asked, None)
        if sent is not None:
            question.began = sent[1]
        return sent

    def _refuse(self, question: Question, number: int) -> None:
        """This machine would not send; unless an error of the socket has just concluded the question."""
        if question.answer is None:
            self._fail(question, classify_here(number, self.resolver.address), raw(number))

    def _push(self, sock: socket, wire: bytes) -> None:
        """Send; what an earlier datagram of this socket met with is dealt with first, and is not this one's error.

        A full buffer loses the datagram as a full router would.
        """
        try:
            sock.send(wire)
        except BlockingIOError:
            return
        except OSError:
            self._take_errors(sock)
            sock.send(wire)

    def _socket_for(self, question: Question) -> socket:
        own = self._own_socket() if question.resends else None
        if own is not None:
            question.socks.append(own)
            return own
        if self._shared is None:
            self._shared = self._adopt() or self._open()
            make_room(self._shared)
        return self._shared

    def _adopt(self) -> socket | None:
        """The socket through which this resolver was asked early, if it was."""
        early: Early | None = self.run.early.pop((self.resolver.address, self.resolver.port), None)
        if early is None:
            return None
        self._early = early.sent
        self._keep(early.sock)
        return early.sock

    def _keep(self, sock: socket) -> None:
        self.run.reactor.watch(sock.fileno(), READ)
        self._socks[sock.fileno()] = sock

    def _own_socket(self) -> socket | None:
        if self._own >= _MOST_OWN_SOCKETS:
            return None
        try:
            sock = self._open()
        except OSError:
            return None
        self._own += 1
        return sock

    def _open(self) -> socket:
        sock = open_datagrams(self.resolver.address)
        number = sock.connect_ex((self.resolver.address, self.resolver.port))
        if number:
            sock.close()
            raise OSError(number, os.strerror(number))
        self._keep(sock)
        return sock

    def _close(self, sock: socket) -> None:
        del self._socks[sock.fileno()]
        self.run.reactor.hang_up(sock)

    def _new_number(self) -> int:
        """An id nobody can guess and nobody else has."""
        while True:
            if len(self._random) < 2:  # noqa: PLR2004  an id has two bytes
                self._random = os.urandom(_RANDOM_AT_ONCE)
            number = number_of(self._random)
            self._random = self._random[2:]
            if number not in self._sent and not (self._early and self._is_early(number)):
                return number

    def _is_early(self, number: int) -> bool:
        return any(number == used for used, _ in self._early.values())

    # -- hearing ---------------------------------------------------------------------------------------------------

    def _read(self, fd: int, mask: int) -> None:
        sock = self._socks.get(fd)
        if sock is None:
            return
        if mask & ERROR:
            self._take_errors(sock)
        for _ in range(_MOST_READ_AT_ONCE):
            try:
                data, ancillary, _ = receive(sock)
            except BlockingIOError:
                return
            except OSError as problem:
                if fd in self._socks:
                    self._blame(fd, problem.errno or 0, None, b"")
                return
            self._take(fd, data, lain_s(ancillary))

    def _take(self, fd: int, data: bytes, lain: float) -> None:
        number = number_of(data)
        sent = self._sent.get(number)
        if sent is None or sent.fd != fd or not answers(data, sent.question.asked):
            self._disbelieve(data)
            return
        question = sent.question
        if question.answer is None:
            self._conclude(sent, number, parse(data, question.name), lain)
        elif number == question.answered_by:
            said = parse(data, question.name)
            if isinstance(said, Reply):
                question.contradict(judged(said, question.rtype))
            else:
                question.ignored += 1

    def _conclude(self, sent: _Sent, number: int, said: Reply | Malformed, lain: float) -> None:
        question, now = sent.question, self.run.reactor.clock()
        if isinstance(said, Reply) and said.truncated:
            self._release(question)
            question.truncated = True
            question.let_go_on()
            return
        question.answered_by = number
        question.conclude(judged(said, question.rtype), round(max(0.0, now - sent.moment - lain) * 1000.0, 3))
        linger_s = self.run.limits.dns_linger_s if self.run.is_patient else 0.0
        self.questions.appoint(question, _LINGER, now + linger_s)

    def _disbelieve(self, data: bytes) -> None:
        """Count a datagram that is no reply to anything asked, with the question it pretends to answer."""
        for sent in self._sent.values():
            if repeats(data, sent.question.asked):
                sent.question.ignored += 1
                return

    def _take_errors(self, sock: socket) -> None:
        for number, icmp, quoted in queued_errors(sock):
            self._blame(sock.fileno(), number, icmp, quoted)

    def _blame(self, fd: int, number: int, icmp: Icmp | None, quoted: bytes) -> None:
        """Conclude the question an error is about; all of this socket when it does not say which."""
        about = number_of(quoted)
        for question in [one.question for key, one in self._sent.items() if one.fd == fd and about in (key, -1)]:
            if question.answer is None:
                self._fail(question, classify_datagram(number), raw(number, icmp))

    # -- ending ----------------------------------------------------------------------------------------------------

    def _look_at(self, question: Question) -> None:
        run = self.run
        if question.answer is not None:
            self._finish(question)
        elif run.reactor.is_cut or run.now() >= question.began + run.limits.dns_s:
            self._fail(question, run.silence())
        else:
            self._send(question)

    def _fail(self, question: Question, failure: Failure, detail: Raw | None = None) -> None:
        question.conclude(failed(question.rtype, failure, detail))
        self._finish(question)

    def _finish(self, question: Question) -> None:
        self._release(question)
        question.record()

    def _release(self, question: Question) -> None:
        """Have nothing more to do with a question: later replies to it are strangers."""
        question.appointment = -1
        for number in question.numbers:
            del self._sent[number]
        self._own -= len(question.socks)
        for sock in question.socks:
            self._close(sock)
        question.numbers.clear()
        question.socks.clear()

    def _end(self) -> None:
        for sock in list(self._socks.values()):
            self._close(sock)
        self._shared = None
