"""check_layers finds each kind of breach, planted one at a time in a small tree that has none."""

import pathlib
import tempfile
import unittest

import check_layers


class CheckLayers(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        modules = ['base', 'wire', 'measure', 'plan', 'profile', 'workload', 'roce', 'port', 'engine', 'run', 'report']
        for module in modules:
            self.write(f'lib/{module}/README.md', module)
            self.write(f'lib/{module}/meson.build', '')
            self.header(module, 'thing', [])
        self.write('meson.build', "modules = [\n  'base', 'wire', 'roce', 'measure', 'workload', 'profile', 'plan',\n"
                                  "  'engine', 'port', 'run', 'report',\n]\n")
        self.write('app/main.cpp', '#include <CLI/CLI.hpp>\n#include "options.hpp"\n#include "run/thing.hpp"\n')
        self.write('app/options.hpp', '#pragma once\n')

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding='utf-8')

    def header(self, module, name, includes, body=''):
        lines = ''.join(f'#include {include}\n' for include in includes)
        self.write(f'lib/{module}/{name}.hpp', f'#pragma once\n{lines}namespace {module} {{\n{body}}}\n')

    def found(self):
        return check_layers.breaches(self.root)[0]

    def assert_one(self, *words):
        found = self.found()
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def test_a_tree_that_obeys_has_no_breach(self):
        self.header('wire', 'frame', ['<vector>', '<cstdint>', '"base/thing.hpp"'])
        self.header('engine', 'worker', ['"plan/thing.hpp"', '"base/thing.hpp"', '<fmt/core.h>', '<tl/expected.hpp>'])
        self.write('lib/port/ethdev.cpp', '#include <rte_ethdev.h>\n#include "engine/thing.hpp"\n')
        self.write('lib/profile/parse.cpp', '#include <toml++/toml.h>\n#include <nlohmann/json.hpp>\n')
        self.assertEqual(self.found(), [])

    def test_an_include_upwards(self):
        self.header('wire', 'frame', ['"plan/thing.hpp"'])
        self.assert_one('lib/wire/frame.hpp:2', 'wire may not include plan')

    def test_an_include_sideways_that_is_not_named(self):
        self.header('measure', 'count', ['"wire/thing.hpp"'])
        self.assert_one('lib/measure/count.hpp:2', 'measure may not include wire')

    def test_run_and_report_never_include_each_other(self):
        self.header('run', 'a', ['"report/thing.hpp"'])
        self.header('report', 'b', ['"run/thing.hpp"'])
        self.assertEqual(len(self.found()), 2)

    def test_what_a_named_module_may_name_may_be_named(self):
        allowed = check_layers.allowed_modules()
        self.assertIn('base', allowed['app'])
        self.assertIn('measure', allowed['simulation'])
        self.assertNotIn('simulation', allowed['port'])
        self.assertNotIn('port', allowed['rnic'])
        self.assertNotIn('host', allowed['engine'])
        self.assertNotIn('capture', allowed['plan'])
        self.assertEqual(allowed['base'], {'base'})
        self.assertLessEqual({'simulation', 'port', 'rnic', 'conformance'}, allowed['run'])
        self.assertNotIn('report', allowed['run'])

    def test_a_source_that_does_not_include_its_own_header_first(self):
        self.write('lib/plan/thing.cpp', '#include "base/thing.hpp"\n#include "plan/thing.hpp"\n')
        self.assert_one('lib/plan/thing.cpp:1', 'first include')
        self.write('lib/plan/thing.cpp', '#include "plan/thing.hpp"\n#include "base/thing.hpp"\n')
        self.assertEqual(self.found(), [])

    def test_an_include_without_its_module(self):
        self.write('lib/wire/a.cpp', '#include "thing.hpp"\n')
        self.assert_one('lib/wire/a.cpp:1', 'module/file.hpp')

    def test_dpdk_outside_port(self):
        self.write('lib/engine/a.cpp', '#include <rte_mbuf.h>\n')
        self.assert_one('lib/engine/a.cpp:1', 'DPDK', 'port')

    def test_dpdk_in_quotes_is_still_dpdk(self):
        self.write('lib/engine/a.cpp', '#include "rte_mbuf.h"\n')
        self.assert_one('DPDK')

    def test_a_header_of_port_that_shows_dpdk_to_run_through_another(self):
        self.header('port', 'mbuf', ['<rte_mbuf.h>'])
        self.header('port', 'open', ['"port/mbuf.hpp"'])
        self.write('lib/port/open.cpp', '#include "port/open.hpp"\n')
        self.assertEqual(self.found(), [])
        self.write('lib/run/session.cpp', '#include "port/open.hpp"\n')
        self.assert_one('lib/run/session.cpp:1', 'shows DPDK to run')

    def test_verbs_outside_rnic(self):
        self.write('lib/port/a.cpp', '#include <infiniband/verbs.h>\n')
        self.assert_one('verbs', 'rnic')

    def test_tomlpp_in_a_header_of_profile(self):
        self.header('profile', 'parse', ['<toml++/toml.h>'])
        self.assert_one('lib/profile/parse.hpp:2', '.cpp files only')

    def test_tomlpp_outside_profile(self):
        self.write('lib/plan/a.cpp', '#include <toml++/toml.h>\n')
        self.assert_one('toml++', 'profile')

    def test_json_in_plan(self):
        self.write('lib/plan/a.cpp', '#include <nlohmann/json.hpp>\n')
        self.assert_one('nlohmann-json')

    def test_json_in_app(self):
        self.write('app/a.cpp', '#include <nlohmann/json.hpp>\n')
        self.assert_one('nlohmann-json')

    def test_cli11_in_two_files(self):
        self.write('app/run.cpp', '#include <CLI/App.hpp>\n')
        self.assert_one('app/main.cpp, app/run.cpp', 'CLI11')

    def test_an_unknown_library(self):
        self.write('lib/base/a.cpp', '#include <boost/asio.hpp>\n')
        self.assert_one('boost/asio.hpp', 'no library in the table')

    def test_a_clock_in_a_pure_module(self):
        self.write('lib/plan/a.cpp', '// steady_clock in a comment is fine\nauto t = std::chrono::steady_clock::now();\n')
        self.assert_one('lib/plan/a.cpp:2', 'steady_clock')

    def test_a_thread_in_a_pure_module(self):
        self.header('engine', 'a', ['<thread>'])
        self.assert_one('lib/engine/a.hpp:2', 'pure')

    def test_a_long_file_and_a_long_table(self):
        self.write('lib/roce/a_table.cpp', 'int x;\n' * 500)
        self.assertEqual(self.found(), [])
        self.write('lib/roce/a.cpp', 'int x;\n' * 401)
        self.assert_one('lib/roce/a.cpp', '401 lines')

    def test_a_header_without_pragma_once(self):
        self.write('lib/roce/a.hpp', 'namespace roce {}\n')
        self.assert_one('#pragma once')

    def test_a_header_in_another_namespace(self):
        self.write('lib/roce/a.hpp', '#pragma once\nnamespace wire {}\n')
        self.assert_one('namespace roce')

    def test_a_module_without_readme(self):
        (self.root / 'lib/wire/README.md').unlink()
        self.assert_one('lib/wire', 'README.md')

    def test_a_module_that_the_table_does_not_know(self):
        self.write('lib/misc/README.md', '')
        self.write('lib/misc/meson.build', '')
        self.assert_one('lib/misc', 'layer table')

    def test_modules_out_of_order_and_left_out_in_meson(self):
        text = (self.root / 'meson.build').read_text(encoding='utf-8')
        self.write('meson.build', text.replace("'plan'", "").replace("'base', 'wire'", "'wire', 'base'"))
        found = self.found()
        self.assertTrue(any('wire stands before base' in line for line in found), found)
        self.assertTrue(any('lib/plan is not among' in line for line in found), found)

    def test_an_empty_tree_is_not_a_pass(self):
        for file in self.root.rglob('*.[hc]pp'):
            file.unlink()
        self.assertEqual(check_layers.main([str(self.root)]), 1)
