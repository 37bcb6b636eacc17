"""What one resolver answers on the wire for one name: the verb `ask`.

The operating system's answer is what an application uses; what each resolver says, A and AAAA apart, with rcode, age,
aliases and second thoughts, is how one learns why. The query is the plain one of 1987, as the system's own library
sends it, so that both meet the same treatment; EDNS0 is used where a refusal is asked for its reason (RFC 8914).
"""

from lineclear.model import Endpoint, Purpose
from lineclear.probe.run import Run

from .dnsquestion import Answer, Heard, Question
from .dnstcp import answer_over_tcp
from .dnsudp import Correspondence


async def ask(
    run: Run,
    *,
    name: str,
    rtype: str,
    resolver: Endpoint,
    purpose: Purpose = Purpose.TARGET,
    over: str = "udp",
    edns: bool = False,
    heard: Heard | None = None,
) -> Answer:
    """Ask one resolver and record one `DnsQuery`; its first answer, or the failure that stands for it.

    Over UDP it returns with the first answer while the observation waits `dns_linger_s` for a second, differing one;
    `run.settle` waits for that. A truncated answer is fetched over TCP within the same observation.

    Args:
        run: the run in progress.
        name: asked as it stands, without search suffixes; underscores are letters.
        rtype: `A` or `AAAA`.
        resolver: address and port of the name server.
        purpose: recorded.
        over: `udp` or `tcp`.
        edns: ask with EDNS0, which lets a resolver say why it refuses.
        heard: called at once with each answer: the first, and every later one that differs.
    """
    question = Question(
        run, name=name, rtype=rtype, resolver=resolver, purpose=purpose, over=over, edns=edns, heard=heard
    )
    if over == "udp":
        questions = _correspondence(run, resolver).questions
        questions.send_out(question)
        await question
        if question.answer is not None:
            return question.answer
        if not question.truncated and questions.task is not None:
            await questions.task
    answer, rtt_ms = await answer_over_tcp(question)
    question.over = "tcp"
    question.conclude(answer, rtt_ms)
    question.record()
    return answer


def _correspondence(run: Run, resolver: Endpoint) -> Correspondence:
    key = ("dns", resolver)
    found: Correspondence | None = run.shared.get(key)
    if found is None:
        found = run.shared[key] = Correspondence(run, resolver)
    return found
