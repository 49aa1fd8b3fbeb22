#!/bin/sh
# Prints docs/results/learners.md, of which the README shows some rows: our learners and MOA's on the same events, from
# memory, in turn in one JVM a row, after warm-up on both sides; then whole processes and memory.
#
#   bench/table.sh [SECONDS]     warm-up seconds a side and row, default 5; the whole takes about SECONDS x 10 minutes
#
# Needs the folder of the larger datasets in FRESHET_DATA for the KDD rows; leaves them out without it.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
seconds=${1:-5}
cd "$here"
mvn -B -q -P bench -DskipTests -Dspotless.check.skip=true package -pl bench -am
classes="bench/target/bench-0.1.0.jar:bench/target/lib/*"
run() { java -XX:+UseParallelGC -Xmx4g -cp "$classes" "$@"; }
data=${FRESHET_DATA:-}
elec=examples/data/electricity.arff.gz
kdd="$data/kddcup99/kddcup.data_10_percent.gz"

echo "Machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(java -version 2>&1 | sed -n 2p)"
echo
echo "| stream | learner | events | events/s | MOA events/s | times | accuracy | MOA | agreement |"
echo "|---|---|---|---|---|---|---|---|---|"
row() { # name stream events spec moa
  run org.freshet.bench.PeerRun "$2" "$3" "$4" "$5" "$seconds" |
    awk -F'\t' -v name="$1" -v spec="$4" '{ printf "| %s | %s | %d | %.0f | %.0f | %.1f | %.2f %% | %.2f %% | %.2f %% |\n", name, spec, $2, $4, $5, $6, 100*$7, 100*$8, 100*$9 }'
}
both() { # name stream events
  row "$1" "$2" "$3" gaussian_nb bayes.NaiveBayes
  row "$1" "$2" "$3" hoeffding_tree trees.HoeffdingTree
}
both Electricity "$elec" 45312
both "RandomRBF, drifting" "random_rbf(attributes=20, classes=5, centroids=50, drifting=50, speed=0.0001, seed=1)" 100000
if [ -n "$data" ]; then both "KDD-99, 10 %" "$kdd" 494021; fi
for g in "SEA:sea(noise=10%, seed=1)" "Agrawal:agrawal(concept=2, seed=1)" "Hyperplane:hyperplane(attributes=10, drifting=5, magnitude=0.001, seed=1)"; do
  both "${g%%:*}" "${g#*:}" 100000
done
echo
echo "One thread against two, adaptive_random_forest on Electricity (events/s):"
for t in 1 2; do
  run org.freshet.bench.PeerRun "$elec" 45312 adaptive_random_forest - "$seconds" $t | awk -F'\t' '{ print "  threads " $10 ": " $4 ", accuracy " $7 }'
done
echo
echo "standard_scaler | logistic_regression on Electricity, from memory, one thread (events/s):"
run org.freshet.bench.PeerRun "$elec" 45312 'standard_scaler | logistic_regression' - "$seconds" | awk -F'\t' '{ print "  " $4 ", accuracy " $7 }'
echo
run org.freshet.bench.Allocation "$elec"
echo
run org.freshet.bench.LinearWholeProcess "$elec"
if [ -n "$data" ]; then run org.freshet.bench.WholeProcess "$kdd"; fi
