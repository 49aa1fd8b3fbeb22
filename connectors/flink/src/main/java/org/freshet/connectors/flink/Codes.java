package org.freshet.connectors.flink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.FreshetException;
import org.freshet.core.KeyTable;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.section.PlaceSection;

/**
 * Gives names their codes, in the order in which they appear, and every record the part that owns
 * it; one task, so that a code means the same everywhere and records keep their order.
 *
 * <p>An event belongs to the part of its key. A label that comes by a record of its own says only
 * the id of its event, so the part of each id is kept here, the last {@code remembered} of them; a
 * label that comes first waits here for its event, the last {@value #EARLY} of them.
 *
 * <p>Each part gets the names it has not got yet in front of the row that comes to it, so that it
 * knows as many names as the single process at the same row: what a learner answers before it
 * learnt depends on how many there are.
 */
final class Codes extends ProcessFunction<Item, Item> implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  /** Under which its state is found in a savepoint. */
  static final String UID = "codes";

  /** What the job was made of. */
  static final String PLAN = "plan";

  /** The most labels that wait for their events. */
  static final int EARLY = 100_000;

  /** Ids kept besides those of events that may wait, for labels that are corrected later. */
  private static final int DONE = 100_000;

  private final Plan plan;
  private transient Schema schema;
  private transient Keys keys;
  private transient long known; // names in all dictionaries
  private transient long[] knownBy; // names each part got
  private transient int[][] sent; // the same by dictionary
  private transient int remembered;
  private transient LinkedHashMap<String, Integer> parts; // of ids, the oldest first
  private transient LinkedHashMap<String, List<Item>> early; // labels by id, the oldest first
  private transient ListState<byte[]> state;
  private transient ListState<byte[]> plans;
  private transient Counter dropped;
  private transient long next; // number of a record that is replayed

  Codes(Plan plan) {
    this.plan = plan;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    schema = plan.schema();
    keys = new Keys(plan, schema);
    sent = new int[plan.parts()][];
    knownBy = new long[plan.parts()];
    remembered = Math.min(plan.file().labels().pending(), Integer.MAX_VALUE - DONE) + DONE;
    parts = new LinkedHashMap<>();
    early = new LinkedHashMap<>();
    for (int p = 0; p < sent.length; p++) { // what is declared is known everywhere
      sent[p] = sizes();
    }
    known = sum(sizes());
    Arrays.fill(knownBy, known);
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    "codes", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    plans =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    PLAN, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    for (byte[] saved : plans.get()) {
      try {
        SavedPlan.check("state of " + plan.file().name(), saved, plan);
      } catch (FreshetException e) {
        throw new LastingFault(e);
      }
    }
    plans.update(List.of(SavedPlan.of(plan)));
    for (byte[] saved : state.get()) {
      load(StateReader.open("the codes of the job", saved));
    }
  }

  @Override
  public void open(OpenContext context) {
    dropped =
        JobMetric.in(getRuntimeContext().getMetricGroup())
            .counter(JobMetric.EARLY_DROPPED.shown());
  }

  private int[] sizes() {
    int n = schema.width();
    int[] sizes = new int[n + 1];
    for (int i = 0; i < n; i++) {
      sizes[i] = schema.column(i).isCategory() ? schema.column(i).dictionary().size() : 0;
    }
    sizes[n] = schema.labels() == null ? 0 : schema.labels().size();
    return sizes;
  }

  private static long sum(int[] sizes) {
    return Arrays.stream(sizes).asLongStream().sum();
  }

  @Override
  public void processElement(Item item, Context context, Collector<Item> out) {
    if (item.added != null) { // a source that gave the codes itself says which
      for (int i = 0; i < item.added.length; i++) {
        known += code(dictionary(item.dictionaries[i]), item.added[i]);
      }
      item.added = null;
      item.dictionaries = null;
    }
    name(item);
    if (plan.byMember()) {
      number(item);
      for (int p = 0; p < plan.parts(); p++) {
        emit(item.forPart(p), out);
      }
      return;
    }
    if (plan.parts() == 1) {
      item.part = 0;
    } else if (item.kind == Batch.Kind.EVENT) {
      item.part = keys.part(item);
      event(item, out);
    } else if (item.kind == Batch.Kind.LABEL && !label(item)) {
      return;
    }
    send(item, out);
  }

  private void send(Item item, Collector<Item> out) {
    number(item);
    emit(item, out);
  }

  /**
   * Records that are replayed are numbered as they leave, for those who put them in order again.
   */
  private void number(Item item) {
    if (plan.replayed()) {
      item.number = next++;
    }
  }

  /** 1 when the name was new. */
  private static int code(Dictionary d, String name) {
    int before = d.size();
    d.code(name);
    return d.size() - before;
  }

  private Dictionary dictionary(int number) {
    return number == schema.width() ? schema.labels() : schema.column(number).dictionary();
  }

  private void name(Item item) {
    if (item.labelName != null && schema.labels() != null) {
      known += code(schema.labels(), item.labelName);
      int code = schema.labels().find(item.labelName);
      item.label = code < 0 ? Double.NaN : code;
      item.labelName = null;
    }
    if (item.names == null) {
      return;
    }
    boolean texts = false;
    for (int c = 0; c < item.names.length; c++) {
      Column column = schema.column(c);
      if (item.names[c] != null && column.isCategory()) {
        known += code(column.dictionary(), item.names[c]);
        int code = column.dictionary().find(item.names[c]);
        item.values[c] = code < 0 ? Double.NaN : code;
        item.names[c] = null;
      }
      texts |= item.names[c] != null;
    }
    if (!texts) {
      item.names = null;
    }
  }

  /** Notes where the event lives, and sends the labels that came before it in front of it. */
  private void event(Item item, Collector<Item> out) {
    if (item.id == null) {
      return;
    }
    Integer before = parts.putIfAbsent(item.id, item.part);
    if (before != null) {
      item.part = before; // the same event again
      return;
    }
    if (parts.size() > remembered) {
      parts.remove(parts.keySet().iterator().next());
    }
    List<Item> waiting = early.isEmpty() ? null : early.remove(item.id);
    if (waiting != null) {
      for (Item label : waiting) {
        label.part = item.part;
        send(label, out);
      }
    }
  }

  /** Whether it is known where the event of a label lives. */
  private boolean label(Item item) {
    Integer part = item.id == null ? Integer.valueOf(0) : parts.get(item.id);
    if (part != null) {
      item.part = part;
      return true;
    }
    early.computeIfAbsent(item.id, id -> new ArrayList<>(1)).add(item);
    if (early.size() > EARLY) {
      String oldest = early.keySet().iterator().next();
      dropped.inc(early.remove(oldest).size());
    }
    return false;
  }

  private void emit(Item item, Collector<Item> out) {
    if (knownBy[item.part] < known) {
      addNames(item);
    }
    out.collect(item);
  }

  private void addNames(Item item) {
    int[] has = sent[item.part];
    int n = (int) (known - knownBy[item.part]);
    item.added = new String[n];
    item.dictionaries = new int[n];
    int at = 0;
    for (int d = 0; d < has.length; d++) {
      boolean named = d == schema.width() ? schema.labels() != null : schema.column(d).isCategory();
      for (int size = named ? dictionary(d).size() : 0; has[d] < size; has[d]++) {
        item.added[at] = dictionary(d).name(has[d]);
        item.dictionaries[at++] = d;
      }
    }
    knownBy[item.part] = known;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    state.update(List.of(save()));
  }

  private byte[] save() {
    StateWriter out = new StateWriter();
    for (int d = 0; d <= schema.width(); d++) {
      boolean named = d == schema.width() ? schema.labels() != null : schema.column(d).isCategory();
      if (named) {
        out.put("names" + d, dictionary(d).names().toArray(new String[0]));
      }
    }
    int width = schema.width() + 1;
    int[] all = new int[sent.length * width];
    for (int p = 0; p < sent.length; p++) {
      System.arraycopy(sent[p], 0, all, p * width, width);
    }
    out.put("sent", all);
    out.put("ids", parts.keySet().toArray(new String[0]));
    out.put("parts", parts.values().stream().mapToInt(Integer::intValue).toArray());
    List<Item> waiting = new ArrayList<>();
    early.values().forEach(waiting::addAll);
    out.put("early-ids", waiting.stream().map(i -> i.id).toArray(String[]::new));
    out.put("early-times", waiting.stream().mapToLong(i -> i.time).toArray());
    out.put("early-labels", waiting.stream().mapToDouble(i -> i.label).toArray());
    out.put("early-weights", waiting.stream().mapToDouble(i -> i.weight).toArray());
    out.put("early-keys", waiting.stream().map(i -> i.key).toArray(String[]::new));
    return out.toBytes();
  }

  private void load(StateReader in) {
    for (int d = 0; d <= schema.width(); d++) {
      if (in.has("names" + d)) {
        dictionary(d).restore(List.of(in.strings("names" + d)));
      }
    }
    int width = schema.width() + 1;
    int[] all = in.ints("sent", sent.length * width);
    for (int p = 0; p < sent.length; p++) {
      sent[p] = Arrays.copyOfRange(all, p * width, (p + 1) * width);
      knownBy[p] = sum(sent[p]);
    }
    known = sum(sizes());
    String[] ids = in.strings("ids");
    int[] of = in.ints("parts", ids.length);
    for (int i = 0; i < ids.length; i++) {
      if (of[i] < 0 || of[i] >= plan.parts()) {
        throw in.corrupt("parts", "has " + of[i]);
      }
      parts.put(ids[i], of[i]);
    }
    String[] waiting = in.strings("early-ids");
    long[] times = in.longs("early-times", waiting.length);
    double[] labels = in.doubles("early-labels", waiting.length);
    double[] weights = in.doubles("early-weights", waiting.length);
    String[] keysOf = in.strings("early-keys");
    for (int i = 0; i < waiting.length; i++) {
      Item item = new Item();
      item.kind = Batch.Kind.LABEL;
      item.id = waiting[i];
      item.key = keysOf[i];
      item.time = times[i];
      item.label = labels[i];
      item.weight = weights[i];
      early.computeIfAbsent(item.id, id -> new ArrayList<>(1)).add(item);
    }
  }

  /** Whose model an event goes to. */
  static final class Keys {
    private final int column; // -1 for the event's key
    private final Schema schema;
    private final int parts;
    private final PlaceSection.Parameters place;
    private long next; // of the events without an id

    Keys(Plan plan, Schema schema) {
      this.schema = schema;
      this.place = plan.file().live().place();
      this.parts = plan.parts();
      String per = Distribution.keyColumn(plan.file());
      this.column = per == null || per.equals("key") ? -1 : schema.indexOf(per);
    }

    int part(Item item) {
      if (place.merged() > 0) { // round, so that every copy sees a like share
        return item.id == null
            ? (int) Math.floorMod(next++, (long) parts)
            : KeyTable.part(item.id, parts);
      }
      String key = item.key;
      if (column >= 0) {
        double code = item.values[column];
        key = Double.isNaN(code) ? null : schema.column(column).dictionary().name((int) code);
      }
      if (place.partitioned() != null) {
        return place.part(key) % parts;
      }
      return KeyTable.part(key, parts);
    }
  }
}
