"""test_results counts cases, not programs, and lets no crash, empty run or reasonless skip pass as good."""

import json
import pathlib
import tempfile
import unittest

import test_results


def gtest_suite(program, cases):
    return f'<testsuite name="rocestorm.{program}.Psn">{"".join(cases)}</testsuite>'


def case(name, inside=''):
    return f'<testcase name="{name}" classname="Psn" status="run">{inside}</testcase>'


class TestResults(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.build = pathlib.Path(scratch.name)
        (self.build / 'meson-logs').mkdir()

    def log(self, base, suites, programs):
        logs = self.build / 'meson-logs'
        (logs / f'{base}.junit.xml').write_text(f'<testsuites>{"".join(suites)}</testsuites>', encoding='utf-8')
        lines = [json.dumps({'name': name, 'result': result}) for name, result in programs.items()]
        (logs / f'{base}.json').write_text('\n'.join(lines), encoding='utf-8')

    def stages(self, *lines):
        path = self.build / 'stages'
        path.write_text(''.join('\t'.join(line) + '\n' for line in lines), encoding='utf-8')
        return path

    def totals(self, **options):
        return test_results.add_up([self.build], **options)

    def test_cases_of_several_logs_are_added_up(self):
        self.log('unit', [gtest_suite('roce', [case('A'), case('B')])], {'roce': 'OK'})
        self.log('suites', [gtest_suite('rocestorm:e2e / e2e', [case('A')]),
                            '<testsuite name="rocestorm"><testcase name="rocestorm:e2e / cli"/></testsuite>'],
                 {'rocestorm:e2e / e2e': 'OK', 'rocestorm:e2e / cli': 'OK'})
        self.assertEqual(self.totals().last_line(), '4 passed, 0 failed, 0 skipped')

    def test_a_failed_case_counts_once(self):
        self.log('unit', [gtest_suite('roce', [case('A'), case('B', '<failure message="x"/>')])], {'roce': 'FAIL'})
        totals = self.totals()
        self.assertEqual(totals.last_line(), '1 passed, 1 failed, 0 skipped')
        self.assertEqual(totals.failures, ['roce: Psn.B'])

    def test_a_crash_that_left_no_failed_case_is_a_failure(self):
        self.log('unit', [gtest_suite('roce', [case('A')])], {'roce': 'FAIL'})
        totals = self.totals()
        self.assertEqual(totals.last_line(), '1 passed, 1 failed, 0 skipped')
        self.assertIn('after 1 cases', totals.failures[0])

    def test_a_program_that_ran_no_case_is_a_failure(self):
        self.log('unit', [gtest_suite('wire', [case('A')])], {'wire': 'OK', 'roce': 'OK'})
        self.assertEqual(self.totals().failures, ['roce: ran no case'])

    def test_a_timeout_of_an_exit_code_program_is_a_failure(self):
        self.log('fuzz', ['<testsuite name="rocestorm"><testcase name="frame" classname="rocestorm"/></testsuite>'],
                 {'frame': 'TIMEOUT'})
        self.assertEqual(self.totals().last_line(), '0 passed, 1 failed, 0 skipped')

    def test_an_exit_code_program_counts_as_one(self):
        self.log('fuzz', ['<testsuite name="rocestorm"><testcase name="frame" classname="rocestorm"/></testsuite>'],
                 {'frame': 'OK'})
        self.assertEqual(self.totals().last_line(), '1 passed, 0 failed, 0 skipped')

    def test_a_skip_keeps_its_reason(self):
        skipped = '<skipped message="tests/roce/psn_test.cpp:12&#10;needs a kernel with RDMA&#10;"/>'
        self.log('unit', [gtest_suite('roce', [case('A', skipped), case('B')])], {'roce': 'OK'})
        self.assertEqual(self.totals(in_ci=True).skips, [('roce: Psn.A', 'needs a kernel with RDMA')])

    def test_a_tap_skip_keeps_its_reason(self):
        suite = ('<testsuite name="rocestorm.tap"><testcase name="A" classname="rocestorm.tap"><skipped/>'
                 '<system-out>no NIC</system-out></testcase></testsuite>')
        self.log('unit', [suite], {'tap': 'SKIP'})
        self.assertEqual(self.totals().skips, [('tap: tap.A', 'no NIC')])

    def test_a_skip_without_a_reason_is_a_failure(self):
        self.log('unit', [gtest_suite('roce', [case('A', '<skipped message="a.cpp:1&#10;"/>')])], {'roce': 'OK'})
        self.assertEqual(self.totals().last_line(), '0 passed, 1 failed, 0 skipped')

    def test_a_missing_oracle_is_a_skip_at_home_and_a_failure_in_ci(self):
        skipped = '<skipped message="a.cpp:1&#10;tshark is not installed"/>'
        self.log('unit', [gtest_suite('roce', [case('A', skipped)])], {'roce': 'OK'})
        self.assertEqual(self.totals(in_ci=False).last_line(), '0 passed, 0 failed, 1 skipped')
        self.assertEqual(self.totals(in_ci=True).last_line(), '0 passed, 1 failed, 0 skipped')

    def test_a_failed_step_is_a_failure_though_every_case_passed(self):
        self.log('unit', [gtest_suite('roce', [case('A')])], {'roce': 'OK'})
        stages = self.stages(('format', '1.0', '1.0', '1', 'step'), ('unit tests', '1.0', '1.0', '0', 'tests'))
        self.assertEqual(self.totals(stages=stages, check_status=1).last_line(), '1 passed, 1 failed, 0 skipped')

    def test_a_failed_case_is_not_counted_again_for_its_stage(self):
        self.log('unit', [gtest_suite('roce', [case('A', '<failure/>')])], {'roce': 'FAIL'})
        stages = self.stages(('unit tests', '1.0', '1.0', '1', 'tests'))
        self.assertEqual(self.totals(stages=stages, check_status=1).last_line(), '0 passed, 1 failed, 0 skipped')

    def test_a_check_that_died_without_a_word_is_a_failure(self):
        self.log('unit', [gtest_suite('roce', [case('A')])], {'roce': 'OK'})
        self.assertEqual(self.totals(stages=self.stages(), check_status=137).last_line(),
                         '1 passed, 1 failed, 0 skipped')

    def test_no_test_at_all_is_a_failure(self):
        self.assertEqual(test_results.main([str(self.build)]), 1)
