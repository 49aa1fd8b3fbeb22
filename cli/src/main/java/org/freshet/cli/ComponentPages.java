package org.freshet.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Trait;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;

/** What is known of a component, as text for people and as JSON for programs. */
final class ComponentPages {
  private ComponentPages() {}

  /** First sentence of its documentation, on one line. */
  static String summary(ComponentProvider c) {
    String text = c.documentation().strip();
    int paragraph = text.indexOf("\n\n");
    String first = (paragraph < 0 ? text : text.substring(0, paragraph)).replaceAll("\\s+", " ");
    for (int i = 0; i < first.length() - 1; i++) {
      if (first.charAt(i) == '.' && first.charAt(i + 1) == ' ' && !abbreviation(first, i)) {
        return first.substring(0, i + 1);
      }
    }
    return first;
  }

  private static boolean abbreviation(String s, int dot) {
    int from = s.lastIndexOf(' ', dot) + 1;
    String word = s.substring(from, dot).toLowerCase(Locale.ROOT);
    return word.length() < 2 || List.of("al", "e.g", "i.e", "eq", "alg", "vs").contains(word);
  }

  /** The default as the user would write it. */
  static String defaultOf(Parameter p) {
    return p.required() ? "required" : p.def();
  }

  /** Type with choices, range and unit: "a number in (0, 1]". */
  static String allowed(Parameter p) {
    String type =
        switch (p.type()) {
          case CHOICE -> String.join(" | ", p.choices());
          case COMPONENT ->
              p.kind() == null || p.kind() == Kind.PART ? "component" : p.kind().toString();
          case COMPONENTS -> "list of " + (p.kind() == null ? "component" : p.kind()) + "s";
          case INTEGER -> "whole number";
          case SPAN -> "events or time";
          case TEXTS -> "list of texts";
          case NUMBERS -> "list of numbers";
          default -> p.type().name().toLowerCase(Locale.ROOT);
        };
    String range = p.range().equals(Parameter.Range.ALL) ? "" : " in " + p.range();
    return type + range + (p.unit() == null || p.unit().isEmpty() ? "" : ", " + p.unit());
  }

  static void json(ComponentProvider c, boolean whole, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", c.name());
    strings("kinds", c.kinds(), out);
    out.writeStringField("family", c.family());
    out.writeStringField("summary", summary(c));
    out.writeNumberField("state_version", c.version());
    strings("traits", c.traits().stream().map(ComponentPages::word).sorted().toList(), out);
    out.writeArrayFieldStart("parameters");
    for (Parameter p : c.parameters()) {
      json(p, out);
    }
    out.writeEndArray();
    if (whole) {
      out.writeStringField("documentation", c.documentation());
      out.writeStringField("class", c.className());
    }
    out.writeEndObject();
  }

  private static void json(Parameter p, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", p.name());
    out.writeStringField("type", p.type().name().toLowerCase(Locale.ROOT));
    out.writeBooleanField("required", p.required());
    if (!p.required()) {
      out.writeStringField("default", p.def());
    }
    if (!p.range().equals(Parameter.Range.ALL)) {
      out.writeStringField("range", p.range().toString());
    }
    if (!p.choices().isEmpty()) {
      strings("choices", p.choices(), out);
    }
    if (p.kind() != null) {
      out.writeStringField("kind", p.kind().toString());
    }
    if (p.unit() != null && !p.unit().isEmpty()) {
      out.writeStringField("unit", p.unit());
    }
    out.writeStringField("meaning", p.meaning());
    if (p.origin() != null && !p.origin().isEmpty()) {
      out.writeStringField("origin", p.origin());
    }
    out.writeEndObject();
  }

  private static void strings(String name, List<?> values, JsonGenerator out) throws IOException {
    out.writeArrayFieldStart(name);
    for (Object v : values) {
      out.writeString(v.toString());
    }
    out.writeEndArray();
  }

  static String word(Trait t) {
    return t.name().toLowerCase(Locale.ROOT);
  }
}
