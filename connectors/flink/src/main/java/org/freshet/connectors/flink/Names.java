package org.freshet.connectors.flink;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The names that have codes, and how many of them each part knows. A part gets the names it has not
 * got yet in front of the row that comes to it, so that it knows as many as the single process at
 * the same row: what a learner answers before it learnt depends on how many there are.
 *
 * <p>Dictionaries go by a number: that of their column, and the width for the labels.
 */
final class Names {
  private final Schema schema;
  private long known; // names in all dictionaries
  private final long[] knownBy; // names each part got
  private final int[][] sent; // the same by dictionary

  Names(Schema schema, int parts) {
    this.schema = schema;
    int[] declared = sizes();
    this.known = sum(declared);
    this.knownBy = new long[parts];
    this.sent = new int[parts][];
    for (int p = 0; p < parts; p++) { // what is declared is known everywhere
      sent[p] = declared.clone();
      knownBy[p] = known;
    }
  }

  /** Whether a dictionary of that number is there. */
  static boolean has(Schema schema, int number) {
    return number == schema.width() ? schema.labels() != null : schema.column(number).isCategory();
  }

  static Dictionary dictionary(Schema schema, int number) {
    return number == schema.width() ? schema.labels() : schema.column(number).dictionary();
  }

  /** Whether the names of all columns and classes are declared. */
  static boolean declared(Schema schema) {
    for (int d = 0; d <= schema.width(); d++) {
      if (has(schema, d) && dictionary(schema, d).declared() == 0) {
        return false;
      }
    }
    return true;
  }

  private int[] sizes() {
    int[] sizes = new int[schema.width() + 1];
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = has(schema, d) ? dictionary(schema, d).size() : 0;
    }
    return sizes;
  }

  private static long sum(int[] sizes) {
    return Arrays.stream(sizes).asLongStream().sum();
  }

  /** Gives the names of a record their codes; what is new is added. */
  void code(Item item) {
    if (item.added != null) { // a source that gave the codes itself says which
      for (int i = 0; i < item.added.length; i++) {
        add(dictionary(schema, item.dictionaries[i]), item.added[i]);
      }
      item.added = null;
      item.dictionaries = null;
    }
    if (item.labelName != null && schema.labels() != null) {
      add(schema.labels(), item.labelName);
    }
    if (item.names != null) {
      for (int c = 0; c < item.names.length; c++) {
        Column column = schema.column(c);
        if (item.names[c] != null && column.isCategory()) {
          add(column.dictionary(), item.names[c]);
        }
      }
    }
    find(schema, item);
  }

  private void add(Dictionary d, String name) {
    int before = d.size();
    d.code(name);
    known += d.size() - before;
  }

  /**
   * Puts codes in the place of a record's names.
   *
   * @return how many names have none; their values are missing
   */
  static int find(Schema schema, Item item) {
    int unknown = 0;
    if (item.labelName != null && schema.labels() != null) {
      int code = schema.labels().find(item.labelName);
      unknown += code < 0 ? 1 : 0;
      item.label = code < 0 ? Double.NaN : code;
      item.labelName = null;
    }
    if (item.names == null) {
      return unknown;
    }
    boolean texts = false;
    for (int c = 0; c < item.names.length; c++) {
      Column column = schema.column(c);
      if (item.names[c] != null && column.isCategory()) {
        int code = column.dictionary().find(item.names[c]);
        unknown += code < 0 ? 1 : 0;
        item.values[c] = code < 0 ? Double.NaN : code;
        item.names[c] = null;
      }
      texts |= item.names[c] != null;
    }
    if (!texts) {
      item.names = null;
    }
    return unknown;
  }

  /** Attaches the names that the record's part has not got. */
  void attach(Item item) {
    if (knownBy[item.part] == known) {
      return;
    }
    int[] has = sent[item.part];
    int n = (int) (known - knownBy[item.part]);
    item.added = new String[n];
    item.dictionaries = new int[n];
    int at = 0;
    for (int d = 0; d < has.length; d++) {
      for (int size = has(schema, d) ? dictionary(schema, d).size() : 0; has[d] < size; has[d]++) {
        item.added[at] = dictionary(schema, d).name(has[d]);
        item.dictionaries[at++] = d;
      }
    }
    knownBy[item.part] = known;
  }

  void save(StateWriter out) {
    for (int d = 0; d <= schema.width(); d++) {
      if (has(schema, d)) {
        out.put("names" + d, dictionary(schema, d).names().toArray(new String[0]));
      }
    }
    int width = schema.width() + 1;
    int[] all = new int[sent.length * width];
    for (int p = 0; p < sent.length; p++) {
      System.arraycopy(sent[p], 0, all, p * width, width);
    }
    out.put("sent", all);
  }

  void load(StateReader in) {
    for (int d = 0; d <= schema.width(); d++) {
      if (in.has("names" + d)) {
        dictionary(schema, d).restore(List.of(in.strings("names" + d)));
      }
    }
    int width = schema.width() + 1;
    int[] sizes = sizes();
    int[] all = in.ints("sent", sent.length * width);
    for (int i = 0; i < all.length; i++) {
      if (all[i] < 0 || all[i] > sizes[i % width]) {
        throw in.corrupt("sent", "has " + all[i] + " names of " + sizes[i % width]);
      }
    }
    for (int p = 0; p < sent.length; p++) {
      sent[p] = Arrays.copyOfRange(all, p * width, (p + 1) * width);
      knownBy[p] = sum(sent[p]);
    }
    known = sum(sizes);
  }
}
