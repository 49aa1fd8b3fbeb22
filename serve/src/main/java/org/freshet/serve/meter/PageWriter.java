package org.freshet.serve.meter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Locale;

/** Writes what the page asks for each second, as one object. */
abstract class PageWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  JsonGenerator out;

  /**
   * @param after time of the last point that is known already
   * @param from number of the first entry of the log that is not known yet
   */
  final byte[] write(long after, long from) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      out = json;
      out.writeStartObject();
      out.writeNumberField("now", System.currentTimeMillis());
      fields(after, from);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** All but the time. */
  abstract void fields(long after, long from) throws IOException;

  final void budget(String name, double used, double limit, String unit) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", name);
    number("used", used);
    number("limit", limit > 0 ? limit : Double.NaN);
    out.writeStringField("unit", unit);
    out.writeEndObject();
  }

  final void points(History history, Collection<String> models, long after) throws IOException {
    out.writeArrayFieldStart("values");
    for (String name : History.names(models)) {
      out.writeString(name);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("points");
    for (History.Point p : history.after(after)) {
      out.writeStartArray();
      out.writeNumber(p.time());
      for (float v : p.values()) {
        number(v);
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  final void log(EventLog log, long from) throws IOException {
    out.writeArrayFieldStart("log");
    for (EventLog.Entry e : log.from(from)) {
      out.writeStartObject();
      out.writeNumberField("n", e.number());
      out.writeNumberField("time", e.time());
      out.writeStringField("kind", e.kind().name().toLowerCase(Locale.ROOT));
      out.writeStringField("text", e.text());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  final void number(String name, double value) throws IOException {
    out.writeFieldName(name);
    number(value);
  }

  /** Six digits are more than a picture shows. */
  final void number(double value) throws IOException {
    if (!Double.isFinite(value)) {
      out.writeNull();
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.writeNumber((long) value);
    } else {
      out.writeNumber(
          new java.math.BigDecimal(value)
              .round(new java.math.MathContext(6))
              .stripTrailingZeros()
              .toString());
    }
  }
}
