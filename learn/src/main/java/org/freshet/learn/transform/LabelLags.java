package org.freshet.learn.transform;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Suggest;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Adds the last k labels that are known when an event is predicted, as k more columns. Labels of
 * real streams are autocorrelated: on many of them the label before says more than all features.
 *
 * <p>A label is known from the moment it arrives, not from that of its event: with a label delay of
 * 48 events, {@code label_lag1} is the label that arrived last, 48 events old or more. Column
 * {@code label_lag}i is the i-th last to arrive. With {@code per_key} only labels of events with
 * the same key count; events without a key share one history. Where fewer than i labels are known
 * the value is {@code initial}, or missing.
 *
 * <p>The label of a classifier becomes a category over the label's own dictionary, or its code as a
 * number with {@code as: number}; that of a regressor is a number.
 *
 * <p>Paper: I. Žliobaitė, A. Bifet, J. Read, B. Pfahringer and G. Holmes, "Evaluation methods and
 * decision theory for classification of streaming data with temporal dependence", Machine Learning
 * 98, 2015, section 5: the temporally augmented classifier.
 *
 * <p>Where we differ: there the labels are those of the k events before; here they are the last
 * that have arrived, so that nothing is used that is not known yet.
 *
 * <p>Takes all kinds of columns, dense rows, missing values and new classes. O(d + k) time an
 * event. At most {@code max_keys} histories are kept: 8 k bytes and about 120 for the key; a new
 * key then takes the place of the one whose last label is the oldest.
 *
 * <pre>
 * pipeline: [ label_lags: { lags: 3, initial: DOWN }, hoeffding_tree: {} ]
 * </pre>
 */
@Component(
    name = "label_lags",
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
public final class LabelLags implements Transformer {
  /** What a class label is turned into. */
  public enum As {
    CATEGORY,
    NUMBER
  }

  public record Parameters(
      @Param(
              value = "How many of the last labels",
              def = "1",
              range = "[1, 1000]",
              origin = "Žliobaitė et al. 2015")
          int lags,
      @Param(value = "Whether each key has a history of its own", def = "false") boolean perKey,
      @Param(
              value = "What a class label becomes: a category, or its code as a number",
              def = "category",
              origin = "codes have no order")
          As as,
      @Param(
              value = "The label before any is known: a class or a number; none leaves it missing",
              def = "none")
          String initial,
      @Param(
              value = "The most keys whose history is kept",
              def = "100000",
              range = "[1, 100000000]",
              unit = "keys",
              origin = "about 13 MB")
          int maxKeys) {}

  private final Schema output;
  private final int width;
  private final int lags;
  private final boolean perKey;
  private final double initial;
  private final KeyHistories histories;

  public LabelLags(Parameters p, Build build) {
    Schema in = build.schema();
    if (in.target() == Schema.Target.NONE) {
      throw new SchemaException(
          "label_lags needs a label, but the stream has none; name it with 'label'");
    }
    width = in.width();
    lags = p.lags();
    perKey = p.perKey();
    initial = p.initial() == null ? Double.NaN : initial(in, p.initial());
    histories = new KeyHistories(lags, perKey ? p.maxKeys() : 1, initial);
    boolean category = in.target() == Schema.Target.CLASS && p.as() == As.CATEGORY;
    List<Column> columns = new ArrayList<>(in.columns());
    for (int i = 1; i <= lags; i++) {
      columns.add(
          new Column(
              "label_lag" + i,
              category ? Column.Kind.CATEGORY : Column.Kind.NUMERIC,
              category ? in.labels() : null,
              Double.isNaN(initial)));
    }
    output = in.withColumns(columns);
  }

  private static double initial(Schema in, String text) {
    if (in.target() == Schema.Target.CLASS) {
      int code = in.labels().find(text);
      if (code < 0) {
        throw new ConfigException(
            "",
            "parameter 'initial' of label_lags is '"
                + text
                + "', which is no declared class of '"
                + in.labelName()
                + "'"
                + Suggest.didYouMean(text, in.labels().names()));
      }
      return code;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException wrong) {
      throw new ConfigException(
          "",
          "parameter 'initial' of label_lags is '"
              + text
              + "', expected a number as the label is one");
    }
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public void transform(Features in, Row out) {
    double[] y = out.values();
    in.copyTo(y, 0);
    histories.copyTo(perKey ? in.key() : null, y, width);
  }

  @Override
  public void label(Features in, double label) {
    if (!Double.isNaN(label)) {
      histories.add(perKey ? in.key() : null, label);
    }
  }

  @Override
  public void save(StateWriter out) {
    histories.save(out);
  }

  @Override
  public void load(StateReader in) {
    histories.load(in);
  }

  @Override
  public long memoryBytes() {
    return 48 + histories.memoryBytes();
  }
}
