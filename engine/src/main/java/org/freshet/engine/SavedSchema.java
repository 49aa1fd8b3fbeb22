package org.freshet.engine;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A schema with its dictionaries in a snapshot, so that a model can be used without its data. */
public final class SavedSchema {
  private SavedSchema() {}

  public static void save(Schema schema, StateWriter out) {
    int n = schema.width();
    String[] names = new String[n];
    int[] kinds = new int[n];
    int[] missing = new int[n];
    for (int i = 0; i < n; i++) {
      Column c = schema.column(i);
      names[i] = c.name();
      kinds[i] = c.kind().ordinal();
      missing[i] = c.mayBeMissing() ? 1 : 0;
      if (c.isCategory()) {
        dictionary(c.dictionary(), out.child("c" + i));
      }
    }
    out.put("sparse", schema.isSparse());
    out.put("target", schema.target().name());
    out.put("label", schema.labelName());
    if (schema.hasTruths()) {
      out.put("outputs", schema.outputs().toArray(new String[0]));
    }
    out.put("names", names);
    out.put("kinds", kinds);
    out.put("missing", missing);
    out.put("fingerprint", schema.fingerprint());
    if (schema.labels() != null) {
      dictionary(schema.labels(), out.child("labels"));
    }
  }

  private static void dictionary(Dictionary d, StateWriter out) {
    out.put("names", d.names().toArray(new String[0]));
    out.put("declared", d.declared());
    out.put("limit", d.limit());
  }

  public static Schema load(StateReader in) {
    String[] names = in.strings("names");
    int[] kinds = in.ints("kinds", names.length);
    int[] missing = in.ints("missing", names.length);
    List<Column> columns = new ArrayList<>();
    try {
      for (int i = 0; i < names.length; i++) {
        if (names[i] == null || kinds[i] < 0 || kinds[i] >= Column.Kind.values().length) {
          throw in.corrupt("kinds", "has no column of kind " + kinds[i]);
        }
        Column.Kind kind = Column.Kind.values()[kinds[i]];
        Dictionary d = kind == Column.Kind.CATEGORY ? dictionary(in.child("c" + i)) : null;
        columns.add(new Column(names[i], kind, d, missing[i] != 0));
      }
      return schema(in, columns);
    } catch (SchemaException e) {
      throw in.corrupt("names", "cannot be: " + e.getMessage());
    }
  }

  private static Schema schema(StateReader in, List<Column> columns) {
    String label = in.string("label");
    Schema dense =
        switch (in.string("target")) {
          case "CLASS" -> Schema.classification(columns, label, dictionary(in.child("labels")));
          case "NUMBER" -> Schema.regression(columns, label);
          case "NONE" -> Schema.unlabelled(columns);
          case "LABELS" -> Schema.multiLabel(columns, List.of(in.strings("outputs")));
          case "NUMBERS" -> Schema.multiTarget(columns, List.of(in.strings("outputs")));
          default -> throw in.corrupt("target", "is not CLASS, NUMBER, LABELS, NUMBERS or NONE");
        };
    Schema whole = in.bool("sparse") ? dense.withSparse(columns) : dense;
    if (whole.fingerprint() != in.longValue("fingerprint")) {
      throw in.corrupt("fingerprint", "does not fit the columns");
    }
    return whole;
  }

  private static Dictionary dictionary(StateReader in) {
    String[] names = in.strings("names");
    int declared = in.intValue("declared", 0, names.length);
    int limit = in.intValue("limit", names.length, Integer.MAX_VALUE);
    for (String name : names) {
      if (name == null) {
        throw in.corrupt("names", "has an empty name");
      }
    }
    List<String> all = List.of(names);
    Dictionary d = new Dictionary(all.subList(0, declared), limit);
    d.restore(all);
    return d;
  }

  /** Makes the codes of an opened source mean what they meant when {@code saved} was written. */
  public static void restoreInto(Schema saved, Schema opened, String snapshot) {
    if (saved.fingerprint() != opened.fingerprint()) {
      throw other(snapshot, difference(saved, opened));
    }
    for (int i = 0; i < saved.width(); i++) {
      if (saved.column(i).isCategory()) {
        restore(
            saved.column(i).dictionary(),
            opened.column(i).dictionary(),
            saved.column(i).name(),
            snapshot);
      }
    }
    if (saved.labels() != null) {
      restore(saved.labels(), opened.labels(), saved.labelName(), snapshot);
    }
  }

  private static void restore(Dictionary saved, Dictionary opened, String column, String snapshot) {
    try {
      opened.restore(saved.names());
    } catch (SchemaException e) {
      throw other(snapshot, "in column '" + column + "' " + e.getMessage());
    }
  }

  private static StateException other(String snapshot, String what) {
    return new StateException(
        Verdict.OTHER_SCHEMA,
        snapshot
            + ": other schema: "
            + what
            + "; use the data it was learnt from, with the same columns");
  }

  private static String difference(Schema saved, Schema opened) {
    if (saved.isSparse() != opened.isSparse()) {
      return "it was learnt from " + (saved.isSparse() ? "sparse" : "dense") + " rows";
    }
    for (int i = 0; i < Math.min(saved.width(), opened.width()); i++) {
      Column a = saved.column(i);
      Column b = opened.column(i);
      if (!a.name().equals(b.name()) || a.kind() != b.kind()) {
        return "column " + (i + 1) + " is " + words(b) + ", it was " + words(a);
      }
    }
    if (saved.width() != opened.width()) {
      return "there are " + opened.width() + " columns, there were " + saved.width();
    }
    return "the label is '"
        + opened.labelName()
        + "', a "
        + opened.target().name().toLowerCase(java.util.Locale.ROOT)
        + ", it was '"
        + saved.labelName()
        + "', a "
        + saved.target().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String words(Column c) {
    return "'" + c.name() + "' (" + c.kind().name().toLowerCase(java.util.Locale.ROOT) + ")";
  }
}
