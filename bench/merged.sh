#!/bin/sh
# Copies that learn apart and are merged, beside one model: accuracy by how seldom and how late they are merged, on Electricity,
# GMSC and KDD-99 (FRESHET_DATA). Prints Markdown. About 5 minutes on one core.
set -eu
cd "$(dirname "$0")/.."
[ -f bench/target/bench-0.1.0.jar ] || mvn -B -q -P bench -DskipTests -Dspotless.check.skip=true package -pl bench -am
run() { # title, stream, copies, spec, every, late [weight]
  printf '\n### %s\n\n`%s`\n\n' "$1" "$4"
  echo '| merged every | late by | accuracy % | area | points | stale | bytes | µs |'
  echo '|---|---|---|---|---|---|---|---|'
  java -XX:+UseSerialGC -Xmx3g -cp "bench/target/bench-0.1.0.jar:bench/target/lib/*" org.freshet.bench.MergedRun "$2" "$3" "$4" "$5" "$6" ${7:-}
}
every=10,100,1000,10000,100000
seldom=1000,10000,100000
late=0,1000
run "Electricity, logistic regression" electricity 4 "standard_scaler | logistic_regression" $every $late
run "Electricity, logistic regression, each example learnt once" electricity 4 "standard_scaler | logistic_regression" $every 0 1
run "Electricity, naive Bayes" electricity 4 "gaussian_nb" $every $late
run "Electricity, naive Bayes behind a scaler" electricity 4 "standard_scaler | gaussian_nb" $every 0
run "GMSC, the majority" gmsc 4 majority 1000 0
run "GMSC, logistic regression" gmsc 4 "imputer | standard_scaler | logistic_regression" $every 0
run "GMSC, logistic regression by AdaGrad" gmsc 4 "imputer | standard_scaler | logistic_regression(optimizer=adagrad)" $seldom $late
run "GMSC, logistic regression at a tenth of the rate" gmsc 4 "imputer | standard_scaler | logistic_regression(optimizer=sgd(learning_rate=0.001))" $seldom 0
run "GMSC, naive Bayes" gmsc 4 "gaussian_nb" $seldom $late
run "GMSC, naive Bayes behind a scaler" gmsc 4 "imputer | standard_scaler | gaussian_nb" $seldom 0
run "KDD-99, softmax regression" kddcup99 4 "standard_scaler | one_hot(dense=true, max_categories=70) | softmax_regression" $seldom 0
run "KDD-99, naive Bayes" kddcup99 4 "gaussian_nb" $seldom 0
run "KDD-99, naive Bayes behind a scaler" kddcup99 4 "standard_scaler | gaussian_nb" $seldom 0
