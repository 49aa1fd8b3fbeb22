package org.freshet.core.component;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.ConfigException;

/**
 * The grammar of one-line specifications:
 *
 * <pre>
 * pipeline  = component { "|" component }
 * component = word [ "(" [ word "=" value { "," word "=" value } ] ")" ]
 * value     = scalar | list | pipeline
 * list      = "[" [ value { "," value } ] "]"
 * scalar    = quoted | any run without  , | ( ) [ ] = and quotes; read by {@link #scalar}
 * </pre>
 */
public final class SpecParser {
  /** Deepest nesting accepted. */
  private static final int MAX_DEPTH = 64;

  private static final Pattern NUMBER_UNIT =
      Pattern.compile("([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)\\s*([A-Za-z%]*)");
  private static final Pattern WHOLE = Pattern.compile("[-+]?\\d{1,18}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final String text;
  private final String source;
  private int at;
  private int depth;

  SpecParser(String text, String source) {
    this.text = text;
    this.source = source;
  }

  Spec pipeline() {
    Spec s = steps();
    if (at < text.length()) {
      throw fault(
          at,
          "unexpected '"
              + text.charAt(at)
              + "'; components are joined by '|', parameters are name=value");
    }
    return s;
  }

  /** Reads one value of the grammar, such as {@code 10%} or {@code adwin(delta=0.01)}. */
  public static Value value(String text, String source) {
    SpecParser p = new SpecParser(text, source);
    Value v = p.value();
    if (p.at < text.length()) {
      throw p.fault(p.at, "unexpected '" + text.charAt(p.at) + "'");
    }
    return v;
  }

  private Spec steps() {
    List<Spec> steps = new ArrayList<>();
    skip();
    Where where = here(at);
    do {
      steps.add(component());
    } while (eat('|'));
    return Spec.pipeline(steps, where);
  }

  private Spec component() {
    skip();
    int start = at;
    String name = name("a component's name");
    Map<String, Value> values = new LinkedHashMap<>();
    if (eat('(')) {
      if (++depth > MAX_DEPTH) {
        throw fault(start, "is nested deeper than " + MAX_DEPTH);
      }
      if (!eat(')')) {
        do {
          skip();
          int where = at;
          String key = name("a parameter's name");
          if (!eat('=')) {
            throw fault(at, "expected '=' after '" + key + "'; parameters are given as name=value");
          }
          if (values.put(key, value()) != null) {
            throw fault(where, "parameter '" + key + "' is given twice");
          }
        } while (eat(','));
        if (!eat(')')) {
          throw fault(at, "expected ',' or ')' in the parameters of " + name);
        }
      }
      depth--;
    }
    skip();
    return new Spec(name, values, List.of(), here(start));
  }

  private Value value() {
    skip();
    int start = at;
    if (at < text.length() && text.charAt(at) == '[') {
      at++;
      if (++depth > MAX_DEPTH) {
        throw fault(start, "is nested deeper than " + MAX_DEPTH);
      }
      List<Value> list = new ArrayList<>();
      if (!eat(']')) {
        do {
          list.add(value());
        } while (eat(','));
        if (!eat(']')) {
          throw fault(at, "expected ',' or ']' in a list");
        }
      }
      depth--;
      return new Value(list, text.substring(start, at).strip(), here(start));
    }
    if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
      String s = quoted();
      skip();
      return new Value(s, s, here(start));
    }
    int end = at;
    while (end < text.length() && ",|()[]='\"".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String word = text.substring(at, end).strip();
    boolean component =
        end < text.length()
            && (text.charAt(end) == '(' || text.charAt(end) == '|')
            && NAME.matcher(word).matches();
    if (component) {
      Spec s = steps();
      return new Value(s, text.substring(start, at).strip(), here(start));
    }
    if (word.isEmpty()) {
      throw fault(start, "expected a value");
    }
    at = end;
    return new Value(scalar(word), word, here(start));
  }

  /**
   * What an unquoted scalar means: {@code none}, {@code true}, {@code false}, a whole number, a
   * number, {@code 10%}, {@code 256MB}, {@code 48 events}, {@code 30s}; anything else is a string.
   */
  public static Object scalar(String word) {
    switch (word) {
      case "none":
        return null;
      case "true":
        return true;
      case "false":
        return false;
      default:
        break;
    }
    Matcher m = NUMBER_UNIT.matcher(word);
    if (!m.matches()) {
      return word;
    }
    String digits = m.group(1);
    Object number = number(digits);
    double d = ((Number) number).doubleValue();
    return switch (m.group(2)) {
      case "" -> number;
      case "%" -> new Value.Share(d / 100);
      case "B" -> size(d, 0, word);
      case "KB" -> size(d, 10, word);
      case "MB" -> size(d, 20, word);
      case "GB" -> size(d, 30, word);
      case "TB" -> size(d, 40, word);
      case "event", "events" -> d >= 0 && number instanceof Long n ? Span.events(n) : word;
      case "ms" -> time(d, 1, word);
      case "s" -> time(d, 1000, word);
      case "m", "min" -> time(d, 60_000, word);
      case "h" -> time(d, 3_600_000, word);
      case "d" -> time(d, 86_400_000, word);
      default -> word;
    };
  }

  private static Object number(String digits) {
    if (WHOLE.matcher(digits).matches()) {
      return Long.parseLong(digits);
    }
    return Double.parseDouble(digits);
  }

  private static Object size(double n, int shift, String word) {
    double bytes = n * (1L << shift);
    return bytes >= 0 && bytes < 9e18 ? new Value.Size((long) bytes) : word;
  }

  private static Object time(double n, long unit, String word) {
    double millis = n * unit;
    return millis >= 0 && millis < 9e18 ? Span.millis((long) millis) : word;
  }

  private String quoted() {
    char quote = text.charAt(at);
    int start = at++;
    StringBuilder s = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        char e = text.charAt(at++);
        c = e == 'n' ? '\n' : e == 't' ? '\t' : e;
      }
      s.append(c);
    }
    if (at == text.length()) {
      throw fault(start, "the quote " + quote + " is not closed");
    }
    at++;
    return s.toString();
  }

  private String name(String what) {
    skip();
    Matcher m = NAME.matcher(text).region(at, text.length());
    if (!m.lookingAt()) {
      String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
      throw fault(at, "expected " + what + ", found " + found);
    }
    at = m.end();
    return m.group();
  }

  private boolean eat(char c) {
    skip();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      skip();
      return true;
    }
    return false;
  }

  private void skip() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private Where here(int position) {
    return new Where(source, 0, position + 1);
  }

  private ConfigException fault(int position, String message) {
    return new ConfigException(here(position).toString(), message);
  }
}
