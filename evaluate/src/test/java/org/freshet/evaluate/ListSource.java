package org.freshet.evaluate;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.DataException;
import org.freshet.core.Dictionary;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Source;

/**
 * A stream of given labels over one random column, a tenth of a second apart; "?" is no label, "!"
 * a fault.
 */
final class ListSource implements Source {
  private final Schema schema;
  private final String[] words;
  private final double[] numbers;
  private long record;

  private ListSource(Schema schema, String[] words, double[] numbers) {
    this.schema = schema;
    this.words = words;
    this.numbers = numbers;
  }

  /** Labels separated by spaces, their dictionary open. */
  static ListSource classes(String labels) {
    String[] words = labels.isEmpty() ? new String[0] : labels.split(" ");
    Dictionary names = new Dictionary();
    for (String w : words) {
      if (!"?!".contains(w)) {
        names.code(w);
      }
    }
    return new ListSource(
        Schema.classification(List.of(Column.numeric("x")), "y", names), words, null);
  }

  static ListSource numbers(double... targets) {
    return new ListSource(Schema.regression(List.of(Column.numeric("x")), "y"), null, targets);
  }

  /** Labels that come in runs of a mean length. */
  static String runs(int n, int classes, int length) {
    Rng rng = new Rng(11);
    StringBuilder s = new StringBuilder();
    int label = 0;
    for (int i = 0; i < n; i++) {
      label = rng.nextInt(length) == 0 ? rng.nextInt(classes) : label;
      s.append(i == 0 ? "" : " ").append((char) ('a' + label));
    }
    return s.toString();
  }

  @Override
  public String name() {
    return "list";
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public int read(Batch batch, int max) {
    batch.clear();
    int size = words == null ? numbers.length : words.length;
    while (batch.size() < max && record < size) {
      int i = (int) record++;
      if (words != null && words[i].equals("!")) {
        throw new DataException("list", record, null, "bad");
      }
      batch.beginRow();
      batch.set(0, new Rng(i).nextDouble());
      batch.setTime(100L * i);
      if (words == null) {
        batch.setLabel(numbers[i]);
      } else if (!words[i].equals("?")) {
        batch.setLabel(schema.labels().code(words[i]));
      }
      batch.endRow();
    }
    return batch.size();
  }

  @Override
  public Position position() {
    return new Position(record, 42);
  }

  @Override
  public void seek(Position position) {
    record = position.record();
  }

  @Override
  public void close() {}
}
