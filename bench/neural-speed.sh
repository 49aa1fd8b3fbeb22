#!/bin/sh
# Training and predicting small networks, ours against PyTorch on the CPU (through DJL), one thread each, in turn in one JVM, from
# the same weights and on the same generated rows: at a batch of 1 and of 32, with experience replay of 10 + 10 rows, and
# predictions one by one. The test losses of both sides stand beside the rates; it fails when they differ. With SIMD; a second
# table without it when asked. Needs a machine with nothing else to do; about SECONDS x 4 minutes a table. PyTorch unpacks 430 MB
# into the cache folder of DJL at its first start.
#
#   bench/neural-speed.sh [SECONDS [scalar]]    default 1 second a round, with SIMD only
set -eu
. "$(dirname "$0")/setup.sh"
seconds=${1:-1}
FRESHET_BENCH_GC="${FRESHET_BENCH_GC:--XX:+UseParallelGC} --add-modules jdk.incubator.vector"

machine
export OMP_NUM_THREADS=1
run NeuralSpeed "$seconds"
if [ "${2:-}" = scalar ]; then
  FRESHET_BENCH_GC="$FRESHET_BENCH_GC -Dfreshet.scalar=true"
  echo
  run NeuralSpeed "$seconds"
fi
