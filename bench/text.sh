#!/bin/sh
# Text without a model of the language, prequential over whole data sets: SMS spam, AG News (its test part), and the emotions
# and insults of TweetEval, their parts one behind the other. Needs the folder of the larger datasets in FRESHET_DATA. Two
# minutes on two cores.
#
#   bench/text.sh                the table, as Markdown
#   EVENTS=2000 bench/text.sh    the first events of each
#
# FRESHET names another launcher than the one of this checkout.
set -eu
cd "$(dirname "$0")/.."
data=${FRESHET_DATA:?names no folder of datasets}
freshet=${FRESHET:-./freshet}
events=${EVENTS:-1000000}
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

has() {
  [ -d "$data/$1" ] && return 0
  echo "left out: $1 (no such folder in FRESHET_DATA)" >&2
  return 1
}
# A figure of the result, by its name; the first of that name is the model's own.
figure() {
  sed -n "s/^ *\"$1\" : \([0-9.E-]*\),*$/\1/p" "$temporary/result.json" | head -n 1
}
baseline() {
  tr -d '\n ' <"$temporary/result.json" | sed -n "s/.*\"baselines\":{.*\"$1\":{\"accuracy\":\([0-9.E-]*\).*/\1/p"
}
row() { # name file model
  "$freshet" evaluate "$2" --limit "$events" --model "$3" --json "$temporary/result.json" >/dev/null 2>"$temporary/error" ||
    { cat "$temporary/error" >&2; exit 1; }
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$3" "$(figure events)" "$(figure accuracy)" "$(figure f1_macro)" \
    "$(baseline majority)" "$(figure events_per_second)" "$(figure model_bytes)" |
    awk -F'\t' '{ gsub(/\|/, "\\|", $2); printf "| %s | `%s` | %d | %.2f %% | %.3f | %.2f %% | %.0f | %.1f MB |\n", $1, $2, $3, 100*$4, $5, 100*$6, $7, $8/1e6 }'
}
table() { # name file head
  row "$1" "$2" "hashed_ngrams | $3"
  row "$1" "$2" "tfidf | $3"
  row "$1" "$2" "tfidf(words=[1, 2], characters=[3, 5]) | $3"
  row "$1" "$2" "hashed_ngrams(buckets=16384) | mlp(hidden=[64])"
  row "$1" "$2" "hashed_ngrams(buckets=16384) | mlp(hidden=[64], replay=reservoir(size=1000, batch=10))"
}
file() { # name, options of the reader
  echo "source: { csv: { $2 } }" >"$temporary/$1.yaml"
  echo "pipeline: [ majority: {} ]" >>"$temporary/$1.yaml"
}
# The texts and labels of a task of TweetEval side by side, as CSV.
tweets() {
  echo "text,label" >"$temporary/$1.csv"
  for part in train val test; do
    gzip -dc "$data/tweeteval/${1}_${part}_text.txt.gz" | sed 's/"/""/g; s/.*/"&"/' >"$temporary/texts"
    gzip -dc "$data/tweeteval/${1}_${part}_labels.txt.gz" | paste -d, "$temporary/texts" - >>"$temporary/$1.csv"
  done
  file "$1" "path: $1.csv, header: yes, label: label, text: [text]"
}

echo "| stream | model | events | accuracy | macro F1 | majority | events/s | model |"
echo "|---|---|---|---|---|---|---|---|"
if has sms_spam; then
  file sms "path: '$data/sms_spam/sms.csv.gz', label: label, text: [message]"
  table "SMS spam" "$temporary/sms.yaml" "logistic_regression(optimizer=sgd(learning_rate=4))"
fi
softmax="softmax_regression(optimizer=sgd(learning_rate=1))"
if has ag_news_test; then
  file news "path: '$data/ag_news_test/ag_news_test.csv.gz', header: no, label: 1, text: [x2, x3]"
  table "AG News" "$temporary/news.yaml" "$softmax"
fi
if has tweeteval; then
  for task in emotion offensive; do
    tweets "$task"
    table "TweetEval $task" "$temporary/$task.yaml" "$softmax"
  done
fi
