package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
  private static final LabelPlan PLAN = LabelPlan.afterEvents(4);
  private final Spec spec = Spec.parse("drifting | order_sensitive(drift_every=5)");
  private final Setup setup = new Setup("stream", Spec.parse("sea"), spec, 9, PLAN);

  /** Two numbers and a class, whose names appear as the stream goes on. */
  private static Batch stream(Schema schema, int from, int to) {
    Batch b = new Batch(schema, to - from);
    for (int i = from; i < to; i++) {
      b.beginRow();
      b.set(0, i);
      b.set(1, i % 7);
      b.setLabel(schema.labels().code("class" + (i % 3 + i / 30)));
      b.endRow();
    }
    return b;
  }

  private static String run(Engine engine, Batch b) {
    StringBuilder all = new StringBuilder();
    Outcomes out = new Outcomes();
    engine.process(b, 0, b.size(), out);
    for (int i = 0; i < out.predictions(); i++) {
      all.append(out.predicted(i)).append('/').append(out.known(i)).append(' ');
    }
    return all.toString();
  }

  private Engine trained(Schema schema) {
    Engine engine = new Engine(schema, spec, PLAN, 9, 1);
    run(engine, stream(schema, 0, 40));
    return engine;
  }

  private byte[] bytes() {
    Engine engine = trained(Events.schema());
    return Snapshots.toBytes("0.1", setup, engine.schema(), engine::save);
  }

  @Test
  void goesOnFromAFileAsIfNeverStopped(@TempDir Path folder) {
    Schema schema = Events.schema();
    Engine engine = trained(schema);
    Path file = folder.resolve("run.freshet");
    Snapshots.write(file, "0.1", setup, schema, engine::save);
    String expected = run(engine, stream(schema, 40, 100));

    Snapshot snapshot = Snapshots.read(file);
    assertThat(snapshot.setup().stream()).isEqualTo("stream");
    assertThat(snapshot.setup().source()).hasToString("sea");
    assertThat(snapshot.setup().pipeline()).hasToString(spec.toString());
    assertThat(snapshot.setup().seed()).isEqualTo(9);
    assertThat(snapshot.setup().labels()).isEqualTo(PLAN);
    assertThat(snapshot.parameters())
        .isEqualTo("[{\"drifting\":{}},{\"order_sensitive\":{\"drift_every\":5}}]");
    assertThat(snapshot.about("freshet")).isEqualTo("0.1");
    assertThat(snapshot.verdict()).isEqualTo(Verdict.AS_IS);
    assertThat(snapshot.parts())
        .extracting(Snapshot.Part::component)
        .containsExactly("drifting", "order_sensitive");

    Schema opened = Events.schema();
    snapshot.adopt(opened);
    assertThat(run(restored(snapshot, opened), stream(opened, 40, 100))).isEqualTo(expected);
    Schema own = snapshot.schema();
    assertThat(own.labels().names()).containsExactly("class0", "class1", "class2", "class3");
    assertThat(run(restored(snapshot, own), stream(own, 40, 100))).isEqualTo(expected);
  }

  private static Engine restored(Snapshot s, Schema schema) {
    Engine engine =
        new Engine(schema, s.setup().pipeline(), s.setup().labels(), s.setup().seed(), 1);
    engine.load(s.run());
    return engine;
  }

  @Test
  void thePlanOfLabelsComesBackAndNoOtherIsGoneOnWith() {
    LabelPlan plan =
        PLAN.withCorrections(LabelPlan.Corrections.RELEARN)
            .withTimeout(Span.millis(90_000), "class0");
    Setup waiting = new Setup("stream", Spec.parse("sea"), spec, 9, plan);
    Schema schema = Events.schema("class0");
    Engine engine = new Engine(schema, spec, plan, 9, 1);
    Snapshot snapshot =
        Snapshots.open("test", Snapshots.toBytes("0.4", waiting, schema, engine::save));
    assertThat(snapshot.setup().labels()).isEqualTo(plan);
    snapshot.check(waiting);
    LabelPlan drops = PLAN.withCorrections(LabelPlan.Corrections.RELEARN);
    refused(
        () -> snapshot.check(with(spec, 9, drops)),
        Verdict.OTHER_PARAMETERS,
        "test: other parameters: saved with timeout '90s negative class0', given 'none'; go on with"
            + " what it was saved with, or start anew");
    refused(
        () -> snapshot.check(with(spec, 9, plan.withCorrections(LabelPlan.Corrections.IGNORE))),
        Verdict.OTHER_PARAMETERS,
        "test: other parameters: saved with corrections 'relearn', given 'ignore'; go on with what it"
            + " was saved with, or start anew");
  }

  @Test
  void aSchemaComesBackWithItsCategories() {
    Column kind = Column.category("kind", "a", "b").withMissing(true);
    Schema schema =
        Schema.classification(
            List.of(Column.numeric("x"), kind, Column.text("t")),
            "y",
            new Dictionary(List.of("no", "yes"), 5));
    kind.dictionary().code("c");
    schema.labels().code("maybe");
    StateWriter out = new StateWriter();
    SavedSchema.save(schema, out);
    Schema back = SavedSchema.load(org.freshet.core.state.StateReader.open("t", out.toBytes()));
    assertThat(back.fingerprint()).isEqualTo(schema.fingerprint());
    assertThat(back.column(1).dictionary().names()).containsExactly("a", "b", "c");
    assertThat(back.column(1).dictionary().declared()).isEqualTo(2);
    assertThat(back.column(1).mayBeMissing()).isTrue();
    assertThat(back.labels().names()).containsExactly("no", "yes", "maybe");
    assertThat(back.declaredLabels()).isEqualTo(2);
    assertThat(back.labels().limit()).isEqualTo(5);
  }

  private static void refused(Runnable what, Verdict verdict, String message) {
    assertThatThrownBy(what::run)
        .isInstanceOf(StateException.class)
        .hasMessage(message)
        .extracting(e -> ((StateException) e).verdict())
        .isEqualTo(verdict);
  }

  @Test
  void anotherSchemaIsRefusedInWords() {
    Snapshot snapshot = Snapshots.open("run", bytes());
    Schema renamed =
        Schema.classification(
            List.of(Column.numeric("a"), Column.category("c")), "class", new Dictionary());
    String use = "; use the data it was learnt from, with the same columns";
    refused(
        () -> snapshot.adopt(renamed),
        Verdict.OTHER_SCHEMA,
        "run: other schema: column 2 is 'c' (category), it was 'b' (numeric)" + use);
    Schema wider =
        Schema.classification(
            List.of(Column.numeric("a"), Column.numeric("b"), Column.numeric("c")),
            "class",
            new Dictionary());
    refused(
        () -> snapshot.adopt(wider),
        Verdict.OTHER_SCHEMA,
        "run: other schema: there are 3 columns, there were 2" + use);
    Schema label =
        Schema.classification(
            List.of(Column.numeric("a"), Column.numeric("b")), "y", new Dictionary());
    refused(
        () -> snapshot.adopt(label),
        Verdict.OTHER_SCHEMA,
        "run: other schema: the label is 'y', a class, it was 'class', a class" + use);
    refused(
        () -> snapshot.adopt(Events.schema("class1", "class0")),
        Verdict.OTHER_SCHEMA,
        "run: other schema: in column 'class' category number 0 is 'class1', it was 'class0'"
            + use);
  }

  @Test
  void otherParametersAreRefusedInWords() {
    Snapshot snapshot = Snapshots.open("run", bytes());
    snapshot.check(setup);
    snapshot.check(with(Spec.parse("drifting() | order_sensitive(drift_every=5)"), 9, PLAN));
    String anew = "; go on with what it was saved with, or start anew";
    refused(
        () -> snapshot.check(with(Spec.parse("drifting | order_sensitive"), 9, PLAN)),
        Verdict.OTHER_PARAMETERS,
        "run: other parameters: saved with model 'drifting | order_sensitive(drift_every=5)', given"
            + " 'drifting | order_sensitive(drift_every=1000000)'"
            + anew);
    refused(
        () -> snapshot.check(with(spec, 8, PLAN)),
        Verdict.OTHER_PARAMETERS,
        "run: other parameters: saved with seed '9', given '8'" + anew);
    refused(
        () -> snapshot.check(with(spec, 9, LabelPlan.IMMEDIATE)),
        Verdict.OTHER_PARAMETERS,
        "run: other parameters: saved with delay '4 events', given '0 events'" + anew);
  }

  private static Setup with(Spec model, long seed, LabelPlan labels) {
    return new Setup("other", Spec.parse("sea"), model, seed, labels);
  }

  @Test
  void everyCutAndEveryFlippedBitIsFound() {
    byte[] good = bytes();
    for (int length = 0; length < good.length; length += 13) {
      byte[] cut = java.util.Arrays.copyOf(good, length);
      assertThatThrownBy(() -> Snapshots.open("run", cut))
          .isInstanceOf(StateException.class)
          .hasMessageStartingWith("run: corrupt: ");
    }
    for (int at = 0; at < good.length; at += 7) {
      byte[] flipped = good.clone();
      flipped[at] ^= 4;
      assertThatThrownBy(() -> Snapshots.open("run", flipped)).isInstanceOf(StateException.class);
    }
  }

  @Test
  void aStateOfANewerComponentIsTooNew() {
    StateWriter out = new StateWriter();
    StateWriter about = out.child("about");
    about.put("freshet", "9.1");
    StateWriter model = out.child("run").child("model");
    model.put("@component", "order_sensitive");
    model.put("@version", 2);
    out.put("version", 1);
    out.child("setup").put("pipeline", "order_sensitive");
    refused(
        () -> Snapshots.open("run", out.toBytes()),
        Verdict.TOO_NEW,
        "run: too new for this program: holds order_sensitive of version 2, it knows up to 1; use the"
            + " Freshet that wrote it, 9.1");
  }

  @Test
  void aNewerLayoutOrAnUnknownComponentIsTooNew() {
    StateWriter out = new StateWriter();
    out.put("version", 2);
    out.child("about").put("freshet", "9.1");
    out.child("setup").put("pipeline", "x");
    refused(
        () -> Snapshots.open("run", out.toBytes()),
        Verdict.TOO_NEW,
        "run: too new: snapshot version 2, this program reads up to 1; use the newer Freshet that wrote it");
    StateWriter other = new StateWriter();
    other.put("version", 1);
    other.child("about").put("freshet", "9.1");
    other.child("setup").put("stream", "s");
    other.child("setup").put("source", "sea");
    other.child("setup").put("pipeline", "time_machine");
    refused(
        () -> Snapshots.open("run", other.toBytes()),
        Verdict.TOO_NEW,
        "run: too new: its pipeline is not known to this program (unknown component 'time_machine'); use"
            + " the Freshet that wrote it, 9.1");
  }

  @Test
  void whatIsNoSnapshot(@TempDir Path folder) throws Exception {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> Snapshots.read(none))
        .isInstanceOf(ConfigException.class)
        .hasMessage(none + ": there is no such file, expected a snapshot");
    assertThatThrownBy(() -> Snapshots.read(folder))
        .hasMessage(folder + ": is a folder, expected a snapshot");
    Path text = Files.writeString(folder.resolve("t"), "hello, this is no snapshot at all");
    refused(
        () -> Snapshots.read(text),
        Verdict.CORRUPT,
        text + ": corrupt: not a Freshet snapshot, or cut off in its header");
    refused(
        () -> Snapshots.open("x", new StateWriter().toBytes()),
        Verdict.CORRUPT,
        "x: corrupt: a container of state, but not of a whole run");
  }
}
