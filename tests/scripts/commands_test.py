"""The commands say what they would do, install nothing twice and refuse what they do not know."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Commands(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.bin = pathlib.Path(scratch.name)
        self.calls = self.bin / 'calls'

    def fake(self, name, text):
        path = self.bin / name
        path.write_text(f'#!/bin/bash\necho "{name} $*" >>"{self.calls}"\n{text}\n', encoding='utf-8')
        path.chmod(0o755)

    def run_script(self, *words):
        return subprocess.run([str(ROOT / 'scripts' / words[0]), *words[1:]], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              env={**os.environ, 'PATH': f'{self.bin}:{os.environ["PATH"]}'}).stdout

    def called(self, name):
        calls = self.calls.read_text(encoding='utf-8') if self.calls.exists() else ''
        return [line for line in calls.splitlines() if line.startswith(f'{name} ')]

    def status_of(self, *words):
        return subprocess.run([str(ROOT / 'scripts' / words[0]), *words[1:]], check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def test_nothing_is_installed_where_nothing_is_missing(self):
        self.fake('dpkg-query', 'echo -n installed')
        self.fake('apt-get', 'exit 9')
        self.assertIn("that 'build' needs are installed", self.run_script('install-packages', 'build'))
        self.assertEqual(self.called('apt-get'), [])

    def test_a_dry_run_names_what_is_missing_and_installs_nothing(self):
        self.fake('dpkg-query', '[[ $4 == meson ]] || echo -n installed')
        self.fake('apt-get', 'exit 9')
        text = self.run_script('install-packages', 'build', '--dry-run')
        self.assertIn('are missing: meson', text)
        self.assertIn('install -y --no-install-recommends meson', text)
        self.assertEqual(self.called('apt-get'), [])

    def test_testing_needs_all_that_building_needs(self):
        self.fake('dpkg-query', ':')
        building = self.run_script('install-packages', 'build', '--dry-run').split('missing: ')[1].split('\n')[0]
        testing = self.run_script('install-packages', 'test', '--dry-run').split('missing: ')[1].split('\n')[0]
        self.assertLess(set(building.split()), set(testing.split()))
        self.assertIn('tshark', testing.split())
        self.assertNotIn('tshark', building.split())

    def test_a_dry_quickstart_builds_and_runs_nothing(self):
        self.fake('dpkg-query', 'echo -n installed')
        for program in ('meson', 'ninja', 'apt-get'):
            self.fake(program, 'exit 9')
        text = self.run_script('quickstart', '--dry-run')
        self.assertIn('ninja -C build app/rocestorm', text)
        self.assertIn('run profiles/quickstart.toml', text)
        for program in ('meson', 'ninja', 'apt-get'):
            self.assertEqual(self.called(program), [])

    def test_unknown_arguments_are_refused(self):
        for words in (('install-packages', 'everything'), ('install-packages',), ('quickstart', '--fast'),
                      ('check', '--half'), ('test', '--all'), ('fuzz', '--long'), ('compare_plans', '--all')):
            self.assertEqual(self.status_of(*words), 2, words)

    def test_every_command_tells_its_use(self):
        for name in ('install-packages', 'quickstart', 'check', 'test', 'mutants', 'bench', 'fuzz', 'compare_plans'):
            expected = {'test': 'every test', 'fuzz': 'fuzz targets'}.get(name, f'scripts/{name}')
            self.assertIn(expected, self.run_script(name, '--help'), name)
