#!/bin/sh
# Accuracy of the adaptive random forest beside MOA's on three drifting RandomRBF streams of a million events (20 attributes,
# 5 classes, 50 centroids that all move by 0.0001): once each, same events. About 15 minutes.
set -eu
cd "$(dirname "$0")/.."
[ -f bench/target/bench-0.1.0.jar ] || mvn -B -q -P bench -DskipTests -Dspotless.check.skip=true package -pl bench -am
for seed in ${*:-1 2 3}; do
  java -XX:+UseParallelGC -Xmx6g -cp "bench/target/bench-0.1.0.jar:bench/target/lib/*" org.freshet.bench.PeerRun \
    "random_rbf(attributes=20, classes=5, centroids=50, drifting=50, speed=0.0001, seed=$seed)" 1000000 \
    adaptive_random_forest "meta.AdaptiveRandomForest -s 10" 0 |
    awk -F'\t' -v seed="$seed" '{ printf "seed %s: ours %.2f %%, MOA %.2f %%, %.1f times faster\n", seed, 100*$7, 100*$8, $6 }'
done
