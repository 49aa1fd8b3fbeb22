package org.freshet.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.KeyTable;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.Unlabelled;
import org.freshet.core.Yielding;
import org.freshet.core.ask.Deferring;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Asking;

/**
 * The learner and the transformers before it, as the engine sees them: rows go in, answers come
 * out, labels are learnt. It knows nothing of ids, clocks and the order of things. While it rests
 * it neither answers nor learns.
 */
final class Student {
  /** The learner, or the pipeline that ends in it. */
  final Learner model;

  final Answers answers;
  private final Schema schema;
  private final Pipeline pipeline; // null without transformers
  private final Learner learner;
  private final Head head;

  /** The learner, where it leaves events to experts; else null. */
  final Deferring deferring;

  boolean resting;

  /** For how many of its kind an example is learnt. */
  double each = 1;

  /** Labels that came meanwhile. */
  long missed;

  private Asking asking; // told of what is learnt; null where nobody is

  Student(Schema schema, Learner model) {
    this.schema = schema;
    this.model = model;
    this.pipeline = model instanceof Pipeline p ? p : null;
    this.learner = pipeline == null ? model : pipeline.learner();
    this.head = Head.of(schema, learner);
    this.answers = Answers.of(learner);
    this.deferring = learner instanceof Deferring d ? d : null;
  }

  /**
   * The schema of what is answered: a stream without a label has one all the same where the learner
   * chooses among experts, which never comes.
   */
  static Schema answered(Schema events, Learner model) {
    Learner last = model instanceof Pipeline p ? p.learner() : model;
    boolean chooses = last instanceof Deferring d && !d.choices().isEmpty();
    if (events.target() != Schema.Target.NONE || !chooses) {
      return events;
    }
    String[] names = ((Deferring) last).choices().toArray(String[]::new);
    Schema dense = Schema.classification(events.columns(), "expert", names);
    return events.isSparse() ? dense.withSparse(events.columns()) : dense;
  }

  /** What a specification makes. */
  static Learner make(Spec spec, Build build) {
    boolean experts = spec.asSteps().get(spec.asSteps().size() - 1).values().containsKey("experts");
    if (build.schema().target() == Schema.Target.NONE && !experts) {
      throw new SchemaException("the stream has no label; name its column with 'label'");
    }
    List<Fault> faults = new ArrayList<>();
    Components.check(spec, Kind.SUPERVISED, faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return AnswerColumns.create(spec, build);
  }

  /** What decides which labels this learner asks for. */
  Asking asking(AskPlan plan, long seed) {
    return new Asking(plan, seen(), learner, seed);
  }

  /** A call begins whose outcomes these are. */
  void begin(Outcomes out) {
    head.begin(out);
  }

  /** Tells of labels learnt and of drifts, from now on; null to tell nobody. */
  void tell(Asking of) {
    asking = of;
  }

  /** Of the rows the learner sees. */
  Schema seen() {
    return pipeline == null ? schema : pipeline.learnerSchema();
  }

  boolean hasTransformers() {
    return pipeline != null;
  }

  /** Whether rows can go through it a block at a time, and it gains by that. */
  boolean takesBlocks(int threads) {
    if (deferring != null) {
      return false;
    }
    if (pipeline == null) {
      return true;
    }
    boolean parallel =
        threads > 1
            && Components.describe(learner)
                .map(c -> c.traits().contains(Trait.PARALLEL))
                .orElse(false);
    return parallel && !pipeline.readsLabels() && !pipeline.yields();
  }

  /** Whether a label can be learnt. */
  boolean usable(double label) {
    return head.usable(label);
  }

  /** Rows that come next. */
  void expect(Batch batch, int from, int to) {
    if (pipeline != null) {
      pipeline.expect(batch, from, to);
    }
  }

  /** The row that the learner sees; the transformers have learnt from the event. */
  Features observe(Features x) {
    return pipeline == null ? x : pipeline.observe(x);
  }

  void predict(Features row, Outcomes out) {
    if (!resting) {
      head.predict(row, out);
      return;
    }
    int n = model instanceof Classifier c ? c.labels() : 0;
    out.reserve(1, n);
    int at = out.scoresAt(out.predictions());
    Arrays.fill(out.scores(), at, at + n, 1.0 / n);
    Arrays.fill(
        out.scores(), at + n, at + answers.width(n), answers == Answers.SETS ? 1 : Double.NaN);
    out.predict(schema.target() == Schema.Target.CLASS ? -1 : Double.NaN, n);
  }

  /**
   * Predicts, and says which expert to ask about the event.
   *
   * @return -1 for none
   */
  int defer(Features row, Features event, Outcomes out) {
    if (deferring != null && !resting) {
      return head.defer(row, event, out);
    }
    predict(row, out);
    return -1;
  }

  /** Predicts a row that is never heard of again: the transformers learn nothing either. */
  void glance(Features x, Outcomes out) {
    head.predict(pipeline == null ? x : pipeline.transform(x), out);
  }

  void testThenLearn(Features row, double label, double[] truths, double weight, Outcomes out) {
    if (resting) {
      missed++;
      predict(row, out);
    } else {
      head.testThenLearn(row, label, truths, each * weight, out);
      tell(row, label);
    }
  }

  /** Rows that the learner sees, in order; bit for bit what row by row gives. */
  void testThenLearn(Batch rows, int from, int to, Outcomes out) {
    head.testThenLearn(rows, from, to, out);
  }

  void learn(Features row, double label, double[] truths, double weight) {
    if (resting) {
      missed++;
      return;
    }
    if (BlankEvents.is(weight) || deferring != null && !deferring.learnsLabels()) {
      return;
    }
    if (asking == null) {
      head.learn(row, label, truths, each * weight);
    } else {
      asking.learn(row, label, weight);
      long drifts = drifts();
      head.learn(row, label, truths, each * weight);
      if (drifts() > drifts) {
        asking.drift();
      }
    }
    tell(row, label);
  }

  private long drifts() {
    return model instanceof DriftReporter r ? r.drifts().total() : 0;
  }

  /** Whether the learner has use for events whose label will not come. */
  boolean takesUnlabelled() {
    return learner instanceof Unlabelled;
  }

  /** Shows the learner an event whose label will not come. */
  void unlabelled(Features row, double weight) {
    if (!resting && weight > 0 && !BlankEvents.is(weight)) {
      Unlabelled.show(learner, row, weight);
    }
  }

  /** Tells the transformers a label that the learner has learnt. */
  private void tell(Features row, double label) {
    if (pipeline != null) {
      pipeline.label(row, label);
    }
  }

  /**
   * Takes the drifts found in a call: each when its n-th label was learnt, after the events before
   * that.
   */
  void drainDrifts(long events, Outcomes out) {
    if (!(model instanceof DriftReporter reporter)) {
      return;
    }
    DriftLog log = reporter.drifts();
    for (int i = 0; i < log.size(); i++) {
      out.drift(learntAfter(log.ordinal(i), events, out), log.ordinal(i), log.source(i));
    }
    log.clear();
  }

  /** The last event before the learner learnt for the n-th time in this call. */
  private long learntAfter(long n, long events, Outcomes out) {
    if (deferring != null && !deferring.learnsLabels()) {
      int call = out.usefulCall(n);
      return call < 0 ? events - 1 : out.callAfter(call);
    }
    long nth = Math.min(Math.max(n, 1), out.learnt());
    return nth == 0 ? events - 1 : out.beforeLearnt(nth - 1) - 1;
  }

  /** What each step that goes by keys has of them, by its name; a second one is {@code name-2}. */
  Map<String, KeyTable.Keys> keys() {
    List<Learner> all = new ArrayList<>();
    if (pipeline != null) {
      all.addAll(pipeline.transformers());
    }
    all.add(learner);
    Map<String, KeyTable.Keys> keys = new LinkedHashMap<>();
    for (Learner l : all) {
      if (l instanceof KeyTable table) {
        String name = Components.describe(l).map(c -> c.name()).orElse("key_table");
        String own = name;
        for (int i = 2; keys.containsKey(own); i++) {
          own = name + "-" + i;
        }
        keys.put(own, table.keyCounts());
      }
    }
    return keys;
  }

  /** Features that steps gave up because memory was short, in words. */
  List<String> givenUp() {
    List<String> all = new ArrayList<>();
    if (pipeline != null) {
      for (Transformer t : pipeline.transformers()) {
        if (t instanceof Yielding y) {
          all.addAll(y.givenUp());
        }
      }
    }
    return all;
  }

  /** Writes what was learnt. */
  void save(StateWriter out) {
    out.put("model", model);
  }

  void load(StateReader in) {
    (schema.labels() == null ? in : in.withLabels(schema.labels().size())).load("model", model);
  }
}
