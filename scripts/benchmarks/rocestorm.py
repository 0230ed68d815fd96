"""The program's side of the benchmark: the worker that ships, run from a profile of profiles/bench over net_null.

Those profiles schedule more than a core can send, so that every burst is full. A cost is the difference of two runs that
differ in duration only: start-up, addresses and the drain cancel out. Frames come from the run's own result.json,
instructions from callgrind, time on the CPU from what the run says was taken from it.
"""

import json
import pathlib
import subprocess
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
    profile: str          # profiles/bench/<profile>.toml
    settings: tuple = ()  # further --set KEY=VALUE

    def path(self):
        return PROFILES / f'{self.profile}.toml'

    def words(self, seconds, out):
        words = [str(PROGRAM), 'run', str(self.path()), '--no-huge', '--out', out, '--quiet',
                 '--duration', f'{round(seconds * 1000)} ms']
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


def read_result(folder):
    path = pathlib.Path(folder, 'result.json')
    if not path.is_file():
        raise NotMeasured(f'the run wrote no {path.name}')
    return json.loads(path.read_text(encoding='utf-8'))


def look_up(result, *keys):
    value = result
    for key in keys:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError) as error:
            raise NotMeasured(f'result.json has no {".".join(map(str, keys))}') from error
    return value


def frames_sent(result):
    """The books' own number. No profile of profiles/bench has a warm-up."""
    for subject in look_up(result, 'subjects'):
        if look_up(subject, 'subject') == 'total':
            return int(look_up(subject, 'metrics', 'sent_frames', 'low'))
    raise NotMeasured('result.json has no subject total')


def on_cpu_ns(result):
    """Of the one lcore that a profile of profiles/bench has: the run's time, less what was given to others."""
    run_ns = int(look_up(result, 'windows', 'drain_ended_ps')) / 1000
    return run_ns * (1 - look_up(result, 'machine', 'stolen_time_ppm') / 1e6)


def count_run(run, seconds, cache_simulation=False):
    """Under callgrind."""
    run.require()
    with tempfile.TemporaryDirectory(prefix='rocestorm-bench-') as scratch:
        out = f'{scratch}/out'
        path = f'{scratch}/callgrind.out'
        words = callgrind.command(path, cache_simulation) + run.words(seconds, out)
        finished = subprocess.run(words, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  timeout=240)
        if not pathlib.Path(out, 'result.json').is_file():
            raise NotMeasured(f'the run ended with {finished.returncode}: {finished.stderr.strip()[-300:]}')
        return callgrind.count_of(frames_sent(read_result(out)), path)


def events_per_packet(run, event='instructions', seconds=(0.5, 1.5)):
    """Instructions (or first-level data cache misses) a packet."""
    cache_simulation = event != 'instructions'
    few, many = (count_run(run, duration, cache_simulation) for duration in seconds)
    return callgrind.Count.slope(few, many, event)


def time_run(run, seconds):
    """(frames, nanoseconds that the lcore was on its CPU) of one run."""
    run.require()
    with tempfile.TemporaryDirectory(prefix='rocestorm-bench-') as scratch:
        out = f'{scratch}/out'
        finished = subprocess.run(run.words(seconds, out), check=False, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, timeout=60)
        if not pathlib.Path(out, 'result.json').is_file():
            raise NotMeasured(f'the run ended with {finished.returncode}: {finished.stderr.strip()[-300:]}')
        result = read_result(out)
        return frames_sent(result), on_cpu_ns(result)


def ns_per_packet(run, seconds=(0.2, 0.7)):
    """On-CPU time a packet, as testpmd's is taken."""
    (few, few_ns), (many, many_ns) = (time_run(run, duration) for duration in seconds)
    if many - few < 10000:
        raise NotMeasured(f'{few} and {many} packets are too close to tell a cost by')
    return (many_ns - few_ns) / (many - few)
