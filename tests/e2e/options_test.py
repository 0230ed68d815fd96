#!/usr/bin/env python3
"""Options of the command line, by running the program as its users do. Runs take place on virtual devices."""
import datetime
import json
import os
import pathlib
import pty
import signal
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["ROCESTORM"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
QUICKSTART = str(ROOT / "profiles" / "quickstart.toml")
CAPTURE = str(ROOT / "tests" / "data" / "captures" / "rc_all_ops_v4_mtu1024.pcap")
SHORT = ["--duration", "200ms", "--no-huge"]
MAY_BE_BUSY = (0, 5)  # 5: the machine was too busy to send in time


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, check=False)


def utc_in(seconds):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z", int(moment.timestamp() * 1e9)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = str(self.folder / "result")

    def result(self):
        return json.loads((self.folder / "result" / "result.json").read_text())


class Json(InFolder):
    """--json: JSON alone on stdout, all text on stderr; --json=FILE: text as ever; never the next word."""

    def commands(self):
        yield "version", ["version"], 0
        yield "ports", ["ports"], 0
        yield "check", ["check", QUICKSTART], 0
        yield "check of a bad file", ["check", QUICKSTART, "--set", "test.durations=5s"], 2
        yield "check --schema", ["check", "--schema"], 0
        yield "plan", ["plan", QUICKSTART], 0
        yield "analyze", ["analyze", CAPTURE], 0

    def test_to_stdout_and_to_a_file(self):
        for name, command, code in self.commands():
            with self.subTest(name):
                plain = run(*command)
                self.assertEqual(plain.returncode, code, plain.stderr)
                # Before the positional argument: it must not be taken for the file.
                shown = run(command[0], "--json", *command[1:])
                self.assertEqual(shown.returncode, code, shown.stderr)
                document = json.loads(shown.stdout)
                if code == 0 and "--schema" not in command:
                    self.assertEqual(shown.stderr, plain.stdout, "the text goes to stderr")
                target = self.folder / "document.json"
                stored = run(*command, f"--json={target}")
                self.assertEqual(stored.returncode, code)
                self.assertEqual(json.loads(target.read_text()), document)
                if "--schema" not in command:
                    self.assertEqual(stored.stdout, plain.stdout)

    def test_of_a_run_and_its_report(self):
        done = run("run", "--json", QUICKSTART, *SHORT, "--out", self.out)
        self.assertIn(done.returncode, MAY_BE_BUSY, done.stderr)
        self.assertEqual(json.loads(done.stdout), self.result())
        self.assertIn("frame accounting", done.stderr)
        again = run("report", self.out, "--json")
        self.assertEqual(again.returncode, done.returncode)
        self.assertEqual(again.stdout, done.stdout)
        self.assertIn("frame accounting", again.stderr)

    def test_a_file_that_cannot_be_written_is_exit_3(self):
        for command in (["version"], ["ports"], ["check", QUICKSTART], ["plan", QUICKSTART], ["analyze", CAPTURE]):
            done = run(*command, f"--json={self.folder}/no/such/folder.json")
            self.assertEqual(done.returncode, 3, command)
            self.assertIn("cannot be opened for writing", done.stderr)

    def test_check_gives_every_fault(self):
        done = run("check", QUICKSTART, "--json", "--set", "test.durations=5s", "--set", "test.warmup=blue")
        said = json.loads(done.stdout)
        self.assertFalse(said["good"])
        self.assertIsNone(said["profile_hash"])
        self.assertEqual(len(said["faults"]), 2, said)
        self.assertTrue(any("durations" in fault["where"] + fault["what"] for fault in said["faults"]))
        self.assertTrue(all(fault["kind"] == "input" for fault in said["faults"]))

    def test_ports_names_what_is_not_known(self):
        said = json.loads(run("ports", "--json").stdout)
        self.assertEqual(said["schema"], "rocestorm/ports/1")
        self.assertIn("ring", said["virtual_devices"])
        for device in said["devices"]:
            self.assertIsNone(device["flow_rules"], "nobody asked the device")
            self.assertIsInstance(device["carries_default_route"], bool)


class StartAt(InFolder):
    def test_what_is_past_or_no_time_is_refused_by_all_that_take_a_profile(self):
        for command in ("check", "plan", "run"):
            past = run(command, QUICKSTART, "--start-at", "2020-01-01T00:00:00Z")
            self.assertEqual(past.returncode, 2)
            self.assertIn("--start-at 2020-01-01T00:00:00Z: is past: this host's clock says 2", past.stderr)
            wrong = run(command, QUICKSTART, "--start-at", "tomorrow", "--set", "test.durations=5s")
            self.assertEqual(wrong.returncode, 2)
            self.assertIn("is no time of the form 2026-01-31T12:00:00Z", wrong.stderr)
            self.assertIn("durations", wrong.stderr, "the profile's faults as well")
        self.assertEqual(run("check", QUICKSTART, "--start-at", utc_in(3600)[0]).returncode, 0)

    def test_the_run_starts_then(self):
        text, asked = utc_in(6)
        done = run("run", QUICKSTART, *SHORT, "--out", self.out, "--start-at", text)
        self.assertIn(done.returncode, MAY_BE_BUSY, done.stderr)
        self.assertIn("ready; starts at", done.stderr)
        windows = self.result()["windows"]
        self.assertLess(abs(windows["start_asked_utc_ns"] - asked), 1000)
        self.assertGreaterEqual(windows["start_utc_ns"], asked - 1000)
        self.assertLess(windows["start_utc_ns"] - asked, 2_000_000_000)

    def test_interrupted_before_the_start_nothing_was_sent(self):
        with subprocess.Popen([PROGRAM, "run", QUICKSTART, *SHORT, "--out", self.out, "--start-at", utc_in(3600)[0]],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            while "ready; starts at" not in running.stderr.readline():
                pass
            running.send_signal(signal.SIGINT)
            said = running.stderr.read()
        self.assertEqual(running.returncode, 4)
        self.assertIn("interrupted before the start: nothing was sent", said)


class Capture(InFolder):
    """--capture: what was sent and received, the first frames of all ports."""

    def analysis(self, path):
        return json.loads(run("analyze", str(path), "--json").stdout)

    def test_of_a_short_run_holds_every_frame_twice(self):
        path = self.folder / "all.pcapng"
        done = run("run", QUICKSTART, *SHORT, "--out", self.out, "--capture", str(path), "--set",
                   "traffic[0].packets=100")
        self.assertIn(done.returncode, MAY_BE_BUSY, done.stderr)
        result = self.result()
        sent = sum(flow["tx"]["sent"] for flow in result["flows"])
        received = sum(flow["rx"]["frames"] for flow in result["flows"])
        self.assertEqual(result["capture"]["frames_left_out"], 0)
        self.assertGreater(sent, 0)
        said = self.analysis(path)
        # Announcements that hosts make beside the traffic are in it too, as what is no RoCEv2.
        self.assertEqual(said["totals"]["packets"], sent + received)
        self.assertEqual(said["totals"]["icrc_good"], sent + received)
        self.assertEqual(said["totals"]["frames"], result["capture"]["frames"])

    def test_is_bounded_by_count_and_tells_what_it_left_out(self):
        path = self.folder / "few.pcapng"
        done = run("run", QUICKSTART, *SHORT, "--out", self.out, "--capture", str(path), "--capture-count", "250")
        self.assertIn(done.returncode, MAY_BE_BUSY, done.stderr)
        self.assertEqual(self.result()["capture"]["frames"], 250)
        left_out = self.result()["capture"]["frames_left_out"]
        self.assertGreater(left_out, 0)
        self.assertRegex(" ".join(done.stdout.split()), f"captured: 250 frames; {left_out} more were sent or received")
        self.assertEqual(self.analysis(path)["totals"]["frames"], 250)

    def test_what_cannot_be_is_refused_before_anything_is_sent(self):
        nowhere = run("run", QUICKSTART, "--out", self.out, "--capture", str(self.folder / "no" / "such.pcapng"))
        self.assertEqual(nowhere.returncode, 3)
        self.assertFalse((self.folder / "result" / "result.json").exists())
        for wrong in (["--capture-count", "5"], ["--capture", str(self.folder / "x"), "--capture-count", "0"]):
            self.assertEqual(run("run", QUICKSTART, *wrong).returncode, 2)
        without = run("run", QUICKSTART, *SHORT, "--out", self.out)
        self.assertIn(without.returncode, MAY_BE_BUSY, without.stderr)
        self.assertIsNone(self.result()["capture"])


class WhileItRuns(InFolder):
    LINE = (r"^ *\d+\.\d s of \d+\.\d s  sent \S+ ?\S*  received \S+ ?\S*  missing \d+  "
            r"CE (-|\d+\.\d\d %)  late (-|[\d.]+ [num]s)$")

    def test_a_plain_line_a_second_where_there_is_no_terminal(self):
        done = run("run", QUICKSTART, "--duration", "2500ms", "--no-huge", "--out", self.out)
        self.assertIn(done.returncode, MAY_BE_BUSY, done.stderr)
        lines = [line for line in done.stderr.splitlines() if " s of " in line]
        self.assertGreaterEqual(len(lines), 2)
        for line in lines:
            self.assertRegex(line, self.LINE)
        self.assertNotIn("\x1b", done.stderr)
        self.assertTrue(any("bit/s" in line for line in lines), lines)

    def test_one_line_that_is_written_over_on_a_terminal(self):
        ours, theirs = pty.openpty()
        with subprocess.Popen([PROGRAM, "run", QUICKSTART, "--duration", "2500ms", "--no-huge", "--out", self.out],
                              stdout=subprocess.DEVNULL, stderr=theirs) as running:
            os.close(theirs)
            seen = b""
            while True:
                try:
                    piece = os.read(ours, 4096)
                except OSError:  # the other end was closed
                    break
                if not piece:
                    break
                seen += piece
        os.close(ours)
        self.assertIn(running.returncode, MAY_BE_BUSY, seen)
        progress = [part for part in seen.decode().split("\r") if " s of " in part]
        self.assertGreaterEqual(len(progress), 2, seen)
        for part in progress:
            self.assertIn("\x1b[K", part, "what a longer line left is cleared")
        self.assertEqual(seen.count(b"\x1b[K\r\n"), 1, "the last line alone is ended")

    def test_series_sum_to_what_was_counted(self):
        done = run("run", QUICKSTART, "--duration", "1s", "--no-huge", "--out", self.out, "--set",
                   "test.warmup='0 s'")
        self.assertIn(done.returncode, MAY_BE_BUSY, done.stderr)
        result = self.result()
        live = [series for series in result["series"] if series["source"] == "engine"]
        sums = {(series["name"], json.dumps(series["place"])): sum(series["values"]) for series in live}
        sent = sum(flow["tx"]["sent"] for flow in result["flows"])
        received = sum(flow["rx"]["frames"] for flow in result["flows"])
        self.assertEqual(sums["tx_frames", '{"subject": "traffic:writes"}'], sent)
        self.assertEqual(sums["rx_frames", '{"subject": "traffic:writes"}'], received)
        self.assertEqual(sums["tx_frames", '{"port": "p0"}'] + sums.get(("tx_frames", '{"port": "p1"}'), 0), sent)
        self.assertEqual(sums["tx_frames", '{"port": "p0", "queue": 0}'], sums["tx_frames", '{"port": "p0"}'])
        for series in live:
            self.assertEqual(series["interval_ps"], 100_000_000_000)
            self.assertLessEqual(len(series["values"]), 20)


class Schema(InFolder):
    def test_a_result_is_as_docs_result_schema_says(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((ROOT / "docs" / "result-schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        done = run("run", QUICKSTART, *SHORT, "--out", self.out, "--capture", str(self.folder / "c.pcapng"))
        self.assertIn(done.returncode, MAY_BE_BUSY, done.stderr)
        result = self.result()
        self.assertEqual([error.message for error in validator.iter_errors(result)], [])
        # It would say so: a key that is not described, one that is missing, a number as text.
        for spoil in (lambda r: r.update(extra=1), lambda r: r.pop("flows"), lambda r: r["flows"][0].update(flow="0"),
                      lambda r: r["windows"].update(ended_ps=None), lambda r: r["series"][0].update(kind="other")):
            spoilt = json.loads(json.dumps(result))
            spoil(spoilt)
            self.assertFalse(validator.is_valid(spoilt))


class Pcap(InFolder):
    def test_count_needs_pcap_and_bounds_it(self):
        self.assertEqual(run("plan", QUICKSTART, "--count", "5").returncode, 2)
        path = self.folder / "first.pcapng"
        done = run("plan", QUICKSTART, "--pcap", str(path), "--count", "7")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("the first 7 frames, as they would be sent", done.stdout)
        said = json.loads(run("analyze", str(path), "--json").stdout)
        self.assertEqual(said["totals"]["icrc_good"], 7)
        nowhere = run("plan", QUICKSTART, "--pcap", str(self.folder / "no" / "such.pcapng"))
        self.assertEqual(nowhere.returncode, 3)


class Quiet(InFolder):
    def test_says_the_verdict_alone(self):
        done = run("run", QUICKSTART, *SHORT, "--quiet", "--out", self.out)
        self.assertIn(done.returncode, MAY_BE_BUSY, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
