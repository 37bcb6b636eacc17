"""P8: a verified TLS handshake against a C loop over OpenSSL, by the CPU both spend."""

import ssl
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench.authority import certificate_for
from bench.delay import Rule
from bench.edge import SPACE, edge
from bench.measure import Bounds, interleaved, say, spent_by
from bench.native import needed
from bench.subject import cpu_us, endpoints

from lineclear.model import Endpoint, Limits, NameMatch, TlsHandshake
from lineclear.probe import tcp, tls
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run
from lineclear.probe.trust import chain
from lineclear.probe.trust.judge import Judge
from lineclear.probe.trust.roots import chosen

_FIRST = "10.99.0.1"
_HOST = "ndc1_hb1.example"
_COUNT = 400
_AT_ONCE = 20
_MODES = {
    "verb, nothing judged": Bounds(1.10, 1.03),
    "verb, verdict of the chain known": Bounds(1.10, 1.03),
    "verb, chain read and judged anew by two stores": None,
}


def p8(rounds: int) -> None:
    """CPU of one full handshake."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = certificate_for([_HOST], Path(folder))
        public = Path(chosen(trust_store="", public_roots="")[-1].path)
        bundle = Path(folder, "bundle.pem")
        bundle.write_bytes(public.read_bytes() + certificate.authority.read_bytes())
        with edge([Rule(SPACE)], {}, certificate):
            limit = (needed("tlsloop", "-lssl", "-lcrypto"), _FIRST, _COUNT, bundle, _HOST)
            ours = {mode: (sys.executable, "-m", "bench.shaking", mode, bundle) for mode in _MODES}
            subjects = {name: partial(_us, *program) for name, program in {"C": limit, **ours}.items()}
            taken = {name: min(samples) for name, samples in interleaved(subjects, max(5, rounds)).items()}
    for mode, bounds in _MODES.items():
        absolutes = f"{taken[mode]:.0f} us, C {taken['C']:.0f} us, {ssl.OPENSSL_VERSION}"
        say("P8", mode, taken[mode] / taken["C"], absolutes, bounds)


def _us(*program: object) -> float:
    good, used = map(int, spent_by(*program).out.split())
    if good != _COUNT:
        raise RuntimeError(f"{program}: {good} of {_COUNT} handshakes were good")
    return used / _COUNT


def main(mode: str, bundle: str) -> None:
    """Shake hands with everybody, a few at a time, and say how many were good and what CPU it took."""
    judge = None if mode == "verb, nothing judged" else Judge(chosen(trust_store=bundle, public_roots=bundle))
    reactor = Reactor()
    run = Run(reactor, Limits())
    targets = list(endpoints(_FIRST, 4 * _COUNT))[1::4]
    tls.preload()
    for load in judge.preload() if judge else ():
        load()

    waiting = iter(targets)

    async def worker() -> None:
        for endpoint in waiting:
            if mode.startswith("verb, chain read"):
                _forget(judge)
            await _shake(run, endpoint, judge)

    async def everything() -> None:
        await reactor.gather(worker() for _ in range(_AT_ONCE))

    cpu = cpu_us()
    reactor.run(everything())
    used = cpu_us() - cpu
    reactor.close()
    shaken = [one for one in run.observations if isinstance(one, TlsHandshake)]
    good = [one for one in shaken if one.failure is None and one.name_match is NameMatch.EXACT]
    print(sum(all(said.trusted for said in one.judgements) for one in good), used)


async def _shake(run: Run, endpoint: Endpoint, judge: Judge | None) -> None:
    connection = await tcp.connect(run, host=_HOST, endpoint=endpoint)
    if connection is not None:
        session = await tls.handshake(connection, server_name=_HOST, judge=judge)
        if session is not None:
            session.close()
        connection.close()


def _forget(judge: Judge | None) -> None:
    """As if no chain had been seen before: every host of a list has its own."""
    chain.certificate.cache_clear()
    if judge is not None:
        judge._kept.clear()  # noqa: SLF001


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
