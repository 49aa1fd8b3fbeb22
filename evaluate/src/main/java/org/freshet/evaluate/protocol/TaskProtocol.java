package org.freshet.evaluate.protocol;

import org.freshet.core.ConfigException;
import org.freshet.core.Rng;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Protocol;

/** What all protocols do: read the events, set some aside for tests, and make tasks of the rest. */
public abstract class TaskProtocol implements Protocol {
  private final String name;
  private final Testing testing;
  private final Build build;

  TaskProtocol(String name, Testing testing, Build build) {
    this.name = name;
    this.testing = testing;
    this.build = build;
  }

  /** Divides events into tasks. */
  abstract Tasks tasks(Split data);

  /**
   * Reads a stream to its end, and the source of tests if there is one, and closes both.
   *
   * @param limit the most events read; 0 is all
   * @param text of the protocol, for reports
   */
  public final TaskStream over(Source stream, long limit, String text) {
    long seed = testing.seed() < 0 ? build.seed() : testing.seed();
    Dataset train;
    try (stream) {
      train = Dataset.read(stream, limit, testing.maxBytes(), null);
    }
    Split split = split(train, Rng.childSeed(seed, "protocol", 0));
    if (split.rows().length == 0) {
      throw refused("leaves no event to learn from; hold fewer back");
    }
    Tasks tasks = tasks(split);
    return new TaskStream(stream.name(), text, tasks, testing.points(), testing.sample());
  }

  private Split split(Dataset train, long seed) {
    if (testing.sample() == 0) {
      return Split.of(train, null, seed, testing.shuffle());
    }
    if (testing.test() == null) {
      return Split.holdBack(train, testing.heldBack(), seed, testing.shuffle());
    }
    Source tests = Components.create(testing.test(), build.child("test", 0), Source.class);
    try (tests) {
      long left = Math.max(0, testing.maxBytes() - train.bytes());
      return Split.of(train, Dataset.read(tests, 0, left, train), seed, testing.shuffle());
    }
  }

  final ConfigException refused(String message) {
    return new ConfigException(name, message);
  }

  /** A number of tasks, refused when there are too many. */
  final int tasks(int wanted, int most, String of) {
    if (wanted > most) {
      throw refused(
          "'tasks' is "
              + wanted
              + ", allowed 1 to "
              + most
              + ", the number of "
              + of
              + " there are");
    }
    return wanted;
  }
}
