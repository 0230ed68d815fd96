#!/usr/bin/env python3
"""Simulated hosts and their neighbours: gateways are found, silent ones are named, switches forward."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["ROCESTORM"]
ROOT = pathlib.Path(__file__).resolve().parents[2]

# Two networks. The host of port p1 that plays the router has an address in p0's.
PROFILE = """
[test]
name = "two-networks"
question = "Does traffic go through the gateway?"
duration = "100 ms"
drain = "100 ms"

[[endpoints]]
name = "left"
group = "p0"
ipv4 = "198.18.0.1/24"
gateway_ipv4 = "GATEWAY"

[[endpoints]]
name = "router"
group = "p1"
ipv4 = "198.18.0.254/24"

[[endpoints]]
name = "right"
group = "p1"
ipv4 = "198.18.1.1/24"

[[traffic]]
name = "writes"
from = "left"
to = "right"
pattern = "pairs"
message_size = "4 KiB"
path_mtu = 1024
rate = "100 Mbit/s"
when_late = "catch_up"
catch_up_rate = "5 Gbit/s"
"""
TESTBED = """
[[port]]
name = "p0"
vdev = "ring"
speed = "10 Gbit/s"

[[port]]
name = "p1"
vdev = "ring"
speed = "10 Gbit/s"

[[JOINED]]
"""
CABLE = TESTBED.replace("[[JOINED]]", '[[cable]]\nports = ["p0", "p1"]\n')
SWITCH = TESTBED.replace("[[JOINED]]", '[[switch]]\nname = "s0"\nports = ["p0", "p1"]\n')



class Neighbours(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def run_with(self, gateway, testbed):
        (self.path / "profile.toml").write_text(PROFILE.replace("GATEWAY", gateway))
        (self.path / "testbed.toml").write_text(testbed)
        return subprocess.run([PROGRAM, "run", str(self.path / "profile.toml"), "--testbed", str(self.path / "testbed.toml"),
                               "--no-huge", "--quiet", "--json", "--out", str(self.path / "out")],
                              capture_output=True, text=True, timeout=120, check=False)

    def expect_every_frame(self, done):
        self.assertIn(done.returncode, (0, 5), done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual(result["broken_books"], "")
        self.assertGreater(sum(flow["tx"]["sent"] for flow in result["flows"]), 0)
        for flow in result["flows"]:
            self.assertEqual(flow["rx"]["lost"], {"low": 0, "high": 0})
        # What the hosts said before the traffic is not in its books.
        for port in result["ports"]:
            self.assertEqual(port["frames_received"], port["ours"])

    def test_traffic_to_another_network_goes_to_the_gateway_that_answered(self):
        self.expect_every_frame(self.run_with("198.18.0.254", CABLE))

    def test_the_same_over_a_switch(self):
        self.expect_every_frame(self.run_with("198.18.0.254", SWITCH))

    def test_a_silent_gateway_is_named(self):
        done = self.run_with("198.18.0.253", CABLE)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("port p0: gateway 198.18.0.253 does not answer", done.stderr)
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
