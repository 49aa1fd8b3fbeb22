package org.freshet.streams.input;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;

/**
 * Text to milliseconds since 1970-01-01 UTC: numbers of a unit, ISO-8601, or a pattern of
 * java.time. What carries no zone of its own is read in the given one.
 */
public final class Times {
  /** Milliseconds in one of each unit; 0.001 for microseconds. */
  private static final Map<String, Double> UNITS =
      Map.of(
          "epoch_ns",
          1e-6,
          "epoch_us",
          1e-3,
          "epoch_ms",
          1.0,
          "epoch_s",
          1e3,
          "epoch_min",
          6e4,
          "epoch_h",
          3.6e6,
          "epoch_d",
          8.64e7);

  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendPattern("[XXX][XX][X]")
          .toFormatter(Locale.ROOT);

  /** From this on a bare number counts milliseconds: 3 March 1973, or the year 5138 in seconds. */
  private static final double MILLIS_FROM = 1e11;

  private final String format;
  private final ZoneId zone;
  private final DateTimeFormatter pattern;
  private double unit;

  /**
   * @param format auto, iso, epoch_ns … epoch_d, or a pattern of java.time
   * @throws ConfigException when the pattern or zone is none
   */
  public Times(String format, String zone) {
    this.format = format;
    try {
      this.zone = ZoneId.of(zone);
    } catch (DateTimeException unknown) {
      throw new ConfigException(
          "",
          "parameter 'zone' is '"
              + zone
              + "', expected a zone such as UTC, +02:00 or Europe/Paris");
    }
    this.unit = UNITS.getOrDefault(format, 0.0);
    if (unit > 0 || format.equals("auto") || format.equals("iso")) {
      this.pattern = ISO;
    } else {
      try {
        this.pattern = DateTimeFormatter.ofPattern(format, Locale.ROOT);
      } catch (IllegalArgumentException wrong) {
        throw new ConfigException(
            "",
            "parameter 'time_format' is '"
                + format
                + "', expected auto, iso, epoch_ns, epoch_us, epoch_ms, epoch_s, "
                + "epoch_min, epoch_h, epoch_d or a pattern such as 'dd/MM/yyyy HH:mm'");
      }
    }
  }

  /** The time in a cell, or {@link Features#NO_TIME} when it is none. */
  public long parse(Cells cells, int i) {
    boolean numeric = unit > 0 || format.equals("auto");
    if (numeric) {
      double v = Numbers.parse(cells.bytes, cells.start[i], cells.end[i]);
      if (!Double.isNaN(v)) {
        if (unit == 0) {
          unit = Math.abs(v) >= MILLIS_FROM ? 1 : 1e3; // decided once, by the first number
        }
        double millis = Math.rint(v * unit);
        return Math.abs(millis) < 9e18 ? (long) millis : Features.NO_TIME;
      }
    }
    return format.startsWith("epoch_") ? Features.NO_TIME : parse(cells.text(i).strip());
  }

  private long parse(String text) {
    try {
      TemporalAccessor t = pattern.parse(text);
      LocalDate date = t.query(TemporalQueries.localDate());
      if (date == null) {
        date = LocalDate.of(t.isSupported(ChronoField.YEAR) ? t.get(ChronoField.YEAR) : 1970, 1, 1);
      }
      LocalTime time = t.query(TemporalQueries.localTime());
      ZoneId own = t.query(TemporalQueries.zone());
      LocalDateTime local = LocalDateTime.of(date, time == null ? LocalTime.MIDNIGHT : time);
      return ZonedDateTime.of(local, own == null ? zone : own).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException none) {
      return Features.NO_TIME;
    }
  }

  /** For messages. */
  @Override
  public String toString() {
    return switch (format) {
      case "auto" -> "seconds or milliseconds since 1970, or ISO-8601";
      case "iso" -> "ISO-8601 such as 2024-05-31T13:45:00Z";
      default -> unit > 0 ? "a number (" + format + ")" : "the form " + format;
    };
  }
}
