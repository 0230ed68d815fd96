"""The program's side of the benchmark: the worker that ships, run from a profile of profiles/bench over net_null.

tests/bench/send_cost steps it on a clock of its own, so late that every burst is full however slow the machine is:
callgrind is 50 times slower, and a schedule in real time would be given up there. A cost in instructions is the
difference of two runs that differ in the number of frames only: start-up and addresses cancel out.
"""

import json
import pathlib
import subprocess
import tempfile
from dataclasses import dataclass

from benchmarks import callgrind

PROGRAM = pathlib.Path('build/tests/bench/send_cost')  # scripts/bench builds it
PROFILES = pathlib.Path('profiles/bench')


class NotMeasured(Exception):
    """Why an entry has no number."""


@dataclass(frozen=True)
class Run:
    """A profile and what is varied in it."""
    profile: str          # profiles/bench/<profile>.toml
    settings: tuple = ()  # further --set KEY=VALUE

    def path(self):
        return PROFILES / f'{self.profile}.toml'

    def words(self, frames):
        words = [str(PROGRAM), str(self.path()), str(frames)]
        for setting in self.settings:
            words += ['--set', setting]
        return words

    def require(self):
        for needed in (PROGRAM, self.path()):
            if not needed.is_file():
                raise NotMeasured(f'{needed} is missing')


def of_payload(payload_bytes):
    """One packet a message."""
    mtu = next(mtu for mtu in (256, 512, 1024, 2048, 4096) if payload_bytes <= mtu)
    return (f'traffic.bench.message_size={payload_bytes} B', f'traffic.bench.path_mtu={mtu}')


def read_line(text):
    """One line of JSON that the program printed."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotMeasured(f'{PROGRAM.name} printed {text!r}') from error


def run_program(words, timeout_s, stdin=''):
    finished = subprocess.run(words, check=False, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=timeout_s)
    if finished.returncode != 0:
        raise NotMeasured(f'{PROGRAM.name} ended with {finished.returncode}: {finished.stderr.strip()[-300:]}')
    return finished.stdout


def count_run(run, frames, cache_simulation=False):
    """Under callgrind."""
    run.require()
    with tempfile.TemporaryDirectory(prefix='rocestorm-bench-') as scratch:
        path = f'{scratch}/callgrind.out'
        printed = run_program(callgrind.command(path, cache_simulation) + run.words(frames), 240)
        return callgrind.count_of(read_line(printed)['frames'], path)


def events_per_packet(run, event='instructions', frames=(20_000, 120_000)):
    """Instructions (or first-level data cache misses) a packet."""
    cache_simulation = event != 'instructions'
    few, many = (count_run(run, count, cache_simulation) for count in frames)
    return callgrind.Count.slope(few, many, event)


def ns_per_packet(run, warm_up_ms=50, window_ms=300):
    """On-CPU time a packet, as testpmd's is taken, on the core of testpmd's lcore."""
    run.require()
    printed = run_program(['taskset', '-c', '1', *run.words(0)], 60, f'{warm_up_ms}\n{window_ms}\n')
    measured = read_line(printed.splitlines()[-1])
    return measured['on_cpu_ns'] / measured['frames']
