package org.freshet.core.component;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.Trait;

/**
 * Whether a component can take the rows of a schema, by its traits. {@link Components#create} asks
 * it for every learner and transformer, so that a graph which cannot work is refused before it
 * starts.
 */
public final class GraphCheck {
  private static final Set<Kind> TAKES_ROWS =
      EnumSet.of(
          Kind.CLASSIFIER,
          Kind.REGRESSOR,
          Kind.TRANSFORMER,
          Kind.ANOMALY_SCORER,
          Kind.CLUSTERER,
          Kind.MULTI_LABEL_CLASSIFIER,
          Kind.MULTI_TARGET_REGRESSOR,
          Kind.RANKER);

  private GraphCheck() {}

  /**
   * Why the component cannot take the rows, with the way out; empty when it can.
   *
   * @param schema of the rows it would see; null when it sees none
   * @param step its place in a pipeline counted from 1; 0 outside of one
   */
  public static Optional<String> problem(ComponentProvider p, Schema schema, int step) {
    if (schema == null || p.kinds().stream().noneMatch(TAKES_ROWS::contains)) {
      return Optional.empty();
    }
    String who = step > 0 ? "pipeline step " + step + " (" + p.name() + ")" : p.name();
    return rows(p, schema).or(() -> label(p, schema)).map(what -> who + " " + what);
  }

  private static Optional<String> rows(ComponentProvider p, Schema schema) {
    Set<Trait> can = p.traits();
    if (schema.isSparse() && !can.contains(Trait.SPARSE)) {
      return Optional.of(
          "cannot take sparse rows, but the rows are sparse" + others(p, Trait.SPARSE));
    }
    return lacking(can, Trait.TEXT, schema, c -> c.kind() == Column.Kind.TEXT)
        .map(
            c ->
                "cannot take text, but '"
                    + c
                    + "' is text; put 'feature_hasher' before it, or name the column in 'ignore' (or in 'time')")
        .or(
            () ->
                lacking(can, Trait.CATEGORICAL, schema, Column::isCategory)
                    .map(
                        c ->
                            "cannot take categories, but '"
                                + c
                                + "' is a category; put 'one_hot' before it"))
        .or(
            () ->
                lacking(can, Trait.NUMERIC, schema, c -> c.kind() == Column.Kind.NUMERIC)
                    .map(
                        c ->
                            "cannot take numbers, but '"
                                + c
                                + "' is numeric; put 'select' before it, with the columns it can take"))
        .or(
            () ->
                lacking(
                        can,
                        Trait.MISSING,
                        schema,
                        c -> c.mayBeMissing() && c.kind() != Column.Kind.TEXT)
                    .map(
                        c ->
                            "cannot take missing values, but '"
                                + c
                                + "' may be missing; put 'imputer' before it"));
  }

  private static Optional<String> lacking(
      Set<Trait> can, Trait needed, Schema schema, Predicate<Column> needs) {
    if (can.contains(needed)) {
      return Optional.empty();
    }
    return schema.columns().stream().filter(needs).findFirst().map(Column::name);
  }

  private static Optional<String> label(ComponentProvider p, Schema schema) {
    boolean classes = p.kinds().contains(Kind.CLASSIFIER);
    boolean numbers = p.kinds().contains(Kind.REGRESSOR);
    String label = "the label '" + schema.labelName() + "'";
    switch (schema.target()) {
      case CLASS:
        if (numbers && !classes) {
          return Optional.of("predicts a number, but " + label + " is a class; use a classifier");
        }
        if (manyOnly(p)) {
          return Optional.of("predicts several things, but " + label + " is one; name more");
        }
        // A learner without open labels may still suit classes that are not declared: it is up to
        // it to
        // refuse one too many, which leaves what it has learnt as it was.
        return Optional.empty();
      case NUMBER:
        if (manyOnly(p)) {
          return Optional.of("predicts several things, but " + label + " is one; name more");
        }
        return classes && !numbers
            ? Optional.of("predicts a class, but " + label + " is a number; use a regressor")
            : Optional.empty();
      case LABELS:
        return wrongKind(p, Kind.MULTI_LABEL_CLASSIFIER, "several labels are named");
      case NUMBERS:
        return wrongKind(p, Kind.MULTI_TARGET_REGRESSOR, "several targets are named");
      default:
        return Optional.empty();
    }
  }

  private static boolean manyOnly(ComponentProvider p) {
    return !p.kinds().contains(Kind.CLASSIFIER)
        && !p.kinds().contains(Kind.REGRESSOR)
        && (p.kinds().contains(Kind.MULTI_LABEL_CLASSIFIER)
            || p.kinds().contains(Kind.MULTI_TARGET_REGRESSOR));
  }

  private static Optional<String> wrongKind(ComponentProvider p, Kind needed, String why) {
    boolean fits =
        p.kinds().contains(needed) || p.kinds().stream().noneMatch(Kind.SUPERVISED::contains);
    return fits ? Optional.empty() : Optional.of("predicts one thing, but " + why + others(needed));
  }

  private static String others(Kind kind) {
    String some =
        Components.all().stream()
            .filter(c -> c.kinds().contains(kind))
            .map(ComponentProvider::name)
            .limit(3)
            .collect(Collectors.joining(", "));
    return some.isEmpty() ? "" : "; use one, such as " + some;
  }

  /** Up to three components of the same kind that can. */
  private static String others(ComponentProvider p, Trait needed) {
    List<String> names =
        Components.all().stream()
            .filter(c -> c.kinds().contains(p.kinds().get(0)) && c.traits().contains(needed))
            .map(ComponentProvider::name)
            .toList();
    String some = names.stream().limit(3).collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : "; use one that can, such as " + some;
  }
}
