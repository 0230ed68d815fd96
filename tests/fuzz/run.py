#!/usr/bin/python3
"""Runs one libFuzzer target over its corpus, a fixed number of inputs from a fixed seed: run.py TARGET CORPUS.

The corpus is only read: what the fuzzer finds goes to a scratch folder. An input that crashes the target is printed
in hex, to be added to the corpus with the fix. ROCESTORM_FUZZ_RUNS_FACTOR multiplies the number of inputs.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

RUNS = 20000
LONGEST_INPUT_BYTES = 4096


def main(target, corpus):
    if not any(pathlib.Path(corpus).iterdir()):
        print(f'{corpus} is empty')
        return 1
    runs = RUNS * int(os.environ.get('ROCESTORM_FUZZ_RUNS_FACTOR', '1'))
    with tempfile.TemporaryDirectory(prefix='rocestorm-fuzz-') as scratch:
        found = pathlib.Path(scratch, 'found')
        found.mkdir()
        result = subprocess.run(
            [target, f'-runs={runs}', '-seed=1', f'-max_len={LONGEST_INPUT_BYTES}', '-rss_limit_mb=1024',
             '-print_final_stats=1', f'-artifact_prefix={scratch}/', str(found), corpus],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
            env={**os.environ, 'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1'})
        lines = result.stdout.splitlines()
        print('\n'.join(lines[-60:] if result.returncode else lines[-8:]))
        for path in sorted(pathlib.Path(scratch).iterdir()):
            if path.is_file():
                print(f'{path.name}: {path.read_bytes().hex()}')
    return result.returncode


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:3]))
