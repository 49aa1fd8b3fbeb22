#!/bin/sh
# Every classifier and regressor of trees, rules and ensembles with max_bytes of 1, 10 and 100 MB on 10,000,000 events of a drifting
# stream: the heap that is reached from the learner is walked at twenty points on the way. A learner that is not through after so
# many seconds of its thread's time stops there, and the table says after how many events.
#
#   bench/memory-budget.sh                       all of them, 10,000,000 events or 60 seconds each; writes docs/results/memory.md;
#                                                about two hours on one core, single learners first
#   bench/memory-budget.sh forest 1000000 10     only names that match, with so many events and seconds; prints only
#   bench/memory-budget.sh table                 writes docs/results/memory.md from the cells that are there; runs nothing
#
# Every cell is appended to the file FRESHET_MEMORY_CELLS (bench/target/memory-cells.tsv) and not run again while it stands there.
set -eu
table=
if [ "${1:-}" = table ]; then
  table=1
  shift
fi
. "$(dirname "$0")/setup.sh"
only=${1:-.}
events=${2:-10000000}
seconds=${3:-60}
cells=${FRESHET_MEMORY_CELLS:-bench/target/memory-cells.tsv}
export FRESHET_BENCH_HEAP=2g
families="tree rule calibrate multiclass imbalance ensemble"
mkdir -p "$(dirname "$cells")"
touch "$cells"
lines=$(mktemp -d)
trap 'rm -rf "$lines"' EXIT

rbf="random_rbf(attributes=10, classes=5, centroids=50, drifting=50, speed=0.0001)"
friedman="drift(streams=[friedman, friedman(concept=2), friedman(concept=3), friedman], positions=[250000, 500000, 2500000])"

cell() { # kind name limit stream
  key="$1	$events	$seconds	$2	$3MB	"
  if ! grep -qF "$key" "$cells"; then
    run MemoryRun "$2" "$3MB" "$4" "$events" "$seconds" >"$lines/$1-$2-$3" 2>"$lines/errors-$1-$2-$3" </dev/null || true
    if [ -s "$lines/$1-$2-$3" ]; then
      echo "$1	$events	$seconds	$(cat "$lines/$1-$2-$3")" >>"$cells"
    else
      echo "failed: $2 with ${3}MB: $(head -1 "$lines/errors-$1-$2-$3")" >&2
    fi
  fi
}

fill() { # kind stream
  running=0
  for family in $families; do
    run ListLearners "$1" - "$family" | grep -E "$only" >"$lines/names" || true
    while read -r name; do
      for limit in 1 10 100; do
        cell "$1" "$name" "$limit" "$2" &
        running=$((running + 1))
        if [ "$running" -ge "$(nproc)" ]; then
          wait
          running=0
        fi
      done
    done <"$lines/names"
  done
  wait
}

part() { # title kind stream score
  echo "## $1"
  echo
  echo "Stream: \`$3\`."
  echo
  echo "| learner | events | bytes at 1 MB | $4 | bytes at 10 MB | $4 | bytes at 100 MB | $4 |"
  echo "|---|---|---|---|---|---|---|---|"
  awk -F'\t' -v kind="$2" -v most="$events" -v seconds="$seconds" -v only="$only" '
    $1 == kind && $2 == most && $3 == seconds && $4 ~ only {
      name = $4; sub("MB", "", $5); reached = $6
      if (!(name in names) || reached < from[name]) from[name] = reached
      if (!(name in names) || reached > to[name]) to[name] = reached
      names[name] = 1
      cells[name, $5] = sprintf(" %s%s | %s |", $7, $10 == "held" ? "" : " **over the limit**", kind == "regressor" ? sprintf("%.4g", $9) : sprintf("%.2f %%", 100 * $9)) }
    function at(name, limit) { return (name, limit) in cells ? cells[name, limit] : " not run | |" }
    END { for (name in names) printf "| %s | %s |%s%s%s\n", name, from[name] == to[name] ? from[name] : from[name] " to " to[name], at(name, 1), at(name, 10), at(name, 100) }' "$cells" | sort
  echo
}

report() {
  echo "# Memory: what a limit of 1, 10 and 100 MB does"
  echo
  echo "Written by \`bench/memory-budget.sh\`. Bytes are the most that a walk of the heap from the learner found at twenty points of"
  echo "the stream (1 MB is 1,048,576 bytes); the share of right answers, or the root mean squared error, is over all events, each"
  echo "predicted before it was learnt. At most $events events; a learner that needs more than $seconds seconds of its thread stops"
  echo "there, and the second column says after how many events, for the slowest and the fastest of its three limits."
  echo
  part Classifiers classifier "$rbf" accuracy
  part Regressors regressor "$friedman" RMSE
}

if [ -z "$table" ]; then
  fill classifier "$rbf"
  fill regressor "$friedman"
fi
if [ $# -eq 0 ]; then
  report >"$lines/memory.md"
  mkdir -p docs/results
  mv "$lines/memory.md" docs/results/memory.md
  cat docs/results/memory.md
else
  report
fi
