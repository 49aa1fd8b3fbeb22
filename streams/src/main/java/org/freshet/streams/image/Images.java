package org.freshet.streams.image;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.DataException;
import org.freshet.core.Dictionary;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.streams.image.ImageFiles.ImageFile;

/**
 * Reads images: JPEG and PNG files of a folder, a zip archive or a tar archive, plain or gzipped.
 * The class of an image is the name of the folder it lies in.
 *
 * <p>A row has the values of all pixels, row by row, the colours of a pixel side by side: {@code
 * x1}, {@code x2}, {@code x3} are red, green and blue of the first. All images have the size of the
 * first unless {@code width} and {@code height} bring them to one: each pixel is then the mean of
 * the area it covers. Grey is 0.299 red + 0.587 green + 0.114 blue; transparency is left out. Files
 * whose names end otherwise, or begin with a dot, are passed over.
 *
 * <p>Files come in the order of their paths (a folder) or as they lie in the archive, which often
 * is class by class: {@code shuffle=true} draws their order from the seed, and keeps the files of
 * an archive in memory as they are compressed, within {@code max_bytes}.
 *
 * <p>Bytes are not trusted: an image of more than 16 million pixels, a file of more than 64 MB, and
 * whatever cannot be decoded is a bad record; a damaged archive ends the stream with an error.
 *
 * <p>Memory is one file and one image besides the batch. The position is the number of files and a
 * hash of the first.
 *
 * <pre>{@code
 * source: { images: { path: cifar10_train_jpeg.tar.gz, shuffle: true } }
 * }</pre>
 */
@Component(name = "images", kinds = Kind.SOURCE, family = "reader", traits = Trait.RANDOMIZED)
public final class Images implements Source {
  /** What a pixel is made of. */
  public enum Channels {
    /** Red, green and blue. */
    RGB,
    /** One value. */
    GREY
  }

  /** What becomes of an image that cannot be read. */
  public enum Wrong {
    FAIL,
    SKIP
  }

  public record Parameters(
      @Param("Folder, zip archive or tar archive, plain or gzipped; '-' is standard input.")
          String path,
      @Param(
              value = "Pixels of a row of every image; 0 takes that of the first.",
              def = "0",
              range = "[0, 4096]",
              origin = "as they are")
          int width,
      @Param(
              value = "Rows of pixels of every image; 0 takes those of the first.",
              def = "0",
              range = "[0, 4096]",
              origin = "as they are")
          int height,
      @Param(value = "Colours of a pixel: rgb or grey.", def = "rgb", origin = "nothing is lost")
          Channels channels,
      @Param(value = Scale.MEANING, def = "unit", origin = "what networks are usually given")
          Scale scale,
      @Param(
              value = "Whether the files come in random order, drawn from the seed.",
              def = "false",
              origin = "memory does not grow with the stream")
          boolean shuffle,
      @Param(
              value = "What becomes of an image that cannot be read: fail stops, skip counts it.",
              def = "fail",
              origin = "a silent loss is worse than a stop")
          Wrong onError,
      @Param(
              value = "The most memory the files of an archive may take to be shuffled.",
              def = "1GB",
              range = "[1024, inf)",
              unit = "bytes",
              origin = "fifty times CIFAR-10 as JPEG")
          long maxBytes,
      @Param(
              value = "Seed of the order; -1 takes that of the run.",
              def = "-1",
              range = "[-1, inf)")
          long seed) {}

  private final Parameters p;
  private final ImageFiles files;
  private final Iterator<ImageFile> shuffled; // null when they come as they lie
  private final Schema schema;
  private final double[] table;
  private final int width;
  private final int height;
  private final long fingerprint;
  private ImageFile ahead; // the next file; null behind the last
  private DataException pending;
  private long records;
  private long bad;

  public Images(Parameters p, Build build) {
    this.p = p;
    this.table = p.scale().table();
    files = ImageFiles.open(p.path());
    try {
      long seed = p.seed() < 0 ? build.seed() : p.seed();
      shuffled = p.shuffle() ? shuffle(seed) : null;
      ahead = nextFile();
      if (ahead == null) {
        throw wrong("has no file that ends in .jpg, .jpeg or .png", null);
      }
      Picture first = p.width() > 0 && p.height() > 0 ? null : first();
      width = p.width() > 0 ? p.width() : first.width();
      height = p.height() > 0 ? p.height() : first.height();
      schema = columns();
      fingerprint = Rng.childSeed(p.shuffle() ? seed : 0, ahead.path(), schema.width());
    } catch (RuntimeException refused) {
      files.close();
      throw refused;
    }
  }

  private Picture first() {
    try {
      return Picture.decode(content(ahead), p.channels() == Channels.GREY);
    } catch (Picture.Unreadable e) {
      throw wrong(
          ahead.path() + " " + e.getMessage() + "; mend it, or give 'width' and 'height'", e);
    }
  }

  private Schema columns() {
    long values = (long) width * height * (p.channels() == Channels.RGB ? 3 : 1);
    if (values > IdxFile.MAX_VALUES) {
      throw wrong(
          "has images of "
              + width
              + " × "
              + height
              + " pixels, which is more than "
              + IdxFile.MAX_VALUES
              + " values; make them smaller with 'width' and 'height'",
          null);
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= values; i++) {
      columns.add(Column.numeric("x" + i));
    }
    return Schema.classification(columns, "label", new Dictionary());
  }

  private Iterator<ImageFile> shuffle(long seed) {
    List<ImageFile> all = new ArrayList<>();
    long bytes = 0;
    for (ImageFile f = files.next(); f != null; f = files.next()) {
      bytes += 100 + f.path().length() + (f.content() == null ? 0 : f.content().length);
      if (bytes > p.maxBytes()) {
        throw wrong(
            "takes more than "
                + p.maxBytes()
                + " bytes of memory to be shuffled; raise 'max_bytes', or unpack it to a folder",
            null);
      }
      all.add(f);
    }
    int[] order = new int[all.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    new Rng(Rng.childSeed(seed, "images", 0)).shuffle(order, order.length, order.length);
    return java.util.Arrays.stream(order).mapToObj(all::get).iterator();
  }

  private ImageFile nextFile() {
    if (shuffled == null) {
      return files.next();
    }
    return shuffled.hasNext() ? shuffled.next() : null;
  }

  private byte[] content(ImageFile f) {
    if (f.content() != null) {
      return f.content();
    }
    try {
      if (Files.size(f.file()) > ImageFiles.MAX_BYTES) {
        throw files.tooLarge(f.path());
      }
      return Files.readAllBytes(f.file());
    } catch (IOException e) {
      throw ImageFiles.failed(f.file().toString(), e);
    }
  }

  private DataException wrong(String message, Throwable cause) {
    return new DataException(files.name(), 0, null, message, cause);
  }

  @Override
  public int read(Batch batch, int max) {
    batch.clear();
    int most = Math.min(max, batch.capacity());
    if (pending != null) {
      DataException now = pending;
      pending = null;
      throw now;
    }
    while (batch.size() < most && ahead != null) {
      ImageFile f = ahead;
      ahead = nextFile();
      records++;
      try {
        row(f, batch);
      } catch (Picture.Unreadable e) {
        bad++;
        if (p.onError() == Wrong.FAIL) {
          pending =
              wrong(f.path() + " " + e.getMessage() + "; mend it, or set 'on_error: skip'", e);
          break;
        }
      }
    }
    if (batch.size() == 0 && pending != null) {
      return read(batch, max);
    }
    return batch.size();
  }

  private void row(ImageFile f, Batch batch) throws Picture.Unreadable {
    int label = label(f);
    Picture picture = Picture.decode(content(f), p.channels() == Channels.GREY);
    boolean given = p.width() > 0 || p.height() > 0;
    if (!given && (picture.width() != width || picture.height() != height)) {
      throw new Picture.Unreadable(
          "has "
              + picture.width()
              + " × "
              + picture.height()
              + " pixels, the first has "
              + width
              + " × "
              + height
              + ": give 'width' and 'height'",
          null);
    }
    int[] values = picture.scaled(width, height).values();
    batch.beginRow();
    double[] to = batch.block();
    int at = batch.size() * values.length;
    for (int i = 0; i < values.length; i++) {
      to[at + i] = table[values[i]];
    }
    batch.setLabel(label < 0 ? Double.NaN : label);
    batch.endRow();
  }

  private int label(ImageFile f) throws Picture.Unreadable {
    String folder = f.folder();
    if (folder == null) {
      throw new Picture.Unreadable("lies in no folder, whose name would be its class", null);
    }
    return schema.labels().code(folder);
  }

  @Override
  public String name() {
    return files.name();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Position position() {
    return new Position(records, fingerprint);
  }

  @Override
  public void seek(Position to) {
    if (to.fingerprint() != fingerprint) {
      throw new StateException(
          StateException.Verdict.OTHER_PARAMETERS,
          name()
              + ": other parameters: the state was made on other images, or in another order; give"
              + " those it was made on");
    }
    for (; records < to.record() && ahead != null; records++) {
      if (ahead.folder() != null) {
        schema.labels().code(ahead.folder());
      }
      ahead = nextFile();
    }
  }

  @Override
  public long badRecords() {
    return bad;
  }

  @Override
  public void close() {
    files.close();
  }
}
