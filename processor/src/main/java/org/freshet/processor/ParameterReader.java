package org.freshet.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Param;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Parameter.Range;
import org.freshet.core.component.Parameter.Type;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.component.SpecParser;
import org.freshet.core.component.Value;

/**
 * Reads a Parameters record: each of its components has a {@link Param}, or is a record of such
 * components in its turn, whose parameters stand in its place. So components that have parameters
 * in common share the record, and with it their defaults.
 */
final class ParameterReader {
  private static final Map<String, Type> NAMED =
      Map.of(
          String.class.getName(),
          Type.TEXT,
          Span.class.getName(),
          Type.SPAN,
          Spec.class.getName(),
          Type.COMPONENT,
          "java.util.List<java.lang.String>",
          Type.TEXTS,
          "java.util.List<java.lang.Double>",
          Type.NUMBERS,
          "java.util.List<" + Spec.class.getName() + ">",
          Type.COMPONENTS);

  private static final Map<Type, String> GETTERS =
      Map.of(
          Type.TEXT, "text",
          Type.SPAN, "span",
          Type.COMPONENT, "component",
          Type.TEXTS, "texts",
          Type.NUMBERS, "numbers",
          Type.COMPONENTS, "components",
          Type.BOOLEAN, "bool",
          Type.NUMBER, "doubleValue");

  private static final Set<Type> NUMERIC = Set.of(Type.INTEGER, Type.NUMBER, Type.NUMBERS);

  private final ProcessingEnvironment env;
  private final String owner;
  private final List<Parameter> all = new ArrayList<>();

  ParameterReader(ProcessingEnvironment env, String owner) {
    this.env = env;
    this.owner = owner;
  }

  /** The parameters of all records read, in their order. */
  List<Parameter> all() {
    return List.copyOf(all);
  }

  /** Java source of the arguments of the record's constructor, read from {@code Arguments a}. */
  String read(TypeElement record) {
    return record.getRecordComponents().stream()
        .map(c -> isGroup(c) ? group(c) : one(c))
        .collect(Collectors.joining(", "));
  }

  private static boolean isGroup(RecordComponentElement c) {
    return c.getAnnotation(Param.class) == null
        && c.asType() instanceof DeclaredType d
        && d.asElement().getKind() == ElementKind.RECORD
        && !NAMED.containsKey(plain(d));
  }

  private String group(RecordComponentElement c) {
    TypeElement record = (TypeElement) ((DeclaredType) c.asType()).asElement();
    for (Element e = record; e.getKind() != ElementKind.PACKAGE; e = e.getEnclosingElement()) {
      if (!e.getModifiers().contains(Modifier.PUBLIC)) {
        throw wrong(c, "is of the record " + record + ", which is not public");
      }
    }
    return "new " + record.getQualifiedName() + "(" + read(record) + ")";
  }

  private String one(RecordComponentElement c) {
    Param param = c.getAnnotation(Param.class);
    if (param == null) {
      throw wrong(c, "has no @Param; give its meaning and default");
    }
    if (param.value().isBlank()) {
      throw wrong(c, "has no meaning; say in @Param what it is");
    }
    Type type = type(c);
    String name = snake(c.getSimpleName().toString());
    Range range = range(c, type, param.range());
    List<String> choices = type == Type.CHOICE ? choices(c) : List.of();
    boolean nests = type == Type.COMPONENT || type == Type.COMPONENTS;
    Parameter parameter =
        new Parameter(
            name,
            type,
            param.def().isEmpty() ? null : param.def(),
            range,
            choices,
            nests ? param.kind() : null,
            param.unit(),
            param.value(),
            param.origin());
    if (!parameter.required()) {
      checkDefault(c, parameter);
    }
    if (all.stream().anyMatch(p -> p.name().equals(name))) {
      throw new InvalidComponent(c, owner + " has two parameters named '" + name + "'");
    }
    all.add(parameter);
    return expression(c, parameter);
  }

  private Type type(RecordComponentElement c) {
    TypeMirror t = c.asType();
    switch (t.getKind()) {
      case INT, LONG:
        return Type.INTEGER;
      case DOUBLE:
        return Type.NUMBER;
      case BOOLEAN:
        return Type.BOOLEAN;
      default:
        break;
    }
    if (t.getKind() == TypeKind.DECLARED) {
      if (enumOf(t) != null) {
        return Type.CHOICE;
      }
      Type named = NAMED.get(plain(t));
      if (named != null) {
        return named;
      }
    }
    throw wrong(
        c,
        "is of type "
            + t
            + ", allowed int, long, double, boolean, String, an enum, Span, Spec, and List of String,"
            + " Double or Spec");
  }

  private static TypeElement enumOf(TypeMirror t) {
    Element e = ((DeclaredType) t).asElement();
    return e.getKind() == ElementKind.ENUM ? (TypeElement) e : null;
  }

  /** The type's name without annotations. */
  private static String plain(TypeMirror t) {
    DeclaredType d = (DeclaredType) t;
    String raw = ((TypeElement) d.asElement()).getQualifiedName().toString();
    boolean one =
        d.getTypeArguments().size() == 1
            && d.getTypeArguments().get(0).getKind() == TypeKind.DECLARED;
    return one ? raw + "<" + plain(d.getTypeArguments().get(0)) + ">" : raw;
  }

  private List<String> choices(RecordComponentElement c) {
    List<String> words = new ArrayList<>();
    for (Element e : enumOf(c.asType()).getEnclosedElements()) {
      if (e.getKind() == ElementKind.ENUM_CONSTANT) {
        String constant = e.getSimpleName().toString();
        if (!constant.equals(constant.toUpperCase(Locale.ROOT))) {
          throw wrong(c, "has the choice " + constant + ", which is not in upper case");
        }
        words.add(constant.toLowerCase(Locale.ROOT));
      }
    }
    return words;
  }

  private Range range(RecordComponentElement c, Type type, String text) {
    if (!text.isBlank() && !NUMERIC.contains(type)) {
      throw wrong(c, "has a range, but is no number");
    }
    Range given;
    try {
      given = Range.parse(text);
    } catch (RuntimeException notOne) {
      throw wrong(c, "has the range '" + text + "', expected something like (0, 1] or [1, inf)");
    }
    if (c.asType().getKind() != TypeKind.INT) {
      return given;
    }
    // An int takes no larger number than it can hold, so that a user's 1e10 is refused by its
    // range.
    boolean low = given.min() < Integer.MIN_VALUE;
    boolean high = given.max() > Integer.MAX_VALUE;
    return new Range(
        low ? Integer.MIN_VALUE : given.min(),
        !low && given.minOpen(),
        high ? Integer.MAX_VALUE : given.max(),
        !high && given.maxOpen());
  }

  private void checkDefault(RecordComponentElement c, Parameter q) {
    String def = q.def();
    Value v;
    try {
      v = SpecParser.value(def, "");
    } catch (ConfigException unreadable) {
      throw wrong(
          c,
          "has the default '" + def + "', which is not in the grammar: " + unreadable.getMessage());
    }
    if (v.raw() == null) {
      boolean number = q.type() == Type.INTEGER || q.type() == Type.NUMBER;
      if (number || q.type() == Type.BOOLEAN || q.type() == Type.CHOICE) {
        throw wrong(c, "has the default none, which its type cannot hold");
      }
      return;
    }
    if (q.kind() != null) {
      // Whether a nested component exists is known only where all modules are together.
      return;
    }
    q.faults(owner, v).stream()
        .findFirst()
        .ifPresent(
            f -> {
              throw wrong(c, "has a default that is not allowed: " + f.message());
            });
  }

  private String expression(RecordComponentElement c, Parameter q) {
    String quoted = "(\"" + q.name() + "\"";
    return switch (q.type()) {
      case INTEGER ->
          "a." + (c.asType().getKind() == TypeKind.INT ? "intValue" : "longValue") + quoted + ")";
      case CHOICE -> "a.choice" + quoted + ", " + plain(c.asType()) + ".class)";
      default -> "a." + GETTERS.get(q.type()) + quoted + ")";
    };
  }

  /** {@code gracePeriod} becomes {@code grace_period}. */
  static String snake(String camel) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < camel.length(); i++) {
      char ch = camel.charAt(i);
      if (Character.isUpperCase(ch) && i > 0) {
        s.append('_');
      }
      s.append(Character.toLowerCase(ch));
    }
    return s.toString();
  }

  private InvalidComponent wrong(Element at, String what) {
    return new InvalidComponent(
        field(at), "parameter " + at.getSimpleName() + " of " + owner + " " + what);
  }

  /** The compiler knows the line of the field, not that of the record's component. */
  private static Element field(Element component) {
    for (Element e : component.getEnclosingElement().getEnclosedElements()) {
      if (e.getKind() == ElementKind.FIELD && e.getSimpleName().equals(component.getSimpleName())) {
        return e;
      }
    }
    return component;
  }
}
