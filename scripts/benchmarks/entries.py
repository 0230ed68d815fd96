"""What is measured, beside what, and what must be met."""

import statistics
from dataclasses import dataclass, field

from benchmarks import rocestorm, testpmd
from benchmarks.measurement import Measurement, spread_of
from benchmarks.rocestorm import NotMeasured, Run

TX_FRAME_BYTES = (98, 1098, 4170)  # in the mbuf, without FCS
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
    except (RuntimeError, ValueError, OSError) as error:
        return Measurement(name, unit, None, limit=limit, reason=f'{type(error).__name__}: {error}')


def peer_instruction_entries(session):
    for setup in PEER_INSTRUCTION_SETUPS:
        name, unit = f'testpmd-{setup.name}-instructions', 'instructions/packet'
        yield measured(name, unit, None, lambda: Measurement(name, unit, session.peer_instructions(setup)))


def own_instruction_entries(session):
    """A packet's instructions, gated in continuous integration."""
    unit = 'instructions/packet'

    def against_flowgen(name, run):
        run.require()
        flowgen = session.peer_instructions(testpmd.Setup('flowgen', 1098))
        return compared(name, unit, session.own_events(run), flowgen, 1.0)

    for size in TX_FRAME_BYTES:
        name = f'tx-{size}-instructions'
        yield measured(name, unit, 1.0, lambda: against_flowgen(name, Run(f'tx-{size}')))

    # entry, what is measured, beside what, limit of the ratio
    pairs = [
        ('tx-payload-4096-over-256', Run('tx-payload-4096'), Run('tx-payload-256'), 1.05),
        ('tx-sizes-from-cdf-over-fixed', Run('tx-cdf'), Run('tx-1098'), 1.3),
        ('tx-poisson-over-constant', Run('tx-poisson'), Run('tx-1098'), 1.15),
        ('tx-bursts-over-constant', Run('tx-bursts'), Run('tx-1098'), 1.15),
    ]
    for name, run, base, limit in pairs:
        yield measured(name, unit, limit,
                       lambda: compared(name, unit, session.own_events(run), session.own_events(base), limit))

    name, unit = 'tx-65536-flows-further-d1-misses', 'misses/packet'

    def further_misses():
        further = (session.own_events(Run('tx-flows-65536'), 'd1_misses')
                   - session.own_events(Run('tx-flows-1'), 'd1_misses'))
        return compared(name, unit, further, 5.0, 1.0)
    yield measured(name, unit, 1.0, further_misses)


def measure_cycles(session):
    """Every live peer takes its turn in each round: what the machine does to one, it does to all."""
    tsc_ghz = testpmd.read_tsc_hz() / 1e9
    live = []
    try:
        for setup in PEER_CYCLE_SETUPS:
            live.append(testpmd.Live(setup))
        for _ in range(session.rounds):
            for peer in live:
                cycles = peer.measure_ns_per_packet(session.window_s) * tsc_ghz
                session.cycles.setdefault(peer.setup.name, []).append(cycles)
    finally:
        for peer in live:
            peer.close()


def cycle_entries(session):
    unit = 'cycles/packet'
    for setup in PEER_CYCLE_SETUPS:
        samples = session.cycles[setup.name]
        yield Measurement(f'testpmd-{setup.name}-cycles', unit, statistics.median(samples), spread=spread_of(samples))
