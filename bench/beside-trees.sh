#!/bin/sh
# Networks beside trees on streams that drift, each event predicted before it is learnt: accuracy in percent, mean and standard
# deviation over the seeds, which are those of the learners and of the generated streams; then events per second of CPU time. The streams of
# files but Electricity need the folder of the larger datasets in FRESHET_DATA.
#
#   bench/beside-trees.sh              every stream
#   bench/beside-trees.sh REGEX        only the streams whose name it matches
#   SEEDS=1 EVENTS=10000 bench/beside-trees.sh ...    default 1,2,3 and 40,000 events of each stream
set -eu
. "$(dirname "$0")/setup.sh"
streams=${1:-.}
seeds=${SEEDS:-1,2,3}
events=${EVENTS:-40000}
specs=$(mktemp)
rates=$(mktemp)
trap 'rm -f "$specs" "$rates"' EXIT

names="no change|softmax regression|network, Adam|network, SGD|network, replay|hedge backpropagation|Kalman filter|Kalman, variance 0.01|adaptive tree|random forest|random patches"
cat >"$specs" <<'END'
no_change
DENSE | standard_scaler | softmax_regression
DENSE | mlp(normalize=true)
DENSE | mlp(normalize=true, optimizer=sgd(learning_rate=0.05))
DENSE | mlp(normalize=true, optimizer=sgd(learning_rate=0.05), replay=ring(size=100, batch=10))
DENSE | hedge_backpropagation(normalize=true, beta=0.8, smoothing=0.05)
DENSE | standard_scaler | random_relu(units=256, weight_scale=0.3, bias_scale=1) | kalman_classifier
DENSE | standard_scaler | random_relu(units=256, weight_scale=0.3, bias_scale=1) | kalman_classifier(variance=0.01)
hoeffding_adaptive_tree
adaptive_random_forest
streaming_random_patches
END

row() { # name stream most-categories-of-a-column
  echo "$1" | grep -Eq "$streams" || return 0
  sed "s/DENSE/one_hot(dense=true, max_categories=${3:-2})/" "$specs" | run PrequentialRun "$2" "$events" "$seeds" "$1" | {
    read -r line && echo "$line"
    read -r line && echo "$line" >>"$rates"
  }
}
table() {
  echo
  echo "$1"
  echo
  echo "| stream | events | $(echo "$names" | sed 's/|/ | /g') |"
  echo "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
}

machine
table "Accuracy, %:"
row Electricity electricity
row "SEA, three drifts" "drift(streams=[sea(concept=1), sea(concept=2), sea(concept=3), sea(concept=4)], positions=[10000, 20000, 30000])"
row "Agrawal, three drifts" "drift(streams=[agrawal(concept=1), agrawal(concept=3), agrawal(concept=4), agrawal(concept=7)], positions=[10000, 20000, 30000])" 20
row "LED, three drifts" "drift(streams=[led, led(drift=1), led(drift=3), led(drift=5)], positions=[10000, 20000, 30000])" 2
row "Hyperplane, turning" "hyperplane(attributes=10, drifting=5, magnitude=0.001)"
row "RandomRBF, moving" "random_rbf(attributes=20, classes=5, centroids=50, drifting=50, speed=0.0001)"
for set in gas_sensor_drift outdoor luxembourg spam_corpus keystroke ozone occupancy; do
  if has $set; then row $set $set; fi
done
table "Events per second of CPU time:"
cat "$rates"
