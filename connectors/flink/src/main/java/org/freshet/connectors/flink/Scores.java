package org.freshet.connectors.flink;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.Schema;
import org.freshet.engine.Outcomes;
import org.freshet.engine.Replay;
import org.freshet.engine.ReplayScorer;

/**
 * Puts what the engines of a job gave out in the order of the stream again, for who scores it. What
 * is ahead waits here; Flink's buffers bound how far one task gets ahead of another.
 */
final class Scores {
  private final Schema schema;
  private final Replay replay;
  private final ReplayScorer.Board board;
  private final Outcomes out = new Outcomes();
  private final Map<Long, Vote> ahead = new HashMap<>();
  private final List<Vote> ends = new ArrayList<>();
  private long next;

  /**
   * @param schema names get to its dictionaries before what they are used in
   */
  Scores(Plan plan, Schema schema, ReplayScorer.Board board) {
    this.schema = schema;
    this.board = board;
    this.replay = new Replay(plan.byMember() ? 1 : plan.parts(), plan.file().labels());
  }

  void take(Vote given) throws IOException {
    if (given.of() == null) {
      ends.add(given);
      return;
    }
    ahead.put(given.of().number, given);
    for (Vote now = ahead.remove(next); now != null; now = ahead.remove(++next)) {
      if (now.of().added != null) {
        Part.names(schema, now.of().added, now.of().dictionaries);
      }
      read(now);
    }
  }

  private DataInputStream read(Vote given) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(given.votes()));
    replay.read(in, given.part(), out);
    board.take(out);
    return in;
  }

  /** The job has ended. */
  void end() throws IOException {
    if (!ahead.isEmpty()) {
      throw new IllegalStateException(
          "the job ended without record " + next + ", while " + ahead.size() + " wait for it");
    }
    long nanos = 0;
    long modelBytes = 0;
    ends.sort(Comparator.comparingInt(Vote::part));
    for (Vote end : ends) {
      DataInputStream in = read(end);
      nanos += in.readLong();
      modelBytes += in.readLong();
    }
    board.end(nanos, modelBytes);
  }
}
