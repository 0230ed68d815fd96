#!/usr/bin/env python3
"""Runs through a kernel's own path: a starved receiver, a hop that loses and marks, a device that goes away."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from namespace import Namespace
from running import wait_until_it_sends

PROGRAM = os.environ["ROCESTORM"]
ROOT = pathlib.Path(__file__).resolve().parents[2]

PROFILE = """
[test]
name = "veth"
duration = "DURATION"
drain = "300 ms"

[[endpoints]]
name = "left"
group = "p0"

[[endpoints]]
name = "right"
group = "p1"

[[traffic]]
name = "writes"
from = "left"
to = "right"
pattern = "pairs"
message_size = "4 KiB"
path_mtu = 1024
TRAFFIC

[[expect]]
metric = "lost_frames"
max = 0
"""
# One block of 16 frames: what a packet socket's ring can hold at the least.
TESTBED = """
[tester]
cores = [CORES]

[[port]]
name = "p0"
vdev = "net_af_packet,iface=FIRST,framesz=4352,blocksz=69632,framecnt=4096"
speed = "SPEED"
mtu = 4200

[[port]]
name = "p1"
vdev = "net_af_packet,iface=LAST,framesz=4352,blocksz=69632,framecnt=SLOTS"
speed = "SPEED"
mtu = 4200
"""


class Veth(unittest.TestCase):
    def setUp(self):
        self.namespace = Namespace()
        self.addCleanup(self.namespace.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def command(self, traffic, testbed, duration="1 s"):
        """`testbed`: what stands for its capital words."""
        (self.folder / "profile.toml").write_text(
            PROFILE.replace("TRAFFIC", traffic).replace("DURATION", duration))
        text = TESTBED
        for word, value in {"CORES": "0, 1", "SLOTS": "4096", "SPEED": "1 Gbit/s", **testbed}.items():
            text = text.replace(word, value)
        (self.folder / "testbed.toml").write_text(text)
        return self.namespace.inside(PROGRAM, "run", str(self.folder / "profile.toml"), "--testbed",
                                     str(self.folder / "testbed.toml"), "--no-huge", "--quiet", "--out",
                                     str(self.folder / "out"))

    def result(self):
        return json.loads((self.folder / "out" / "result.json").read_text())


class StarvedReceiver(Veth):
    def test_what_the_tester_lost_is_named_as_such_and_nothing_is_claimed(self):
        self.namespace.add_veth("rs0", "rs1")
        # Sender and receiver share a core, and at this speed a burst is due faster than anybody hands it over:
        # of each 32 frames handed over at once, the ring of 16 takes half.
        command = self.command('shape = { kind = "bursts", packets = 256, gap = "5 ms" }',
                               {"FIRST": "rs0", "LAST": "rs1", "SLOTS": "16", "CORES": "0",
                                "SPEED": "400 Gbit/s"})
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 5, done.stdout + done.stderr)
        result = self.result()
        self.assertEqual(result["verdict"], "inconclusive")
        self.assertEqual(result["broken_books"], "")
        flow, = result["flows"]
        lost = flow["rx"]["lost"]
        self.assertGreater(lost["low"], 100)
        self.assertEqual(lost["low"], lost["high"])
        port = next(port for port in result["ports"] if port["port"] == "p1")
        self.assertEqual(port["lost_in_tester"], lost, "the kernel's own count of its socket's ring")
        self.assertEqual(port["device_counters"]["packet_socket_drops"], lost["low"])
        expectation, = result["expectations"]
        self.assertEqual(expectation["verdict"], "inconclusive")
        self.assertIn("the tester itself lost", expectation["reason"])


class Hop(Veth):
    """a0 - a1, hop, b1 - b0: what the hop counted is the truth."""

    def setUp(self):
        super().setUp()
        for tool in ("clang", "bpftool", "tc"):
            if shutil.which(tool) is None:
                self.skipTest(f"needs {tool}")
        compiled = self.folder / "hop.o"
        subprocess.run(["clang", "-O2", "-g", "-target", "bpf", "-I/usr/include/x86_64-linux-gnu", "-c",
                        str(ROOT / "tests" / "data" / "bpf" / "hop.bpf.c"), "-o", str(compiled)], check=True)
        self.namespace.add_veth("a0", "a1")
        self.namespace.add_veth("b0", "b1")
        self.load(compiled, "a1", "b1", drop_ppm=10_000, ce_ppm=50_000)
        self.load(compiled, "b1", "a1", drop_ppm=0, ce_ppm=0)

    def load(self, compiled, at, to, **ppm):
        pins = "/sys/fs/bpf/" + at
        self.namespace.run("bpftool", "prog", "load", str(compiled), pins + "_hop", "type", "classifier",
                           "pinmaps", pins)
        index = self.namespace.json("ip", "-json", "link", "show", to)[0]["ifindex"]
        value = b"".join(n.to_bytes(4, "little") for n in (index, ppm["drop_ppm"], ppm["ce_ppm"]))
        self.namespace.run("bpftool", "map", "update", "pinned", pins + "/config_map", "key", "hex", "00", "00",
                           "00", "00", "value", "hex", *(f"{byte:02x}" for byte in value))
        self.namespace.run("tc", "qdisc", "add", "dev", at, "clsact")
        self.namespace.run("tc", "filter", "add", "dev", at, "ingress", "bpf", "direct-action", "pinned",
                           pins + "_hop")

    def counts(self):
        entry, = self.namespace.json("bpftool", "--json", "map", "dump", "pinned", "/sys/fs/bpf/a1/counts_map")
        return entry["formatted"]["value"]

    def test_loss_and_marks_are_those_that_the_hop_counted(self):
        before = self.counts()
        for attempt in range(3):
            with self.subTest(run=attempt):
                command = self.command(
                    'rate = "60 Mbit/s"\necn = "ect_0"\nwhen_late = "catch_up"\ncatch_up_rate = "500 Mbit/s"',
                    {"FIRST": "a0", "LAST": "b0"})
                done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
                after = self.counts()
                hop = {name: after[name] - before[name] for name in after}
                before = after
                result = self.result()
                self.assertEqual(result["broken_books"], "")
                flow, = result["flows"]
                self.assertEqual(hop["frames"], flow["tx"]["sent"], "nothing was lost before the hop")
                in_tester = next(p for p in result["ports"] if p["port"] == "p1")["lost_in_tester"]
                self.assertEqual(in_tester["low"], in_tester["high"])
                lost = hop["drops"] + in_tester["low"]
                self.assertEqual(flow["rx"]["lost"], {"low": lost, "high": lost})
                marked = sum(row[3] for row in flow["rx"]["ecn"])
                self.assertLessEqual(marked, hop["ce"])
                self.assertGreaterEqual(marked, hop["ce"] - in_tester["high"])
                self.assertGreater(hop["drops"], 20)
                self.assertGreater(hop["ce"], 100)
                self.assertEqual(done.returncode, 1 if in_tester["high"] == 0 else 5, done.stderr)


class DeviceGone(Veth):
    def test_the_run_ends_with_a_report_that_says_so_and_blames_nobody(self):
        self.namespace.add_veth("rs0", "rs1")
        command = self.command('rate = "20 Mbit/s"', {"FIRST": "rs0", "LAST": "rs1"}, duration="100 s")
        command.remove("--quiet")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            self.addCleanup(running.kill)
            wait_until_it_sends(self, running)
            self.namespace.run("ip", "link", "del", "rs0")
            output, errors = running.communicate(timeout=30)
        self.assertEqual(running.returncode, 4, output + errors)
        self.assertIn("port p0: the interface rs0 is gone", output)
        result = self.result()
        self.assertIn("rs0 is gone", result["cut_short"])
        self.assertEqual(result["broken_books"], "")
        flow, = result["flows"]
        self.assertGreater(flow["rx"]["frames"], 0)
        expectation, = result["expectations"]
        self.assertNotEqual(expectation["verdict"], "fail", expectation)


if __name__ == "__main__":
    unittest.main(verbosity=2)
