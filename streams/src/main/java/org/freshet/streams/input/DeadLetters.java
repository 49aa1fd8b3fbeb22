package org.freshet.streams.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.freshet.core.ConfigException;

/** Appends bad records with their cause to a file, as JSON lines, up to a number of bytes. */
public final class DeadLetters implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  private final String path;
  private final OutputStream out;
  private long left;

  /**
   * @param most bytes written; what would not fit is left out
   * @throws ConfigException when the file cannot be opened
   */
  public DeadLetters(String path, long most) {
    this.path = path;
    this.left = most;
    try {
      out =
          Files.newOutputStream(
              Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException | InvalidPathException wrong) {
      throw new ConfigException(
          "", "'dead_letter: " + path + "' cannot be written: " + wrong.getMessage());
    }
  }

  void write(String source, long line, BadRecord bad, String record) {
    write(source, "line", line, bad.field(), bad.getMessage(), record);
  }

  /**
   * @param place what {@code at} counts, such as {@code line} or {@code byte}
   * @param field the member at fault, or null
   * @throws UncheckedIOException when the file cannot be written
   */
  public void write(
      String source, String place, long at, String field, String error, String record) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", source);
      json.writeNumberField(place, at);
      if (field != null) {
        json.writeStringField("field", field);
      }
      json.writeStringField("error", error);
      json.writeStringField("record", record);
      json.writeEndObject();
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    byte[] bytes = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > left) {
      left = 0; // a later, shorter one would only confuse
      return;
    }
    left -= bytes.length;
    try {
      out.write(bytes);
    } catch (IOException full) {
      throw new UncheckedIOException(path + ": cannot be written: " + full.getMessage(), full);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException late) {
      throw new UncheckedIOException(path + ": cannot be written: " + late.getMessage(), late);
    }
  }
}
