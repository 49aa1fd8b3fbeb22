#!/bin/sh
# Two threads against one: every ensemble whose members are independent (the trait parallel), with ten members or its own number
# of them, events from memory, wall clock, in turn in one JVM a row; every score of every event and the whole state at the end are
# compared bit for bit. Needs a machine with nothing else to do; about SECONDS x 2 minutes.
#
#   bench/threads.sh [THREADS [SECONDS [REGEX]]]    default 2 threads, 3 seconds of warm-up, all names
set -eu
. "$(dirname "$0")/setup.sh"
threads=${1:-2}
seconds=${2:-3}
only=${3:-.}
families="tree rule ensemble imbalance multiclass calibrate"
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

machine
echo
echo "| stream | learner | events | events/s, 1 thread | events/s, $threads threads | times | results |"
echo "|---|---|---|---|---|---|---|"
row() { # stream-name stream events learner
  run ThreadsRun "$4" "$2" "$3" "$threads" "$seconds" 2>"$errors" </dev/null | awk -F'\t' -v name="$1" -v ours="$4" '
    { printf "| %s | %s | %d | %.0f | %.0f | %.2f | %s |\n", name, ours, $2, $3, $4, $5, $6 }
    END { if (NR == 0) printf "| %s | %s | failed | | | | |\n", name, ours }'
  cat "$errors" >&2
}
rbf="random_rbf(attributes=20, classes=5, centroids=50, drifting=50, speed=0.0001)"
for name in $(run ListLearners classifier parallel $families | grep -E "$only" || true); do
  row Electricity electricity 45312 "$name"
  row "RandomRBF, drifting" "$rbf" 20000 "$name"
done
for name in $(run ListLearners regressor parallel $families | grep -E "$only" || true); do
  row Friedman friedman 20000 "$name"
done
