package org.freshet.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.freshet.core.Batch;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Replica;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalReader;

/** Reads the answers of a run back, and compares each with that of a replay of the journal. */
final class KafkaAnswers {
  private final double[] scores; // by number of the answer
  private final long[] ids;
  private final List<Integer> delays = new ArrayList<>(); // of labels, in events
  private long early; // labels before their events

  private KafkaAnswers(int sent) {
    scores = new double[sent];
    ids = new long[sent];
    Arrays.fill(scores, Double.NaN);
  }

  static KafkaConsumer<byte[], byte[]> consumer(String bootstrap) {
    return new KafkaConsumer<>(
        Map.<String, Object>of(
            "bootstrap.servers",
            bootstrap,
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest",
            "max.poll.records",
            "2000"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  static List<TopicPartition> partitions(KafkaConsumer<?, ?> c, String... topics) {
    List<TopicPartition> all = new ArrayList<>();
    for (String topic : topics) {
      c.partitionsFor(topic).forEach(p -> all.add(new TopicPartition(topic, p.partition())));
    }
    return all;
  }

  /**
   * Every event has one answer, and each is that of a replay of what was recorded.
   *
   * @param folder of load.yaml and its state
   */
  static void check(String bootstrap, String topic, Path folder, long sent) {
    KafkaAnswers answers = new KafkaAnswers((int) sent);
    long count = answers.read(bootstrap, topic);
    long distinct = Arrays.stream(answers.ids).distinct().count();
    long equal = answers.replay(folder);
    int[] late = answers.delays.stream().mapToInt(d -> d).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%,d events sent, %,d answers to %,d of them, %,d equal to those of a replay of the journal.%n"
            + "Labels came %,d events after theirs (median; one in a hundred before %,d, one in a"
            + " hundred after %,d), %,d before their events.%n",
        sent,
        count,
        distinct,
        equal,
        late[late.length / 2],
        late[late.length / 100],
        late[late.length - 1 - late.length / 100],
        answers.early);
    if (count != sent || distinct != sent || equal != sent) {
      throw new IllegalStateException("the answers are wrong");
    }
  }

  private long read(String bootstrap, String topic) {
    long count = 0;
    try (KafkaConsumer<byte[], byte[]> c = consumer(bootstrap)) {
      List<TopicPartition> all = partitions(c, topic);
      c.assign(all);
      Map<TopicPartition, Long> end = c.endOffsets(all);
      while (all.stream().anyMatch(p -> c.position(p) < end.get(p))) {
        for (ConsumerRecord<byte[], byte[]> r : c.poll(Duration.ofMillis(100))) {
          String s = new String(r.value(), StandardCharsets.US_ASCII);
          int n = Integer.parseInt(s, 5, s.indexOf(','), 10);
          int id = s.indexOf("\"id\":\"") + 6;
          int no = s.indexOf("\"no\":") + 5;
          if (!Double.isNaN(scores[n])) {
            throw new IllegalStateException("answer " + n + " is there twice");
          }
          ids[n] = Long.parseLong(s, id, id + 9, 10);
          scores[n] = Double.parseDouble(s.substring(no, s.indexOf(',', no)));
          count++;
        }
      }
    }
    return count;
  }

  private long replay(Path folder) {
    PipelineFile file = PipelineFile.read(folder.resolve("load.yaml"), List.of());
    Map<String, Integer> numbers = new HashMap<>(); // of events, by id
    long equal = 0;
    int newest = -1;
    try (JournalReader reader = new JournalReader(folder.resolve("state/journal"), null, 0);
        Replica replica = new Replica(file, reader.schema(), 1)) {
      Batch rows = new Batch(reader.schema(), 4096);
      Outcomes out = new Outcomes();
      for (Entry e = reader.next(rows); e != null; e = reader.next(rows)) {
        int first = (int) replica.answers();
        replica.apply(e, rows, out);
        for (int r = 0; r < rows.size(); r++) {
          int at = out.prediction(r);
          if (rows.kind(r) == Batch.Kind.EVENT && at >= 0) {
            int n = first + at;
            newest = n;
            numbers.put(rows.id(r), n);
            equal +=
                ids[n] == Long.parseLong(rows.id(r)) && scores[n] == out.scores()[out.scoresAt(at)]
                    ? 1
                    : 0;
          } else if (rows.kind(r) == Batch.Kind.LABEL) {
            label(numbers.remove(rows.id(r)), newest);
          }
        }
      }
    }
    return equal;
  }

  /**
   * @param event number of the label's, null when it did not come yet
   * @param newest number of the newest event
   */
  private void label(Integer event, int newest) {
    if (event == null) {
      early++;
    } else {
      delays.add(newest - event);
    }
  }
}
