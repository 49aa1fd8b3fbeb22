package org.freshet.runtime.contest;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Who answers: the champion, or the fallback stage while time is short; who did before, and under
 * which version. Knows nothing of why they change.
 */
final class Throne {
  /** Champions remembered, to go back to. */
  private static final int HISTORY = 100;

  private final Roster roster;
  private final Versions versions = new Versions();
  private final Reigns reigns = new Reigns();
  private final List<Integer> before = new ArrayList<>(); // champions, the last one last
  private final List<Contest.Change> changes = new ArrayList<>(); // no part of the state
  private int champion;
  private int version = 1;
  private boolean falling;

  /** The entry of the journal that comes next. */
  long entry;

  /** Compared since it was last asked who should answer. */
  long labels;

  private long namedFrom; // of the reign whose name was asked for last
  private String named;

  Throne(Roster roster) {
    this.roster = roster;
    reigns.add(0, 0, version);
    begin("the start");
  }

  /** The first version, in the place of any before. */
  void begin(String why) {
    versions.clear();
    note(why, 0);
  }

  int champion() {
    return champion;
  }

  /** Number of the one that answers the next event. */
  int answering() {
    return falling ? roster.fallback : champion;
  }

  boolean falling() {
    return falling;
  }

  /** Whether a model is a challenger. */
  boolean challenges(int k) {
    return k != champion && k != roster.fallback;
  }

  /** Whether a champion came before this one. */
  boolean hasBefore() {
    return !before.isEmpty();
  }

  /** Another champion, to whom the one before may come back. */
  void promote(int k, long event, String why) {
    remember();
    crown(k, event, why, 0);
  }

  /** The champion before. */
  void back(long event) {
    crown(before.remove(before.size() - 1), event, "rolled back", 0);
  }

  /** The same champion, as a version of its own. */
  void publish(long event, String note) {
    crown(champion, event, note, 0);
  }

  /** A model that was put in the place of what it had become since a version. */
  void restored(int k, long event, Version from) {
    rest(); // its engine is a new one
    if (k != champion) {
      remember();
    }
    crown(k, event, "restored from " + from.name(), from.number());
  }

  private void remember() {
    before.add(champion);
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
    changes.add(new Contest.Change(old, name(k, version), event, why));
  }

  private void note(String why, int from) {
    Contender c = roster.get(champion);
    versions.add(
        new Version(
            version,
            c.name,
            c.spec(),
            why,
            entry,
            c.engine.events(),
            c.engine.clock(),
            c.quality(),
            from));
  }

  /** The comparison begins anew. */
  void restart() {
    labels = 0;
    roster.all().forEach(Contender::restart);
  }

  /** The fallback stage answers, or no longer. */
  void fall(boolean to, long event) {
    if (falling == to) {
      return;
    }
    String old = model();
    falling = to;
    rest();
    int k = answering();
    reign(event, k);
    changes.add(
        new Contest.Change(old, name(k, version), event, to ? "time is short" : "time is enough"));
  }

  /** While the fallback answers the others take no time: they neither predict nor learn. */
  private void rest() {
    for (int k = 0; k < roster.size(); k++) {
      roster.get(k).engine.rest(falling && k != roster.fallback);
    }
  }

  private void reign(long event, int k) {
    reigns.add(event, k, version);
    named = null;
  }

  private String name(int k, int ofVersion) {
    return k == roster.fallback ? Contest.FALLBACK : roster.get(k).name + "-" + ofVersion;
  }

  /** Name of the model that answers the next event, such as {@code main-1}. */
  String model() {
    return name(answering(), version);
  }

  /** Name of the model that answers, or answered, an event. */
  String model(long event) {
    int r = reigns.at(event);
    if (reigns.from(r) != namedFrom || named == null) {
      namedFrom = reigns.from(r);
      named = reigns.who(r) == Reigns.GONE ? model() : name(reigns.who(r), reigns.version(r));
    }
    return named;
  }

  /** Number of the model that answers, or answered, an event; {@link Reigns#GONE} without one. */
  int who(long event) {
    return reigns.who(reigns.at(event));
  }

  /** Whether there was ever another model that answered. */
  boolean everChanged() {
    return reigns.size() > 1;
  }

  /** Whether another model answers an event than the one before it. */
  boolean changed(long event) {
    return reigns.from(reigns.at(event)) == event;
  }

  /** Changes of who answers since they were last cleared. */
  List<Contest.Change> changes() {
    return changes;
  }

  /** The versions still known. */
  Versions versions() {
    return versions;
  }

  /** Number of the newest version. */
  int version() {
    return version;
  }

  /**
   * Goes on where another is.
   *
   * @param here number here of each model there, or {@link Reigns#GONE}; its champion is here
   */
  void succeed(Throne other, int[] here) {
    champion = here[other.champion];
    version = other.version;
    versions.clear();
    other.versions.all().forEach(versions::add);
    falling = other.falling && roster.fallback >= 0;
    entry = other.entry;
    before.clear();
    other.before.stream().map(k -> here[k]).filter(k -> k >= 0).forEach(before::add);
    reigns.take(other.reigns, here);
    if (falling != other.falling) {
      reign(roster.main().events(), champion);
    }
    named = null;
    rest();
  }

  /** The versions are no part of it: they tell entries of the journal. */
  void save(StateWriter out) {
    out.put("champion", champion);
    out.put("version", version);
    out.put("falling", falling);
    out.put("labels", labels);
    out.put("before", before.stream().mapToInt(Integer::intValue).toArray());
    reigns.save(out.child("reigns"));
  }

  /**
   * @param window labels after which it is asked who should answer
   */
  void load(StateReader in, int window) {
    champion = in.intValue("champion", 0, roster.size() - 1);
    version = in.intValue("version", 1, Integer.MAX_VALUE);
    falling = in.bool("falling");
    if (falling && roster.fallback < 0 || champion == roster.fallback) {
      throw in.corrupt("champion", "is the fallback");
    }
    labels = in.longValue("labels", 0, window);
    before.clear();
    for (int k : in.ints("before")) {
      if (k < 0 || k >= roster.size() || before.size() == HISTORY) {
        throw in.corrupt("before", "has no such model, or too many");
      }
      before.add(k);
    }
    reigns.load(in.child("reigns"), roster.size());
    named = null;
    rest();
  }
}
