#!/bin/sh
# What labels cost in bits by the form of the question, on the emotions of ISEAR (7 classes, TF-IDF) and on MNIST (10 classes, a
# small network): full questions beside candidate sets by conformal prediction, pairs, and yes or no. Needs the folder of the
# larger datasets in FRESHET_DATA. A few minutes on one core.
#
#   bench/questions.sh               the tables, as Markdown
#   SEEDS=1 EVENTS=5000 bench/questions.sh
set -eu
. "$(dirname "$0")/setup.sh"
seeds=${SEEDS:-1,2,3}
events=${EVENTS:-20000}
if has isear_llm_cascade; then
  csv="csv(path=$FRESHET_DATA/isear_llm_cascade/isear_llm.csv.gz, label=label, text=[text], ignore=[row, gpt35, llama2_70b])"
  echo "ISEAR, at most $events texts, seeds $seeds, all labels asked for:"
  echo
  run QuestionsRun "$csv" "$events" "$seeds" \
    "tfidf(words=[1, 2], characters=[3, 5]) | softmax_regression(optimizer=sgd(learning_rate=2))" 1 random
fi
if has mnist; then
  echo
  echo "MNIST, the first $events images, seeds $seeds, a fifth of the labels asked for:"
  echo
  run QuestionsRun "idx(path=$FRESHET_DATA/mnist/train-images-idx3-ubyte.gz)" "$events" "$seeds" \
    "mlp(hidden=[100])" 0.2 random entropy
fi
