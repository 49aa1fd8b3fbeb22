#!/bin/sh
# The pairwise layer beside a linear one on the same 1,000 random features of MNIST, digits in five tasks of two, one pass, no
# memory, tasks not told: accuracy over all digits at the end. Needs the folder of the larger datasets in FRESHET_DATA.
#
#   bench/pairwise.sh            the table, as Markdown; some minutes with five seeds
#   SEEDS=1 EVENTS=10000 bench/pairwise.sh
set -eu
. "$(dirname "$0")/setup.sh"
has mnist
digits="$FRESHET_DATA/mnist"
features="random_relu(units=1000) | standard_scaler"
{
  for rate in 0.1 0.5; do
    printf 'pairs of 50 winners, rate %s\t%s\n' "$rate" "$features | pairwise_layer(learning_rate=$rate)"
  done
  for rate in 0.001 0.01 0.1 0.5; do
    printf 'linear on 50 winners, rate %s\t%s\n' "$rate" "$features | pairwise_layer(pairs=false, learning_rate=$rate)"
  done
  for rate in 0.0001 0.001 0.01; do
    printf 'linear on all features, rate %s\t%s\n' "$rate" "$features | mlp(hidden=[], optimizer=sgd(learning_rate=$rate))"
  done
} | run TasksRun "idx(path=$digits/train-images-idx3-ubyte.gz)" "idx(path=$digits/t10k-images-idx3-ubyte.gz)" 5 \
  "${EVENTS:-60000}" "${SEEDS:-1,2,3,4,5}"
