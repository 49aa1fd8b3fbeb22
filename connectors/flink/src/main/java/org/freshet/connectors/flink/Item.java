package org.freshet.connectors.flink;

import org.freshet.core.Batch;
import org.freshet.core.Features;

/**
 * A record on its way from a source to the part of the pipeline that owns it: an event, a label or
 * a tick. Never changed once it was handed on.
 *
 * <p>Categories and classes are names when a source gives them as text, and codes behind {@link
 * Codes}, which gives every name its code. The names a part has not seen yet travel in front of the
 * first row that may need them, see {@link #added}.
 */
final class Item {
  Batch.Kind kind = Batch.Kind.EVENT;

  /** Which part of the pipeline takes it, from 0. */
  int part;

  /** Number of the record in its source, from 0; -1 where the source does not number. */
  long number = -1;

  String id;
  String key;
  long time = Features.NO_TIME;
  long labelTime = Features.NO_TIME;
  double weight = 1;

  /** Class code or number; NaN for none. */
  double label = Double.NaN;

  /** Class by its name, before it has a code. */
  String labelName;

  /** One value a column; null where the record has no features. */
  double[] values;

  /** Texts, and categories before they have codes, by column; null where there are none. */
  String[] names;

  /**
   * Names that its part gets to know with it, each behind the number of its dictionary: {@code
   * dictionaries[i]} gets {@code added[i]}, in this order. Null for none.
   */
  String[] added;

  /** A column for each of {@link #added}, or the number of columns for the labels. */
  int[] dictionaries;

  /** What an answer needs of it, and the names it brings. */
  Item withoutValues() {
    Item head = new Item();
    head.kind = kind;
    head.part = part;
    head.number = number;
    head.id = id;
    head.key = key;
    head.time = time;
    head.added = added;
    head.dictionaries = dictionaries;
    return head;
  }

  /** The same record for another part. */
  Item forPart(int other) {
    Item copy = withoutValues();
    copy.part = other;
    copy.labelTime = labelTime;
    copy.weight = weight;
    copy.label = label;
    copy.values = values;
    copy.names = names;
    return copy;
  }

  @Override
  public String toString() {
    return kind + " " + id + " of part " + part + " at " + time;
  }
}
