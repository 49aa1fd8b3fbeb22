package org.freshet.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the rows of a stream are: feature columns and the label. Dictionaries inside are open and
 * shared with the source that fills them, so a schema is not a value; {@link #fingerprint()} covers
 * what must not change: names, kinds and order of columns, the label's name and kind.
 */
public final class Schema {

  /** What the label is. */
  public enum Target {
    /** There is no label. */
    NONE,
    /** A class, by its code in {@link Schema#labels()}. */
    CLASS,
    /** A real number. */
    NUMBER,
    /** Several labels of which any number hold: a truth each, 1 or 0. */
    LABELS,
    /** Several real numbers. */
    NUMBERS
  }

  private final List<Column> columns;
  private final boolean sparse;
  private final Target target;
  private final String labelName;
  private final Dictionary labels;
  private final List<String> outputs;
  private final Map<String, Integer> index = new HashMap<>();
  private final int[] attachmentOf;
  private final int attachments;

  private Schema(
      List<Column> columns,
      boolean sparse,
      Target target,
      List<String> outputs,
      Dictionary labels) {
    this.columns = List.copyOf(columns);
    this.sparse = sparse;
    this.target = target;
    this.outputs = List.copyOf(outputs);
    this.labelName = String.join(",", outputs);
    this.labels = labels;
    this.attachmentOf = new int[columns.size()];
    int texts = 0;
    for (int i = 0; i < columns.size(); i++) {
      Column c = columns.get(i);
      if (index.put(c.name(), i) != null) {
        throw new SchemaException("column '" + c.name() + "' occurs twice");
      }
      attachmentOf[i] = c.kind() == Column.Kind.TEXT ? texts++ : -1;
    }
    this.attachments = texts;
  }

  /** A stream of dense rows with a class label; the dictionary may be open or declared. */
  public static Schema classification(List<Column> columns, String label, Dictionary labels) {
    return new Schema(columns, false, Target.CLASS, List.of(label), labels);
  }

  /** A stream of dense rows with a class label declared by its names. */
  public static Schema classification(List<Column> columns, String label, String... labels) {
    return classification(columns, label, new Dictionary(List.of(labels)));
  }

  public static Schema regression(List<Column> columns, String label) {
    return new Schema(columns, false, Target.NUMBER, List.of(label), null);
  }

  /** A stream of dense rows with several labels of which any number hold. */
  public static Schema multiLabel(List<Column> columns, List<String> labels) {
    return new Schema(columns, false, Target.LABELS, labels, null);
  }

  /** A stream of dense rows with several numbers to predict. */
  public static Schema multiTarget(List<Column> columns, List<String> targets) {
    return new Schema(columns, false, Target.NUMBERS, targets, null);
  }

  public static Schema unlabelled(List<Column> columns) {
    return new Schema(columns, false, Target.NONE, List.of(), null);
  }

  /** The same label over other dense columns: the output schema of a transformer. */
  public Schema withColumns(List<Column> others) {
    return new Schema(others, false, target, outputs, labels);
  }

  /**
   * The same label over sparse rows whose width is open: any index from 0 up may occur, all
   * numeric, absent is 0. The named columns, if any, are those of the first indices.
   */
  public Schema withSparse(List<Column> named) {
    return new Schema(named, true, target, outputs, labels);
  }

  /** Named feature columns; for sparse rows possibly none. */
  public List<Column> columns() {
    return columns;
  }

  public Column column(int i) {
    return columns.get(i);
  }

  /** Number of columns of a dense row; for sparse rows the number that has a name. */
  public int width() {
    return columns.size();
  }

  public boolean isSparse() {
    return sparse;
  }

  /** Index of a column by name, or -1. */
  public int indexOf(String name) {
    return index.getOrDefault(name, -1);
  }

  public Target target() {
    return target;
  }

  /** Name of the label; several are joined by commas. */
  public String labelName() {
    return labelName;
  }

  /** Names of what is to be predicted: one, several with LABELS and NUMBERS, none without label. */
  public List<String> outputs() {
    return outputs;
  }

  /** Whether an event has a vector of truths rather than one label. */
  public boolean hasTruths() {
    return target == Target.LABELS || target == Target.NUMBERS;
  }

  /** Names of the classes, open; null unless the target is a class. */
  public Dictionary labels() {
    return labels;
  }

  /** Number of classes the source declared; a learner knows these before it has learnt anything. */
  public int declaredLabels() {
    return labels == null ? 0 : labels.declared();
  }

  /** Where text column {@code i} lies among the attachments of a row, or -1 for other kinds. */
  public int attachmentOf(int column) {
    return attachmentOf[column];
  }

  /** Number of text columns. */
  public int attachments() {
    return attachments;
  }

  public boolean hasCategories() {
    return columns.stream().anyMatch(Column::isCategory);
  }

  public boolean mayMiss() {
    return columns.stream().anyMatch(Column::mayBeMissing);
  }

  /**
   * 64-bit FNV-1a hash of names, kinds and order of the columns and of the label's name and kind.
   * Dictionary contents and missing marks are left out, because they grow with the stream.
   */
  public long fingerprint() {
    List<String> parts = new ArrayList<>();
    parts.add(sparse ? "sparse" : "dense");
    for (Column c : columns) {
      parts.add(c.kind() + ":" + c.name());
    }
    parts.add(target + ":" + labelName);
    long h = 0xcbf29ce484222325L;
    for (String part : parts) {
      for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
        h = (h ^ (b & 0xff)) * 0x100000001b3L;
      }
      h = (h ^ 0xff) * 0x100000001b3L;
    }
    return h;
  }

  @Override
  public String toString() {
    return "Schema["
        + columns.size()
        + (sparse ? " sparse" : "")
        + " columns, label "
        + labelName
        + " "
        + target
        + "]";
  }
}
