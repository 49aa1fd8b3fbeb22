package org.freshet.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.freshet.core.Batch;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;
import org.freshet.runtime.Replica;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a pipeline from Kafka to Kafka, as {@code kill -9} does, at random moments under load, with
 * labels that come late on a topic of their own. {@code -Dfreshet.kills=200} kills 200 times.
 */
class KafkaKillTest {
  private static final int KILLS = Integer.getInteger("freshet.kills", 20);
  private static final int LATE = 200;
  private static final int PARTITIONS = 2;
  private static final int AHEAD = 20_000; // events sent and not answered

  @TempDir Path folder;
  private Broker broker;
  private volatile boolean sending = true;
  private volatile int sent;

  @Test
  void nothingIsLostAndNothingIsDoneTwice() throws Exception {
    try (Broker own = new Broker()) {
      broker = own;
      own.topic("events", PARTITIONS).topic("labels", 1).topic("answers", 2);
      Thread sender = new Thread(this::send, "sender");
      sender.start();
      kill();
      sending = false;
      sender.join();
      Process last = start(sent, sent);
      assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(last.exitValue()).as(errors()).isZero();
      compare();
    }
  }

  /** Three of four while it answers and learns, the others perhaps before. */
  private void kill() throws Exception {
    Random random = new Random(5);
    for (int life = 0; life < KILLS; life++) {
      Process p = start(Long.MAX_VALUE, Long.MAX_VALUE);
      if (life % 4 == 3) {
        Thread.sleep(random.nextInt(1500));
      } else {
        assertThat(p.inputReader().readLine()).as(errors()).isEqualTo("learns");
        Thread.sleep(random.nextInt(300));
      }
      assertThat(p.isAlive()).as(errors()).isTrue();
      p.destroyForcibly().waitFor();
    }
  }

  private String errors() throws Exception {
    Path err = folder.resolve("err");
    return Files.exists(err) ? Files.readString(err) : "";
  }

  /**
   * About 2,000 events a second, their labels 200 events late, some of them twice; on a slow
   * machine it waits for the answers, so that a life's work stays a life's work.
   */
  private void send() {
    int i = 0;
    while (sending) {
      for (int k = 0; k < 20; k++, i++) {
        broker.send("events", i % PARTITIONS, "k" + i % 7, Broker.event(i, ""));
        if (i >= LATE) {
          label(i - LATE);
        }
      }
      sleep(10);
      while (sending && i % 1000 == 0 && i - broker.offset("killed-answers") > AHEAD) {
        sleep(50);
      }
    }
    for (int k = Math.max(0, i - LATE); k < i; k++) {
      label(k);
    }
    broker.flush();
    sent = i;
  }

  private void label(int i) {
    String label =
        "{\"id\":\"e" + i + "\",\"label\":\"" + (i * 31 % 101 > 50 ? "yes" : "no") + "\"}";
    broker.send("labels", 0, null, label);
    if (i % 50 == 0) {
      broker.send("labels", 0, null, label);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process start(long events, long labels) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx384m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            KilledPipe.class.getName(),
            folder.toString(),
            broker.bootstrap(),
            "" + events,
            "" + labels));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()))
        .start();
  }

  /** Each answer, and the state at the end, are those of one replay of the journal. */
  private void compare() throws Exception {
    TreeMap<Long, String> answers = new TreeMap<>();
    for (ConsumerRecord<String, String> r : broker.read("answers")) {
      long n = AnswerCount.number(Broker.utf8(r.value()));
      assertThat(answers.put(n, r.value())).as("answer %s twice: %s", n, r.value()).isNull();
    }
    assertThat(answers).hasSize(sent);
    assertThat(answers.lastKey()).isEqualTo(sent - 1L);
    Set<String> ids = new HashSet<>();
    try (JournalReader reader = new JournalReader(folder.resolve("s/journal"), null, 0);
        Replica replayed =
            new Replica(KilledPipe.pipe(broker.bootstrap(), folder).file, reader.schema(), 1)) {
      Batch rows = new Batch(reader.schema(), 4096);
      Outcomes out = new Outcomes();
      for (Entry e = reader.next(rows); e != null; e = reader.next(rows)) {
        long first = replayed.answers();
        replayed.apply(e, rows, out);
        for (int r = 0; r < rows.size(); r++) {
          int at = out.prediction(r);
          if (rows.kind(r) == Batch.Kind.EVENT && at >= 0) {
            assertThat(ids.add(rows.id(r))).as(rows.id(r)).isTrue();
            assertThat(answers.get(first + at))
                .startsWith("{\"n\":" + (first + at) + ",\"id\":\"" + rows.id(r) + "\"")
                .contains("\"no\":" + out.scores()[out.scoresAt(at)] + ",");
          }
        }
      }
      assertThat(ids).hasSize(sent);
      assertThat(replayed.engine().counts().labels()).isEqualTo(sent);
      assertThat(replayed.engine().counts().duplicates()).isEqualTo((sent + 49) / 50);
      StateWriter state = new StateWriter();
      replayed.save(state);
      assertThat(Files.readAllBytes(folder.resolve("state"))).isEqualTo(state.toBytes());
    }
  }
}
