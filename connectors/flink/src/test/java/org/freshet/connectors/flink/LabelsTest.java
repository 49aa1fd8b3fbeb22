package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.freshet.core.Batch;
import org.freshet.core.KeyTable;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.state.HeapModelStore;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels by records of their own: late, before their events, doubled, corrected, never. */
class LabelsTest {
  private static final int EVENTS = 1500;
  private static final PrimitiveArrayTypeInfo<byte[]> BYTES =
      PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;

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

  /** An engine of the single process, and what it answers. */
  private static final class One implements AutoCloseable {
    final Schema schema;
    final Engine engine;
    final Outcomes out = new Outcomes();
    private final AnswerBytes bytes;
    private final Batch row;

    One(Path path) throws Exception {
      PipelineFile file = PipelineFile.read(path);
      try (var feed = KafkaStream.feed(file.source())) {
        schema = feed.schema();
      }
      Build build = Build.of(schema).withSeed(file.seed()).withStore(new HeapModelStore());
      engine = new Engine(file.pipeline(), file.labels(), build);
      bytes = new AnswerBytes(schema);
      row = new Batch(schema, 1);
    }

    /** The answer; null where there is none. */
    String take(Item item) {
      fill(item);
      engine.process(row, 0, 1, out);
      return out.predictions() == 0
          ? null
          : new String(bytes.of(row, out, -1).json(), StandardCharsets.UTF_8);
    }

    private void fill(Item item) {
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
    }

    /** What it would answer now; nothing is learnt. */
    double predict(Item item) {
      fill(item);
      engine.predict(row, 0, 1, out);
      return out.scores()[1];
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  /** What the engine of the single process answers to the same records in the same order. */
  private static List<String> inOneProcess(Path path) throws Exception {
    List<String> answers = new ArrayList<>();
    try (One one = new One(path)) {
      records().stream().map(one::take).filter(a -> a != null).forEach(answers::add);
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

  /** Gives out, at the end, the snapshot of each part. */
  private record AtTheEnd() implements EngineOperator.Handing<byte[]> {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] of(Part part, Item item) {
      return null;
    }

    @Override
    public byte[] end(Part part) {
      byte[] saved = part.save();
      return ByteBuffer.allocate(1 + saved.length).put((byte) part.number()).put(saved).array();
    }
  }

  /** A watermark behind every record, as a slow source has them. */
  private static final class Marks implements WatermarkGenerator<Item> {
    @Override
    public void onEvent(Item item, long time, WatermarkOutput out) {
      out.emitWatermark(new Watermark(time - 1));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput out) {}
  }

  /** Of three sites; the first has no events after 100 s, and no labels of its last 20 s. */
  private static List<Item> sitesThatEnd() {
    Random random = new Random(6);
    List<Item> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int site = i < 100 ? i % 3 : 1 + i % 2;
      Item event = new Item();
      event.id = "e" + i;
      event.time = 1000L * i;
      event.values = new double[] {random.nextGaussian(), random.nextGaussian(), Double.NaN};
      event.names = new String[] {null, null, "s" + site};
      all.add(event);
      if (site > 0 || i < 80) {
        Item label = label(i, event.values[0] > 0 ? "yes" : "no");
        label.time = event.time;
        all.add(label);
      }
    }
    return all;
  }

  /** The clock of a part goes on with the records of the others. */
  @Test
  void timeOutInAPartThatHasNoMoreEvents() throws Exception {
    int parts = 5;
    Path path =
        file(
            "place: { per: site, models: 100 }\n",
            ", timeout: 20s, on_timeout: negative, negative: no");
    List<Item> records = sitesThatEnd();
    Plan plan = Job.of(path, List.of(), parts, null).plan();
    int[] keys = PartKeys.of(parts);
    Map<Integer, byte[]> saved = new HashMap<>();
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
    try (CloseableIterator<byte[]> all =
        env.fromData(records, Job.ITEM)
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.forGenerator(c -> (WatermarkGenerator<Item>) new Marks())
                    .withTimestampAssigner((item, before) -> item.time))
            .keyBy(item -> 0, Types.INT)
            .process(new Codes(plan))
            .returns(Job.ITEM)
            .setParallelism(1)
            .keyBy(item -> keys[item.part], Types.INT)
            .transform(Job.ENGINES, BYTES, new EngineOperator<>(plan, new AtTheEnd()))
            .setMaxParallelism(parts)
            .executeAndCollect()) {
      all.forEachRemaining(
          part -> saved.put(part[0] & 0xff, Arrays.copyOfRange(part, 1, part.length)));
    }

    try (One one = new One(path)) {
      Item probe = records.get(0);
      double before = 0;
      for (Item item : sitesThatEnd()) {
        one.take(item);
        before = item.time == 99_000 ? one.predict(probe) : before;
      }
      for (int site = 0; site < 3; site++) {
        Item of = records.get(2 * site);
        try (One part = new One(path)) {
          Snapshot snapshot = Snapshots.open("part", saved.get(KeyTable.part("s" + site, parts)));
          snapshot.adopt(part.schema);
          part.engine.load(snapshot.run().child("engine"));
          assertThat(part.predict(of)).isEqualTo(one.predict(of));
          assertThat(part.engine.pending()).isEqualTo(one.engine.pending()).isZero();
        }
      }
      assertThat(one.predict(probe)).isLessThan(before); // it learnt that the late ones are 'no'
    }
  }
}
