package org.freshet.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Section;
import org.freshet.core.component.Spec;
import org.freshet.core.component.SpecParser;
import org.freshet.core.component.Suggest;
import org.freshet.core.component.Where;
import org.freshet.engine.YamlTree.Entry;
import org.freshet.engine.YamlTree.Mapping;
import org.freshet.engine.YamlTree.Node;
import org.freshet.engine.YamlTree.Scalar;
import org.freshet.engine.YamlTree.Sequence;
import org.freshet.engine.section.LimitsSection;
import org.freshet.engine.section.PlaceSection;
import org.freshet.engine.section.PromoteSection;
import org.freshet.engine.section.QueueSection;
import org.freshet.engine.section.ServeSection;
import org.freshet.engine.section.StateSection;
import org.freshet.engine.section.WatchSection;

/** Reads the fields of a pipeline file; collects every fault before it throws. */
final class PipelineParser {
  /** Names of what else may answer. */
  private static final List<String> RESERVED = List.of("champion", "main", "fallback");

  private static final List<String> FIELDS =
      List.of(
          "name",
          "seed",
          "source",
          "pipeline",
          "labels",
          "protocol",
          "sink",
          "state",
          "limits",
          "place",
          "watch",
          "challengers",
          "promote",
          "serve",
          "tests");
  private static final List<String> LABELS =
      List.of(
          "delay",
          "pending",
          "source",
          "timeout",
          "on_timeout",
          "negative",
          "corrections",
          "budget",
          "ask",
          "question",
          "annotators",
          "queue");
  private static final List<String> CHALLENGER = List.of("name", "pipeline");
  private static final List<String> TEST =
      List.of("name", "source", "pipeline", "labels", "seed", "expect");

  private static final Pattern PLACE = Pattern.compile(".*?:(\\d+):(\\d+)");

  private final String file;
  private final String text;
  private final Path folder;
  private final List<Fault> faults = new ArrayList<>();
  private final NodeSpecs specs = new NodeSpecs(faults);
  private PlaceSection.Parameters place;

  PipelineParser(String file, String text, Path folder) {
    this.file = file;
    this.text = text;
    this.folder = folder;
  }

  PipelineFile parse(List<Setting> settings) {
    Mapping root = root(settings);
    PipelineFile result = root == null ? null : fields(root);
    if (!faults.isEmpty()) {
      faults.sort(Comparator.comparingInt(f -> place(f, 1) * 4096 + Math.min(4095, place(f, 2))));
      throw new ConfigException(faults);
    }
    return result;
  }

  /** Faults of flags, which have no line, come first. */
  private static int place(Fault fault, int group) {
    Matcher m = PLACE.matcher(fault.where());
    return m.matches() ? Integer.parseInt(m.group(group)) : 0;
  }

  private void fault(Where where, String message) {
    faults.add(new Fault(where.toString(), message));
  }

  private Mapping root(List<Setting> settings) {
    Node root = text.isBlank() ? null : YamlTree.read(file, text, faults);
    if (root == null && !file.isEmpty()) {
      if (faults.isEmpty()) {
        faults.add(
            new Fault(
                file, "is empty; a pipeline file has the fields " + String.join(", ", FIELDS)));
      }
      return null;
    }
    if (root != null && !(root instanceof Mapping)) {
      fault(
          root.where(),
          "expected fields such as 'source:' and 'pipeline:'; is this a pipeline file?");
      return null;
    }
    Mapping whole =
        root == null ? new Mapping(new LinkedHashMap<>(), Where.NOWHERE) : (Mapping) root;
    for (Setting s : settings) {
      new SettingTarget(s, faults).apply(whole);
    }
    return whole;
  }

  private PipelineFile fields(Mapping root) {
    known(root, "", FIELDS);
    Spec source = source(root, new Where(file, 1, 1), "the file");
    place = place(root);
    Spec pipeline = pipeline(root, "pipeline");
    if (pipeline == null && !root.entries().containsKey("pipeline")) {
      fault(new Where(file, 1, 1), "has no 'pipeline'; give the components events go through");
    }
    LabelPlan labels = labels(root);
    if (place != null && place.byMember() > 0 && labels.ask() != null) {
      fault(
          root.entries().get("labels").value().where(),
          "an ensemble cannot be divided by its members: " + Parts.ASKING);
    }
    long seed = seed(root, 1);
    List<PipelineTest> tests = new ArrayList<>();
    Entry given = root.entries().get("tests");
    if (given != null && given.value() instanceof Sequence s) {
      for (Node test : s.items()) {
        test(test, pipeline, seed, tests);
      }
    } else if (given != null) {
      fault(given.value().where(), "'tests' is a list, each with name, source and expect");
    }
    boolean seeded = root.entries().containsKey("seed");
    return new PipelineFile(
        file,
        name(root),
        seed,
        seeded,
        source,
        pipeline,
        labels,
        protocol(root),
        live(root),
        tests,
        text);
  }

  private Spec protocol(Mapping root) {
    Entry e = root.entries().get("protocol");
    return e == null ? null : one(e, "'protocol'", Kind.PROTOCOL);
  }

  /** Where the model lives; null for one model, in one place. */
  private PlaceSection.Parameters place(Mapping root) {
    PlaceSection s =
        root.entries().containsKey("place") ? section(root, "place", PlaceSection.class) : null;
    return s == null ? null : s.parameters();
  }

  private LiveSettings live(Mapping root) {
    Spec labelSource = null;
    if (root.entries().containsKey("labels")
        && root.entries().get("labels").value() instanceof Mapping labels
        && labels.entries().containsKey("source")) {
      labelSource = one(labels.entries().get("source"), "'source' of labels", Kind.FEED);
    }
    QueueSection queue =
        root.entries().containsKey("labels")
                && root.entries().get("labels").value() instanceof Mapping labels
                && labels.entries().containsKey("queue")
            ? section(labels, "queue", QueueSection.class)
            : null;
    if (queue != null
        && queue.parameters().answers() > 1
        && ((Mapping) root.entries().get("labels").value()).entries().containsKey("annotators")) {
      Where at = ((Mapping) root.entries().get("labels").value()).entries().get("queue").key();
      fault(
          at,
          "'answers' of the queue is "
              + queue.parameters().answers()
              + ", but 'annotators' of labels decides whether another one is asked; leave one of them"
              + " out");
    }
    StateSection state = section(root, "state", StateSection.class);
    LimitsSection limits = section(root, "limits", LimitsSection.class);
    WatchSection watch = section(root, "watch", WatchSection.class);
    PromoteSection promote = section(root, "promote", PromoteSection.class);
    ServeSection serve = section(root, "serve", ServeSection.class);
    List<Spec> sinks = sinks(root);
    List<LiveSettings.Challenger> challengers = challengers(root);
    if (place != null && place.meets()) {
      alone(root, "challengers", !challengers.isEmpty());
      alone(root, "limits", limits != null && limits.parameters().fallback() != null);
    }
    if (!faults.isEmpty()) {
      return null;
    }
    return new LiveSettings(
        labelSource,
        queue == null ? null : queue.parameters(),
        sinks,
        state.parameters(),
        limits.parameters(),
        place,
        watch.parameters(),
        challengers,
        promote.parameters(),
        serve.parameters());
  }

  /** Refuses other models beside one that is merged with those of other processes. */
  private void alone(Mapping root, String field, boolean others) {
    if (others) {
      fault(
          root.entries().get(field).key(),
          (field.equals("limits") ? "the 'fallback' of 'limits'" : "'" + field + "'")
              + " cannot be beside a model that is merged over 'place.over'; leave one of them out");
    }
  }

  /** A section with its defaults filled in; null when it has faults. */
  private <T extends Section> T section(Mapping root, String name, Class<T> as) {
    Entry e = root.entries().get(name);
    Spec given =
        e == null ? new Spec(name, Map.of(), List.of(), Where.NOWHERE) : specs.section(name, e);
    if (given == null) {
      return null;
    }
    int before = faults.size();
    Components.check(given, List.of(Kind.SECTION), faults);
    if (faults.size() > before) {
      return null;
    }
    try {
      Spec placed = SourcePaths.under(folder, file, given);
      return as.cast(Components.create(placed, Build.of(null), Section.class));
    } catch (ConfigException refused) {
      refused.faults().forEach(f -> fault(given.where(), f.message() + ", in '" + name + "'"));
      return null;
    }
  }

  /** One component of a kind. */
  private Spec one(Entry e, String what, Kind kind) {
    Spec s =
        kind.role().isEmpty() ? specs.spec(e.value(), what) : specs.spec(e.value(), what, kind);
    if (s == null) {
      return null;
    }
    if (s.isPipeline()) {
      fault(e.value().where(), what + " is a list, expected one component");
      return null;
    }
    Components.check(s, List.of(kind), faults);
    return SourcePaths.under(folder, file, s);
  }

  private List<Spec> sinks(Mapping root) {
    Entry e = root.entries().get("sink");
    List<Spec> sinks = new ArrayList<>();
    if (e != null && e.value() instanceof Sequence s) {
      for (Node item : s.items()) {
        sinks.add(one(new Entry(e.key(), item), "'sink'", Kind.SINK));
      }
    } else if (e != null) {
      sinks.add(one(e, "'sink'", Kind.SINK));
    }
    sinks.removeIf(s -> s == null);
    return sinks;
  }

  private List<LiveSettings.Challenger> challengers(Mapping root) {
    Entry e = root.entries().get("challengers");
    List<LiveSettings.Challenger> all = new ArrayList<>();
    if (e == null) {
      return all;
    }
    if (!(e.value() instanceof Sequence list)) {
      fault(e.value().where(), "'challengers' is a list, each with name and pipeline");
      return all;
    }
    for (Node item : list.items()) {
      if (!(item instanceof Mapping m)) {
        fault(item.where(), "a challenger has the fields " + String.join(", ", CHALLENGER));
        continue;
      }
      known(m, "a challenger", CHALLENGER);
      String name = string(m, "name");
      Spec own = pipeline(m, "pipeline");
      if (name == null || !name.matches("[A-Za-z0-9_-]{1,64}") || RESERVED.contains(name)) {
        fault(
            m.where(),
            "a challenger needs a 'name' of letters, digits, _ and -, other than "
                + String.join(", ", RESERVED));
      } else if (all.stream().anyMatch(c -> c.name().equals(name))) {
        fault(m.where(), "two challengers are named '" + name + "'");
      } else if (own == null) {
        fault(m.where(), "the challenger '" + name + "' has no 'pipeline'");
      } else {
        all.add(new LiveSettings.Challenger(name, own));
      }
    }
    return all;
  }

  private String name(Mapping root) {
    String given = string(root, "name");
    if (given != null || file.isEmpty()) {
      return given == null ? "" : given;
    }
    String last = String.valueOf(Path.of(file).getFileName());
    return last.replaceFirst("\\.ya?ml$", "");
  }

  private void known(Mapping m, String section, Collection<String> fields) {
    String of = section.isEmpty() ? "" : " of " + section;
    for (Map.Entry<String, Entry> e : m.entries().entrySet()) {
      String key = e.getKey();
      if (!fields.contains(key)) {
        String hint = Suggest.didYouMean(key, fields);
        String allowed = "; there are " + String.join(", ", fields);
        fault(
            e.getValue().key(),
            "unknown field '" + key + "'" + of + (hint.isEmpty() ? allowed : hint));
      }
    }
  }

  private String string(Mapping m, String field) {
    Entry e = m.entries().get(field);
    if (e == null) {
      return null;
    }
    if (e.value() instanceof Scalar s && !s.blank()) {
      return s.text();
    }
    fault(e.value().where(), "'" + field + "' is " + words(e.value()) + ", expected text");
    return null;
  }

  static String words(Node node) {
    return node instanceof Sequence
        ? "a list"
        : node instanceof Mapping
            ? "a section"
            : ((Scalar) node).blank() ? "empty" : "'" + ((Scalar) node).text() + "'";
  }

  static Object scalar(Entry e) {
    return e.value() instanceof Scalar s && !s.blank() ? SpecParser.scalar(s.text()) : e.value();
  }

  private long seed(Mapping m, long otherwise) {
    Entry e = m.entries().get("seed");
    if (e == null) {
      return otherwise;
    }
    if (scalar(e) instanceof Long n) {
      return n;
    }
    fault(e.value().where(), "'seed' is " + words(e.value()) + ", expected a whole number");
    return otherwise;
  }

  private Spec source(Mapping m, Where otherwise, String what) {
    Entry e = m.entries().get("source");
    if (e == null) {
      fault(
          otherwise,
          (what.equals("the file") ? "" : what + " ")
              + "has no 'source'; say where the events come from");
      return null;
    }
    Spec s = specs.spec(e.value(), "'source'");
    if (s == null) {
      return null;
    }
    if (s.isPipeline()) {
      fault(e.value().where(), "'source' is a list, expected one component");
      return null;
    }
    Components.check(s, List.of(Kind.SOURCE, Kind.FEED), faults);
    return SourcePaths.under(folder, file, s);
  }

  private Spec pipeline(Mapping m, String field) {
    Entry e = m.entries().get(field);
    if (e == null) {
      return null;
    }
    Spec s = specs.spec(e.value(), "'" + field + "'");
    if (s != null) {
      Components.check(s, Kind.SUPERVISED, faults);
      Placement.check(s, place, faults);
      s = SourcePaths.under(folder, file, s);
    }
    return Placement.around(s, place);
  }

  private LabelPlan labels(Mapping m) {
    Entry e = m.entries().get("labels");
    if (e == null) {
      return LabelPlan.IMMEDIATE;
    }
    if (!(e.value() instanceof Mapping fields)) {
      fault(
          e.value().where(), "'labels' is " + words(e.value()) + ", expected fields such as delay");
      return LabelPlan.IMMEDIATE;
    }
    known(fields, "labels", LABELS);
    return new LabelFields(fields, e.key(), faults).plan();
  }

  private void test(Node node, Spec filePipeline, long fileSeed, List<PipelineTest> tests) {
    if (!(node instanceof Mapping m)) {
      fault(node.where(), "a test has the fields " + String.join(", ", TEST));
      return;
    }
    known(m, "a test", TEST);
    String name = string(m, "name");
    Spec source = source(m, m.where(), "the test");
    Spec own = pipeline(m, "pipeline");
    List<Expectation> expect = expectations(m);
    String shown = name == null ? "test " + (tests.size() + 1) : name;
    tests.add(
        new PipelineTest(
            shown,
            source,
            own == null ? filePipeline : own,
            labels(m),
            seed(m, fileSeed),
            expect,
            m.where()));
  }

  private List<Expectation> expectations(Mapping test) {
    List<Expectation> all = new ArrayList<>();
    Entry e = test.entries().get("expect");
    if (e == null || !(e.value() instanceof Mapping metrics) || metrics.entries().isEmpty()) {
      fault(
          e == null ? test.where() : e.value().where(),
          "the test expects nothing; give metrics such as expect: { accuracy: \">= 0.80\" }");
      return all;
    }
    metrics
        .entries()
        .forEach(
            (metric, value) -> {
              String written = value.value() instanceof Scalar s ? s.text() : "";
              Expectation.parse(written)
                  .ifPresentOrElse(
                      range -> all.add(new Expectation(metric, range, written, value.key())),
                      () ->
                          fault(
                              value.value().where(),
                              "'"
                                  + metric
                                  + "' is expected to be "
                                  + words(value.value())
                                  + "; write a comparison such as \">= 0.80\", \"< 20%\" or \"0.75 .. 0.85\""));
            });
    return all;
  }
}
