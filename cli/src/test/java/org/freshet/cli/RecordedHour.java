package org.freshet.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An hour of payments, one a second, as two files that grow: events, some sent twice, some out of
 * order; and their labels: out of order, some before their event, some twice, some corrected, some
 * after the timeout, some never, some of no event. Whoever reads both at once gets them in an order
 * of its own.
 */
final class RecordedHour {
  /** Events of the hour; the last event comes behind them. */
  static final int EVENTS = 3600;

  static final String LAST = "tx-" + EVENTS;
  private static final long START = 1_767_225_600_000L;
  private static final int BEHIND = 1100; // labels come up to so many events after their own

  private final List<StringBuilder> events = new ArrayList<>();
  private final List<StringBuilder> labels = new ArrayList<>();
  private final boolean numbers;

  /**
   * @param numbers whether labels are numbers, else classes
   */
  RecordedHour(boolean numbers) {
    this.numbers = numbers;
    for (int i = 0; i < EVENTS + BEHIND; i++) {
      events.add(new StringBuilder());
      labels.add(new StringBuilder());
    }
    for (int e = 0; e < EVENTS; e++) {
      event(e);
      labels(e);
    }
  }

  /** In [0, 1), the same for the same event. */
  private static double chance(int e, int salt) {
    long h = (e * 31L + salt) * 0x9E3779B97F4A7C15L;
    h = (h ^ (h >>> 29)) * 0xBF58476D1CE4E5B9L;
    return ((h ^ (h >>> 32)) >>> 11) * 0x1p-53;
  }

  private static int card(int e) {
    return (int) (150 * chance(e, 1) * chance(e, 2));
  }

  private static double amount(int e) {
    return Math.round(10_000 * chance(e, 3) * chance(e, 4)) / 100.0;
  }

  private void event(int e) {
    long time = START + 1000L * e - (e % 13 == 0 ? (long) (30_000 * chance(e, 5)) : 0);
    put(events, e, eventLine(e, time, amount(e)));
    if (e % 97 == 0) {
      put(events, e + 30, eventLine(e, time + 30_000, 1));
    }
  }

  private static String eventLine(int e, long time, double amount) {
    // Names of countries and shops go on appearing all the hour.
    String country = "country-" + (int) (chance(e, 6) * (3 + e / 200));
    return String.format(
        Locale.ROOT,
        "{\"id\":\"tx-%d\",\"time\":%d,\"key\":\"card-%d\",%s\"hour\":%d,\"country\":\"%s\"}%n",
        e,
        time,
        card(e),
        e % 17 == 0 ? "" : "\"amount\":" + amount + ",",
        e / 150,
        country);
  }

  /** What is learnt of an event; a class that is new appears in the middle of the hour. */
  private String truth(int e, boolean corrected) {
    double risk = (card(e) % 7 == 0 ? 0.5 : 0) + amount(e) / 100;
    if (numbers) {
      return Double.toString(risk + (corrected ? 1 : 0) + 0.1 * chance(e, 7));
    }
    boolean fraud = risk > 0.55 != corrected;
    return !fraud ? "ok" : e > EVENTS / 2 && card(e) % 3 == 0 ? "takeover" : "fraud";
  }

  private void labels(int e) {
    int at =
        switch (e % 10) {
          case 0 -> -1; // never
          case 1 -> Math.max(0, e - 20);
          case 2 -> e + 1000; // timed out after 10 minutes
          default -> e + 1 + (int) (300 * chance(e, 8));
        };
    if (at < 0) {
      return;
    }
    label(at, "tx-" + e, truth(e, false));
    if (e % 7 == 0) {
      label(at + 50, "tx-" + e, truth(e, false));
    }
    if (e % 23 == 0) {
      label(at + 100, "tx-" + e, truth(e, true));
    }
    if (e % 40 == 0) {
      label(at, "nobody-" + e, truth(e, false));
    }
  }

  private void label(int at, String id, String label) {
    put(labels, at, id + "," + label + "," + (START + 1000L * at + 500) + "\n");
  }

  private static void put(List<StringBuilder> lines, int at, String line) {
    lines.get(Math.min(at, lines.size() - 1)).append(line);
  }

  /** Begins both files. */
  void begin(Path folder) throws IOException {
    Files.writeString(folder.resolve("events.jsonl"), "");
    Files.writeString(folder.resolve("labels.csv"), "id,label,time\n");
  }

  /** Appends what comes from one second of the hour to before another. */
  void append(Path folder, int from, int to) throws IOException {
    append(folder.resolve("labels.csv"), labels, from, to);
    append(folder.resolve("events.jsonl"), events, from, to);
  }

  /** Appends what comes behind the hour, and a last event. */
  void appendRest(Path folder) throws IOException {
    append(folder, EVENTS, EVENTS + BEHIND);
    append(folder.resolve("events.jsonl"), eventLine(EVENTS, START + 1000L * EVENTS, 5));
  }

  /** Appends the label of the last event: whoever has it has all labels. */
  void appendLastLabel(Path folder) throws IOException {
    append(folder.resolve("labels.csv"), LAST + "," + truth(EVENTS, false) + ",\n");
  }

  private static void append(Path file, List<StringBuilder> lines, int from, int to)
      throws IOException {
    StringBuilder all = new StringBuilder();
    lines.subList(from, to).forEach(all::append);
    append(file, all.toString());
  }

  private static void append(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
  }

  /** The hour as one file: each event with its label, and the time at which that came. */
  void writeTable(Path file) throws IOException {
    StringBuilder all = new StringBuilder("id,time,card,amount,hour,label,label_time\n");
    for (int e = 0; e < EVENTS; e++) {
      long time = START + 1000L * e;
      String arrives = e % 10 == 0 ? "" : "" + (time + 1 + (long) (900_000 * chance(e, 8)));
      all.append("tx-").append(e).append(',').append(time).append(",card-").append(card(e));
      all.append(',').append(e % 17 == 0 ? "" : amount(e)).append(',').append(e / 150);
      all.append(',').append(truth(e, false)).append(',').append(arrives).append('\n');
    }
    Files.writeString(file, all);
  }
}
