package org.freshet.runtime.contest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.section.PromoteSection;

/**
 * The models of a live pipeline: the champion answers, the challengers run in its shadow on the
 * same events and labels, and the fallback stage, where there is one, answers while time is short.
 * Each has an engine of its own, so that a label teaches all of them, whoever answered its event.
 *
 * <p>At the arrival of a label the answers of all to its event are compared. After every {@code
 * window} labels the rule is asked: the challenger with the most in its favour among those that are
 * better by the paired test, at the significance shared out among the challengers, and within the
 * limit on negative flips, answers from the next event on. The champion before it goes on as a
 * challenger. Everything is a function of the rows, however they are divided among calls.
 */
public final class Contest implements AutoCloseable {
  /** Name of the model of the file's {@code pipeline}. */
  public static final String MAIN = "main";

  /** Name of the fallback stage. */
  public static final String FALLBACK = "fallback";

  private static final String PUBLISH = "publish ";
  private static final int HISTORY = 100;

  private final Contender[] all;
  private final Outcomes[] brought;
  private final int fallback; // -1 without
  private final boolean classes;
  private final boolean several; // outputs of an event
  private final Rule rule;
  private final Versions versions = new Versions();
  private final Reigns reigns = new Reigns();
  private final List<Integer> before = new ArrayList<>(); // champions, the last one last
  private int champion;
  private int version = 1;
  private boolean falling;
  private long entry;
  private long labels; // since the last decision
  private final List<Change> changes = new ArrayList<>(); // no part of the state

  private long namedFrom; // of the reign whose name was asked for last
  private String named;

  /** Another model answers from an event on. */
  public record Change(String from, String to, long event, String why) {}

  /** A model and its name. */
  public record Entrant(String name, Engine engine) {}

  /**
   * @param entrants the champion first, then the challengers; the fallback stage, if there is one,
   *     under its name
   */
  public Contest(List<Entrant> entrants, PromoteSection.Parameters rule) {
    this.all =
        entrants.stream()
            .map(e -> new Contender(e.name(), e.engine(), rule.window()))
            .toArray(Contender[]::new);
    this.brought = new Outcomes[all.length];
    int last = all.length - 1;
    this.fallback = all[last].name.equals(FALLBACK) ? last : -1;
    Schema schema = main().schema();
    this.several = schema.hasTruths();
    this.classes = schema.target() == Schema.Target.CLASS;
    check(schema);
    this.rule = new Rule(rule, classes, all.length - 1 - (fallback < 0 ? 0 : 1));
    reigns.add(0, 0, version);
    begin("the start");
  }

  /** The first version, in the place of any before. */
  public void begin(String why) {
    versions.clear();
    note(why, 0);
  }

  private void check(Schema schema) {
    for (Contender c : all) {
      String where = c.name.equals(FALLBACK) ? "limits.fallback" : "challengers";
      if (schema.hasTruths() && all.length > 1) {
        throw new ConfigException(
            where, "an event of this pipeline has several outputs, which are not compared");
      }
      if (c.engine.answers() != main().answers()) {
        throw new ConfigException(
            where,
            "'%s' answers %s, the pipeline answers %s; models that take each other's place answer the same kind"
                .formatted(c.name, kind(c.engine), kind(main())));
      }
    }
  }

  private static String kind(Engine e) {
    return switch (e.answers()) {
      case PLAIN -> "one class or number";
      case SETS -> "sets of classes";
      case INTERVALS -> "intervals";
    };
  }

  /** The engine of the file's pipeline, whoever is champion. */
  private Engine main() {
    return all[0].engine;
  }

  /** The engine of the champion. */
  public Engine champion() {
    return all[champion].engine;
  }

  /** Engine of the one that answers: the champion, or the fallback stage. */
  public Engine answers() {
    return all[answering()].engine;
  }

  public List<Engine> engines() {
    return Arrays.stream(all).map(c -> c.engine).toList();
  }

  /**
   * Gives rows to all.
   *
   * @param out overwritten with what they brought: the answers are those of who answers
   */
  public void process(Batch rows, Outcomes out) {
    int home = answering();
    for (int k = 0; k < all.length; k++) {
      brought[k] = k == home ? out : all[k].own;
      all[k].engine.process(rows, 0, rows.size(), brought[k]);
    }
    if (!several) {
      compare();
    }
    if (reigns.size() > 1) {
      out.choose(
          brought,
          home,
          e -> {
            int who = reigns.who(reigns.at(e));
            return who == Reigns.GONE ? home : who;
          });
    }
  }

  private int answering() {
    return falling ? fallback : champion;
  }

  private void compare() {
    int n = brought[0].labels();
    for (int i = 0; i < n; i++) {
      double champions = loss(champion, i);
      for (int k = 0; k < all.length; k++) {
        double mine = loss(k, i);
        if (Double.isNaN(mine)) {
          continue;
        }
        all[k].recent.add(mine);
        if (k != champion && !Double.isNaN(champions)) {
          all[k].compare(mine, champions);
        }
      }
      if (!Double.isNaN(champions) && ++labels >= rule.window()) {
        decide(brought[0].eventsBefore(i));
      }
    }
  }

  /** What the answer to the i-th label's event cost; NaN when there was none. */
  private double loss(int k, int i) {
    double predicted = brought[k].labelPredicted(i);
    if (classes) {
      return predicted < 0 ? Double.NaN : predicted == brought[k].label(i) ? 0 : 1;
    }
    double loss = Math.abs(predicted - brought[k].label(i));
    return loss < Double.POSITIVE_INFINITY ? loss : Double.NaN;
  }

  private void decide(long event) {
    int best = -1;
    for (int k = 0; k < all.length; k++) {
      boolean challenges = k != champion && k != fallback;
      if (challenges && rule.passes(all[k]) && (best < 0 || all[k].lead() > all[best].lead())) {
        best = k;
      }
    }
    if (best < 0) {
      restart();
      return;
    }
    remember(champion);
    crown(best, event, rule.why(all[best]), 0);
  }

  private void remember(int k) {
    before.add(k);
    if (before.size() > HISTORY) {
      before.remove(0);
    }
  }

  /**
   * @param from see {@link Version}
   */
  private void crown(int k, long event, String why, int from) {
    String old = model();
    champion = k;
    version++;
    note(why, from);
    restart();
    if (!falling) {
      reign(event, k);
    }
    changes.add(new Change(old, name(k, version), event, why));
  }

  private void note(String why, int from) {
    Contender c = all[champion];
    versions.add(
        new Version(
            version,
            c.name,
            c.engine.spec().toString(),
            why,
            entry,
            c.engine.events(),
            c.engine.clock(),
            quality(c),
            from));
  }

  private double quality(Contender c) {
    return classes ? 1 - c.recent.mean() : c.recent.mean();
  }

  private void reign(long event, int k) {
    reigns.add(event, k, version);
    named = null;
  }

  private void restart() {
    labels = 0;
    for (Contender c : all) {
      c.restart();
    }
  }

  private String name(int k, int ofVersion) {
    return k == fallback ? FALLBACK : all[k].name + "-" + ofVersion;
  }

  /** Name of the model that answers the next event, such as {@code main-1}. */
  public String model() {
    return falling ? FALLBACK : name(champion, version);
  }

  /** Name of the model that answers, or answered, an event. */
  public String model(long event) {
    int r = reigns.at(event);
    if (reigns.from(r) != namedFrom || named == null) {
      namedFrom = reigns.from(r);
      named = reigns.who(r) == Reigns.GONE ? model() : name(reigns.who(r), reigns.version(r));
    }
    return named;
  }

  /** Whether another model answers an event than the one before it. */
  public boolean changed(long event) {
    return reigns.from(reigns.at(event)) == event;
  }

  /** Whether the fallback stage answers. */
  public boolean falling() {
    return falling;
  }

  public boolean hasFallback() {
    return fallback >= 0;
  }

  /**
   * Why a command cannot be done, in a line; null when it can. Commands are {@code promote NAME},
   * {@code rollback}, {@code publish NOTE}, {@code fallback on} and {@code fallback off}.
   */
  public String refuses(String command) {
    if (command.startsWith(PUBLISH)) {
      return null;
    }
    if (command.startsWith("promote ")) {
      String name = command.substring("promote ".length());
      int k = find(name);
      return k < 0 || k == fallback
          ? "there is no challenger '%s'; there are %s".formatted(name, names())
          : k == champion ? "'" + name + "' is the champion" : null;
    }
    return switch (command) {
      case "rollback" -> before.isEmpty() ? "no champion came before this one" : null;
      case "fallback on", "fallback off" ->
          fallback < 0 ? "the pipeline names no fallback in 'limits'" : null;
      default ->
          "unknown command '%s', expected promote NAME, rollback, rollback N, publish NOTE, fallback on or fallback off"
              .formatted(command);
    };
  }

  private int find(String name) {
    for (int k = 0; k < all.length; k++) {
      if (all[k].name.equals(name)) {
        return k;
      }
    }
    return -1;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < all.length; k++) {
      if (k != champion && k != fallback) {
        names.add(all[k].name);
      }
    }
    return names;
  }

  /** Does a command; one that is refused does nothing. */
  public void command(String command) {
    if (refuses(command) != null) {
      return;
    }
    long event = main().events();
    if (command.startsWith(PUBLISH)) {
      crown(champion, event, command.substring(PUBLISH.length()), 0);
      return;
    }
    switch (command) {
      case "rollback" -> crown(before.remove(before.size() - 1), event, "rolled back", 0);
      case "fallback on", "fallback off" -> fall(command.endsWith("on"), event);
      default -> {
        remember(champion);
        crown(find(command.substring("promote ".length())), event, "by hand", 0);
      }
    }
  }

  private void fall(boolean to, long event) {
    if (falling == to) {
      return;
    }
    String old = model();
    falling = to;
    rest();
    int k = answering();
    reign(event, k);
    changes.add(new Change(old, name(k, version), event, to ? "time is short" : "time is enough"));
  }

  /** While the fallback answers the others take no time: they neither predict nor learn. */
  private void rest() {
    for (int k = 0; k < all.length; k++) {
      all[k].engine.rest(falling && k != fallback);
    }
  }

  /** The entry of the journal that comes next. */
  public void at(long next) {
    entry = next;
  }

  /** The versions still known, the newest last. */
  public List<Version> versions() {
    return versions.all();
  }

  /** The engine of a model. */
  public Engine engineOf(String model) {
    return all[find(model)].engine;
  }

  /** A version that is still known; null for another number. */
  public Version versionOf(int number) {
    return find(versions, number);
  }

  /** The versions tell entries of the journal, which no other part of the state does. */
  public void saveVersions(StateWriter out) {
    versions.save(out);
  }

  public void loadVersions(StateReader in) {
    versions.load(in);
  }

  /** Number of the newest version. */
  public int version() {
    return version;
  }

  /** Why an older version cannot be restored, in a line; null when its model is still here. */
  public String refusesToRestore(int number) {
    Version v = find(versions, number);
    if (v == null) {
      return "there is no version %d; known are %d to %d"
          .formatted(number, versions.oldest(), version);
    }
    int k = find(v.model());
    if (k < 0 || !all[k].engine.spec().toString().equals(v.spec())) {
      return "version %s is of a pipeline that is no longer in the file".formatted(v.name());
    }
    return null;
  }

  private static Version find(Versions versions, int number) {
    return versions.all().stream().filter(v -> v.number() == number).findFirst().orElse(null);
  }

  /**
   * Puts the model of a version in the place of what it has become, and lets it answer. Of events
   * and labels it knows what it knew.
   *
   * @param number of the version, which is not refused
   * @param fresh an engine for it
   * @param frozen state of the version's engine
   */
  public void restore(int number, Engine fresh, StateReader frozen) {
    Version v = find(versions, number);
    int k = find(v.model());
    fresh.load(copy(all[k].engine::save), frozen);
    all[k].engine.close();
    all[k].engine = fresh;
    rest();
    if (k != champion) {
      remember(champion);
    }
    crown(k, main().events(), "restored from " + v.name(), number);
  }

  private static StateReader copy(Consumer<StateWriter> of) {
    StateWriter out = new StateWriter();
    of.accept(out);
    return StateReader.open("the running pipeline", out.toBytes());
  }

  /**
   * Why this contest, of other models, cannot go on where another is, in a line; null when it can.
   */
  public String refuses(Contest other) {
    if (same(0, other) != 0) {
      return "the pipeline itself is another; models are changed by making the new one a challenger"
          + " and promoting it";
    }
    String champion = other.all[other.champion].name;
    if (find(champion) < 0) {
      return "'%s' answers now, so it cannot be taken out of 'challengers'; promote another or roll back first"
          .formatted(champion);
    }
    return same(find(champion), other) < 0
        ? "'%s' answers now, so it cannot become another pipeline; give that one another name"
            .formatted(champion)
        : null;
  }

  /** Number there of a model here, -1 where it is not or has another pipeline. */
  private int same(int k, Contest other) {
    int there = other.find(all[k].name);
    boolean same =
        there >= 0
            && all[k].engine.spec().toString().equals(other.all[there].engine.spec().toString());
    return same ? there : -1;
  }

  /**
   * Goes on, as a new contest, where another is: the models both have go on with what they learnt,
   * those only here know the events the others know and have learnt nothing.
   *
   * @param other not refused; to be closed then
   */
  public void succeed(Contest other) {
    int[] here = new int[other.all.length];
    Arrays.fill(here, Reigns.GONE);
    for (int k = 0; k < all.length; k++) {
      int there = same(k, other);
      if (there < 0) {
        all[k].engine.enter(other.main());
        continue;
      }
      here[there] = k;
      all[k].engine.load(copy(other.all[there].engine::save));
      all[k].recent.add(other.all[there].recent);
    }
    champion = here[other.champion];
    version = other.version;
    versions.clear();
    other.versions().forEach(versions::add);
    falling = other.falling && fallback >= 0;
    entry = other.entry;
    before.clear();
    other.before.stream().map(k -> here[k]).filter(k -> k >= 0).forEach(before::add);
    reigns.take(other.reigns, here);
    if (falling != other.falling) {
      reign(main().events(), champion);
    }
    named = null;
    rest();
  }

  /** All but the pipeline itself enter the stream where that is. */
  public void followMain() {
    for (int k = 1; k < all.length; k++) {
      all[k].engine.enter(main());
    }
  }

  /** Names of all, the file's pipeline first. */
  public List<String> models() {
    return Arrays.stream(all).map(c -> c.name).toList();
  }

  /**
   * What one of them, by its place among the names, answered to the event of the i-th label of the
   * last rows; NaN while it rests.
   */
  public double labelPredicted(int k, int i) {
    return i < brought[k].labels() ? brought[k].labelPredicted(i) : Double.NaN;
  }

  /** Changes of who answers since {@link #forget}. */
  public List<Change> changes() {
    return changes;
  }

  public void forget() {
    changes.clear();
  }

  /** How all stand, the file's pipeline first. */
  public List<Standing> standings() {
    List<Standing> list = new ArrayList<>();
    for (int k = 0; k < all.length; k++) {
      Contender c = all[k];
      list.add(
          new Standing(
              c.name,
              k == champion,
              k == answering(),
              k == fallback,
              quality(c),
              c.pairs,
              c.better,
              c.worse,
              c.p(),
              c.engine.modelBytes()));
    }
    return list;
  }

  /** Labels compared since the last decision; at the window's length the rule is asked. */
  public long labels() {
    return labels;
  }

  public long memoryBytes() {
    long bytes = 0;
    for (Contender c : all) {
      bytes += c.memoryBytes();
    }
    return bytes;
  }

  /** Waiting events whose rows are in files. */
  public int spilled() {
    int spilled = 0;
    for (Contender c : all) {
      spilled += c.engine.spilled();
    }
    return spilled;
  }

  /** Names of the files with such rows. */
  public Set<String> rowFiles() {
    Set<String> names = new HashSet<>();
    for (Contender c : all) {
      names.addAll(c.engine.rowFiles());
    }
    return names;
  }

  public void save(StateWriter out) {
    out.put("names", Arrays.stream(all).map(c -> c.name).toArray(String[]::new));
    out.put("champion", champion);
    out.put("version", version);
    out.put("falling", falling);
    out.put("labels", labels);
    out.put("before", before.stream().mapToInt(Integer::intValue).toArray());
    reigns.save(out.child("reigns"));
    for (Contender c : all) {
      c.save(out.child(c.name));
    }
  }

  public void load(StateReader in) {
    String[] names = in.strings("names");
    String[] own = Arrays.stream(all).map(c -> c.name).toArray(String[]::new);
    if (!Arrays.equals(names, own)) {
      throw other(in, "models", Arrays.toString(names), Arrays.toString(own));
    }
    champion = in.intValue("champion", 0, all.length - 1);
    version = in.intValue("version", 1, Integer.MAX_VALUE);
    falling = in.bool("falling");
    if (falling && fallback < 0 || champion == fallback) {
      throw in.corrupt("champion", "is the fallback");
    }
    labels = in.longValue("labels", 0, rule.window());
    before.clear();
    for (int k : in.ints("before")) {
      if (k < 0 || k >= all.length || before.size() == HISTORY) {
        throw in.corrupt("before", "has no such model, or too many");
      }
      before.add(k);
    }
    reigns.load(in.child("reigns"), all.length);
    for (Contender c : all) {
      String spec = in.child(c.name).string("spec");
      if (!spec.equals(c.engine.spec().toString())) {
        throw other(in, "'" + c.name + "'", spec, c.engine.spec().toString());
      }
      c.load(in.child(c.name));
    }
    rest();
    named = null;
  }

  private static StateException other(StateReader in, String what, String saved, String given) {
    return new StateException(
        Verdict.OTHER_PARAMETERS,
        in.source()
            + ": other parameters: saved with "
            + what
            + " "
            + saved
            + ", given "
            + given
            + "; go on with what it was saved with, or start anew");
  }

  @Override
  public void close() {
    for (Contender c : all) {
      c.engine.close();
    }
  }
}
