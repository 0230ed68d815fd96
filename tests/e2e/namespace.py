"""A network namespace of a test's own, with a /sys and a bpffs of its own: nothing of it outlives the test."""
import json
import os
import shutil
import subprocess
import unittest


class Namespace:
    """Raises unittest.SkipTest with the reason where this host allows none."""

    def __init__(self):
        if os.geteuid() != 0:
            raise unittest.SkipTest("needs root for a network namespace")
        for tool in ("unshare", "nsenter", "ip"):
            if shutil.which(tool) is None:
                raise unittest.SkipTest(f"needs {tool}")
        setup = "mount -t sysfs sysfs /sys && mount -t bpf bpf /sys/fs/bpf && echo ready && exec sleep 600"
        self.holder = subprocess.Popen(["unshare", "--net", "--mount", "sh", "-c", setup],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "ready\n":
            self.close()
            raise unittest.SkipTest("this host allows no network namespace: " + self.holder.stderr.read().strip())
        self.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")

    def close(self):
        self.holder.kill()
        self.holder.wait()
        self.holder.stdout.close()
        self.holder.stderr.close()

    def inside(self, *command):
        return ["nsenter", "--target", str(self.holder.pid), "--net", "--mount", "--wd=" + os.getcwd(), *command]

    def run(self, *command):
        done = subprocess.run(self.inside(*command), capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.stderr}")
        return done.stdout

    def json(self, *command):
        return json.loads(self.run(*command))

    def add_veth(self, one, other, mtu=4200):
        self.run("ip", "link", "add", one, "mtu", str(mtu), "type", "veth", "peer", "name", other, "mtu", str(mtu))
        for name in (one, other):
            self.run("ip", "link", "set", name, "up")
