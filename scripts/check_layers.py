#!/usr/bin/python3
"""Holds the layer table of docs/architecture.md and fails when a source file breaks it.

Checks, over lib/ and app/:
  - an include of another module points to one that the table allows;
  - an outside library is used only in its one folder, and never shows in a header that others see;
  - modules that decide what to send touch no clock, thread, environment or unseeded random number;
  - every module has a README.md and a place in the table; its headers say #pragma once and open its namespace;
  - meson.build lists the modules lowest layer first;
  - a source file includes its own header first;
  - no file is longer than 400 lines (files named keys_*, *_table or *_tables hold rows and are excepted).

Use: scripts/check_layers.py [ROOT]. Prints one line a breach, exits 1 if there is any.
"""

import pathlib
import re
import sys
from dataclasses import dataclass

MAX_LINES = 400
TABLE_STEM = re.compile(r'^keys_|_tables?$')  # files of rows only

# Lowest layer first; what a module may name directly. It may also name whatever a named one may.
LAYERS = [
    {'base': []},
    {
        'wire': ['base'],
        'roce': ['wire'],
        'capture': ['wire'],
        'host': ['base'],
        'measure': ['base'],
        'workload': ['base'],
    },
    {
        'profile': ['workload', 'roce', 'wire'],
        'plan': ['profile', 'workload', 'roce', 'wire'],
        'frame': ['plan', 'roce', 'wire'],
        'impair': ['roce', 'wire'],
        'inspect': ['capture', 'roce', 'wire', 'measure'],
    },
    {
        'transport': ['frame', 'plan', 'workload', 'roce', 'wire', 'measure'],
        'engine': ['transport', 'frame', 'plan', 'workload', 'roce', 'wire', 'measure'],
        'verdict': ['plan', 'measure'],
    },
    {
        'simulation': ['engine', 'impair'],
        'port': ['engine', 'host'],
        'rnic': ['plan', 'workload', 'transport', 'measure', 'host'],
        'conformance': ['transport', 'impair', 'inspect', 'verdict'],
    },
    {
        'run': 'all below',
        'report': ['verdict', 'inspect', 'measure', 'plan', 'workload', 'capture'],
    },
    {'app': ['run', 'report', 'inspect']},
]

# No clock, device, environment or unseeded random number in here (docs/architecture.md section 3).
PURE = {'wire', 'roce', 'measure', 'workload', 'plan', 'frame', 'impair', 'inspect', 'transport', 'engine',
        'simulation', 'verdict'}
IMPURE_WORDS = re.compile(
    r'\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday|random_device|getenv|'
    r'__rdtsc|sleep_for|sleep_until|nanosleep|srand|std::rand|std::time)\b')
IMPURE_HEADERS = re.compile(r'(sys|net|netinet|linux)/|(unistd|fcntl|pthread|sched|poll|signal)\.h$|'
                            r'(thread|mutex|condition_variable|future|filesystem|csignal)$')


@dataclass(frozen=True)
class Library:
    """An outside library: how its includes look and who may write them."""
    name: str
    pattern: str
    users: tuple
    sources_only: bool = False  # never in a header, not even in one of its user
    one_file: bool = False
    hidden: bool = False        # a header that shows it is seen by no other module

LIBRARIES = [
    Library('DPDK', r'rte_|bus_.*_driver\.h$|ethdev_', ('port',), hidden=True),
    Library('verbs', r'infiniband/|rdma/', ('rnic',), hidden=True),
    Library('toml++', r'toml\+\+/|toml\.hpp$', ('profile',), sources_only=True),
    Library('CLI11', r'CLI/|CLI11', ('app',), sources_only=True, one_file=True),
    Library('nlohmann-json', r'nlohmann/', ('workload', 'report', 'profile'), sources_only=True),
    Library('ISA-L', r'isa-l|crc\.h$', ('roce',), sources_only=True),
    Library('libbpf', r'bpf/|xdp/', ('host', 'port'), sources_only=True),
    Library('zstd', r'zstd', ('workload', 'report', 'capture'), sources_only=True),
    Library('protobuf', r'google/protobuf', ('workload',), sources_only=True),
    Library('httplib', r'httplib', ('otg',), sources_only=True),
    Library('MPI', r'mpi\.h$', ('cluster',), sources_only=True),
]
EVERYWHERE = re.compile(r'fmt/|tl/expected\.hpp$')
# Standard C++ has no dot and no slash; the C library and the kernel end in .h.
SYSTEM = re.compile(r'[a-z0-9_]+$|[a-z0-9_]+\.h$|(sys|net|netinet|netpacket|arpa|linux|asm|bits)/[a-z0-9_/]+\.h$')

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def allowed_modules():
    """module -> every module that it may include, itself among them."""
    allowed = {}
    for layer in LAYERS:
        below = set(allowed)
        for module, named in layer.items():
            reach = {module}
            for other in below if named == 'all below' else named:
                reach |= allowed[other]
            allowed[module] = reach
    return allowed


@dataclass(frozen=True)
class Source:
    path: pathlib.Path  # from the root
    module: str
    text: str

    @property
    def is_header(self):
        return self.path.suffix == '.hpp'

    def includes(self):
        """(line, bracket, name) of each include."""
        for match in INCLUDE.finditer(self.text):
            yield self.text.count('\n', 0, match.start(2)) + 1, match.group(1), match.group(2)


def read_sources(root):
    sources = []
    for top in ('lib', 'app'):
        for path in sorted((root / top).rglob('*')):
            if path.suffix in ('.hpp', '.cpp', '.h', '.cc', '.cxx') and path.is_file():
                relative = path.relative_to(root)
                module = 'app' if top == 'app' else relative.parts[1]
                sources.append(Source(relative, module, path.read_text(encoding='utf-8')))
    return sources


def library_of(name):
    return next((library for library in LIBRARIES if re.match(library.pattern, name)), None)


def check_own_include(source, line, name, by_path, allowed):
    target = by_path.get(f'lib/{name}')
    if target is None and source.module == 'app':
        target = by_path.get(f'app/{name}')  # the program's own files have no folder
    if target is None:
        yield f'{source.path}:{line}: "{name}" is no file of lib/; write our includes as "module/file.hpp"'
    elif target.module not in allowed.get(source.module, set()):
        yield f'{source.path}:{line}: {source.module} may not include {target.module} ("{name}"): it is not below'


def check_outside_include(source, line, name):
    if EVERYWHERE.match(name):
        return
    library = library_of(name)
    if library is None:
        if not SYSTEM.match(name):
            yield f'{source.path}:{line}: <{name}> is of no library in the table of scripts/check_layers.py'
        elif source.module in PURE and IMPURE_HEADERS.match(name):
            yield f'{source.path}:{line}: {source.module} is pure, and <{name}> reaches the system'
        return
    if source.module not in library.users:
        yield (f'{source.path}:{line}: {library.name} (<{name}>) belongs to {" and ".join(library.users)}, '
               f'not to {source.module}')
    elif library.sources_only and source.is_header:
        yield f'{source.path}:{line}: {library.name} (<{name}>) may stand in .cpp files only'


def check_includes(sources, allowed):
    by_path = {str(source.path): source for source in sources}
    users_of = {}
    for source in sources:
        for line, bracket, name in source.includes():
            # A quoted DPDK or toml++ header is still theirs.
            if bracket == '"' and library_of(name) is None:
                yield from check_own_include(source, line, name, by_path, allowed)
                continue
            yield from check_outside_include(source, line, name)
            library = library_of(name)
            if library is not None and library.one_file:
                users_of.setdefault(library.name, set()).add(str(source.path))
    for name, users in users_of.items():
        if len(users) > 1:
            yield f'{", ".join(sorted(users))}: {name} may stand in one file only'


def check_hidden_libraries(sources):
    """A header that reaches a hidden library through any chain of ours is for its own module only."""
    by_path = {str(source.path): source for source in sources}
    shown = {}

    def libraries_shown(source):
        if source.path not in shown:
            shown[source.path] = frozenset()  # ends a cycle of includes
            found = set()
            for _, _, name in source.includes():
                library = library_of(name)
                if library is not None and library.hidden:
                    found.add(library)
                elif f'lib/{name}' in by_path:
                    found |= libraries_shown(by_path[f'lib/{name}'])
            shown[source.path] = frozenset(found)
        return shown[source.path]

    for source in sources:
        for line, _, name in source.includes():
            target = by_path.get(f'lib/{name}')
            if target is None or target.module == source.module:
                continue
            for library in sorted(libraries_shown(target), key=lambda library: library.name):
                yield f'{source.path}:{line}: "{name}" shows {library.name} to {source.module}'


def check_source(source, headers):
    lines = source.text.count('\n')
    if lines > MAX_LINES and not TABLE_STEM.search(source.path.stem):
        yield f'{source.path}:{MAX_LINES + 1}: {lines} lines, and {MAX_LINES} is the limit: split it by subject'
    if source.is_header and not re.search(r'^#pragma once$', source.text, re.MULTILINE):
        yield f'{source.path}:1: no #pragma once'
    if source.is_header and source.module != 'app' and not re.search(
            rf'^\s*(inline )?namespace {source.module}\b', source.text, re.MULTILINE):
        yield f'{source.path}:1: does not open namespace {source.module}, the name of its folder'
    own = source.path.with_suffix('.hpp')
    if source.path.suffix == '.cpp' and str(own) in headers:
        first = next((name for _, _, name in source.includes()), None)
        if first != str(pathlib.Path(*own.parts[1:])):
            yield f'{source.path}:1: its own header must be the first include, which shows that it compiles alone'
    if source.path.suffix in ('.h', '.cc', '.cxx'):
        yield f'{source.path}:1: headers end in .hpp, sources in .cpp'
    if source.module in PURE:
        for number, line in enumerate(source.text.split('\n'), 1):
            code = line.split('//')[0]
            for word in IMPURE_WORDS.findall(code):
                yield f'{source.path}:{number}: {source.module} is pure, and {word} is not'


def check_modules(root, allowed):
    folders = sorted(path.name for path in (root / 'lib').iterdir() if path.is_dir())
    for module in folders:
        if module not in allowed or module == 'app':
            yield f'lib/{module}: not in the layer table of scripts/check_layers.py'
        for needed in ('README.md', 'meson.build'):
            if not (root / 'lib' / module / needed).is_file():
                yield f'lib/{module}: has no {needed}'
    build = (root / 'meson.build').read_text(encoding='utf-8')
    listed = re.search(r'^modules = \[(.*?)\]', build, re.MULTILINE | re.DOTALL)
    if listed is None:
        yield 'meson.build: has no list `modules = [`'
        return
    order = re.findall(r"'(\w+)'", listed.group(1))
    for position, module in enumerate(order):
        for later in order[position + 1:]:
            if later in allowed.get(module, set()):
                yield f'meson.build: {module} stands before {later}, which it may include'
    for module in folders:
        if module in allowed and module not in order:
            yield f'meson.build: lib/{module} is not among `modules`'


def breaches(root):
    """Every breach under `root`, as text that starts with the place."""
    allowed = allowed_modules()
    sources = read_sources(root)
    found = list(check_modules(root, allowed))
    found += check_includes(sources, allowed)
    found += check_hidden_libraries(sources)
    headers = {str(source.path) for source in sources if source.is_header}
    for source in sources:
        found += check_source(source, headers)
    return found, len(sources)


def main(arguments):
    root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parent.parent
    found, files = breaches(root)
    for breach in found:
        print(breach)
    print(f'check_layers: {files} files, {len(found)} breaches')
    return 1 if found or files == 0 else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
