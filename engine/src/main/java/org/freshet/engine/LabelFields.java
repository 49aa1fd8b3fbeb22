package org.freshet.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.Span;
import org.freshet.core.component.Where;
import org.freshet.engine.YamlTree.Entry;
import org.freshet.engine.YamlTree.Mapping;
import org.freshet.engine.YamlTree.Scalar;
import org.freshet.engine.ask.AskPlan;

/**
 * Reads the fields of the section {@code labels}: when labels come, what if they do not, and which
 * are asked for.
 */
final class LabelFields {
  private final Mapping fields;
  private final Where section;
  private final List<Fault> faults;

  LabelFields(Mapping fields, Where section, List<Fault> faults) {
    this.fields = fields;
    this.section = section;
    this.faults = faults;
  }

  /** The plan; with faults one that may be anything. */
  LabelPlan plan() {
    int before = faults.size();
    Span delay = delay();
    int pending = pending();
    Span timeout = timeout();
    LabelPlan.OnTimeout then =
        choice("on_timeout", LabelPlan.OnTimeout.values(), LabelPlan.OnTimeout.DROP);
    LabelPlan.Corrections corrections =
        choice("corrections", LabelPlan.Corrections.values(), LabelPlan.Corrections.IGNORE);
    String negative = negative();
    AskPlan ask = new AskFields(fields, faults).plan();
    if (faults.size() > before) {
      return LabelPlan.IMMEDIATE;
    }
    try {
      return new LabelPlan(
          delay == null ? Span.events(0) : delay,
          delay == null,
          pending,
          timeout,
          then,
          negative,
          corrections,
          ask);
    } catch (ConfigException bad) {
      Fault fault = bad.faults().get(0);
      String field = fault.where().substring("labels.".length());
      Entry e = fields.entries().get(field);
      fault(
          e == null ? section : e.value().where(), "'" + field + "' of labels " + fault.message());
      return LabelPlan.IMMEDIATE;
    }
  }

  private void fault(Where where, String message) {
    faults.add(new Fault(where.toString(), message));
  }

  private void fault(Entry e, String field, String expected) {
    fault(
        e.value().where(),
        "'"
            + field
            + "' of labels is "
            + PipelineParser.words(e.value())
            + ", expected "
            + expected);
  }

  /** Null when labels come at their own times. */
  private Span delay() {
    Entry e = fields.entries().get("delay");
    Object raw = e == null ? Long.valueOf(0) : PipelineParser.scalar(e);
    if (LabelPlan.LABEL_TIME.equals(raw)) {
      return null;
    }
    if (raw instanceof Span s) {
      return s;
    }
    if (raw instanceof Long n && n >= 0) {
      return Span.events(n);
    }
    fault(e, "delay", "a span such as 48 events or 7d, or " + LabelPlan.LABEL_TIME);
    return null;
  }

  private int pending() {
    Entry e = fields.entries().get("pending");
    if (e == null) {
      return LabelPlan.DEFAULT_PENDING;
    }
    Object raw = PipelineParser.scalar(e);
    Long n =
        raw instanceof Span s && s.events()
            ? Long.valueOf(s.length())
            : raw instanceof Long l ? l : null;
    if (n != null && n >= 1 && n <= LabelPlan.MAX_PENDING) {
      return (int) (long) n;
    }
    fault(e, "pending", "a whole number in [1, " + LabelPlan.MAX_PENDING + "]");
    return LabelPlan.DEFAULT_PENDING;
  }

  private Span timeout() {
    Entry e = fields.entries().get("timeout");
    if (e == null) {
      return null;
    }
    if (PipelineParser.scalar(e) instanceof Span s && !s.events() && s.length() > 0) {
      return s;
    }
    fault(e, "timeout", "a length of event time such as 12h or 7d");
    return null;
  }

  private String negative() {
    Entry e = fields.entries().get("negative");
    if (e == null) {
      return null;
    }
    if (e.value() instanceof Scalar s && !s.blank()) {
      return s.text();
    }
    fault(e, "negative", "the name of a class");
    return null;
  }

  private <T extends Enum<T>> T choice(String field, T[] choices, T otherwise) {
    Entry e = fields.entries().get(field);
    if (e == null) {
      return otherwise;
    }
    T found = e.value() instanceof Scalar s ? choice(s.text(), choices) : null;
    if (found == null) {
      String all =
          Arrays.stream(choices).map(LabelFields::word).collect(Collectors.joining(" or "));
      fault(e, field, all);
    }
    return found;
  }

  /** The choice a word stands for, or null. */
  static <T extends Enum<T>> T choice(String word, T[] choices) {
    return Arrays.stream(choices).filter(c -> word(c).equals(word)).findFirst().orElse(null);
  }

  /** How a choice is written. */
  static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
