"""scripts/mutants tells killed from survived from broken, over a small program of its own."""

import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / 'scripts' / 'mutants'
loader = importlib.machinery.SourceFileLoader('mutants', str(SCRIPT))
mutants = importlib.util.module_from_spec(importlib.util.spec_from_loader('mutants', loader))
loader.exec_module(mutants)

MESON = """project('tiny', 'cpp')
test('sum', executable('sum', 'sum.cpp'))
"""
OPTIONS = "option('tests', type: 'boolean', value: false)\n"
SOURCE = """static int lost(int sent, int received) {
  const int gap = sent - received;
  static_assert(sizeof(int) == 4);
  return gap;
}
int main(int argc, char**) { return lost(argc + 4, 3) == 2 ? 0 : 1; }
"""


def entry(name, original, replacement, tests='["sum"]', file='sum.cpp'):
    return (f'[[mutant]]\nname = "{name}"\nfile = "{file}"\noriginal = "{original}"\n'
            f'replacement = "{replacement}"\ntests = {tests}\nwhy = "a reason"\n')


class Mutants(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        subprocess.run(['git', 'init', '-q', str(self.root)], check=True)
        for name, text in (('meson.build', MESON), ('meson_options.txt', OPTIONS), ('sum.cpp', SOURCE),
                           ('.gitignore', '/build*/\n')):
            (self.root / name).write_text(text, encoding='utf-8')
        (self.root / 'tests' / 'mutants').mkdir(parents=True)

    def run_with(self, *entries, arguments=()):
        (self.root / 'tests' / 'mutants' / 'a.toml').write_text('\n'.join(entries), encoding='utf-8')
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = mutants.main(list(arguments), self.root)
        return status, output.getvalue()

    def test_outcomes_are_told_apart_and_the_tree_is_left_alone(self):
        status, output = self.run_with(
            entry('swapped', 'sent - received', 'received - sent'),
            entry('same', 'return gap;', 'return gap + 0;'),
            entry('nonsense', 'return gap;', 'return gap'),
            entry('asserted', 'sizeof(int) == 4', 'sizeof(int) == 8'))
        self.assertEqual(status, 2)
        self.assertRegex(output, r'killed +swapped')
        self.assertRegex(output, r'SURVIVED same .*a reason')
        self.assertRegex(output, r'BROKEN +nonsense')
        self.assertRegex(output, r'killed +asserted .*static_assert')
        self.assertIn('2 killed, 1 survived, 1 do not fit or compile', output)
        self.assertEqual((self.root / 'sum.cpp').read_text(encoding='utf-8'), SOURCE)
        # Again, now that the copy is there: the outcome is the same, and `--only` chooses.
        self.assertEqual(self.run_with(entry('swapped', 'sent - received', 'received - sent'))[0], 0)
        status, output = self.run_with(entry('same', 'return gap;', 'return gap + 0;'),
                                       entry('swapped', 'sent - received', 'received - sent'),
                                       arguments=['--only', 'same'])
        self.assertEqual(status, 1)
        self.assertNotIn('swapped', output)
        # Where the tests fail without a mutant, nothing can be said.
        (self.root / 'sum.cpp').write_text(SOURCE.replace('== 2', '== 3'), encoding='utf-8')
        status, output = self.run_with(entry('swapped', 'sent - received', 'received - sent'))
        self.assertEqual(status, 2)
        self.assertIn('the tests fail without a mutant', output)

    def test_an_original_that_stands_twice_is_refused(self):
        status, output = self.run_with(entry('gap', 'gap', 'hole'), arguments=['--list'])
        self.assertEqual(status, 2)
        self.assertIn('stands 2 times', output)

    def test_an_original_that_is_gone_is_refused(self):
        status, output = self.run_with(entry('gone', 'no such text', 'x'), arguments=['--list'])
        self.assertEqual(status, 2)
        self.assertIn('stands 0 times', output)

    def test_an_entry_without_a_reason_is_refused(self):
        text = entry('gap', 'return gap;', 'return 0;').replace('why = "a reason"\n', '')
        status, output = self.run_with(text, arguments=['--list'])
        self.assertEqual(status, 2)
        self.assertIn("'why'", output)

    def test_an_unknown_test_is_refused(self):
        status, output = self.run_with(entry('gap', 'return gap;', 'return 0;', tests='["summ"]'))
        self.assertEqual(status, 2)
        self.assertIn("no meson test is called 'summ'", output)

    def test_no_mutant_at_all_is_no_success(self):
        self.assertEqual(self.run_with('')[0], 2)
