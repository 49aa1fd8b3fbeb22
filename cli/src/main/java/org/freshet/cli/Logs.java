package org.freshet.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.LoggerFactory;

/** What a live pipeline writes to standard error: its own events, warnings of libraries. */
final class Logs {
  /** Forms of a line. */
  enum Form {
    /** The time and what happened, for people. */
    TEXT,
    /**
     * A JSON object, for programs: timestamp, level, message, and kvpList with kind and pipeline.
     */
    JSON
  }

  private Logs() {}

  /**
   * @param err where lines go
   */
  static void live(Form form, OutputStream err) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return; // another logger was put in its place by who runs the program
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    Encoder<ILoggingEvent> encoder = form == Form.JSON ? json() : text();
    encoder.setContext(context);
    encoder.start();
    OutputStreamAppender<ILoggingEvent> lines = new OutputStreamAppender<>();
    lines.setContext(context);
    lines.setEncoder(encoder);
    lines.setOutputStream(left(err));
    lines.start();
    root.addAppender(lines);
    root.setLevel(Level.WARN);
    context.getLogger("org.freshet").setLevel(Level.INFO);
    // What its client warns of, a broker that is down, the feeds and sinks say once.
    context.getLogger("org.apache.kafka").setLevel(Level.ERROR);
    context.getLogger("org.apache.flink").setLevel(Level.ERROR); // what matters comes as an error
  }

  /** Not closed with the log: it is not the log's own. */
  private static OutputStream left(OutputStream open) {
    return new FilterOutputStream(open) {
      @Override
      public void write(byte[] b, int from, int n) throws IOException {
        out.write(b, from, n);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  private static PatternLayoutEncoder text() {
    PatternLayoutEncoder e = new PatternLayoutEncoder();
    e.setPattern("%d{HH:mm:ss} %msg%n%nopex");
    return e;
  }

  private static JsonEncoder json() {
    JsonEncoder e = new JsonEncoder();
    e.setWithSequenceNumber(false);
    e.setWithNanoseconds(false);
    e.setWithContext(false);
    e.setWithMarkers(false);
    e.setWithMDC(false);
    e.setWithArguments(false);
    e.setWithMessage(false);
    e.setWithFormattedMessage(true);
    return e;
  }
}
