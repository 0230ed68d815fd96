#!/usr/bin/python3
"""Runs one file of unittest cases and prints TAP, so that meson counts each case: run.py FILE."""

import contextlib
import importlib.util
import io
import pathlib
import sys
import unittest


class TapResult(unittest.TestResult):
    """One TAP line a case, what went wrong as comments after it."""

    def __init__(self):
        super().__init__()
        self.number = 0

    def line(self, test, ok, directive='', detail=''):
        self.number += 1
        name = test.id().split('.', 1)[-1]
        print(f'{"ok" if ok else "not ok"} {self.number} - {name}{directive}', file=sys.__stdout__)
        for text in detail.splitlines():
            print(f'# {text}', file=sys.__stdout__)
        sys.__stdout__.flush()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.line(test, True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line(test, False, detail=self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        self.line(test, False, detail=self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(test, True, directive=f' # SKIP {reason}')


def main(path):
    root = pathlib.Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(root / 'scripts'), str(pathlib.Path(path).resolve().parent)]
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location(pathlib.Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    print(f'1..{suite.countTestCases()}')
    result = TapResult()
    # What the code under test prints is no TAP.
    with contextlib.redirect_stdout(io.StringIO()):
        suite.run(result)
    return 0 if result.wasSuccessful() and result.number > 0 else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
