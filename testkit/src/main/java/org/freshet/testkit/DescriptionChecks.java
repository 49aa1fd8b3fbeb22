package org.freshet.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.Arguments;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Parameter.Type;
import org.freshet.core.component.Spec;
import org.freshet.core.component.SpecParser;

/** What a component says of itself: parameters, their errors word for word, documentation. */
final class DescriptionChecks {
  private static final int SHORTEST = 8;
  private static final int LONGEST = 70;

  private static final Pattern SOURCE =
      Pattern.compile("(?i)\\b(papers?|source|format|reference|origin)\\b");
  private static final Pattern DIFFERENCE = Pattern.compile("(?i)\\bdiffer");
  private static final Pattern COST = Pattern.compile("(?i)\\b(costs?|memory|bytes|time)\\b|O\\(");

  private final ComponentProvider provider;
  private final Spec spec;

  DescriptionChecks(ComponentProvider provider, Spec spec) {
    this.provider = provider;
    this.spec = spec;
  }

  List<Check> all() {
    return List.of(
        new Check("default parameters are valid", this::defaults),
        new Check("parameters are described", this::described),
        new Check("parameters survive being written and read", this::roundTrip),
        new Check("a number out of range is refused", this::outOfRange),
        new Check("a value of another type is refused", this::otherType),
        new Check("an unknown parameter is refused with a suggestion", this::unknown),
        new Check("its page has every part", this::documentation));
  }

  private List<Fault> faults(Spec given) {
    List<Fault> faults = new ArrayList<>();
    Components.check(given, provider.kinds(), faults);
    return faults;
  }

  private void defaults() {
    List<Fault> faults = faults(spec);
    Check.that(
        faults.isEmpty(),
        "%s is refused: %s; override ContractSuite.spec to give what is required",
        spec,
        faults);
  }

  private void described() {
    for (Parameter q : provider.parameters()) {
      Check.that(!q.meaning().isBlank(), "parameter '%s' has no meaning", q.name());
      boolean chosen =
          q.type() == Type.INTEGER
              || q.type() == Type.NUMBER
              || q.type() == Type.CHOICE
              || q.type() == Type.SPAN;
      boolean needsOrigin =
          chosen && !q.required() && !"none".equals(q.def()) && !q.name().endsWith("seed");
      Check.that(
          !needsOrigin || !q.origin().isBlank(),
          "parameter '%s' does not say where its default %s comes from",
          q.name(),
          q.def());
    }
  }

  private void roundTrip() {
    Arguments first = Components.bind(provider, spec, new ArrayList<>());
    String text = first.toSpec(provider.name()).toString();
    List<Fault> faults = new ArrayList<>();
    String again =
        Components.bind(provider, Spec.parse(text), faults).toSpec(provider.name()).toString();
    Check.that(faults.isEmpty(), "%s is written by itself and refused: %s", text, faults);
    Check.that(text.equals(again), "%s is read back as %s", text, again);
  }

  private void expect(Spec given, String message) {
    List<Fault> faults = faults(given);
    boolean found = faults.size() == 1 && faults.get(0).message().equals(message);
    Check.that(found, "%s is answered by %s, expected: %s", given, faults, message);
  }

  private void outOfRange() {
    for (Parameter q : provider.parameters()) {
      boolean number = q.type() == Type.INTEGER || q.type() == Type.NUMBER;
      if (!number || q.range().equals(Parameter.Range.ALL)) {
        continue;
      }
      for (String value : outside(q)) {
        String message =
            "parameter '"
                + q.name()
                + "' of "
                + provider.name()
                + " is '"
                + value
                + "', expected "
                + q.type().words()
                + " in "
                + q.range();
        expect(spec.with(q.name(), SpecParser.scalar(value)), message);
      }
    }
  }

  private static List<String> outside(Parameter q) {
    List<String> values = new ArrayList<>();
    double min = q.range().min();
    double max = q.range().max();
    if (min > -1e15) {
      values.add(whole(q.range().minOpen() ? min : min - 1));
    }
    if (max < 1e15) {
      values.add(whole(q.range().maxOpen() ? max : max + 1));
    }
    return values;
  }

  private static String whole(double d) {
    return d == Math.rint(d) ? Long.toString((long) d) : Double.toString(d);
  }

  private void otherType() {
    for (Parameter q : provider.parameters()) {
      String start = "parameter '" + q.name() + "' of " + provider.name() + " is 'some_word', ";
      String end =
          switch (q.type()) {
            case INTEGER, NUMBER ->
                "expected "
                    + q.type().words()
                    + (q.range().equals(Parameter.Range.ALL) ? "" : " in " + q.range());
            case BOOLEAN, SPAN -> "expected " + q.type().words();
            case CHOICE -> "allowed " + String.join(", ", q.choices());
            default -> null;
          };
      if (end != null) {
        expect(spec.with(q.name(), "some_word"), start + end);
      }
    }
  }

  private void unknown() {
    String end = "; it has none";
    String wrong = "some_parameter";
    for (Parameter q : provider.parameters()) {
      if (q.name().length() > 4) {
        wrong =
            q.name().substring(0, q.name().length() - 2) + q.name().charAt(q.name().length() - 1);
        end = "; did you mean '" + q.name() + "'?";
        break;
      }
      end = null;
    }
    if (end == null
        || provider.parameters().stream().map(Parameter::name).anyMatch(wrong::equals)) {
      return;
    }
    expect(spec.with(wrong, 1L), "unknown parameter '" + wrong + "' of " + provider.name() + end);
  }

  private void documentation() {
    String page = provider.documentation();
    long lines = page.lines().filter(l -> !l.isBlank()).count();
    Check.that(
        lines >= SHORTEST && lines <= LONGEST,
        "the class documentation has %d lines, allowed %d to %d",
        lines,
        SHORTEST,
        LONGEST);
    Kind kind = provider.kinds().get(0);
    if (kind.role().isEmpty()) {
      part(page, COST, "what it costs, in d, classes, nodes");
    }
    if (kind == Kind.PART) {
      return;
    }
    Check.that(page.contains("```"), "the class documentation has no example (a pre block)");
    if (kind.role().isEmpty() && kind != Kind.SOURCE) {
      part(page, SOURCE, "the paper or another source ('Paper: …')");
      part(page, DIFFERENCE, "where we differ from it ('We differ nowhere' is allowed)");
    }
  }

  private static void part(String page, Pattern part, String what) {
    Check.that(part.matcher(page).find(), "the class documentation does not say %s", what);
  }
}
