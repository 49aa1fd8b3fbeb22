package org.freshet.connectors.flink;

import org.freshet.core.KeyTable;
import org.freshet.core.Schema;
import org.freshet.engine.section.PlaceSection;

/** Which part a record belongs to, as the file's {@code place} says. */
final class Keys {
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

  /** The part of an event. */
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
    return part(key);
  }

  /** The part of a label, where it says by itself whose it is; -1 where it does not. */
  int partOfLabel(Item label) {
    if (place.merged() > 0) {
      return label.id == null ? -1 : KeyTable.part(label.id, parts);
    }
    return label.key == null ? -1 : part(label.key);
  }

  private int part(String key) {
    return place.partitioned() != null ? place.part(key) % parts : KeyTable.part(key, parts);
  }
}
