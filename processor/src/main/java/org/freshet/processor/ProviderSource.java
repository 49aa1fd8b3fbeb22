package org.freshet.processor;

import java.util.List;
import java.util.stream.Collectors;
import org.freshet.core.component.Parameter;

/** Writes the Java source of a provider. */
final class ProviderSource {
  private ProviderSource() {}

  static String of(ComponentModel m) {
    String className = m.type().getQualifiedName().toString();
    StringBuilder s = new StringBuilder();
    if (!m.packageName().isEmpty()) {
      s.append("package ").append(m.packageName()).append(";\n\n");
    }
    s.append("import java.util.List;\nimport java.util.Set;\n");
    s.append("import org.freshet.core.Trait;\nimport org.freshet.core.component.Arguments;\n");
    s.append("import org.freshet.core.component.Build;\n");
    s.append("import org.freshet.core.component.ComponentProvider;\n");
    s.append(
        "import org.freshet.core.component.Kind;\nimport org.freshet.core.component.Parameter;\n\n");
    s.append("/** Made from {@link ")
        .append(className)
        .append("} by the annotation processor. */\n");
    s.append("public final class ")
        .append(m.providerSimpleName())
        .append(" implements ComponentProvider {\n");
    s.append("  private static final List<Kind> KINDS = List.of(")
        .append(constants("Kind", m.kinds()))
        .append(");\n");
    s.append(
        "  private static final Set<Trait> TRAITS =\n      java.util.Collections.unmodifiableSet(\n");
    s.append("          new java.util.LinkedHashSet<>(List.<Trait>of(")
        .append(constants("Trait", m.traits()));
    s.append(")));\n");
    s.append("  private static final List<Parameter> PARAMETERS =\n      List.of(");
    s.append(
        m.parameters().stream().map(ProviderSource::parameter).collect(Collectors.joining(",")));
    s.append(");\n");
    getter(s, "String", "name", quote(m.name()));
    getter(s, "List<Kind>", "kinds", "KINDS");
    getter(s, "String", "family", quote(m.family()));
    getter(s, "int", "version", Integer.toString(m.version()));
    getter(s, "Set<Trait>", "traits", "TRAITS");
    if (!m.coupled().isEmpty()) {
      getter(s, "String", "coupled", quote(m.coupled()));
    }
    getter(s, "List<Parameter>", "parameters", "PARAMETERS");
    getter(s, "String", "documentation", quote(m.documentation()));
    getter(s, "String", "className", quote(m.binaryName()));
    String made = m.factory() ? className + ".create" : "new " + className;
    s.append("\n  @Override\n  public Object create(Arguments a, Build build) {\n    return ")
        .append(made);
    s.append("(\n        new ").append(className).append(".Parameters(");
    return s.append(m.arguments()).append("),\n        build);\n  }\n}\n").toString();
  }

  private static void getter(StringBuilder s, String type, String name, String value) {
    s.append("\n  @Override\n  public ")
        .append(type)
        .append(' ')
        .append(name)
        .append("() {\n    return ");
    s.append(value).append(";\n  }\n");
  }

  private static String constants(String type, List<? extends Enum<?>> values) {
    return values.stream().map(v -> type + "." + v.name()).collect(Collectors.joining(", "));
  }

  private static String parameter(Parameter q) {
    Parameter.Range r = q.range();
    boolean all = r.equals(Parameter.Range.ALL);
    return "\n          new Parameter(\n              "
        + String.join(
            ",\n              ",
            quote(q.name()),
            "Parameter.Type." + q.type().name(),
            q.def() == null ? "null" : quote(q.def()),
            all
                ? "Parameter.Range.ALL"
                : "new Parameter.Range("
                    + number(r.min())
                    + ", "
                    + r.minOpen()
                    + ", "
                    + number(r.max())
                    + ", "
                    + r.maxOpen()
                    + ")",
            "List.of("
                + q.choices().stream().map(ProviderSource::quote).collect(Collectors.joining(", "))
                + ")",
            q.kind() == null ? "null" : "Kind." + q.kind().name(),
            quote(q.unit()),
            quote(q.meaning()),
            quote(q.origin()))
        + ")";
  }

  private static String number(double d) {
    if (Double.isInfinite(d)) {
      return d > 0 ? "Double.POSITIVE_INFINITY" : "Double.NEGATIVE_INFINITY";
    }
    return Double.toString(d);
  }

  /** A Java string literal; lines of it are joined by +. */
  static String quote(String text) {
    StringBuilder s = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> s.append("\\\"");
        case '\\' -> s.append("\\\\");
        case '\t' -> s.append("\\t");
        case '\n' -> s.append(i == text.length() - 1 ? "\\n" : "\\n\"\n        + \"");
        default -> {
          if (c < 0x20 || c > 0x7e) {
            s.append(String.format("\\u%04x", (int) c));
          } else {
            s.append(c);
          }
        }
      }
    }
    return s.append('"').toString();
  }
}
