#!/bin/sh
# Trees, rules and ensembles beside MOA's, on the same events from memory, in turn in one JVM a row, one thread each: events
# per second (CPU time of the learning thread, seed 1), and accuracy or RMSE as the mean of five seeds; the seeds are those of
# the learners of both sides and of the generated streams, and one is run where it changes nothing.
#
#   bench/ensembles.sh              every row; about 25 minutes on two quiet cores
#   bench/ensembles.sh REGEX        only the rows whose "stream learner" it matches, such as 'kddcup99 .*patches' or 'amrules'
#   SECONDS_A_SIDE=5 SEEDS=1 bench/ensembles.sh ...    warm-up of each side, default 2; seeds, default 5
#
# The rows of KDD-99, bike_sharing and fried need the folder of the larger datasets in FRESHET_DATA.
set -eu
. "$(dirname "$0")/setup.sh"
rows=${1:-.}
seconds=${SECONDS_A_SIDE:-2}
seeds=${SEEDS:-5}
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

row() { # stream-name stream events ours moa-command
  echo "$1 $4" | grep -Eq "$rows" || return 0
  run PeerRun "$2" "$3" "$4" "$5" "$seconds" 1 "$seeds" 2>"$errors" | awk -F'\t' -v name="$1" -v ours="$4" -v kind="$kind" '
    kind == "class" { printf "| %s | %s | %d | %.0f | %.0f | %.1f | %.2f %% | %.2f %% | %+.2f ± %.2f |\n", name, ours, $2, $4, $5, $6, 100*$11, 100*$12, 100*($11-$12), 100*$13 }
    kind == "number" { printf "| %s | %s | %d | %.0f | %.0f | %.1f | %.4g | %.4g | %+.1f %% |\n", name, ours, $2, $4, $5, $6, $11, $12, 100*($11/$12-1) }
    END { if (NR == 0) printf "| %s | %s | failed |\n", name, ours }'
  grep -E "^(Exception|$4 on )" "$errors" >&2 || true
}

classifiers() { # name stream events for: trees, bagging and boosting, forests, gradient boosting
  row "$1" "$2" "$3" hoeffding_adaptive_tree trees.HoeffdingAdaptiveTree
  row "$1" "$2" "$3" extremely_fast_decision_tree trees.EFDT
  row "$1" "$2" "$4" adwin_bagging meta.OzaBagAdwin
  row "$1" "$2" "$4" oza_boost meta.OzaBoost
  row "$1" "$2" "$5" leveraging_bagging meta.LeveragingBag
  row "$1" "$2" "$5" adaptive_random_forest "meta.AdaptiveRandomForest -s 10"
  row "$1" "$2" "$5" streaming_random_patches "meta.StreamingRandomPatches -s 10"
  row "$1" "$2" "$6" streaming_gradient_boosted_trees meta.StreamingGradientBoostedTrees
}

regressors() { # name stream events events-for-the-forest
  row "$1" "$2" "$3" fimt_dd trees.FIMTDD
  row "$1" "$2" "$3" amrules rules.AMRulesRegressor
  row "$1" "$2" "$4" adaptive_random_forest_regressor "meta.AdaptiveRandomForestRegressor -s 10"
}

rbf="random_rbf(attributes=20, classes=5, centroids=50, drifting=50, speed=0.0001)"
agrawal="drift(streams=[agrawal(concept=1), agrawal(concept=3), agrawal(concept=4), agrawal(concept=7)], positions=[10000, 20000, 30000])"
led="drift(streams=[led, led(drift=1), led(drift=3), led(drift=5)], positions=[10000, 20000, 30000])"

machine
echo
kind=class
echo "| stream | learner | events | events/s | MOA events/s | times | accuracy | MOA | difference, points |"
echo "|---|---|---|---|---|---|---|---|---|"
classifiers Electricity electricity 45312 45312 45312 10000
if has kddcup99; then classifiers kddcup99 kddcup99 494021 50000 50000 10000; fi
classifiers "RandomRBF, drifting" "$rbf" 100000 50000 40000 4000
classifiers "Agrawal, three drifts" "$agrawal" 100000 50000 40000 10000
classifiers "LED, three drifts" "$led" 100000 50000 40000 4000

echo
kind=number
echo "| stream | learner | events | events/s | MOA events/s | times | RMSE | MOA | difference |"
echo "|---|---|---|---|---|---|---|---|---|"
regressors Friedman friedman 100000 20000
if has bike_sharing; then regressors bike_sharing bike_sharing 17379 17379; fi
if has fried; then regressors fried fried 40768 20000; fi
