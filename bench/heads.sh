#!/bin/sh
# Heads on vectors: the Kalman classifier on Electricity, and MNIST class by class without a memory of rows. Means and standard
# deviations over seeds; a seed draws random features, the order of the classes and that of the rows. All but the first two
# tables need mnist in the folder named by FRESHET_DATA.
#
#   bench/heads.sh [SEEDS [ROWS]]    default 5 seeds and all 60,000 rows, which takes some hours (4,096 random units are most of it)
#   TABLES="electricity neighbours" bench/heads.sh ...    only some
set -eu
. "$(dirname "$0")/setup.sh"
seeds=${1:-5}
rows=${2:-60000}

machine
for table in ${TABLES:-electricity delayed incremental imbalance bottleneck neighbours others}; do
  [ "$table" = electricity ] || [ "$table" = delayed ] || has mnist || continue
  echo
  echo "## $table"
  echo
  run HeadsRun "$table" "$seeds" "$rows"
done
