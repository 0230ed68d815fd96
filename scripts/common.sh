# shellcheck shell=bash
# What the scripts share: where the tree is, how a stage is run and timed, how a build directory is set up.
# Sourced, never run. The sourcing script has `set -euo pipefail` already.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# ccache keeps what was compiled with the tests' precompiled header only under these terms.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

# One line a stage: name, seconds, CPU seconds, exit status, what it was (step or tests). scripts/test reads what
# scripts/check wrote. The CPU seconds tell a slow stage from a busy machine.
stage_log=${ROCESTORM_STAGE_LOG:-}
own_stage_log=
if [[ -z $stage_log ]]; then
  stage_log=$(mktemp -t rocestorm-stages.XXXXXX)
  own_stage_log=$stage_log
fi
export ROCESTORM_STAGE_LOG=$stage_log
failed_stages=()

say() { printf '%s\n' "$*"; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# run_stage step|tests NAME COMMAND...: runs it, prints its time, notes a failure and goes on, so that one run shows all.
# The command runs in a subshell with errexit on, which `if` and `||` would switch off.
run_stage() {
  local kind=$1 name=$2 started=$EPOCHREALTIME status seconds cpu_seconds times_file
  shift 2
  say "== $name"
  times_file=$(mktemp -t rocestorm-times.XXXXXX)
  set +e
  # shellcheck disable=SC2064 # the file is this stage's
  (trap "times >'$times_file'" EXIT; set -e; "$@")
  status=$?
  set -e
  seconds=$(awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
  cpu_seconds=$(tr 'ms' '  ' <"$times_file" | awk '{ sum += $1 * 60 + $2 + $3 * 60 + $4 } END { printf "%.1f", sum }')
  rm -f "$times_file"
  printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$seconds" "$cpu_seconds" "$status" "$kind" >>"$stage_log"
  if ((status != 0)); then
    failed_stages+=("$name")
    say "== $name: FAILED (exit $status) after $seconds s"
  else
    say "== $name: $seconds s ($cpu_seconds s of CPU)"
  fi
}

print_stage_times() {
  say "stage times, and CPU seconds:"
  awk -F'\t' '{ printf "  %-34s %7.1f s %7.1f s%s\n", $1, $2, $3, ($4 == 0 ? "" : "  FAILED"); sum += $2; cpu += $3 }
              END { printf "  %-34s %7.1f s %7.1f s\n", "sum", sum, cpu }' "$stage_log"
}

remove_stage_log() { [[ -z $own_stage_log ]] || rm -f "$own_stage_log"; }

# The options of the program that ships: quickstart, check, test and bench build the same thing in build/. -O2: at -O3
# g++ 12 sees uninitialised strings (maybe-uninitialized) where there are none.
# shellcheck disable=SC2034 # the scripts that source this use it
release_options=(-Dbuildtype=release -Doptimization=2)

# configure_build DIR OPTION...: sets the directory up, or changes the options of the one that is there.
configure_build() {
  local directory=$1
  shift
  if [[ -f $directory/build.ninja ]]; then
    meson configure "$directory" "$@" >/dev/null
  else
    meson setup "$directory" "$@" >"$directory.setup.log" 2>&1 || {
      cat "$directory.setup.log"
      return 1
    }
    rm -f "$directory.setup.log"
  fi
}

# build_quietly DIR [TARGET...]: ninja, with its output shown only when it fails.
build_quietly() {
  local log
  ninja -C "$1" build.ninja >/dev/null
  log=$(mktemp -t rocestorm-build.XXXXXX)
  if ! ninja -C "$@" >"$log" 2>&1; then
    grep -v '^\[[0-9]*/[0-9]*\]' "$log" | head -n 200
    rm -f "$log"
    return 1
  fi
  tail -n 1 "$log"
  rm -f "$log"
}

# run_suites DIR LOGBASE MESON-TEST-ARGUMENT...: builds what these tests need and runs them; the results of an
# earlier run are removed first, so that a program that crashes cannot be given them.
run_suites() {
  local directory=$1 logbase=$2
  shift 2
  rm -f "$directory"/*.xml "$directory/meson-logs/$logbase".*
  ninja -C "$directory" build.ninja >/dev/null
  meson test -C "$directory" --logbase "$logbase" --print-errorlogs "$@" |
    { grep -v -E '^\[[0-9]+/[0-9]+\]|^ninja: |^$' || true; }
}
