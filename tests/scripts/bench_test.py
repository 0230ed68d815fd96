"""The benchmark's arithmetic: slopes, spreads, and that what was not measured is never met."""

import contextlib
import pathlib
import tempfile
import unittest

from benchmarks import callgrind, entries, rocestorm, testpmd
from benchmarks.callgrind import Count
from benchmarks.measurement import Measurement, spread_of
from benchmarks.rocestorm import NotMeasured, Run


class Slope(unittest.TestCase):
    def test_what_start_up_costs_cancels_out(self):
        few = Count(packets=100_000, instructions=5_000_000 + 207 * 100_000)
        many = Count(packets=300_000, instructions=5_000_000 + 207 * 300_000)
        self.assertEqual(Count.slope(few, many), 207)

    def test_runs_that_hardly_differ_say_nothing(self):
        with self.assertRaises(ValueError):
            Count.slope(Count(100_000, 1), Count(100_100, 2))

    def test_cache_misses_have_a_slope_too(self):
        self.assertEqual(Count.slope(Count(0, 0, 10), Count(100_000, 0, 300_010), 'd1_misses'), 3)


class CallgrindProfile(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, 'profile')
            path.write_text(text, encoding='utf-8')
            return callgrind.read_events(path)

    def test_totals_are_read_by_the_events_names(self):
        events = self.read('version: 1\nevents: Ir Dr D1mr\nfn=(1) main\n1 5 6 7\ntotals: 100 20 3\n')
        self.assertEqual(events, {'Ir': 100, 'Dr': 20, 'D1mr': 3})

    def test_a_profile_that_was_cut_off_is_refused(self):
        with self.assertRaises(RuntimeError):
            self.read('version: 1\nevents: Ir\n')


class Limits(unittest.TestCase):
    def test_a_ratio_on_the_limit_is_met_and_above_it_missed(self):
        self.assertTrue(Measurement('a', 'x', 245.0, ratio=1.0, limit=1.0).met)
        self.assertFalse(Measurement('a', 'x', 246.0, ratio=1.004, limit=1.0).met)

    def test_a_number_without_a_limit_is_only_shown(self):
        self.assertTrue(Measurement('a', 'x', 1.0).met)

    def test_what_was_not_measured_is_not_met(self):
        def missing():
            raise NotMeasured('no program')
        entry = entries.measured('a', 'x', 1.0, missing)
        self.assertFalse(entry.met)
        self.assertEqual(entry.as_json()['not_measured'], 'no program')
        self.assertIn('not measured: no program', entry.as_text())

    def test_json_has_exactly_the_promised_keys(self):
        self.assertEqual(list(Measurement('a', 'x', 1.0).as_json()),
                         ['name', 'value', 'ratio', 'limit', 'unit', 'spread'])

    def test_the_spread_is_how_far_p90_lies_above_the_median(self):
        self.assertEqual(spread_of([10] * 9 + [10]), 0)
        self.assertAlmostEqual(spread_of(list(range(1, 11))), 10 / 5.5 - 1)


class CommandLines(unittest.TestCase):
    def test_testpmd_gets_the_mbuf_size_before_the_packet_size(self):
        words = testpmd.Setup('txonly', 4170).words('p', 64, 4096)
        self.assertLess(words.index('--mbuf-size=4608'), words.index('--txpkts=4170'))

    def test_flowgen_counts_the_fcs_in(self):
        self.assertIn('--txpkts=1102', testpmd.Setup('flowgen', 1098).words('p', 64, 4096))

    def test_frame_sizes_are_those_of_the_peers(self):
        self.assertEqual(entries.tx_run(98).settings,
                         ('traffic.bench.message_size=24 B', 'traffic.bench.path_mtu=256'))
        self.assertEqual(entries.tx_run(4170).settings,
                         ('traffic.bench.message_size=4096 B', 'traffic.bench.path_mtu=4096'))

    def test_every_profile_that_an_entry_names_is_there(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        for name in ('tx', 'tx-cdf', 'tx-poisson', 'tx-bursts', 'tx-flows'):
            self.assertTrue((root / Run(name).path()).is_file(), name)

    def test_the_program_gets_profile_frames_and_settings(self):
        self.assertEqual(Run('tx', ('a=1',)).words(20)[1:], ['profiles/bench/tx.toml', '20', '--set', 'a=1'])

    def test_what_is_no_json_is_a_reason(self):
        self.assertEqual(rocestorm.read_line('{"frames": 5}')['frames'], 5)
        with self.assertRaisesRegex(NotMeasured, 'printed'):
            rocestorm.read_line('no')

    def test_a_missing_program_is_a_reason(self):
        with self.assertRaisesRegex(NotMeasured, 'missing'), tempfile.TemporaryDirectory() as folder:
            with contextlib.chdir(folder):
                Run('tx').require()
