#!/bin/sh
# Hedge backpropagation beside plain online training of fixed depths on MNIST, one pass over the 60,000 images, with the classes as
# they are and with names that change every 10,000 images; and on covertype. Needs the folder of the larger datasets in
# FRESHET_DATA. Ten minutes on two cores with five seeds.
#
#   bench/hedge.sh               the tables, as Markdown
#   SEEDS=1 EVENTS=10000 bench/hedge.sh
set -eu
. "$(dirname "$0")/setup.sh"
has mnist
seeds=${SEEDS:-1,2,3,4,5}
events=${EVENTS:-60000}
mnist="idx(path=$FRESHET_DATA/mnist/train-images-idx3-ubyte.gz)"
echo "MNIST, $events images, seeds $seeds, SGD with rate 0.01, 100 units a layer:"
echo
run DepthRun "$mnist" "$events" "$seeds" 0 -
echo
echo "The same, classes change their names every $((events / 6)) images:"
echo
run DepthRun "$mnist" "$events" "$seeds" $((events / 6)) -
if has covertype_15k; then
  echo
  echo "Covertype, 15,120 rows, standardised:"
  echo
  run DepthRun covertype_15k "$events" "$seeds" 0 standard_scaler
fi
