package org.freshet.core.component;

import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Writes specifications and values in the one-line grammar. */
final class SpecText {
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");

  private SpecText() {}

  static String of(Object raw) {
    if (raw == null) {
      return "none";
    }
    if (raw instanceof Value v) {
      return of(v.raw());
    }
    if (raw instanceof Spec s) {
      return s.isPipeline() ? pipeline(s) : component(s);
    }
    if (raw instanceof List<?> list) {
      StringJoiner j = new StringJoiner(", ", "[", "]");
      list.forEach(e -> j.add(of(e)));
      return j.toString();
    }
    if (raw instanceof Value.Share s) {
      return number(s.fraction() * 100) + "%";
    }
    if (raw instanceof Value.Size s) {
      return size(s.bytes());
    }
    if (raw instanceof Double d) {
      return number(d);
    }
    if (raw instanceof String s) {
      return string(s);
    }
    if (raw instanceof Enum<?> e) {
      return e.name().toLowerCase(java.util.Locale.ROOT);
    }
    return raw.toString();
  }

  private static String pipeline(Spec s) {
    StringJoiner j = new StringJoiner(" | ");
    s.steps().forEach(step -> j.add(component(step)));
    return j.toString();
  }

  private static String component(Spec s) {
    if (s.values().isEmpty()) {
      return s.name();
    }
    StringJoiner j = new StringJoiner(", ", s.name() + "(", ")");
    s.values().forEach((k, v) -> j.add(k + "=" + of(v)));
    return j.toString();
  }

  static String number(double d) {
    return d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString((long) d) : Double.toString(d);
  }

  private static String size(long bytes) {
    String[] units = {"B", "KB", "MB", "GB", "TB"};
    int u = 0;
    long n = bytes;
    while (n != 0 && n % 1024 == 0 && u < 4) {
      n /= 1024;
      u++;
    }
    return n + units[u];
  }

  private static String string(String s) {
    boolean plain =
        WORD.matcher(s).matches() && !s.equals("true") && !s.equals("false") && !s.equals("none");
    if (plain) {
      return s;
    }
    return "'"
        + s.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
        + "'";
  }
}
