package org.freshet.learn.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.KeyTable;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Adds the mean label of an event's key so far: how often this card was fraud, what this shop sold.
 * For streams with many keys, where the key itself is no feature but its past says much.
 *
 * <p>With n labels of the key that have arrived, their sum s, and the mean p of all labels that
 * have arrived, the column is (s + m p) / (n + m): a key with few labels is taken to be like the
 * others, as if m labels of the mean were known of it. A label counts from its arrival on, not from
 * its event, so an event never sees its own. Before any label p is 0 for numbers, and for classes
 * one over their number, or a half where none are declared. {@code target_mean} is the column of a
 * number; for classes there is {@code target_mean_}NAME, the share of labels that are NAME, for
 * each of {@code classes}: all the source declares, or of two the second only. With {@code
 * half_life} h a label counts half as much after h further labels of its key.
 *
 * <p>Paper: D. Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes
 * in classification and prediction problems", SIGKDD Explorations 3(1), 2001, section 3; with λ(n)
 * = n / (n + m), the m-estimate of B. Cestnik, "Estimating probabilities", ECAI 1990.
 *
 * <p>Where we differ: the means are of labels that arrived before, the order of the stream taking
 * the place of the folds that keep a label out of its own feature; the half-life is ours.
 *
 * <p>Takes all kinds of columns, dense rows and missing values. Only the event's key is known where
 * labels arrive: name a column as the {@code key} of the source. Events without a key share a mean.
 * O(classes) time an event; memory: 56 bytes and 8 for each class a key, for at most {@code keys};
 * then the key whose last label is the oldest is dropped, and counted.
 *
 * <pre>
 * pipeline: [ target_encoder: { smoothing: 20 }, hoeffding_tree: {} ]
 * </pre>
 */
@Component(
    name = "target_encoder",
    kinds = Kind.TRANSFORMER,
    family = "transform",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.READS_LABELS
    })
public final class TargetEncoder implements Transformer, KeyTable {
  public record Parameters(
      @Param(
              value = "The classes whose shares are written; none is the declared ones",
              def = "none")
          List<String> classes,
      @Param(
              value = "m: how many labels of the mean of all a key begins with",
              def = "10",
              range = "[0, 1e12]",
              unit = "labels",
              origin = "ours: a key of ten labels is taken half for itself")
          double smoothing,
      @Param(
              value = "Labels of a key after which one counts half; 0 is never",
              def = "0",
              range = "[0, 1e12]",
              unit = "labels",
              origin = "Micci-Barreca 2001: none")
          double halfLife,
      @Param(
              value = "The most keys kept; then the one labelled longest ago goes",
              def = "1000000",
              range = "[1, 100000000]",
              unit = "keys",
              origin = "as windowed")
          int keys,
      @Param(
              value = "Memory limit; fewer keys fit where there are many classes",
              def = "256MB",
              range = "[1048576, 1073741824]",
              unit = "bytes",
              origin = "as windowed")
          long maxBytes) {}

  private final Schema output;
  private final int width;
  private final Schema in;
  private final int means; // columns written
  private final String[] names; // of the classes of each; null for numbers
  private final int[] codes; // -1 until the class appears
  private final double prior;
  private final double smoothing;
  private final double keep; // of what a label counted, when another comes
  private final KeySlots slots;
  private final Slab records; // n, then a sum for each mean
  private final double[] all;
  private long dropped;

  public TargetEncoder(Parameters p, Build build) {
    in = build.schema();
    if (in.target() != Schema.Target.CLASS && in.target() != Schema.Target.NUMBER) {
      throw new SchemaException(
          "target_encoder needs a label that is one class or one number, but the stream has "
              + (in.target() == Schema.Target.NONE ? "none; name it with 'label'" : "several"));
    }
    names = in.target() == Schema.Target.CLASS ? names(in, p.classes()) : null;
    prior = names == null ? 0 : in.declaredLabels() < 2 ? 0.5 : 1.0 / in.declaredLabels();
    width = in.width();
    means = names == null ? 1 : names.length;
    codes = new int[means];
    Arrays.fill(codes, -1);
    smoothing = p.smoothing();
    keep = p.halfLife() == 0 ? 1 : StrictMath.exp(-StrictMath.log(2) / p.halfLife());
    long perKey = 8L * (1 + means) + KeySlots.bytesPerKey();
    int limit = (int) Math.max(1, Math.min(p.keys(), build.limit(p.maxBytes()) / perKey));
    slots = new KeySlots(limit);
    records = new Slab(1 + means, limit);
    all = new double[1 + means];
    List<Column> columns = new ArrayList<>(in.columns());
    for (int c = 0; c < means; c++) {
      columns.add(Column.numeric(names == null ? "target_mean" : "target_mean_" + names[c]));
    }
    output = in.withColumns(columns);
  }

  private static String[] names(Schema in, List<String> given) {
    if (given != null && !given.isEmpty()) {
      return given.stream().distinct().toArray(String[]::new);
    }
    int known = in.declaredLabels();
    if (known < 2) {
      throw new SchemaException(
          "target_encoder needs to know the classes before the first event, but the source declares "
              + (known == 0 ? "none" : "one")
              + "; name them in 'classes', such as [fraud]");
    }
    List<String> all = in.labels().names().subList(known == 2 ? 1 : 0, known);
    return all.toArray(new String[0]);
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public void transform(Features in, Row out) {
    double[] y = out.values();
    in.copyTo(y, 0);
    slots.key(in.key());
    int slot = slots.find();
    long[] a = slot == KeySlots.NONE ? null : records.of(slot);
    int at = slot == KeySlots.NONE ? 0 : records.at(slot);
    double n = a == null ? 0 : Double.longBitsToDouble(a[at]);
    for (int c = 0; c < means; c++) {
      double mean = all[0] > 0 ? all[1 + c] / all[0] : prior;
      double sum = a == null ? 0 : Double.longBitsToDouble(a[at + 1 + c]);
      y[width + c] = n + smoothing > 0 ? (sum + smoothing * mean) / (n + smoothing) : mean;
    }
  }

  @Override
  public void label(Features in, double label) {
    if (!Windowed.usable(label)) {
      return;
    }
    slots.key(in.key());
    int slot = slots.find();
    if (slot == KeySlots.NONE) {
      slot = open();
    } else {
      slots.touch(slot);
    }
    long[] a = records.of(slot);
    int at = records.at(slot);
    all[0]++;
    add(a, at, 1);
    for (int c = 0; c < means; c++) {
      double value = names == null ? label : label == code(c) ? 1 : 0;
      all[1 + c] += value;
      add(a, at + 1 + c, value);
    }
  }

  /** Code of a class, looked up until it has appeared. */
  private int code(int c) {
    if (codes[c] < 0) {
      codes[c] = in.labels().find(names[c]);
    }
    return codes[c];
  }

  private void add(long[] a, int i, double value) {
    a[i] = Double.doubleToRawLongBits(Double.longBitsToDouble(a[i]) * keep + value);
  }

  private int open() {
    if (slots.isFull()) {
      slots.remove(slots.oldest());
      dropped++;
    }
    int slot = slots.open();
    records.reserve(slot);
    int at = records.at(slot);
    Arrays.fill(records.of(slot), at, at + 1 + means, 0);
    return slot;
  }

  /** Keys kept now. */
  public int keys() {
    return slots.size();
  }

  /** Keys dropped because there were too many, the one labelled longest ago first. */
  public long dropped() {
    return dropped;
  }

  @Override
  public Keys keyCounts() {
    return new Keys(keys(), dropped, 0, 0, 0);
  }

  @Override
  public void save(StateWriter out) {
    slots.save(out);
    long[] kept = new long[Math.multiplyExact(slots.size(), 1 + means)];
    int i = 0;
    for (int slot = slots.oldest(); slot != KeySlots.NONE; slot = slots.after(slot)) {
      System.arraycopy(records.of(slot), records.at(slot), kept, i, 1 + means);
      i += 1 + means;
    }
    out.put("records", kept);
    out.put("all", all);
    out.put("dropped", dropped);
  }

  @Override
  public void load(StateReader in) {
    slots.load(in);
    long[] kept = in.longs("records");
    if (kept.length != (long) slots.size() * (1 + means)) {
      throw in.corrupt("records", "has " + kept.length + " values, which do not fit the keys");
    }
    for (int slot = 0; slot < slots.size(); slot++) {
      records.reserve(slot);
      System.arraycopy(kept, slot * (1 + means), records.of(slot), records.at(slot), 1 + means);
    }
    System.arraycopy(in.doubles("all", all.length), 0, all, 0, all.length);
    dropped = in.longValue("dropped");
  }

  @Override
  public long memoryBytes() {
    long strings = 16L + (names == null ? 0 : 16 + 60L * means); // of names about
    return 96 + slots.memoryBytes() + records.memoryBytes() + 16 + 12L * all.length + strings;
  }
}
