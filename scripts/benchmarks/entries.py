"""What is measured, beside what, and what must be met."""

import statistics
import subprocess
from dataclasses import dataclass, field

from benchmarks import rocestorm, testpmd
from benchmarks.measurement import Measurement, spread_of
from benchmarks.rocestorm import NotMeasured, Run, of_payload

TX_FRAME_BYTES = (98, 1098, 4170)  # in the mbuf, without FCS
WRITE_ONLY_OVERHEAD_BYTES = 74     # Ethernet, IPv4, UDP, BTH, RETH and ICRC
PEER_INSTRUCTION_SETUPS = [testpmd.Setup('txonly', 1098), testpmd.Setup('flowgen', 1098), testpmd.Setup('rxonly', 1098)]
PEER_CYCLE_SETUPS = ([testpmd.Setup(mode, size) for mode in ('txonly', 'flowgen') for size in TX_FRAME_BYTES]
                     + [testpmd.Setup('rxonly', size) for size in (98, 1098)])


@dataclass
class Session:
    """What was measured so far, so that no run is made twice."""
    rounds: int
    window_s: float
    instructions: dict = field(default_factory=dict)
    cycles: dict = field(default_factory=dict)  # name -> samples

    def peer_instructions(self, setup):
        if setup.name not in self.instructions:
            self.instructions[setup.name] = testpmd.instructions_per_packet(setup)
        return self.instructions[setup.name]

    def own_events(self, run, event='instructions'):
        key = (run, event)
        if key not in self.instructions:
            self.instructions[key] = rocestorm.events_per_packet(run, event)
        return self.instructions[key]


def compared(name, unit, value, against, limit):
    return Measurement(name, unit, value, ratio=value / against, limit=limit)


def measured(name, unit, limit, measure):
    """`measure() -> Measurement`; a reason why not becomes an entry too."""
    try:
        return measure()
    except NotMeasured as reason:
        return Measurement(name, unit, None, limit=limit, reason=str(reason))
    except (RuntimeError, ValueError, OSError, subprocess.SubprocessError) as error:
        return Measurement(name, unit, None, limit=limit, reason=f'{type(error).__name__}: {error}')


def peer_instruction_entries(session):
    for setup in PEER_INSTRUCTION_SETUPS:
        name, unit = f'testpmd-{setup.name}-instructions', 'instructions/packet'
        yield measured(name, unit, None, lambda: Measurement(name, unit, session.peer_instructions(setup)))


def tx_run(frame_bytes):
    return Run('tx', of_payload(frame_bytes - WRITE_ONLY_OVERHEAD_BYTES))


def own_instruction_entries(session):
    """A packet's instructions, gated in continuous integration."""
    unit = 'instructions/packet'

    def against_flowgen(name, run):
        run.require()
        flowgen = session.peer_instructions(testpmd.Setup('flowgen', 1098))
        return compared(name, unit, session.own_events(run), flowgen, 1.0)

    for size in TX_FRAME_BYTES:
        name = f'tx-{size}-instructions'
        yield measured(name, unit, 1.0, lambda: against_flowgen(name, tx_run(size)))

    # entry, what is measured, beside what, limit of the ratio
    pairs = [
        ('tx-payload-4096-over-256', Run('tx', of_payload(4096)), Run('tx', of_payload(256)), 1.05),
        ('tx-sizes-from-cdf-over-fixed', Run('tx-cdf'), tx_run(1098), 1.3),
        ('tx-poisson-over-constant', Run('tx-poisson'), tx_run(1098), 1.15),
        ('tx-bursts-over-constant', Run('tx-bursts'), tx_run(1098), 1.15),
    ]
    for name, run, base, limit in pairs:
        yield measured(name, unit, limit,
                       lambda: compared(name, unit, session.own_events(run), session.own_events(base), limit))

    name, unit = 'tx-65536-flows-further-d1-misses', 'misses/packet'

    def further_misses():
        one_flow = Run('tx-flows', ('endpoints.hosts.per_port=1', 'traffic.bench.qps_per_pair=1'))
        further = session.own_events(Run('tx-flows'), 'd1_misses') - session.own_events(one_flow, 'd1_misses')
        return compared(name, unit, further, 5.0, 1.0)
    yield measured(name, unit, 1.0, further_misses)


def measure_cycles(session, own_runs):
    """Every program takes its turn in each round: what the machine does to one, it does to all. name -> reason of what
    could not be measured."""
    tsc_ghz = testpmd.read_tsc_hz() / 1e9
    reasons = {}
    live = []
    try:
        for setup in PEER_CYCLE_SETUPS:
            live.append(testpmd.Live(setup))
        for _ in range(session.rounds):
            for peer in live:
                cycles = peer.measure_ns_per_packet(session.window_s) * tsc_ghz
                session.cycles.setdefault(peer.setup.name, []).append(cycles)
            for name, run in own_runs.items():
                if name in reasons:
                    continue
                try:
                    session.cycles.setdefault(name, []).append(rocestorm.ns_per_packet(run) * tsc_ghz)
                except (NotMeasured, RuntimeError, OSError, subprocess.SubprocessError) as reason:
                    reasons[name] = str(reason)
    finally:
        for peer in live:
            peer.close()
    return reasons


def cycle_entries(session, peers_only):
    unit = 'cycles/packet'
    own_runs = {} if peers_only else {f'tx-{size}': tx_run(size) for size in TX_FRAME_BYTES}
    reasons = measure_cycles(session, own_runs)
    for setup in PEER_CYCLE_SETUPS:
        samples = session.cycles[setup.name]
        yield Measurement(f'testpmd-{setup.name}-cycles', unit, statistics.median(samples), spread=spread_of(samples))
    for size in () if peers_only else TX_FRAME_BYTES:
        for mode, limit in (('flowgen', 1.0), ('txonly', 1.3)):
            name = f'tx-{size}-cycles-against-{mode}'
            if f'tx-{size}' in reasons:
                yield Measurement(name, unit, None, limit=limit, reason=reasons[f'tx-{size}'])
                continue
            samples = session.cycles[f'tx-{size}']
            value = statistics.median(samples)
            against = statistics.median(session.cycles[f'{mode}-{size}'])
            yield Measurement(name, unit, value, ratio=value / against, limit=limit, spread=spread_of(samples))
    if not peers_only:
        yield from unwired_entries()


def unwired_entries():
    """What the agreed list has and nothing can measure yet: named, so that no reader takes them for met."""
    no_replay = 'the program has no replay queue that feeds a receiving worker valid frames'
    no_window = "the program gives no receiver's count against CLOCK_MONOTONIC_RAW"
    for name in ('rx-1098-cycles-against-1.5-rxonly-plus-100', 'rx-every-icrc-1024-cycles-against-isal-plus-50',
                 'rx-every-icrc-4096-cycles-against-1.1-isal'):
        yield Measurement(name, 'cycles/packet', None, limit=1.0, reason=no_replay)
    for percent in (1, 10, 90):
        yield Measurement(f'rate-error-at-{percent}-percent', '%', None, limit=1.0, reason=no_window)
