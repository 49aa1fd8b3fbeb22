package org.freshet.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.component.SpecParser;
import org.freshet.core.component.Suggest;
import org.freshet.core.component.Value;
import org.freshet.core.component.Where;
import org.freshet.engine.YamlTree.Entry;
import org.freshet.engine.YamlTree.Mapping;
import org.freshet.engine.YamlTree.Node;
import org.freshet.engine.YamlTree.Scalar;
import org.freshet.engine.YamlTree.Sequence;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Budget;

/** Reads the fields of the section {@code labels} that say which labels are asked for. */
final class AskFields {
  private static final String FORMS =
      "a share such as 10%, or { share: 10%, window: 1000 events }, { count: 200, window: 1d } or"
          + " { money: 50, window: 7d, price: 0.1 }";
  private static final List<String> QUESTIONS =
      List.of("label", "candidates", "yes_no", "pairwise");
  private static final List<String> UNITS = List.of("share", "count", "money");
  private static final List<String> FIELDS =
      List.of("share", "count", "money", "window", "price", "prices", "price_power");

  private final Mapping labels;
  private final List<Fault> faults;

  AskFields(Mapping labels, List<Fault> faults) {
    this.labels = labels;
    this.faults = faults;
  }

  /** What {@code budget} and {@code ask} say; null where neither is given, and with faults. */
  AskPlan plan() {
    int before = faults.size();
    Entry ask = labels.entries().get("ask");
    Entry budget = labels.entries().get("budget");
    for (String field : List.of("ask", "question", "annotators")) {
      if (budget == null && labels.entries().containsKey(field)) {
        Where at = labels.entries().get(field).key();
        fault(at, "'" + field + "' of labels needs 'budget', " + FORMS);
        return null;
      }
    }
    if (budget == null) {
      return null;
    }
    Budget much = budget(budget.value());
    Spec strategy = ask == null ? AskPlan.DEFAULT : strategy(ask.value());
    Entry asked = labels.entries().get("question");
    Spec question = asked == null ? AskPlan.WHOLE : question(asked.value());
    Entry people = labels.entries().get("annotators");
    List<Spec> annotators = people == null ? List.of() : annotators(people.value());
    return faults.size() > before ? null : new AskPlan(much, strategy, question, annotators);
  }

  private Spec question(Node node) {
    Spec s = new NodeSpecs(faults).spec(node, "'question' of labels");
    if (s != null && !QUESTIONS.contains(s.name())) {
      String hint = Suggest.didYouMean(String.valueOf(s.name()), QUESTIONS);
      fault(
          node.where(),
          "'question' of labels is "
              + (s.isPipeline() ? "a list" : "'" + s.name() + "'")
              + ", expected "
              + String.join(", ", QUESTIONS)
              + hint);
    } else if (s != null) {
      Components.check(s, List.of(Kind.PART), faults);
    }
    return s;
  }

  private List<Spec> annotators(Node node) {
    List<Spec> all = new ArrayList<>();
    if (!(node instanceof Sequence list) || list.items().isEmpty()) {
      refuse(node, "annotators", "a list such as [ { name: anna, error: 5%, price: 1 } ]");
      return all;
    }
    for (Node item : list.items()) {
      Spec s = new NodeSpecs(faults).listed("annotator", item);
      if (s != null) {
        Components.check(s, List.of(Kind.PART), faults);
        all.add(s);
      }
    }
    return all;
  }

  /** Reads them from one-line texts; null when they are none. */
  static AskPlan parse(String budget, String ask, String question, String[] annotators) {
    List<Fault> faults = new ArrayList<>();
    Node much = YamlTree.read("", budget, faults);
    if (much == null) {
      return null;
    }
    AskFields fields = new AskFields(new Mapping(Map.of(), Where.NOWHERE), faults);
    Budget read = fields.budget(much);
    List<Spec> all = Arrays.stream(annotators).map(Spec::parse).toList();
    return faults.isEmpty() ? new AskPlan(read, Spec.parse(ask), Spec.parse(question), all) : null;
  }

  private void fault(Where where, String message) {
    faults.add(new Fault(where.toString(), message));
  }

  private Spec strategy(Node node) {
    Spec s = new NodeSpecs(faults).spec(node, "'ask' of labels");
    if (s != null && s.isPipeline()) {
      fault(node.where(), "'ask' of labels is a list, expected one strategy");
    } else if (s != null) {
      Components.check(s, List.of(Kind.QUERY_STRATEGY), faults);
    }
    return s;
  }

  private Budget budget(Node node) {
    if (node instanceof Scalar s) {
      Double share = s.blank() ? null : number(s);
      return share == null || share > 1 || share < 0
          ? refuse(node, "budget", FORMS)
          : Budget.share(share);
    }
    return node instanceof Mapping m ? budget(m) : refuse(node, "budget", FORMS);
  }

  private Budget budget(Mapping m) {
    int before = faults.size();
    m.entries()
        .forEach(
            (key, e) -> {
              if (!FIELDS.contains(key)) {
                String hint = Suggest.didYouMean(key, FIELDS);
                String allowed = "; there are " + String.join(", ", FIELDS);
                fault(
                    e.key(),
                    "unknown field '" + key + "' of budget" + (hint.isEmpty() ? allowed : hint));
              }
            });
    List<String> units = UNITS.stream().filter(m.entries()::containsKey).toList();
    if (units.size() != 1) {
      fault(
          m.where(),
          "'budget' of labels has "
              + (units.isEmpty() ? "none of share, count and money" : String.join(" and ", units))
              + ", expected one of them");
      return null;
    }
    Budget.Unit unit = Budget.Unit.valueOf(units.get(0).toUpperCase(Locale.ROOT));
    double amount = amount(m.entries().get(units.get(0)).value(), unit);
    Span window = window(m);
    for (String field : List.of("price", "prices", "price_power")) {
      if (unit != Budget.Unit.MONEY && m.entries().containsKey(field)) {
        fault(m.entries().get(field).key(), "'" + field + "' of budget belongs to 'money'");
      }
    }
    Double price = m.entries().containsKey("price") ? price(m.entries().get("price"), "price") : 1;
    Map<String, Double> prices = prices(m);
    Entry power = m.entries().get("price_power");
    double d = power == null ? 0 : power(power);
    if (power != null && prices.isEmpty()) {
      fault(power.key(), "'price_power' of budget needs 'prices' that differ by class");
    }
    return faults.size() > before ? null : new Budget(unit, amount, window, price, prices, d);
  }

  private double amount(Node node, Budget.Unit unit) {
    Double d = node instanceof Scalar s && !s.blank() ? number(s) : null;
    boolean whole = d != null && d == Math.rint(d);
    double most =
        switch (unit) {
          case SHARE -> 1;
          case COUNT, MONEY -> Budget.MOST;
        };
    boolean fits = d != null && d >= 0 && d <= most && (unit != Budget.Unit.COUNT || whole);
    if (!fits) {
      refuse(
          node,
          unit.name().toLowerCase(Locale.ROOT),
          switch (unit) {
            case SHARE -> "a share in 0 … 1 such as 10%";
            case COUNT -> "a number of labels such as 200";
            case MONEY -> "an amount such as 50";
          });
      return 0;
    }
    return d;
  }

  private Span window(Mapping m) {
    Entry e = m.entries().get("window");
    if (e == null) {
      return null;
    }
    Object raw = PipelineParser.scalar(e);
    Span s = raw instanceof Long n && n > 0 ? Span.events(n) : raw instanceof Span t ? t : null;
    if (s == null || s.length() == 0) {
      refuse(e.value(), "window", "a number of events or a length of event time such as 7d");
    }
    return s;
  }

  private double price(Entry e, String what) {
    Double d = e.value() instanceof Scalar s && !s.blank() ? number(s) : null;
    if (d == null || !(d >= 0 && d <= Budget.MOST)) {
      refuse(e.value(), what, "a price such as 0.1");
      return 0;
    }
    return d;
  }

  private double power(Entry e) {
    Double d = e.value() instanceof Scalar s && !s.blank() ? number(s) : null;
    if (d == null || !(d >= 0 && d <= 10)) {
      refuse(e.value(), "price_power", "a number in 0 … 10 such as 1");
      return 0;
    }
    return d;
  }

  private Map<String, Double> prices(Mapping m) {
    Map<String, Double> prices = new LinkedHashMap<>();
    Entry e = m.entries().get("prices");
    if (e != null && e.value() instanceof Mapping of) {
      of.entries().forEach((name, p) -> prices.put(name, price(p, "price of '" + name + "'")));
    } else if (e != null) {
      refuse(e.value(), "prices", "prices by class such as { fraud: 1, ok: 0.1 }");
    }
    return prices;
  }

  private Budget refuse(Node node, String what, String expected) {
    String of = what.equals("budget") || what.equals("annotators") ? "labels" : "budget";
    fault(
        node.where(),
        "'" + what + "' of " + of + " is " + PipelineParser.words(node) + ", expected " + expected);
    return null;
  }

  private static Double number(Scalar s) {
    Object raw = SpecParser.scalar(s.text());
    if (raw instanceof Value.Share share) {
      return share.fraction();
    }
    return raw instanceof Number n && Double.isFinite(n.doubleValue()) ? n.doubleValue() : null;
  }
}
