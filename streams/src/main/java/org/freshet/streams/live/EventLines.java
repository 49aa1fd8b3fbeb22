package org.freshet.streams.live;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.DataException;
import org.freshet.core.Schema;
import org.freshet.core.live.Records;
import org.freshet.streams.input.DeadLetters;
import org.freshet.streams.input.OnError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines of text to records: JSON or CSV, bad ones by the policy. One thread uses it; {@link #bad}
 * and {@link #trouble} may be asked by any.
 */
final class EventLines implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLines.class);

  /** Lines looked at to find the columns. */
  private static final int SAMPLE = 1000;

  private final String name;
  private final LineForm form;
  private Schema schema;
  private JsonEvents json;
  private CsvEvents csv;
  private DeadLetters letters;
  private volatile long bad;
  private volatile String trouble;

  EventLines(String name, LineForm form) {
    this.name = name;
    this.form = form;
  }

  /** Whether the first line names columns. */
  boolean hasHeader(byte[] first) {
    return form.format() == LineFormat.CSV
        || form.format() == LineFormat.AUTO && first.length > 0 && first[0] != '{';
  }

  /**
   * The columns as the first lines show them.
   *
   * @return null when more lines are needed
   */
  Schema find(List<byte[]> lines) {
    List<byte[]> sample = lines.subList(0, Math.min(lines.size(), SAMPLE));
    if (sample.isEmpty()) {
      return null;
    }
    try {
      if (!hasHeader(sample.get(0))) {
        return inJson(sample);
      }
      if (sample.size() < 2) {
        return null;
      }
      CsvEvents cells = new CsvEvents(sample.get(0), form.cells(), form.fields());
      return form.columns().of(cells.columns(sample.subList(1, sample.size())));
    } catch (BadEvent e) {
      throw new DataException(name, 1, e.field(), e.getMessage(), e);
    }
  }

  private Schema inJson(List<byte[]> sample) throws BadEvent {
    List<byte[]> good = new ArrayList<>();
    BadEvent first = null;
    int size = 0;
    for (byte[] line : sample) {
      try {
        form.columns().infer(line, form.fields());
        good.add(line);
        size += line.length + 1;
      } catch (BadEvent e) {
        first = first == null ? e : first;
      }
    }
    if (good.isEmpty()) {
      if (form.onError() == OnError.FAIL && first != null) {
        throw first;
      }
      return null;
    }
    byte[] all = new byte[size];
    int at = 0;
    for (byte[] line : good) {
      System.arraycopy(line, 0, all, at, line.length);
      at += line.length;
      all[at++] = '\n';
    }
    return form.columns().infer(all, form.fields());
  }

  /** Says which events the records are for; then the first line of each stream is given. */
  void start(Schema of) {
    schema = of;
    if (form.onError() == OnError.DEAD_LETTER) {
      letters = new DeadLetters(form.deadLetter(), form.deadLetterMax());
    }
  }

  /**
   * Takes the first line of a stream.
   *
   * @return whether it only names the columns
   */
  boolean first(byte[] line) {
    json = null;
    csv = null;
    if (!hasHeader(line)) {
      json = new JsonEvents(schema, form.fields());
      return false;
    }
    try {
      csv = new CsvEvents(line, form.cells(), form.fields());
      csv.schema(schema, form.records().kind());
    } catch (BadEvent e) {
      throw new DataException(name, 1, e.field(), e.getMessage(), e);
    }
    return true;
  }

  /**
   * Appends the record of the line found.
   *
   * @return false when it is bad and the policy leaves it out
   * @throws DataException when it is bad and the policy is to fail
   */
  boolean add(LineBuffer line, Records into) {
    try {
      if (line.tooLong()) {
        throw new BadEvent(
            0,
            null,
            "is longer than " + form.maxRecord() + " bytes; raise 'max_record' if that is meant");
      }
      if (json != null) {
        int n = line.stop() - line.start();
        json.add(line.bytes(), line.start(), n, form.records().kind(), into);
      } else {
        csv.add(line.bytes(), line.start(), line.stop(), form.records().kind(), into);
      }
      return true;
    } catch (BadEvent e) {
      refuse(line, e);
      return false;
    }
  }

  private void refuse(LineBuffer line, BadEvent e) {
    if (form.onError() == OnError.FAIL) {
      throw new DataException(
          name,
          0,
          e.field(),
          "the line that ends at byte "
              + line.position()
              + ": "
              + e.getMessage()
              + "; mend it, or set 'on_error: skip'",
          e);
    }
    bad++;
    if (Long.bitCount(bad) == 1) { // the first, then ever more rarely
      LOG.warn(
          "{}: the line that ends at byte {} is left out: {}; {} so far",
          name,
          line.position(),
          e.getMessage(),
          bad);
    }
    if (letters == null) {
      return;
    }
    try {
      letters.write(name, "byte", line.position(), e.field(), e.getMessage(), line.text());
      trouble = null;
    } catch (UncheckedIOException full) { // the bad line is counted; good ones go on
      if (trouble == null) {
        LOG.warn("{}: a bad line is only counted: {}", name, full.getMessage());
      }
      trouble = full.getMessage();
    }
  }

  long bad() {
    return bad;
  }

  String trouble() {
    return trouble;
  }

  @Override
  public void close() {
    if (letters != null) {
      letters.close();
    }
  }
}
