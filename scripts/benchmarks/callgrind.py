"""Instructions a packet: the slope between two runs of one program under callgrind that differ in packets only.

What a program does before and after it forwards cancels out, so that the slope is what a packet costs. It is steady to
a tenth of an instruction, on a busy machine too.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """What one run did."""
    packets: int
    instructions: int
    d1_misses: int = 0  # counted only with cache simulation

    @staticmethod
    def slope(few, many, event='instructions'):
        """Events a packet between two runs."""
        packets = many.packets - few.packets
        if packets < 10000:
            raise ValueError(f'{few.packets} and {many.packets} packets are too close to tell a cost by')
        return (getattr(many, event) - getattr(few, event)) / packets


def command(profile_path, cache_simulation=False):
    """The words that go before a program's own. --fair-sched: DPDK's threads spin, and only one runs at a time."""
    words = ['valgrind', '--tool=callgrind', '--fair-sched=yes', f'--callgrind-out-file={profile_path}']
    if cache_simulation:
        words.append('--cache-sim=yes')
    return words


def read_events(profile_path):
    """event name -> total of a callgrind profile."""
    events, totals = None, None
    with open(profile_path, encoding='utf-8', errors='replace') as profile:
        for line in profile:
            if line.startswith('events:'):
                events = line.split()[1:]
            elif re.match(r'(totals|summary):', line):
                totals = [int(word) for word in line.split()[1:]]
    if not events or not totals:
        raise RuntimeError('callgrind wrote no totals: did the program end by itself?')
    return dict(zip(events, totals))


def count_of(packets, profile_path):
    events = read_events(profile_path)
    return Count(packets, events['Ir'], events.get('D1mr', 0) + events.get('D1mw', 0))
