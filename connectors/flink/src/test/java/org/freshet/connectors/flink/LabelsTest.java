package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.state.HeapModelStore;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels by records of their own: late, before their events, doubled, corrected, never. */
class LabelsTest {
  private static final int EVENTS = 1500;

  @TempDir Path folder;

  /** Events of a few sites, and of each site another rule, between labels in all orders. */
  private static List<Item> records() {
    Random random = new Random(5);
    List<List<Item>> at = new ArrayList<>();
    for (int i = 0; i < EVENTS + 100; i++) {
      at.add(new ArrayList<>());
    }
    for (int i = 0; i < EVENTS; i++) {
      int site = random.nextInt(6);
      Item event = new Item();
      event.id = "e" + i;
      event.time = 1000L * i;
      event.values = new double[] {random.nextGaussian(), random.nextGaussian(), Double.NaN};
      event.names = new String[] {null, null, "s" + site};
      at.get(i).add(event);
      String truth = event.values[0] * (site % 3 - 1) + 0.3 * event.values[1] > 0 ? "yes" : "no";
      if (i % 17 == 0) {
        continue; // never
      }
      at.get(i % 7 == 0 ? Math.max(0, i - 3) : i + 1 + random.nextInt(40)).add(label(i, truth));
      if (i % 11 == 0) {
        at.get(i + 45).add(label(i, truth)); // again
      }
      if (i % 13 == 0) {
        at.get(i + 50).add(label(i, truth.equals("yes") ? "no" : "yes"));
      }
    }
    List<Item> all = new ArrayList<>();
    for (int t = 0; t < at.size(); t++) {
      for (Item item : at.get(t)) {
        item.time = 1000L * t;
        all.add(item);
      }
    }
    return all;
  }

  private static Item label(int event, String truth) {
    Item label = new Item();
    label.kind = Batch.Kind.LABEL;
    label.id = "e" + event;
    label.labelName = truth;
    return label;
  }

  private Path file(String place, String labels) throws Exception {
    return Files.writeString(
        folder.resolve("labels.yaml"),
        """
        name: labels
        seed: 1
        source: { kafka: { topic: events, numeric: [x, y], categorical: [site], labels: [no, yes] } }
        pipeline: [one_hot, standard_scaler, logistic_regression]
        sink: { kafka: { topic: answers } }
        %slabels: { source: { kafka: { topic: labels, records: labels } }, corrections: relearn%s }
        """
            .formatted(place, labels));
  }

  private List<String> onFlink(Path path, int parts) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
    Job job = Job.of(path, List.of(), parts, null);
    List<String> answers = new ArrayList<>();
    try (CloseableIterator<Answer> all =
        job.answersTo(env.fromData(records(), Job.ITEM)).executeAndCollect()) {
      all.forEachRemaining(a -> answers.add(new String(a.json(), StandardCharsets.UTF_8)));
    }
    return answers.stream().sorted().toList();
  }

  /** What the engine of the single process answers to the same records in the same order. */
  private static List<String> inOneProcess(Path path) throws Exception {
    PipelineFile file = PipelineFile.read(path);
    List<String> answers = new ArrayList<>();
    try (var feed = KafkaStream.feed(file.source())) {
      Schema schema = feed.schema();
      Build build = Build.of(schema).withSeed(file.seed()).withStore(new HeapModelStore());
      Outcomes out = new Outcomes();
      AnswerBytes bytes = new AnswerBytes(schema);
      Batch row = new Batch(schema, 1);
      try (Engine engine = new Engine(file.pipeline(), file.labels(), build)) {
        for (Item item : records()) {
          row.clear();
          row.beginRow();
          row.setKind(item.kind);
          row.setId(item.id);
          row.setTime(item.time);
          if (item.kind == Batch.Kind.EVENT) {
            item.values[2] = schema.column(2).dictionary().code(item.names[2]);
            System.arraycopy(item.values, 0, row.block(), 0, 3);
          }
          row.setLabel(item.labelName == null ? Double.NaN : schema.labels().code(item.labelName));
          row.endRow();
          engine.process(row, 0, 1, out);
          if (out.predictions() > 0) {
            answers.add(new String(bytes.of(row, out, -1).json(), StandardCharsets.UTF_8));
          }
        }
      }
    }
    return answers.stream().sorted().toList();
  }

  @Test
  void findTheirEventsInTheirParts() throws Exception {
    Path file = file("place: { per: site, models: 100 }\n", "");
    List<String> expected = inOneProcess(file);
    assertThat(onFlink(file, 5)).isEqualTo(expected).hasSize(EVENTS);
    long sure = expected.stream().filter(a -> !a.contains(":0.5,")).count();
    assertThat(sure).isGreaterThan(EVENTS * 9 / 10); // labels were learnt
  }

  @Test
  void timeOutWhereNoneComes() throws Exception {
    Path patient = file("", "");
    List<String> waiting = inOneProcess(patient);
    Path file = file("", ", timeout: 20s, on_timeout: negative, negative: no");
    List<String> expected = inOneProcess(file);
    assertThat(onFlink(file, 1)).isEqualTo(expected).hasSize(EVENTS).isNotEqualTo(waiting);
  }

  @Test
  void dropsTheOldestOfTooManyThatWaitForTheirEvents() throws Exception {
    Path file = file("place: { per: site, models: 100 }\n", "");
    Plan plan = Job.of(file, List.of(), 5, null).plan();
    List<Item> items = new ArrayList<>();
    for (int event : new int[] {0, 1, 2, 1, 3}) {
      items.add(label(event, "yes"));
    }
    records().stream()
        .filter(i -> i.kind == Batch.Kind.EVENT && Integer.parseInt(i.id.substring(1)) < 4)
        .forEach(items::add);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1);
    List<String> out = new ArrayList<>();
    try (CloseableIterator<Item> all =
        env.fromData(items, Job.ITEM)
            .keyBy(item -> 0, Types.INT)
            .process(new Codes(plan, 3))
            .returns(Job.ITEM)
            .executeAndCollect()) {
      all.forEachRemaining(item -> out.add(item.kind + " " + item.id));
    }
    // Of e1 there were two labels, the first of them too old.
    assertThat(out)
        .containsExactly("EVENT e0", "EVENT e1", "LABEL e2", "EVENT e2", "LABEL e3", "EVENT e3");
  }
}
