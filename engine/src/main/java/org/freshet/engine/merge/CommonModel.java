package org.freshet.engine.merge;

import java.util.List;
import java.util.function.Supplier;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.engine.FullSpec;

/**
 * What processes must have in common whose models are merged: the pipeline with all its parameters,
 * the seed, the columns, and which names have which codes. Deltas hold codes and no names, so names
 * are agreed on beforehand: those that the source declares, and no others.
 *
 * @param words all of that, by which processes know that they belong together
 * @param none makes the model with nothing learnt
 */
public record CommonModel(String words, Supplier<Learner> none) {

  /**
   * @param schema of the events, see {@link #refusal}
   */
  public static CommonModel of(Spec pipeline, long seed, Schema schema) {
    StringBuilder words = new StringBuilder(FullSpec.of(pipeline).toString());
    words.append(" seed ").append(seed).append(schema.isSparse() ? " sparse" : "").append(" over");
    for (Column c : schema.columns()) {
      words.append(' ').append(c.kind().name().toLowerCase(java.util.Locale.ROOT));
      words.append(" '").append(c.name()).append('\'');
      if (c.isCategory()) {
        words.append(declared(c.dictionary()));
      }
    }
    words.append(" for '").append(schema.labelName()).append('\'');
    if (schema.labels() != null) {
      words.append(declared(schema.labels()));
    }
    Build build = Build.of(schema).withSeed(seed);
    return new CommonModel(
        words.toString(), () -> Components.create(pipeline, build, Learner.class));
  }

  private static List<String> declared(Dictionary names) {
    return names.names().subList(0, names.declared());
  }

  /** Why processes could not agree on the codes of names, in a line; null when they can. */
  public static String refusal(Schema schema) {
    if (schema.labels() != null && schema.labels().declared() == 0) {
      return "declares no classes, and each of the processes that meet by 'place.over' would number"
          + " them in its own order; give the source 'labels: [...]', the same for all";
    }
    for (Column c : schema.columns()) {
      if (c.isCategory() && c.dictionary().declared() == 0) {
        return "declares no names for the category '"
            + c.name()
            + "', and each of the processes that meet by 'place.over' would number them in its own"
            + " order; declare them, the same for all, or leave the column out";
      }
    }
    return null;
  }

  /**
   * The schema with dictionaries of its own that take no names but those declared: others count as
   * missing.
   */
  public static Schema closed(Schema schema) {
    List<Column> columns =
        schema.columns().stream()
            .map(
                c ->
                    c.isCategory()
                        ? new Column(c.name(), c.kind(), closed(c.dictionary()), true)
                        : c)
            .toList();
    Schema dense =
        schema.labels() == null
            ? schema.withColumns(columns)
            : Schema.classification(columns, schema.labelName(), closed(schema.labels()));
    return schema.isSparse() ? dense.withSparse(columns) : dense;
  }

  private static Dictionary closed(Dictionary open) {
    List<String> names = declared(open);
    return new Dictionary(names, names.size());
  }
}
