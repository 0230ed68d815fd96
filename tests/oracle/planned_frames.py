#!/usr/bin/python3
"""The first frames of every shipped profile, `plan --pcap`, as programs see them that know nothing of ours.

Use: planned_frames.py PROGRAM PROJECT_FOLDER. Speaks TAP. A case whose program is not installed is skipped by name.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
PROFILES = sorted((ROOT / 'profiles').rglob('*.toml'))
FRAMES = 1000
# Where the interfaces of a profile's own testbed are not there.
ANYWHERE = ['--testbed', ROOT / 'testbeds/two-rings.toml']
# Wireshark guesses RPC over RDMA behind many SENDs and then calls them malformed.
TSHARK = ['tshark', '--disable-protocol', 'rpcordma', '-o', 'ip.check_checksum:TRUE']


def run(*command, allowed=(0,)):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode not in allowed:
        raise AssertionError(f'{command[0]}: exit {done.returncode}: {done.stderr.strip()}')
    return done


def expect_equal(what, ours, theirs):
    if ours != theirs:
        raise AssertionError(f'{what}: {ours}, not {theirs}')


def planned(profile, folder):
    path = folder / f'{profile.stem}.pcapng'
    for testbed in ([], ANYWHERE):
        if run(PROGRAM, 'plan', profile, *testbed, '--pcap', path, '--count', FRAMES, allowed=(0, 3)).returncode == 0:
            return path
    raise AssertionError(f'{profile}: cannot be planned on two rings either')


def all_icrcs_are_good(captures):
    for path in captures:
        words = run(ROOT / 'tests/data/tools/icrc_check.py', '-q', path).stdout
        counts = re.search(r'(\d+) ok, (\d+) bad, (\d+) skipped, (\d+) not RoCEv2', words).groups()
        frames = sum(map(int, counts))
        expect_equal(f'{path.stem}: ok, bad, skipped, not RoCEv2', tuple(map(int, counts)), (frames, 0, 0, 0))
        if not 0 < frames <= FRAMES:
            raise AssertionError(f'{path.stem}: {frames} frames')


def tshark_finds_nothing_malformed(captures):
    """All in one file, for a start of tshark takes longer than reading them."""
    names = ('frame.number', 'infiniband.bth.opcode', '_ws.malformed', 'ip.checksum.status', 'frame.interface_name',
             'frame.packet_flags_direction', 'frame.time_epoch')
    with tempfile.TemporaryDirectory() as folder:
        whole = pathlib.Path(folder) / 'all.pcapng'
        run('mergecap', '-a', '-w', whole, *captures)
        options = [part for name in names for part in ('-e', name)]
        lines = run(*TSHARK, '-r', whole, '-T', 'fields', *options).stdout.splitlines()
    if len(lines) < len(captures) * FRAMES // 2:
        raise AssertionError(f'only {len(lines)} frames')
    back, last = 0, 0.0
    for line in lines:
        number, opcode, malformed, checksum, interface, direction, time = line.split('\t')
        if not opcode or malformed or checksum not in ('', '1') or not interface or int(direction, 0) != 2:
            raise AssertionError(f'frame {number}: {line!r}')
        back, last = back + (float(time) < last), float(time)
    expect_equal('times go back where the next file begins', back, len(captures) - 1)


def another_writing_is_the_same(captures):
    with tempfile.TemporaryDirectory() as folder:
        for profile in PROFILES[:4]:
            again = planned(profile, pathlib.Path(folder))
            first = next(path for path in captures if path.stem == again.stem)
            expect_equal(f'{again.stem}: bytes', again.read_bytes() == first.read_bytes(), True)
        other = pathlib.Path(folder) / 'seed.pcapng'
        run(PROGRAM, 'plan', ROOT / 'profiles/poisson.toml', '--seed', '4711', '--pcap', other, '--count', FRAMES)
        first = next(path for path in captures if path.stem == 'poisson')
        expect_equal('another seed, the same bytes', other.read_bytes() == first.read_bytes(), False)


def analyze_reads_them_as_one_stream_a_flow(captures):
    quickstart = next(path for path in captures if path.stem == 'quickstart')
    said = json.loads(run(PROGRAM, 'analyze', quickstart, '--json').stdout)
    expect_equal('packets', said['totals']['packets'], FRAMES)
    expect_equal('good', said['totals']['icrc_good'], FRAMES)


# Case, program that it needs.
CASES = [(all_icrcs_are_good, '/usr/bin/python3'), (tshark_finds_nothing_malformed, 'tshark'),
         (another_writing_is_the_same, PROGRAM), (analyze_reads_them_as_one_stream_a_flow, PROGRAM)]


def main():
    print(f'1..{len(CASES)}')
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        captures = [planned(profile, pathlib.Path(folder)) for profile in PROFILES]
        for number, (case, program) in enumerate(CASES, 1):
            if shutil.which(program) is None:
                print(f'ok {number} {case.__name__} # SKIP {program} is not installed')
                continue
            problem = None
            try:
                case(captures)
            except (AssertionError, ValueError, KeyError, IndexError, StopIteration) as found:
                problem = f'# {found!r}'[:1000]
                failed += 1
            print(f'{"not ok" if problem else "ok"} {number} {case.__name__}')
            if problem:
                print(problem)
    return 1 if failed else 0


sys.exit(main())
