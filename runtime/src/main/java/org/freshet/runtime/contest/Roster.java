package org.freshet.runtime.contest;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.engine.Engine;
import org.freshet.engine.FullSpec;

/**
 * The models of a contest by name and number: that of the file's pipeline is the first, the
 * fallback stage, where there is one, the last.
 */
final class Roster implements AutoCloseable {
  private final List<Contender> all;

  /** Number of the fallback stage; -1 without. */
  final int fallback;

  Roster(List<Contest.Entrant> entrants, int window) {
    this.all = entrants.stream().map(e -> new Contender(e.name(), e.engine(), window)).toList();
    this.fallback = find(Contest.FALLBACK);
    check(main().schema());
  }

  private void check(Schema schema) {
    for (Contender c : all) {
      String where = c.name.equals(Contest.FALLBACK) ? "limits.fallback" : "challengers";
      if (schema.hasTruths() && all.size() > 1) {
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
    return e.answers().toString();
  }

  int size() {
    return all.size();
  }

  Contender get(int k) {
    return all.get(k);
  }

  List<Contender> all() {
    return all;
  }

  /** The engine of the file's pipeline, whoever is champion. */
  Engine main() {
    return all.get(0).engine;
  }

  /** Number of a model; -1 where there is none of that name. */
  int find(String name) {
    for (int k = 0; k < all.size(); k++) {
      if (all.get(k).name.equals(name)) {
        return k;
      }
    }
    return -1;
  }

  List<String> names() {
    return all.stream().map(c -> c.name).toList();
  }

  /**
   * Number there of a model here, -1 where it is not or has another pipeline; one that chooses
   * among other experts goes on.
   */
  int same(int k, Roster other) {
    int there = other.find(get(k).name);
    return there >= 0 && FullSpec.sameButExperts(get(k).spec(), other.get(there).spec())
        ? there
        : -1;
  }

  /**
   * The models both have go on with what they learnt, those only here know the events the others
   * know and have learnt nothing.
   *
   * @return number here of each model there, or {@link Reigns#GONE}
   */
  int[] succeed(Roster other) {
    int[] here = new int[other.size()];
    Arrays.fill(here, Reigns.GONE);
    for (int k = 0; k < size(); k++) {
      int there = same(k, other);
      if (there < 0) {
        get(k).engine.enter(other.main());
      } else {
        here[there] = k;
        get(k).succeed(other.get(there));
      }
    }
    return here;
  }

  long memoryBytes() {
    return all.stream().mapToLong(Contender::memoryBytes).sum();
  }

  /** Waiting events whose rows are in files. */
  int spilled() {
    return all.stream().mapToInt(c -> c.engine.spilled()).sum();
  }

  /** Names of the files with such rows. */
  Set<String> rowFiles() {
    Set<String> names = new HashSet<>();
    all.forEach(c -> names.addAll(c.engine.rowFiles()));
    return names;
  }

  @Override
  public void close() {
    all.forEach(c -> c.engine.close());
  }
}
