package org.freshet.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Remembers the first failure, which a PrintStream would only mark. */
final class Output extends FilterOutputStream {
  private IOException failure;

  Output(OutputStream to) {
    super(new BufferedOutputStream(to, 8192));
  }

  @Override
  public void write(byte[] b, int from, int n) throws IOException {
    try {
      out.write(b, from, n);
    } catch (IOException e) {
      throw noted(e);
    }
  }

  @Override
  public void write(int b) throws IOException {
    try {
      out.write(b);
    } catch (IOException e) {
      throw noted(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw noted(e);
    }
  }

  private IOException noted(IOException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }

  /** The first failure, or null. */
  IOException failure() {
    return failure;
  }

  /** Whether the reader of a pipe went away, as {@code head} does: no fault. */
  boolean closedByReader() {
    return failure != null && String.valueOf(failure.getMessage()).contains("Broken pipe");
  }
}
