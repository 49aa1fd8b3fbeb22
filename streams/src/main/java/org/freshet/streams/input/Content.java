package org.freshet.streams.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.freshet.core.DataException;

/** Opens a path or standard input, plain or gzipped, and says what it is when it is no text. */
public final class Content {
  /** The path that means standard input. */
  public static final String STDIN = "-";

  private static final int GZIP_BUFFER = 1 << 16;

  private Content() {}

  /** Standard input and the buffered stream over it, so that a look at it costs no bytes. */
  private record Standard(InputStream in, BufferedInputStream buffered) {}

  private static Standard standard;

  /** Name for messages: the file's, or {@code stdin}. */
  public static String name(String path) {
    return path.equals(STDIN) ? "stdin" : path;
  }

  /**
   * Opens a path, or standard input for {@code -}.
   *
   * @throws DataException when it cannot be opened or is no text
   */
  public static ByteInput open(String path) {
    return new ByteInput(name(path), bytes(path), path.equals(STDIN));
  }

  /**
   * Opens a path, or standard input for {@code -}, whatever its content is; gzip is unpacked.
   *
   * @throws DataException when it cannot be opened
   */
  public static InputStream bytes(String path) {
    String name = name(path);
    try {
      return unzip(path.equals(STDIN) ? stdin() : file(path));
    } catch (ZipException damaged) {
      throw new DataException(
          name, 0, null, "the gzip header is damaged: " + damaged.getMessage(), damaged);
    } catch (java.io.EOFException cut) {
      throw new DataException(
          name, 0, null, "the gzip data end too early, the file is cut off; copy it again", cut);
    } catch (IOException broken) {
      throw new UncheckedIOException(name + ": cannot be read: " + broken.getMessage(), broken);
    }
  }

  /** The first bytes of the content, unzipped, without consuming standard input. */
  public static byte[] peek(String path, int most) {
    String name = name(path);
    try {
      if (!path.equals(STDIN)) {
        try (InputStream in = unzip(file(path))) {
          return in.readNBytes(most);
        } catch (ZipException | java.io.EOFException said) {
          return new byte[0]; // opening it says what is wrong
        }
      }
      BufferedInputStream in = stdin();
      in.mark(GZIP_BUFFER);
      byte[] some = new byte[Math.min(most, GZIP_BUFFER / 2)];
      int n = Math.max(0, in.read(some));
      in.reset();
      if (n > 2 && isGzip(some[0] & 0xff, some[1] & 0xff)) {
        in.mark(GZIP_BUFFER);
        byte[] plain = new byte[most];
        n =
            Math.max(
                0, new GZIPInputStream(new java.io.ByteArrayInputStream(some, 0, n)).read(plain));
        in.reset();
        some = plain;
      }
      return java.util.Arrays.copyOf(some, n);
    } catch (ZipException | java.io.EOFException said) {
      return new byte[0];
    } catch (IOException broken) {
      throw new UncheckedIOException(name + ": cannot be read: " + broken.getMessage(), broken);
    }
  }

  private static synchronized BufferedInputStream stdin() {
    if (standard == null || standard.in != System.in) {
      standard = new Standard(System.in, new BufferedInputStream(System.in, 2 * GZIP_BUFFER));
    }
    return standard.buffered;
  }

  private static InputStream file(String path) throws IOException {
    Path p;
    try {
      p = Path.of(path);
    } catch (InvalidPathException wrong) {
      throw new DataException(path, 0, null, "is no path: " + wrong.getReason(), wrong);
    }
    if (Files.isDirectory(p)) {
      throw new DataException(
          path, 0, null, "is a directory; give a file, or - for standard input");
    }
    if (!Files.exists(p)) {
      throw new DataException(
          path, 0, null, "no such file; give the path of a file, or - for standard input");
    }
    if (!Files.isReadable(p)) {
      throw new DataException(path, 0, null, "may not be read; check its permissions");
    }
    return Files.newInputStream(p);
  }

  private static boolean isGzip(int first, int second) {
    return first == 0x1f && second == 0x8b;
  }

  /** The stream itself, or what is inside when it begins like gzip. */
  public static InputStream unzip(InputStream in) throws IOException {
    PushbackInputStream peek = new PushbackInputStream(in, 2);
    int first = peek.read();
    int second = first < 0 ? -1 : peek.read();
    if (second >= 0) {
      peek.unread(second);
    }
    if (first >= 0) {
      peek.unread(first);
    }
    return isGzip(first, second) ? new GZIPInputStream(peek, GZIP_BUFFER) : peek;
  }

  /** Refuses what is no text in an encoding read here, by the first bytes. */
  static void check(String name, byte[] b, int n) {
    String kind = magic(b, n);
    if (kind != null) {
      throw new DataException(
          name,
          0,
          null,
          "is " + kind + ", expected text, plain or gzipped; unpack or convert it first");
    }
    int odd = 0;
    for (int i = 0; i < Math.min(n, ByteInput.HEAD); i++) {
      int c = b[i];
      if (c == 0) {
        throw binary(name, "byte 0 at offset " + i);
      }
      odd += c > 0 && c < 32 && !(c >= 9 && c <= 13) && c != 27 ? 1 : 0;
    }
    if (odd * 20 > n) {
      throw binary(name, odd + " control characters in the first " + n + " bytes");
    }
  }

  private static DataException binary(String name, String found) {
    return new DataException(
        name, 0, null, "is binary (" + found + "), expected text, plain or gzipped");
  }

  private static String magic(byte[] b, int n) {
    if (n < 4) {
      return null;
    }
    int first = (b[0] & 0xff) << 24 | (b[1] & 0xff) << 16 | (b[2] & 0xff) << 8 | b[3] & 0xff;
    if (first >>> 16 == 0xfffe || first >>> 16 == 0xfeff) {
      return "UTF-16";
    }
    return switch (first) {
      case 0x504b0304 -> "a zip archive";
      case 0x28b52ffd -> "compressed with zstd";
      case 0x50415231 -> "a Parquet file";
      case 0xfd377a58 -> "compressed with xz";
      default -> first >>> 8 == 0x425a68 ? "compressed with bzip2" : null;
    };
  }

  /** The name without a trailing .gz, in lower case: what tells the format. */
  public static String plainName(String path) {
    String s = path.toLowerCase(Locale.ROOT);
    return s.endsWith(".gz") ? s.substring(0, s.length() - 3) : s;
  }
}
