#!/bin/sh
# Every classifier and regressor of trees, rules and ensembles with max_bytes of 1, 10 and 100 MB on a drifting stream: the heap
# that is reached from the learner is walked at twenty points on the way. Writes docs/results/memory.md and prints it. A learner
# that is not through after so many seconds stops there, and the table says after how many events.
#
#   bench/memory-budget.sh                       all of them, 10,000,000 events or 30 seconds each; about 40 minutes on two cores
#   bench/memory-budget.sh forest 1000000 10     only names that match, with so many events and seconds; prints only
set -eu
. "$(dirname "$0")/setup.sh"
only=${1:-.}
events=${2:-10000000}
seconds=${3:-30}
export FRESHET_BENCH_HEAP=2g
families="tree rule ensemble imbalance multiclass calibrate"
lines=$(mktemp -d)
trap 'rm -rf "$lines"' EXIT

rbf="random_rbf(attributes=10, classes=5, centroids=50, drifting=50, speed=0.0001)"
friedman="drift(streams=[friedman, friedman(concept=2), friedman(concept=3), friedman], positions=[250000, 500000, 2500000])"

part() { # title kind stream score
  run ListLearners "$2" - $families | grep -E "$only" >"$lines/names" || true
  running=0
  while read -r name; do
    for limit in 1 10 100; do
      { run MemoryRun "$name" "${limit}MB" "$3" "$events" "$seconds" >"$lines/$2-$name-$limit" 2>"$lines/$2-$name-$limit.errors" </dev/null || true; } &
      running=$((running + 1))
      if [ "$running" -ge "$(nproc)" ]; then
        wait
        running=0
      fi
    done
  done <"$lines/names"
  wait
  echo "## $1"
  echo
  echo "Stream: \`$3\`."
  echo
  echo "| learner | events | bytes at 1 MB | $4 | bytes at 10 MB | $4 | bytes at 100 MB | $4 |"
  echo "|---|---|---|---|---|---|---|---|"
  while read -r name; do
    for limit in 1 10 100; do
      if [ -s "$lines/$2-$name-$limit" ]; then
        cat "$lines/$2-$name-$limit"
      else
        echo "failed: $name with ${limit}MB: $(head -1 "$lines/$2-$name-$limit.errors")" >&2
      fi
    done | awk -F'\t' -v name="$name" -v kind="$2" '
      { from = NR == 1 || $3 < from ? $3 : from; to = $3 > to ? $3 : to
        cells = cells sprintf(" %s%s | %s |", $4, $7 == "held" ? "" : " **over the limit**", kind == "regressor" ? sprintf("%.4g", $6) : sprintf("%.2f %%", 100 * $6)) }
      END { if (NR == 3) printf "| %s | %s |%s\n", name, from == to ? from : from " to " to, cells; else printf "| %s | failed | | | | | | |\n", name }'
  done <"$lines/names"
  echo
}

report() {
  echo "# Memory: what a limit of 1, 10 and 100 MB does"
  echo
  echo "Written by \`bench/memory-budget.sh\`. Bytes are the most that a walk of the heap from the learner found at twenty points of"
  echo "the stream (1 MB is 1,048,576 bytes); the share of right answers, or the root mean squared error, is over all events, each"
  echo "predicted before it was learnt. At most $events events; a learner that needs more than $seconds seconds stops there, with the"
  echo "events of the three limits in the second column."
  echo
  part Classifiers classifier "$rbf" accuracy
  part Regressors regressor "$friedman" RMSE
}

if [ $# -eq 0 ]; then
  report >"$lines/memory.md"
  mkdir -p docs/results
  mv "$lines/memory.md" docs/results/memory.md
  cat docs/results/memory.md
else
  report
fi
