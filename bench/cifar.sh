#!/bin/sh
# Split CIFAR-10, five tasks of two classes, one pass, no task told, a memory of 1,000 images: plain replay beside PCR and MKD, with
# a small convolutional network and no augmentation. The images are JPEG copies of CIFAR-10, so accuracies are not those of the
# original exactly. Mean ± standard deviation over the seeds, as Markdown; a seed draws which events are read where EVENTS is less
# than all, their order within a task and what the network draws. Needs cifar10_jpeg in the folder named by FRESHET_DATA. A seed
# of a method takes a few minutes with all 50,000 events.
#
#   bench/cifar.sh                      all events, seeds 1 to 3
#   EVENTS=500 SEEDS=1 bench/cifar.sh   whether it works
#
# ONLY is a pattern of the methods to run; FRESHET names another launcher than the one of this checkout. ROWS names a file that
# keeps what each run gave: a run that is in it is not made again, so that a long table can be made in parts.
set -eu
cd "$(dirname "$0")/.."
data=${FRESHET_DATA:?names no folder of datasets}/cifar10_jpeg
freshet=${FRESHET:-./freshet}
events=${EVENTS:-50000}
seeds=$(echo "${SEEDS:-1,2,3}" | tr ',' ' ')
[ -d "$data" ] || { echo "no folder cifar10_jpeg in FRESHET_DATA" >&2; exit 1; }
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

net="image=[32, 32, 3], filters=[32, 64], hidden=[128], normalize=true, batch=10, replay=reservoir(size=1000, batch=10)"
sgd="optimizer=sgd(learning_rate=0.02)"
methods() {
  echo "ER convolutional($net, $sgd)"
  echo "PCR convolutional($net, $sgd, strategy=proxy_contrastive_replay)"
  echo "ER+MKD convolutional($net, $sgd, strategy=momentum_distillation)"
}
# A figure of the result; the first of that name is the model's own.
figure() {
  sed -n "s/^ *\"$1\" : \([0-9.E-]*\),*$/\1/p" "$temporary/result.json" | head -n 1
}
rows=${ROWS:-$temporary/rows}
tests="class_incremental(tasks=5, points=1, test=images(path=$data/cifar10_test_jpeg.tar.gz))"
methods | grep -E "${ONLY:-.}" >"$temporary/methods"
for seed in $seeds; do
  while read -r name model; do
    grep -q "^$name	$seed	$events	" "$rows" 2>/dev/null && continue
    "$freshet" evaluate --stream "images(path=$data/cifar10_train_jpeg.tar.gz, shuffle=true)" --limit "$events" --seed "$seed" \
      --protocol "$tests" --model "$model" --json "$temporary/result.json" >/dev/null 2>"$temporary/error" </dev/null ||
      { cat "$temporary/error" >&2; exit 1; }
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$seed" "$events" "$(figure final_accuracy)" \
      "$(figure average_anytime_accuracy)" "$(figure forgetting)" >>"$rows"
  done <"$temporary/methods"
done

echo "$events events, seeds $(echo "$seeds" | tr ' ' ','); \`$tests\`." | sed "s#$data/##"
echo
awk -F'\t' '
  function spread(k,    i, m, s) {
    for (i = 1; i <= n[name]; i++) m += v[name, k, i] / n[name]
    for (i = 1; i <= n[name]; i++) s += (v[name, k, i] - m) ^ 2
    return n[name] < 2 ? sprintf("%.2f", 100 * m) : sprintf("%.2f ± %.2f", 100 * m, 100 * sqrt(s / (n[name] - 1)))
  }
  $3 != wanted || index(" " seeds " ", " " $2 " ") == 0 { next }
  !($1 in n) { names[++count] = $1 }
  { i = ++n[$1]; for (k = 4; k <= 6; k++) v[$1, k, i] = $k; v[$1, 7, i] = $4 - v[names[1], 4, i] }
  END {
    print "| method | runs | final accuracy, % | mean after tasks, % | forgetting, pt | final less the first, pt |"
    print "|---|---|---|---|---|---|"
    for (j = 1; j <= count; j++) {
      name = names[j]
      printf "| %s | %d | %s | %s | %s | %s |\n", name, n[name], spread(4), spread(5), spread(6), j == 1 ? "" : spread(7)
    }
  }' wanted="$events" seeds="$seeds" "$rows"
printf '\n| method | settings |\n|---|---|\n'
while read -r name model; do
  printf '| %s | `%s` |\n' "$name" "$model"
done <"$temporary/methods"
