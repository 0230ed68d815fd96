#!/usr/bin/python3
"""Adds up what meson's test runs recorded: test_results.py [--stages FILE] [--check-status N] BUILD_DIR...

Reads every meson-logs/*.junit.xml (one entry a test case, from GoogleTest or TAP) with the *.json beside it (one
entry a program, which tells a crash that left no case behind). Prints each failure and each skip with its reason,
then `N passed, N failed, N skipped`. A stage of scripts/check that failed and left no failed case counts as one
failure. With CI=true a skip that blames a missing oracle or tool is a failure; a skip without a reason always is.
Exit status 1 if anything failed or nothing ran.
"""

import argparse
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

MISSING_ORACLE = re.compile(r'oracle|not installed|not found|missing', re.IGNORECASE)
BAD_RESULTS = {'FAIL', 'ERROR', 'TIMEOUT', 'INTERRUPT', 'UNEXPECTEDPASS'}


@dataclass
class Totals:
    passed: int = 0
    failures: list = field(default_factory=list)  # text
    skips: list = field(default_factory=list)     # (case, reason)

    def last_line(self):
        return f'{self.passed} passed, {len(self.failures)} failed, {len(self.skips)} skipped'


def first_line(text):
    """GoogleTest's message opens with `file:line`, which is no reason."""
    lines = [line.strip() for line in (text or '').split('\n')]
    return next((line for line in lines if line and not re.match(r'\S+:\d+$|Skipped$', line)), '')


def skip_reason(case):
    skipped = case.find('skipped')
    reason = first_line(skipped.get('message')) or first_line(skipped.text)
    if reason:
        return reason
    # TAP explanations, and the last line that a program wrote before it exited with 77.
    output = (case.findtext('system-out') or '').strip().split('\n')
    return output[-1].strip()


def plain_name(name):
    """Where a project has several suites, meson writes `project:suite / program`."""
    return name.split(' / ')[-1]


def program_of(suite_name, case_name, programs):
    """Which program of the JSON log a case belongs to; meson names suites PROJECT.PROGRAM[.SUITE]."""
    if '.' not in suite_name:
        return plain_name(case_name)
    rest = plain_name(suite_name.split('.', 1)[1])
    return max((name for name in programs if rest == name or rest.startswith(name + '.')), key=len, default=rest)


def count_case(case, label, totals, in_ci):
    """Adds one case; says whether it failed."""
    if case.find('failure') is not None or case.find('error') is not None:
        totals.failures.append(label)
        return True
    if case.find('skipped') is not None or case.get('status') == 'notrun':
        reason = 'disabled' if case.find('skipped') is None else skip_reason(case)
        if not reason:
            totals.failures.append(f'{label}: skipped without a reason')
            return True
        if in_ci and MISSING_ORACLE.search(reason):
            totals.failures.append(f'{label}: skipped in CI: {reason}')
            return True
        totals.skips.append((label, reason))
        return False
    totals.passed += 1
    return False


def add_log(junit_path, totals, in_ci):
    """Adds one run's cases; says whether anything in it failed."""
    json_path = junit_path.with_name(junit_path.name.removesuffix('.junit.xml') + '.json')
    programs = {}
    for line in json_path.read_text(encoding='utf-8').splitlines():
        entry = json.loads(line)
        programs[plain_name(entry['name'])] = entry['result']
    counted = {name: 0 for name in programs}
    failed_programs = set()
    for suite in ElementTree.parse(junit_path).getroot().iter('testsuite'):
        for case in suite.iter('testcase'):
            program = program_of(suite.get('name'), case.get('name'), programs)
            label = program if plain_name(case.get('name')) == program else (
                f'{program}: {case.get("classname", "").split(".")[-1]}.{case.get("name")}')
            # An exit-code program that timed out has a case without a mark.
            if '.' not in suite.get('name') and programs.get(program) in BAD_RESULTS:
                continue
            counted[program] = counted.get(program, 0) + 1
            if count_case(case, label, totals, in_ci):
                failed_programs.add(program)
    for program, result in programs.items():
        if result in BAD_RESULTS and program not in failed_programs:
            totals.failures.append(f'{program}: {result} after {counted[program]} cases')
            failed_programs.add(program)
        elif counted[program] == 0:
            totals.failures.append(f'{program}: ran no case')
            failed_programs.add(program)
    return bool(failed_programs)


def add_stages(stages_path, check_status, any_case_failed, totals):
    """A stage that failed without a failed case (a build, a format) is one failure each."""
    known = False
    for line in pathlib.Path(stages_path).read_text(encoding='utf-8').splitlines():
        name, _, _, status, kind = line.split('\t')
        if status == '0':
            continue
        known = True
        if kind == 'step' or not any_case_failed:
            totals.failures.append(f'stage: {name} (exit {status})')
    if check_status != 0 and not known:
        totals.failures.append(f'scripts/check ended with status {check_status}')


def add_up(build_directories, stages=None, check_status=0, in_ci=False):
    totals = Totals()
    any_case_failed = False
    for directory in build_directories:
        for junit_path in sorted(pathlib.Path(directory, 'meson-logs').glob('*.junit.xml')):
            any_case_failed |= add_log(junit_path, totals, in_ci)
    if stages is not None:
        add_stages(stages, check_status, any_case_failed, totals)
    return totals


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--stages', help='what scripts/common.sh wrote: name, seconds, CPU seconds, status, kind')
    parser.add_argument('--check-status', type=int, default=0)
    parser.add_argument('build_directories', nargs='+')
    options = parser.parse_args(arguments)
    totals = add_up(options.build_directories, options.stages, options.check_status, os.environ.get('CI') == 'true')
    for case, reason in totals.skips:
        print(f'skipped: {case}: {reason}')
    for text in totals.failures:
        print(f'failed: {text}')
    if totals.passed + len(totals.failures) == 0:
        print('no test ran')
    print(totals.last_line())
    return 1 if totals.failures or totals.passed == 0 else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
