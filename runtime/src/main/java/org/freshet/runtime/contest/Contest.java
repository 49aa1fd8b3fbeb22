package org.freshet.runtime.contest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  private static final int HISTORY = 100;

  private final Contender[] all;
  private final Outcomes[] brought;
  private final int fallback; // -1 without
  private final boolean classes;
  private final boolean several; // outputs of an event
  private final PromoteSection.Parameters rule;
  private final Reigns reigns = new Reigns();
  private final List<Integer> before = new ArrayList<>(); // champions, the last one last
  private int champion;
  private int version = 1;
  private boolean falling;
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
    this.rule = rule;
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
    reigns.add(0, 0, version);
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
      out.choose(brought, home, e -> reigns.who(reigns.at(e)));
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
    for (int k = 0; rule.automatic() && k < all.length; k++) {
      if (passes(k) && (best < 0 || lead(k) > lead(best))) {
        best = k;
      }
    }
    if (best < 0) {
      restart();
      return;
    }
    Contender c = all[best];
    String why =
        "better on %d of %d labels, worse on %d, p %.2g"
            .formatted(c.better, c.pairs, c.worse, c.p());
    remember(champion);
    crown(best, event, why);
  }

  private boolean passes(int k) {
    Contender c = all[k];
    if (k == champion || k == fallback || c.pairs == 0) {
      return false;
    }
    // A smaller error on most events, but a larger one in all, is no improvement.
    boolean smaller = classes || c.loss < c.championsLoss;
    boolean few = !classes || c.worse <= rule.negativeFlips() * c.pairs;
    return smaller && few && c.p() < rule.significance() / challengers();
  }

  private int challengers() {
    return all.length - 1 - (fallback < 0 ? 0 : 1);
  }

  private long lead(int k) {
    return all[k].better - all[k].worse;
  }

  private void remember(int k) {
    before.add(k);
    if (before.size() > HISTORY) {
      before.remove(0);
    }
  }

  private void crown(int k, long event, String why) {
    String old = model();
    champion = k;
    version++;
    restart();
    if (!falling) {
      reign(event, k);
    }
    changes.add(new Change(old, name(k, version), event, why));
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
      named = name(reigns.who(r), reigns.version(r));
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
   * {@code rollback}, {@code fallback on} and {@code fallback off}.
   */
  public String refuses(String command) {
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
          "unknown command '%s', expected promote NAME, rollback, fallback on or fallback off"
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
    switch (command) {
      case "rollback" -> crown(before.remove(before.size() - 1), event, "rolled back");
      case "fallback on", "fallback off" -> fall(command.endsWith("on"), event);
      default -> {
        remember(champion);
        crown(find(command.substring("promote ".length())), event, "by hand");
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
      double recent = c.recent.mean();
      list.add(
          new Standing(
              c.name,
              k == champion,
              k == answering(),
              k == fallback,
              classes ? 1 - recent : recent,
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
