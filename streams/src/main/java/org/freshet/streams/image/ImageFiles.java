package org.freshet.streams.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.freshet.core.DataException;
import org.freshet.streams.input.Content;

/**
 * The image files of a folder or an archive, one after the other. The class of one is the name of
 * the folder it lies in.
 */
abstract class ImageFiles implements AutoCloseable {
  /** The largest file taken. */
  static final int MAX_BYTES = 64 << 20;

  /**
   * One file.
   *
   * @param path inside the folder or archive, parts separated by slashes
   * @param content null where it is read from {@code file} when it is needed
   */
  record ImageFile(String path, byte[] content, Path file) {
    /** Name of the folder it lies in; null for none. */
    String folder() {
      String[] parts = path.split("/");
      return parts.length < 2 ? null : parts[parts.length - 2];
    }
  }

  private final String name;

  ImageFiles(String name) {
    this.name = name;
  }

  /** Opens a folder, a zip archive, or a tar archive, plain or gzipped. */
  static ImageFiles open(String path) {
    if (!path.equals(Content.STDIN) && Files.isDirectory(Path.of(path))) {
      return new Folder(Path.of(path));
    }
    BufferedInputStream in = new BufferedInputStream(Content.bytes(path), 1 << 16);
    String name = Content.name(path);
    try {
      in.mark(Tar.BLOCK);
      byte[] head = in.readNBytes(Tar.BLOCK);
      in.reset();
      if (head.length >= 4 && head[0] == 'P' && head[1] == 'K') {
        return new Zip(name, in);
      }
      if (Tar.isHeader(head)) {
        return new OfTar(name, in);
      }
      in.close();
    } catch (IOException e) {
      throw failed(name, e);
    }
    throw new DataException(
        name, 0, null, "is neither a folder nor a zip or tar archive of images");
  }

  final String name() {
    return name;
  }

  /**
   * The next image file, null behind the last; other files are passed over.
   *
   * @throws DataException when the archive is damaged
   */
  final ImageFile next() {
    try {
      for (ImageFile f = read(); f != null; f = read()) {
        if (isImage(f.path())) {
          return f;
        }
      }
      return null;
    } catch (IOException e) {
      throw failed(name, e);
    }
  }

  /** The next file; the content of those that are no images may be left out. */
  abstract ImageFile read() throws IOException;

  static boolean isImage(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return !file.startsWith(".")
        && (file.endsWith(".jpg") || file.endsWith(".jpeg") || file.endsWith(".png"));
  }

  static RuntimeException failed(String name, IOException e) {
    return e instanceof ZipException || e instanceof java.io.EOFException
        ? new DataException(
            name, 0, null, "the archive is damaged or cut off: " + e.getMessage(), e)
        : new UncheckedIOException(name + ": cannot be read: " + e.getMessage(), e);
  }

  final DataException tooLarge(String path) {
    return new DataException(
        name, 0, null, path + " is larger than " + MAX_BYTES + " bytes; is it an image?");
  }

  /** Files below a folder, in the order of their paths. */
  private static final class Folder extends ImageFiles {
    private final Iterator<ImageFile> files;

    Folder(Path folder) {
      super(folder.toString());
      List<ImageFile> all = new ArrayList<>();
      try (Stream<Path> walk = Files.walk(folder)) {
        walk.filter(Files::isRegularFile)
            .forEach(
                p -> {
                  String path = folder.relativize(p).toString().replace('\\', '/');
                  all.add(new ImageFile(path, null, p));
                });
      } catch (IOException e) {
        throw failed(folder.toString(), e);
      }
      all.sort(java.util.Comparator.comparing(ImageFile::path));
      files = all.iterator();
    }

    @Override
    ImageFile read() {
      return files.hasNext() ? files.next() : null;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  /** Files of a zip archive, in its order. */
  private static final class Zip extends ImageFiles {
    private final ZipInputStream in;

    Zip(String name, InputStream in) {
      super(name);
      this.in = new ZipInputStream(in);
    }

    @Override
    ImageFile read() throws IOException {
      for (ZipEntry e = entry(); e != null; e = entry()) {
        if (!e.isDirectory() && isImage(e.getName())) {
          byte[] content = in.readNBytes(MAX_BYTES + 1);
          if (content.length > MAX_BYTES) {
            throw tooLarge(e.getName());
          }
          return new ImageFile(e.getName(), content, null);
        }
      }
      return null;
    }

    private ZipEntry entry() throws IOException {
      try {
        return in.getNextEntry();
      } catch (IllegalArgumentException damaged) { // its way to refuse a name
        throw new ZipException("a name is no text");
      }
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException late) {
        // nothing is lost: it was only read
      }
    }
  }

  /** Files of a tar archive, in its order. */
  private static final class OfTar extends ImageFiles {
    private final Tar tar;

    OfTar(String name, InputStream in) {
      super(name);
      tar = new Tar(name, in);
    }

    @Override
    ImageFile read() throws IOException {
      while (tar.next()) {
        if (tar.isFile() && isImage(tar.path())) {
          if (tar.size() > MAX_BYTES) {
            throw tooLarge(tar.path());
          }
          return new ImageFile(tar.path(), tar.content(), null);
        }
      }
      return null;
    }

    @Override
    public void close() {
      tar.close();
    }
  }

  @Override
  public abstract void close();
}
