#!/usr/bin/python3
"""Our reading of captures against programs that know nothing of ours: icrc_check.py and Wireshark's.

Use: captures.py CAPTURE_TOOL DATA_FOLDER PROGRAM. Speaks TAP. A case whose program is not installed is skipped by name.
"""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOOL, DATA, PROGRAM = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
CAPTURES = sorted((DATA / 'captures').rglob('*.pcap'))
# Wireshark guesses RPC over RDMA behind many SENDs and then calls them malformed.
TSHARK = ['tshark', '--disable-protocol', 'rpcordma', '-r']
OPERATIONS = ('SEND_FIRST SEND_MIDDLE SEND_LAST SEND_LAST_IMM SEND_ONLY SEND_ONLY_IMM WRITE_FIRST WRITE_MIDDLE '
              'WRITE_LAST WRITE_LAST_IMM WRITE_ONLY WRITE_ONLY_IMM READ_REQ READ_RESP_FIRST READ_RESP_MIDDLE '
              'READ_RESP_LAST READ_RESP_ONLY ACK ATOMIC_ACK CMP_SWAP FETCH_ADD 0x15 SEND_LAST_INV SEND_ONLY_INV').split()
TRANSPORTS = {'RC': 0x00, 'UC': 0x20, 'UD': 0x60}
NAKS = {0: 'PSN sequence', 1: 'invalid request', 2: 'remote access', 3: 'remote operation'}
CM = {0x10: 'REQ', 0x11: 'MRA', 0x12: 'REJ', 0x13: 'REP', 0x14: 'RTU', 0x15: 'DREQ', 0x16: 'DREP'}


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise AssertionError(f'{command[0]}: {done.stderr.strip()}')
    return done.stdout


def analysis(path):
    return json.loads(run(TOOL, 'analyze', path))


def expect_equal(what, ours, theirs):
    if ours != theirs:
        raise AssertionError(f'{what}: ours {ours}, theirs {theirs}')


def name_of(opcode, syndrome, attribute):
    """What our by_opcode calls the packet, worked out from Wireshark's fields alone."""
    if opcode == 0x81:
        return 'CNP'
    transport = next(name for name, top in TRANSPORTS.items() if top == opcode & 0xE0)
    name = f'{transport} {OPERATIONS[opcode & 0x1F]}'
    if opcode == 0x11 and syndrome >> 5 == 1:
        return 'RC RNR NAK'
    if opcode == 0x11 and syndrome >> 5 == 3:
        return f'RC NAK {NAKS[syndrome & 0x1F]}'
    return f'{name} (CM {CM[attribute]})' if attribute is not None else name


def fields(path, *names):
    options = [part for name in names for part in ('-e', name)]
    lines = run(*TSHARK, path, '-T', 'fields', *options).splitlines()
    return [line.split('\t') for line in lines]


def icrc_agrees_with_icrc_check(path):
    words = run(DATA / 'tools/icrc_check.py', '-q', path)
    good, bad, skipped, other = map(
        int, re.search(r'(\d+) ok, (\d+) bad, (\d+) skipped, (\d+) not RoCEv2', words).groups())
    totals = analysis(path)['totals']
    expect_equal('good, bad', (totals['icrc_good'], totals['icrc_bad']), (good, bad))
    expect_equal('other', sum(totals['other'].values()) + totals['malformed'], skipped + other)


def opcodes_agree_with_tshark(path):
    theirs = collections.Counter()
    frames = fields(path, 'infiniband.bth.opcode', 'infiniband.aeth.syndrome', 'infiniband.mad.attributeid')
    for opcode, syndrome, attribute in frames:
        if opcode:
            theirs[name_of(int(opcode), int(syndrome or '0', 0), int(attribute, 0) if attribute else None)] += 1
    totals = analysis(path)['totals']
    expect_equal('by opcode', totals['by_opcode'], dict(theirs))
    expect_equal('frames', totals['frames'], len(frames))


def flows_agree_with_tshark(path):
    """Packets by addresses and queue pair: a field read from the wrong place would show."""
    theirs = collections.Counter()
    for v4s, v4d, v6s, v6d, qp in fields(path, 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst',
                                         'infiniband.bth.destqp'):
        if qp:
            theirs[v4s or v6s, v4d or v6d, int(qp, 0)] += 1
    ours = collections.Counter()
    for flow in analysis(path)['flows']:
        ours[flow['source'], flow['destination'], flow['destination_qp']] += flow['packets']
    expect_equal('packets a flow', dict(ours), dict(theirs))


def editcap_pcapng_reads_the_same(path):
    with tempfile.TemporaryDirectory() as folder:
        converted = pathlib.Path(folder) / 'x.pcapng'
        run('editcap', '-F', 'pcapng', path, converted)
        ours, theirs = analysis(converted), analysis(path)
    expect_equal('totals', ours['totals'], theirs['totals'])
    for flow in ours['flows'] + theirs['flows']:
        del flow['interface']
    expect_equal('flows', ours['flows'], theirs['flows'])


def tshark_reads_what_we_write(path):
    names = ('frame.time_epoch', 'frame.len', 'frame.cap_len', 'ip.checksum', 'infiniband.bth.psn')
    with tempfile.TemporaryDirectory() as folder:
        written = pathlib.Path(folder) / 'x.pcapng'
        run(TOOL, 'rewrite', path, written)
        expect_equal('frames', fields(written, *names), fields(path, *names))
        places = fields(written, 'frame.interface_name', 'frame.packet_flags_direction')
    for index, place in enumerate(places):
        name, direction = place[0], int(place[1], 0)
        expect_equal(f'frame {index}', (name, direction), ('p1', 1) if index % 2 else ('p0', 2))


def the_program_says_the_same(path):
    whole = subprocess.run([PROGRAM, 'analyze', path, '--json'], capture_output=True, text=True, check=False)
    expect_equal('exit', whole.returncode, 0)
    expect_equal('JSON', json.loads(whole.stdout), analysis(path))
    expect_equal('text on stderr', 'RoCEv2 packets in' in whole.stderr, True)
    with tempfile.TemporaryDirectory() as folder:
        cut = pathlib.Path(folder) / 'cut.pcap'
        cut.write_bytes(path.read_bytes()[:5000])
        damaged = subprocess.run([PROGRAM, 'analyze', cut, '--json'], capture_output=True, text=True, check=False)
        said = json.loads(damaged.stdout)
    expect_equal('exit of a damaged file', damaged.returncode, 2)
    expect_equal('its fault', 'is cut off after' in said['fault']['what'], True)
    expect_equal('said on stderr', said['fault']['what'] in damaged.stderr, True)
    expect_equal('what precedes it', said['totals']['packets'] > 0, True)


def in_one(paths, folder):
    """All captures as one file, for a start of tshark takes longer than reading them: they have one format."""
    contents = [path.read_bytes() for path in paths]
    if {content[:4] for content in contents} != {b'\xd4\xc3\xb2\xa1'}:
        raise AssertionError('not all captures are little-endian pcap with microseconds')
    whole = pathlib.Path(folder) / 'all.pcap'
    whole.write_bytes(contents[0][:24] + b''.join(content[24:] for content in contents))
    return whole


# Case, program that it needs.
CASES = [(icrc_agrees_with_icrc_check, '/usr/bin/python3'), (opcodes_agree_with_tshark, 'tshark'),
         (flows_agree_with_tshark, 'tshark'), (editcap_pcapng_reads_the_same, 'editcap'),
         (tshark_reads_what_we_write, 'tshark'), (the_program_says_the_same, PROGRAM)]


def main():
    print(f'1..{len(CASES)}')
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        whole = in_one(CAPTURES, folder)
        for number, (case, program) in enumerate(CASES, 1):
            if shutil.which(program) is None:
                print(f'ok {number} {case.__name__} # SKIP {program} is not installed')
                continue
            problem = None
            try:
                expect_equal('captures found', len(CAPTURES), 61)
                case(whole)
            except (AssertionError, ValueError, KeyError, IndexError, StopIteration) as found:
                problem = f'# {found!r}'[:1000]
                failed += 1
            print(f'{"not ok" if problem else "ok"} {number} {case.__name__}')
            if problem:
                print(problem)
    return 1 if failed else 0


sys.exit(main())
