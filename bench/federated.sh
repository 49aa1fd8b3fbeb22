#!/bin/sh
# Three processes at the edge that learn apart and are merged, beside edges alone and one process: accuracy on Electricity and
# GMSC (FRESHET_DATA), the first edge with ten events for each of the others. Prints Markdown. About 2 minutes on one core.
set -eu
cd "$(dirname "$0")/.."
[ -f bench/target/bench-0.1.0.jar ] || mvn -B -q -P bench -DskipTests -Dspotless.check.skip=true package -pl bench -am
run() { # title, stream, column, spec, every
  printf '\n### %s\n\n`%s`\n\n' "$1" "$4"
  echo '| | own % | mean % | others % | deltas | weights | stale |'
  echo '|---|---|---|---|---|---|---|'
  java -XX:+UseSerialGC -Xmx3g -cp "bench/target/bench-0.1.0.jar:bench/target/lib/*" org.freshet.bench.FederatedRun "$2" "$3" "$4" "$5"
}
linear="standard_scaler | logistic_regression"
adagrad="imputer | standard_scaler | logistic_regression(optimizer=adagrad)"
run "Federated: Electricity by the time of day, logistic regression" electricity period "$linear" 300
run "Federated: Electricity by chance, logistic regression" electricity any "$linear" 300
run "Federated: Electricity by the time of day, naive Bayes" electricity period "gaussian_nb" 300
run "Federated: GMSC by age, logistic regression by AdaGrad" gmsc age "$adagrad" 1000
run "Federated: GMSC by age, naive Bayes" gmsc age "gaussian_nb" 1000
