package org.freshet.runtime.watch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;
import org.freshet.engine.section.WatchSection;

/**
 * All that is watched of a pipeline: the error of the answers given, the features, the labels that
 * come, the answers, and the profile. A function of the rows, however they are divided among calls:
 * labels are taken between the events they came between.
 *
 * <p>Watches of features look at the first {@value #COLUMNS} columns, and at none of sparse rows.
 */
public final class Watches {
  private static final int COLUMNS = 1000;
  private static final double PSI_LIMIT = 0.2;

  private final String what; // is watched, in words
  private final boolean classes;
  private final boolean several; // outputs of an event
  private final int columns;
  private final int window;
  private final DetectorWatch error;
  private final LabelRateWatch labelRate;
  private PsiWatch[] psi = {}; // one a column, or none
  private final DetectorWatch[][] detectors; // of each column
  private MmdWatch mmd;
  private final PsiWatch answers;
  private final ProfileWatch profile;
  private final Findings found = new Findings();
  private long events;
  private long labels; // at most a window of them

  /** Says at which events another model began to answer. */
  public interface Reigns {
    boolean changed(long event);
  }

  public Watches(WatchSection.Parameters p, Schema schema, long seed) {
    this.what =
        Arrays.asList(
                p.error(), p.features(), p.labelRate(), p.predictions(), p.profile(), p.window())
            .toString();
    this.classes = schema.target() == Schema.Target.CLASS;
    this.several = schema.hasTruths();
    this.window = p.window();
    this.columns = schema.isSparse() ? 0 : Math.min(COLUMNS, schema.width());
    List<Column> watched = schema.columns().subList(0, columns);
    this.error =
        p.error() == null
            ? null
            : new DetectorWatch(p.error(), "error", !classes, true, window, seed);
    this.labelRate = p.labelRate() == null ? null : new LabelRateWatch(p.labelRate(), window, seed);
    this.detectors = new DetectorWatch[columns][0];
    for (String feature : p.features()) {
      features(Spec.parse(feature, "watch.features"), watched, schema, seed);
    }
    this.answers =
        p.predictions() && !several ? new PsiWatch("psi", "answers", window, PSI_LIMIT) : null;
    this.profile = p.profile() && columns > 0 ? new ProfileWatch(watched, window) : null;
  }

  private void features(Spec spec, List<Column> watched, Schema schema, long seed) {
    switch (spec.name()) {
      case "psi" -> {
        double limit = limit(spec);
        psi =
            watched.stream()
                .map(c -> new PsiWatch("psi", c.name(), window, limit))
                .toArray(PsiWatch[]::new);
      }
      case "mmd" -> {
        plain(spec);
        mmd = schema.isSparse() ? null : new MmdWatch(schema, window, seed);
      }
      default -> {
        List<ConfigException.Fault> faults = new ArrayList<>();
        if (Components.find(spec.name())
            .filter(c -> c.kinds().contains(Kind.DRIFT_DETECTOR))
            .isEmpty()) {
          throw new ConfigException(
              "watch.features",
              "'" + spec.name() + "' is no watch; expected psi, mmd or a drift detector");
        }
        Components.check(spec, List.of(Kind.DRIFT_DETECTOR), faults);
        if (!faults.isEmpty()) {
          throw new ConfigException(faults);
        }
        for (int c = 0; c < columns; c++) {
          if (watched.get(c).kind() == Column.Kind.NUMERIC) {
            String of = watched.get(c).name();
            int n = detectors[c].length;
            detectors[c] = Arrays.copyOf(detectors[c], n + 1);
            detectors[c][n] = new DetectorWatch(spec, of, true, false, window, seed);
          }
        }
      }
    }
  }

  private static double limit(Spec spec) {
    Value v = spec.values().get("limit");
    if (v == null) {
      plain(spec);
      return PSI_LIMIT;
    }
    if (spec.values().size() > 1 || !(v.raw() instanceof Number n) || !(n.doubleValue() > 0)) {
      throw new ConfigException(
          "watch.features", "'" + spec + "' is not understood; expected psi or psi(limit=0.2)");
    }
    return n.doubleValue();
  }

  private static void plain(Spec spec) {
    if (!spec.values().isEmpty()) {
      throw new ConfigException(
          "watch.features",
          "'" + spec.name() + "' does not have '" + spec.values().keySet().iterator().next() + "'");
    }
  }

  /** Takes what rows brought. */
  public void see(Batch rows, Outcomes out, Reigns reigns) {
    found.clear();
    int label = 0;
    int n = out.predictions();
    long first = out.firstEvent();
    int r = 0;
    for (int i = 0; i < n; i++, r++) {
      label = labels(out, label, first + i);
      while (rows.kind(r) != Batch.Kind.EVENT || out.prediction(r) != i) {
        r++;
      }
      event(first + i, rows.row(r), out.predicted(i), reigns.changed(first + i));
    }
    labels(out, label, Long.MAX_VALUE);
  }

  /** Labels from the {@code from}-th on that came before an event; gives the next. */
  private int labels(Outcomes out, int from, long event) {
    int i = from;
    for (; i < out.labels() && out.eventsBefore(i) <= event; i++) {
      labels = Math.min(labels + 1, window);
      if (labelRate != null) {
        labelRate.label(out.labelEvent(i));
      }
      if (error == null || several) {
        continue;
      }
      double predicted = out.labelPredicted(i);
      double loss =
          !classes
              ? Math.abs(predicted - out.label(i))
              : predicted < 0 ? Double.NaN : predicted == out.label(i) ? 0 : 1;
      error.add(loss, found);
    }
    return i;
  }

  private void event(long number, Features x, double predicted, boolean changed) {
    found.event = ++events;
    if (labelRate != null) {
      labelRate.event(number, found);
    }
    if (answers != null && labels == window) { // a model that knows little yet changes its mind
      if (changed) {
        answers.restart(); // another model answers otherwise
      }
      answers.add(classes && predicted < 0 ? Double.NaN : predicted, found);
    }
    for (int c = 0; c < columns; c++) {
      double v = x.get(c);
      if (c < psi.length) {
        psi[c].add(v, found);
      }
      for (DetectorWatch d : detectors[c]) {
        d.add(v, found);
      }
    }
    if (mmd != null) {
      mmd.add(x, found);
    }
    if (profile != null) {
      profile.add(x, found);
    }
  }

  /** Alarms raised by the rows taken last. */
  public List<Alarm> alarms() {
    return found.alarms;
  }

  /** What was measured at the ends of windows in the rows taken last. */
  public List<Measure> measures() {
    return found.measures;
  }

  public long memoryBytes() {
    long bytes = 300;
    for (PsiWatch p : psi) {
      bytes += p.memoryBytes();
    }
    for (DetectorWatch[] list : detectors) {
      for (DetectorWatch d : list) {
        bytes += d.memoryBytes();
      }
    }
    bytes += error == null ? 0 : error.memoryBytes();
    bytes += labelRate == null ? 0 : labelRate.memoryBytes();
    bytes += answers == null ? 0 : answers.memoryBytes();
    bytes += mmd == null ? 0 : mmd.memoryBytes();
    return bytes + (profile == null ? 0 : profile.memoryBytes());
  }

  public void save(StateWriter out) {
    out.put("what", what);
    out.put("events", events);
    out.put("labels", labels);
    each(out);
  }

  private void each(StateWriter out) {
    if (error != null) {
      error.save(out.child("error"));
    }
    if (labelRate != null) {
      labelRate.save(out.child("label-rate"));
    }
    for (int c = 0; c < psi.length; c++) {
      psi[c].save(out.child("psi." + c));
    }
    for (int c = 0; c < columns; c++) {
      for (int k = 0; k < detectors[c].length; k++) {
        detectors[c][k].save(out.child("detector." + c + "." + k));
      }
    }
    if (answers != null) {
      answers.save(out.child("answers"));
    }
    if (mmd != null) {
      mmd.save(out.child("mmd"));
    }
    if (profile != null) {
      profile.save(out.child("profile"));
    }
  }

  /** Goes on with what was saved; where something else was watched then, it begins anew. */
  public void load(StateReader in) {
    if (!in.string("what").equals(what)) {
      return;
    }
    events = in.longValue("events", 0, Long.MAX_VALUE);
    labels = in.longValue("labels", 0, window);
    if (error != null) {
      error.load(in.child("error"));
    }
    if (labelRate != null) {
      labelRate.load(in.child("label-rate"));
    }
    for (int c = 0; c < psi.length; c++) {
      psi[c].load(in.child("psi." + c));
    }
    for (int c = 0; c < columns; c++) {
      for (int k = 0; k < detectors[c].length; k++) {
        detectors[c][k].load(in.child("detector." + c + "." + k));
      }
    }
    if (answers != null) {
      answers.load(in.child("answers"));
    }
    if (mmd != null) {
      mmd.load(in.child("mmd"));
    }
    if (profile != null) {
      profile.load(in.child("profile"));
    }
  }
}
