"""The program's side of the benchmark: the worker that ships, run from a profile of profiles/bench over net_null.

Everything is the difference of two runs that differ in the number of packets only: start-up, addresses and the drain
cancel out. Packets come from the run's own result.json, time on the CPU from `machine.workers` in it.
"""

import json
import pathlib
import tempfile
from dataclasses import dataclass

from benchmarks import callgrind

PROGRAM = pathlib.Path('build/app/rocestorm')
PROFILES = pathlib.Path('profiles/bench')


class NotMeasured(Exception):
    """Why an entry has no number."""


@dataclass(frozen=True)
class Run:
    """A profile and what is varied in it."""
    profile: str           # profiles/bench/<profile>.toml
    settings: tuple = ()   # further --set KEY=VALUE
    direction: str = 'tx'  # which packets count: tx or rx

    def path(self):
        return PROFILES / f'{self.profile}.toml'

    def words(self, packets, out):
        words = [str(PROGRAM), 'run', str(self.path()), '--out', out, '--quiet',
                 '--set', f'traffic.bench.packets={packets}']
        for setting in self.settings:
            words += ['--set', setting]
        return words

    def require(self):
        for needed in (PROGRAM, self.path()):
            if not needed.is_file():
                raise NotMeasured(f'{needed} is missing')


def read_result(folder):
    path = pathlib.Path(folder, 'result.json')
    if not path.is_file():
        raise NotMeasured(f'the run wrote no {path.name}')
    return json.loads(path.read_text(encoding='utf-8'))


def packets_of(result, direction):
    """The books' own number: frames handed to the port, or received good."""
    key = 'sent' if direction == 'tx' else 'received_good'
    try:
        return int(result['totals'][key])
    except KeyError as error:
        raise NotMeasured(f'result.json has no totals.{key}') from error


def count_run(run, packets, cache_simulation=False):
    run.require()
    with tempfile.TemporaryDirectory(prefix='rocestorm-bench-') as scratch:
        out = f'{scratch}/out'
        return callgrind.count_run(run.words(packets, out),
                                   lambda _: packets_of(read_result(out), run.direction), cache_simulation)


def events_per_packet(run, event='instructions', few=100_000, many=300_000):
    """Instructions (or first-level data cache misses) a packet."""
    cache_simulation = event != 'instructions'
    return callgrind.Count.slope(count_run(run, few, cache_simulation), count_run(run, many, cache_simulation), event)
