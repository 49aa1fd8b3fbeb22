package org.freshet.core.component;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.freshet.core.ConfigException.Fault;

/** Turns values of the grammar into values of a parameter's type. */
final class Binder {
  private Binder() {}

  static Object bind(String component, Parameter q, Value v, List<Fault> faults) {
    if (v.raw() == null) {
      if (!"none".equals(q.def())) {
        if (q.type() == Parameter.Type.TEXT) {
          return text(v); // it stands for none of something, such as label: none
        }
        faults.add(wrong(component, q, v));
      }
      return null;
    }
    return switch (q.type()) {
      case INTEGER -> integer(component, q, v, faults);
      case NUMBER -> number(component, q, v, faults);
      case BOOLEAN -> v.raw() instanceof Boolean b ? b : fault(component, q, v, faults);
      case TEXT -> text(v);
      case CHOICE -> choice(component, q, v, faults);
      case SPAN -> span(component, q, v, faults);
      case COMPONENT -> component(component, q, v, faults);
      case TEXTS -> list(v, Binder::text);
      case NUMBERS -> list(v, e -> number(component, q, e, faults));
      case COMPONENTS -> list(v, e -> component(component, q, e, faults));
    };
  }

  private static <T> List<T> list(Value v, Function<Value, T> element) {
    List<T> out = new ArrayList<>();
    for (Value e : v.elements()) {
      out.add(element.apply(e));
    }
    return java.util.Collections.unmodifiableList(out);
  }

  private static String text(Value v) {
    return v.raw() instanceof String s ? s : v.text();
  }

  private static Object integer(String component, Parameter q, Value v, List<Fault> faults) {
    Long n = null;
    if (v.raw() instanceof Long l) {
      n = l;
    } else if (v.raw() instanceof Value.Size s) {
      n = s.bytes();
    } else if (v.raw() instanceof Span s && s.events()) {
      n = s.length();
    } else if (v.raw() instanceof Double d && d == Math.rint(d) && Math.abs(d) < 9e15) {
      n = (long) (double) d;
    }
    if (n == null || !q.range().contains(n)) {
      return fault(component, q, v, faults);
    }
    return n;
  }

  private static Double number(String component, Parameter q, Value v, List<Fault> faults) {
    Double d = null;
    if (v.raw() instanceof Number n) {
      d = n.doubleValue();
    } else if (v.raw() instanceof Value.Share s) {
      d = s.fraction();
    } else if (v.raw() instanceof Value.Size s) {
      d = (double) s.bytes();
    }
    if (d == null || !Double.isFinite(d) || !q.range().contains(d)) {
      fault(component, q, v, faults);
      return null;
    }
    return d;
  }

  private static Object choice(String component, Parameter q, Value v, List<Fault> faults) {
    String word = text(v);
    if (q.choices().contains(word)) {
      return word;
    }
    faults.add(
        new Fault(
            v.where().toString(),
            "parameter '"
                + q.name()
                + "' of "
                + component
                + " is '"
                + v.text()
                + "', allowed "
                + String.join(", ", q.choices())
                + Suggest.didYouMean(word, q.choices())));
    return null;
  }

  private static Object span(String component, Parameter q, Value v, List<Fault> faults) {
    if (v.raw() instanceof Span s) {
      return s;
    }
    return v.raw() instanceof Long n && n >= 0 ? Span.events(n) : fault(component, q, v, faults);
  }

  private static Spec component(String component, Parameter q, Value v, List<Fault> faults) {
    Spec s = null;
    if (v.raw() instanceof Spec given) {
      s = given;
    } else if (v.raw() instanceof String name && name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      s = new Spec(name, java.util.Map.of(), List.of(), v.where());
    }
    if (s == null) {
      fault(component, q, v, faults);
      return null;
    }
    List<Kind> kinds = q.kind() == null || q.kind() == Kind.PART ? List.of() : kinds(q.kind());
    Components.check(s, kinds, faults);
    return s;
  }

  /**
   * A parameter that takes a classifier takes a regressor too: which one is needed depends on the
   * label.
   */
  private static List<Kind> kinds(Kind kind) {
    return kind == Kind.CLASSIFIER ? List.of(Kind.CLASSIFIER, Kind.REGRESSOR) : List.of(kind);
  }

  private static Object fault(String component, Parameter q, Value v, List<Fault> faults) {
    faults.add(wrong(component, q, v));
    return null;
  }

  private static Fault wrong(String component, Parameter q, Value v) {
    String allowed = q.type().words();
    if (q.type() == Parameter.Type.COMPONENT && q.kind() != null && q.kind() != Kind.PART) {
      allowed = "a " + q.kind();
    }
    if (!q.range().equals(Parameter.Range.ALL)) {
      allowed += " in " + q.range();
    }
    return new Fault(
        v.where().toString(),
        "parameter '"
            + q.name()
            + "' of "
            + component
            + " is '"
            + v.text()
            + "', expected "
            + allowed);
  }
}
