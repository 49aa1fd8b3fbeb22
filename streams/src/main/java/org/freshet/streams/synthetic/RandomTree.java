package org.freshet.streams.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * Random tree: events uniform over numeric and category features, their class given by a decision
 * tree drawn at random; made to be learnt well by decision trees.
 *
 * <p>The tree is drawn from the root. A node at depth below {@code min_leaf_depth} splits; from
 * there on it is a leaf with probability {@code leaf_fraction}; at {@code depth} all are leaves. A
 * split takes one of the columns that can still split, each as likely: any numeric one, at a
 * threshold uniform on the range that is left of it at this node, or a category that the path has
 * not used, with a branch for each of its {@code values}. The class of a leaf is uniform. Numeric
 * features of events are uniform on [0, 1).
 *
 * <p>Paper: P. Domingos and G. Hulten, "Mining high-speed data streams", KDD 2000, section 4.1 (100
 * binary columns, leaves from the third level on, fractions 5 to 25 %, depth 18).
 *
 * <p>Where we differ: numeric columns and categories with more than two values are the convention
 * of the later literature; {@code noise} turns labels over and leaves features alone, where the
 * paper changes both; {@code model_seed} lets two streams share the tree and not the events.
 *
 * <p>Gives numeric and category features without missing values. O(columns + depth) time an event,
 * O(nodes) memory; a tree of over a million nodes is refused.
 *
 * <pre>
 * --source 'random_tree(numeric=5, nominal=5, classes=3, depth=6, events=100000)'
 * </pre>
 */
@Component(
    name = "random_tree",
    kinds = Kind.SOURCE,
    family = "generator",
    traits = Trait.RANDOMIZED)
public final class RandomTree extends Generator {
  public record Parameters(
      @Param(
              value = "Number of numeric columns",
              def = "5",
              range = "[0, 100000]",
              origin = "usual in the stream literature")
          int numeric,
      @Param(
              value = "Number of category columns",
              def = "5",
              range = "[0, 100000]",
              origin = "usual in the stream literature")
          int nominal,
      @Param(
              value = "Number of values of each category column",
              def = "5",
              range = "[2, 10000]",
              origin = "usual in the stream literature")
          int values,
      @Param(
              value = "Number of classes",
              def = "2",
              range = "[2, 10000]",
              origin = "Domingos & Hulten 2000")
          int classes,
      @Param(
              value = "Depth at which all nodes are leaves; the root is at 0",
              def = "5",
              range = "[1, 30]",
              origin = "usual in the stream literature; 18 in Domingos & Hulten 2000")
          int depth,
      @Param(
              value = "Depth from which on a node may be a leaf",
              def = "3",
              range = "[0, 30]",
              origin = "Domingos & Hulten 2000")
          int minLeafDepth,
      @Param(
              value = "Probability that a node there is a leaf",
              def = "15%",
              range = "[0, 1]",
              origin = "Domingos & Hulten 2000 use 5 to 25 %")
          double leafFraction,
      @Param(
              value = "Share of the labels that are replaced by another class",
              def = "0%",
              range = "[0, 1]",
              origin = "no noise unless asked for")
          double noise,
      @Param(value = "How many events; none is a stream without end", def = "none", unit = "events")
          Span events,
      @Param(
              value = "Seed of the events; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed,
      @Param(
              value = "Seed of the tree; -1 takes the seed of the events",
              def = "-1",
              range = "[-1, inf)")
          long modelSeed) {}

  private final int numeric;
  private final int nominal;
  private final int values;
  private final LabelTree tree;

  public RandomTree(Parameters p, Build build) {
    super(
        "random_tree",
        Schema.classification(columns(p), "class", names("class", 1, p.classes())),
        p.events(),
        p.seed(),
        build,
        p.numeric(),
        p.nominal(),
        p.values(),
        p.classes(),
        p.depth(),
        p.minLeafDepth(),
        p.leafFraction(),
        p.noise(),
        p.modelSeed());
    numeric = p.numeric();
    nominal = p.nominal();
    values = p.values();
    long own = p.modelSeed() >= 0 ? p.modelSeed() : seed(p.seed(), build);
    tree = new LabelTree(p, new Rng(Rng.childSeed(own, "model", 0)));
    noise(p.noise());
  }

  private static List<Column> columns(Parameters p) {
    if (p.numeric() + p.nominal() == 0) {
      throw new ConfigException(
          "", "random_tree has no columns: raise its parameter 'numeric' or 'nominal' above 0");
    }
    List<Column> columns = new ArrayList<>(numeric(p.numeric()));
    for (int i = 1; i <= p.nominal(); i++) {
      columns.add(Column.category("c" + i, names("v", 1, p.values())));
    }
    return columns;
  }

  @Override
  double draw(double[] row, int at) {
    for (int i = at; i < at + numeric; i++) {
      row[i] = rng.nextDouble();
    }
    for (int i = at + numeric; i < at + numeric + nominal; i++) {
      row[i] = rng.nextInt(values);
    }
    return tree.label(row, at);
  }
}
