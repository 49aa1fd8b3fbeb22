package org.freshet.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Sink;

/**
 * A line for each answer: number, id, the bits of every score. Its count is that of whole lines.
 */
final class LineSink implements Sink {
  private final Path file;
  private FileChannel out;
  private long next;

  LineSink(Path file) {
    this.file = file;
  }

  static String line(AnswerBlock b, int i) {
    StringBuilder s = new StringBuilder();
    s.append(b.first() + i).append(' ').append(b.ids()[i]);
    for (int k = 0; k < b.known()[i]; k++) {
      s.append(' ').append(Long.toHexString(Double.doubleToRawLongBits(b.score(i, k))));
    }
    return s.append('\n').toString();
  }

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public long open(String pipeline, Schema schema) {
    try {
      byte[] all = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      int whole = 0;
      for (int i = 0; i < all.length; i++) {
        if (all[i] == '\n') {
          next++;
          whole = i + 1;
        }
      }
      out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      out.truncate(whole).position(whole);
      return next;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void write(AnswerBlock b) {
    if (b.first() != next) {
      throw new IllegalStateException("answer " + b.first() + " after " + next + " answers");
    }
    try {
      for (int i = 0; i < b.size(); i++) {
        out.write(ByteBuffer.wrap(line(b, i).getBytes(StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    next += b.size();
  }

  @Override
  public void close() {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
