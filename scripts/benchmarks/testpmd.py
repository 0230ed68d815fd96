"""The peer that rocestorm is measured beside: dpdk-testpmd over net_null, one worker lcore, bursts of 32."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass

from benchmarks import callgrind


@dataclass(frozen=True)
class Setup:
    mode: str         # txonly, flowgen or rxonly
    frame_bytes: int  # in the mbuf, without FCS

    @property
    def name(self):
        return f'{self.mode}-{self.frame_bytes}'

    def words(self, prefix, memory_mb, mbufs, eal=(), stats=()):
        vdev = f'net_null0,size={self.frame_bytes}' if self.mode == 'rxonly' else 'net_null0,no-rx=1'
        words = ['dpdk-testpmd', '-l', '0,1', '--no-pci', '--no-huge', '-m', str(memory_mb), *eal,
                 '--file-prefix', prefix, '--vdev', vdev, '--', '--no-mlockall', f'--total-num-mbufs={mbufs}',
                 '--nb-cores=1', *stats, f'--forward-mode={self.mode}', '--burst=32', '--mbuf-size=4608']
        if self.mode != 'rxonly':
            # Behind --mbuf-size, or a big packet is silently not used. flowgen counts the FCS in.
            words.append(f'--txpkts={self.frame_bytes + (4 if self.mode == "flowgen" else 0)}')
        return words


def unique_prefix(name):
    return f'rsbench-{os.getpid()}-{name}'


def remove_runtime_folder(prefix):
    """DPDK never removes its own."""
    shutil.rmtree(f'/var/run/dpdk/{prefix}', ignore_errors=True)


def wait_for_line(process, log_path, text, timeout_s):
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if text in log_path.read_text(errors='replace'):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f'testpmd did not get to {text!r}: {log_path.read_text(errors="replace")[-400:]}')


def count_instructions(setup, forward_s):
    """One run under callgrind that forwards for about `forward_s` seconds."""
    prefix = unique_prefix(f'cg-{setup.name}')
    with tempfile.TemporaryDirectory(prefix='rocestorm-bench-') as scratch:
        log_path = pathlib.Path(scratch, 'log')
        profile_path = os.path.join(scratch, 'callgrind.out')
        # Small, without telemetry: valgrind knows neither hugepages nor every system call of DPDK.
        # Written to a file, its lines would be held back until it ends.
        words = ['stdbuf', '-oL'] + callgrind.command(profile_path) + setup.words(prefix, 64, 4096, ['--no-telemetry', '--no-shconf'])
        with open(log_path, 'wb') as log:
            process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for_line(process, log_path, 'Press enter to exit', 90)
            time.sleep(forward_s)
            process.communicate(b'\n', timeout=90)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            remove_runtime_folder(prefix)
        direction = 'RX' if setup.mode == 'rxonly' else 'TX'
        totals = re.findall(rf'{direction}-total: (\d+)', log_path.read_text(errors='replace'))
        if process.returncode != 0 or not totals:
            raise RuntimeError(f'testpmd under callgrind ended with {process.returncode}')
        return callgrind.count_of(int(totals[-1]), profile_path)


def instructions_per_packet(setup, seconds=(1.5, 4.5)):
    few, many = (count_instructions(setup, forward_s) for forward_s in seconds)
    return callgrind.Count.slope(few, many)


def read_tsc_hz():
    """The kernel calibrates `cpu MHz` against the TSC where that is invariant; it cancels out of every ratio."""
    text = pathlib.Path('/proc/cpuinfo').read_text(encoding='utf-8')
    return float(re.search(r'cpu MHz\s*:\s*([\d.]+)', text).group(1)) * 1e6


@dataclass(frozen=True)
class Reading:
    packets: int
    on_cpu_ns: int


class Live:
    """A testpmd that is stopped (SIGSTOP) but while it is being measured, so that several can take turns."""

    def __init__(self, setup):
        self.setup = setup
        self.prefix = unique_prefix(setup.name)
        self.log = tempfile.NamedTemporaryFile(prefix='rocestorm-bench-', suffix='.log')
        words = setup.words(self.prefix, 256, 16384, stats=['--stats-period=3600'])
        # With a statistics period testpmd ignores its stdin; SIGINT ends it.
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        try:
            self.socket = self.connect()
            self.schedstat = self.find_worker()
        except Exception:
            self.close()
            raise
        self.process.send_signal(signal.SIGSTOP)

    def connect(self):
        path = f'/var/run/dpdk/{self.prefix}/dpdk_telemetry.v2'
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                connection.settimeout(5)
                connection.connect(path)
                connection.recv(4096)
                return connection
            time.sleep(0.05)
        text = pathlib.Path(self.log.name).read_text(errors='replace')
        raise RuntimeError(f'testpmd {self.setup.name} offers no telemetry: {text[-400:]}')

    def find_worker(self):
        """Forwarding starts after telemetry does."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for task in pathlib.Path(f'/proc/{self.process.pid}/task').iterdir():
                name = (task / 'comm').read_text().strip()
                if re.match(r'(rte|lcore)-worker-1$', name) and self.packets() > 0:
                    return task / 'schedstat'
            time.sleep(0.05)
        raise RuntimeError(f'testpmd {self.setup.name} forwards nothing')

    def packets(self):
        self.socket.send(b'/ethdev/stats,0')
        stats = json.loads(self.socket.recv(65536))['/ethdev/stats'] or {}
        return stats.get('ipackets' if self.setup.mode == 'rxonly' else 'opackets', 0)

    def read(self):
        return Reading(self.packets(), int(self.schedstat.read_text().split()[0]))

    def measure_ns_per_packet(self, window_s):
        """On-CPU time a packet in one window: what the kernel gave to others in between does not count."""
        self.process.send_signal(signal.SIGCONT)
        try:
            time.sleep(0.05)
            before = self.read()
            time.sleep(window_s)
            after = self.read()
        finally:
            self.process.send_signal(signal.SIGSTOP)
        return (after.on_cpu_ns - before.on_cpu_ns) / (after.packets - before.packets)

    def close(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        remove_runtime_folder(self.prefix)
