package org.freshet.runtime.contest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.ask.Asking;
import org.freshet.engine.section.PromoteSection;

/**
 * The models of a live pipeline: the champion answers, the challengers run in its shadow on the
 * same events and labels, and the fallback stage, where there is one, answers while time is short.
 * Each has an engine of its own, so that a label teaches all of them, whoever answered its event.
 *
 * <p>Where labels are asked for, the answers of the one that answers decide which; the others learn
 * what was asked for as it does. Another one that answers decides from the next call on, and goes
 * on with what is spent.
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

  private final Roster roster;
  private final Outcomes[] brought;
  private final boolean several; // outputs of an event
  private final Rule rule;
  private final Throne throne;
  private final Commands commands;
  private int asker; // whose engine knows what is asked: the one that answered last

  /** Another model answers from an event on. */
  public record Change(String from, String to, long event, String why) {}

  /** A model and its name. */
  public record Entrant(String name, Engine engine) {}

  /**
   * @param entrants the champion first, then the challengers; the fallback stage, if there is one,
   *     under its name
   */
  public Contest(List<Entrant> entrants, PromoteSection.Parameters rule) {
    this.roster = new Roster(entrants, rule.window());
    this.brought = new Outcomes[roster.size()];
    Schema schema = roster.main().schema();
    this.several = schema.hasTruths();
    this.rule =
        new Rule(
            rule,
            schema.target() == Schema.Target.CLASS,
            roster.size() - 1 - (hasFallback() ? 1 : 0));
    this.throne = new Throne(roster);
    this.commands = new Commands(roster, throne);
  }

  /** The first version, in the place of any before. */
  public void begin(String why) {
    throne.begin(why);
  }

  /** The engine of the champion. */
  public Engine champion() {
    return roster.get(throne.champion()).engine;
  }

  /** Engine of the one that answers: the champion, or the fallback stage. */
  public Engine answers() {
    return roster.get(throne.answering()).engine;
  }

  public List<Engine> engines() {
    return roster.all().stream().map(c -> c.engine).toList();
  }

  /**
   * Gives rows to all.
   *
   * @param out overwritten with what they brought: the answers are those of who answers
   */
  public void process(Batch rows, Outcomes out) {
    int home = throne.answering();
    if (home != asker) {
      roster.get(home).engine.takeAsking(roster.get(asker).engine);
      asker = home;
    }
    roster.get(home).engine.process(rows, 0, rows.size(), out);
    for (int k = 0; k < brought.length; k++) {
      Contender c = roster.get(k);
      brought[k] = k == home ? out : c.own;
      if (k != home) {
        c.engine.process(rows, 0, rows.size(), c.own, out);
      }
    }
    if (!several) {
      compare();
    }
    if (throne.everChanged()) {
      out.choose(
          brought,
          home,
          e -> {
            int who = throne.who(e);
            return who == Reigns.GONE ? home : who;
          });
    }
  }

  private void compare() {
    int n = brought[0].labels();
    for (int i = 0; i < n; i++) {
      int champion = throne.champion();
      double champions = rule.loss(brought[champion], i);
      for (int k = 0; k < brought.length; k++) {
        double mine = rule.loss(brought[k], i);
        if (Double.isNaN(mine)) {
          continue;
        }
        Contender c = roster.get(k);
        c.recent.add(mine);
        if (k != champion && !Double.isNaN(champions)) {
          c.compare(mine, champions);
        }
      }
      if (!Double.isNaN(champions) && ++throne.labels >= rule.window()) {
        decide(brought[0].eventsBefore(i));
      }
    }
  }

  private void decide(long event) {
    int best = -1;
    for (int k = 0; k < roster.size(); k++) {
      Contender c = roster.get(k);
      if (throne.challenges(k)
          && rule.passes(c)
          && (best < 0 || c.lead() > roster.get(best).lead())) {
        best = k;
      }
    }
    if (best < 0) {
      throne.restart();
    } else {
      throne.promote(best, event, rule.why(roster.get(best)));
    }
  }

  /** Name of the model that answers the next event, such as {@code main-1}. */
  public String model() {
    return throne.model();
  }

  /** Name of the model that answers, or answered, an event. */
  public String model(long event) {
    return throne.model(event);
  }

  /** Whether another model answers an event than the one before it. */
  public boolean changed(long event) {
    return throne.changed(event);
  }

  /** What is asked, and what it cost; null where all labels are learnt. */
  public Asking asking() {
    return roster.get(asker).engine.asking();
  }

  /** Whether the fallback stage answers. */
  public boolean falling() {
    return throne.falling();
  }

  public boolean hasFallback() {
    return roster.fallback >= 0;
  }

  /**
   * Why a command cannot be done, in a line; null when it can. Commands are {@code promote NAME},
   * {@code rollback}, {@code publish NOTE}, {@code fallback on} and {@code fallback off}.
   */
  public String refuses(String command) {
    return commands.refuses(command);
  }

  /** Does a command; one that is refused does nothing. */
  public void command(String command) {
    commands.run(command);
  }

  /** The entry of the journal that comes next. */
  public void at(long next) {
    throne.entry = next;
  }

  /** The versions still known, the newest last. */
  public List<Version> versions() {
    return throne.versions().all();
  }

  /** The engine of a model. */
  public Engine engineOf(String model) {
    return roster.get(roster.find(model)).engine;
  }

  /** A version that is still known; null for another number. */
  public Version versionOf(int number) {
    return throne.versions().of(number);
  }

  /** The versions tell entries of the journal, which no other part of the state does. */
  public void saveVersions(StateWriter out) {
    throne.versions().save(out);
  }

  public void loadVersions(StateReader in) {
    throne.versions().load(in);
  }

  /** Number of the newest version. */
  public int version() {
    return throne.version();
  }

  /** Why an older version cannot be restored, in a line; null when its model is still here. */
  public String refusesToRestore(int number) {
    Version v = versionOf(number);
    if (v == null) {
      return "there is no version %d; known are %d to %d"
          .formatted(number, throne.versions().oldest(), version());
    }
    int k = roster.find(v.model());
    return k < 0 || !roster.get(k).spec().equals(v.spec())
        ? "version %s is of a pipeline that is no longer in the file".formatted(v.name())
        : null;
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
    Version v = versionOf(number);
    int k = roster.find(v.model());
    roster.get(k).become(fresh, frozen);
    throne.restored(k, roster.main().events(), v);
  }

  /**
   * Why this contest, of other models, cannot go on where another is, in a line; null when it can.
   */
  public String refuses(Contest other) {
    if (roster.same(0, other.roster) != 0) {
      return "the pipeline itself is another; models are changed by making the new one a challenger"
          + " and promoting it";
    }
    String champion = other.roster.get(other.throne.champion()).name;
    int here = roster.find(champion);
    if (here < 0) {
      return "'%s' answers now, so it cannot be taken out of 'challengers'; promote another or roll back first"
          .formatted(champion);
    }
    return roster.same(here, other.roster) < 0
        ? "'%s' answers now, so it cannot become another pipeline; give that one another name"
            .formatted(champion)
        : null;
  }

  /**
   * Goes on, as a new contest, where another is: the models both have go on with what they learnt,
   * those only here know the events the others know and have learnt nothing.
   *
   * @param other not refused; to be closed then
   */
  public void succeed(Contest other) {
    int[] here = roster.succeed(other.roster);
    throne.succeed(other.throne, here);
    asker = here[other.asker];
    if (asker == Reigns.GONE) {
      asker = 0;
      roster.main().takeAsking(other.roster.get(other.asker).engine);
    }
  }

  /** All but the pipeline itself enter the stream where that is. */
  public void followMain() {
    for (int k = 1; k < roster.size(); k++) {
      roster.get(k).engine.enter(roster.main());
    }
  }

  /** Names of all, the file's pipeline first. */
  public List<String> models() {
    return roster.names();
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
    return throne.changes();
  }

  public void forget() {
    throne.changes().clear();
  }

  /** How all stand, the file's pipeline first. */
  public List<Standing> standings() {
    List<Standing> list = new ArrayList<>();
    for (int k = 0; k < roster.size(); k++) {
      Contender c = roster.get(k);
      list.add(
          new Standing(
              c.name,
              k == throne.champion(),
              k == throne.answering(),
              k == roster.fallback,
              c.quality(),
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
    return throne.labels;
  }

  public long memoryBytes() {
    return roster.memoryBytes();
  }

  /** Waiting events whose rows are in files. */
  public int spilled() {
    return roster.spilled();
  }

  /** Names of the files with such rows. */
  public Set<String> rowFiles() {
    return roster.rowFiles();
  }

  public void save(StateWriter out) {
    out.put("names", roster.names().toArray(String[]::new));
    throne.save(out);
    out.put("asker", asker);
    for (Contender c : roster.all()) {
      c.save(out.child(c.name));
    }
  }

  public void load(StateReader in) {
    List<String> names = Arrays.asList(in.strings("names"));
    if (!names.equals(roster.names())) {
      throw other(in, "models", names.toString(), roster.names().toString());
    }
    throne.load(in, rule.window());
    asker = in.has("asker") ? in.intValue("asker", 0, roster.size() - 1) : throne.answering();
    for (Contender c : roster.all()) {
      String spec = in.child(c.name).string("spec");
      if (!spec.equals(c.spec())) {
        throw other(in, "'" + c.name + "'", spec, c.spec());
      }
      c.load(in.child(c.name));
    }
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
    roster.close();
  }
}
