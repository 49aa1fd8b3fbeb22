package org.freshet.streams.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.streams.input.Content;
import org.freshet.streams.input.Describe;

/**
 * Reads files in IDX format, such as those of MNIST: one of images, plain or gzipped, and one of
 * labels beside it.
 *
 * <p>A row has a column for each pixel, {@code x1} to {@code x784} for 28 × 28, in the order of the
 * file. The label is a class named by its number; classes are numbered in the order of appearance.
 * The file of labels is found by the name of the images ({@code images} becomes {@code labels},
 * {@code idx3} becomes {@code idx1}), unless it is given. Items of any type and number of
 * dimensions are read, up to 65,536 values each; the first dimension counts the items.
 *
 * <p>A header that is none, sizes that are too large, files that end early or go on behind what was
 * announced, and images and labels of different number are refused in one line.
 *
 * <p>Format: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits".
 *
 * <p>Memory is one image besides the batch, whatever the file announces; a byte is looked up in a
 * table of 256 values. The position is the number of images read and a hash of the first 32 KB.
 *
 * <pre>{@code
 * source: { idx: { path: mnist/train-images-idx3-ubyte.gz } }
 * }</pre>
 */
@Component(name = "idx", kinds = Kind.SOURCE, family = "reader")
public final class Idx implements Source {
  public record Parameters(
      @Param(Describe.PATH) String path,
      @Param(value = "File of the labels; none finds it by the name of the images.", def = "none")
          String labelFile,
      @Param(
              value = "file for the labels of that file, none to read images without labels.",
              def = "file",
              origin = "a stream to learn from")
          String label,
      @Param(value = Scale.MEANING, def = "unit", origin = "what networks are usually given")
          Scale scale) {}

  private final IdxFile images;
  private final IdxFile labels; // null without
  private final Schema schema;
  private final double[] table; // null unless images are bytes
  private long records;

  public Idx(Parameters p, Build build) {
    images = new IdxFile(p.path());
    try {
      labels = hasLabels(p) ? new IdxFile(labelPath(p)) : null;
    } catch (RuntimeException wrong) {
      images.close();
      throw wrong;
    }
    try {
      check();
    } catch (RuntimeException wrong) {
      close();
      throw wrong;
    }
    table = images.isUnsignedBytes() ? p.scale().table() : null;
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= images.width(); i++) {
      columns.add(Column.numeric("x" + i));
    }
    schema =
        labels == null
            ? Schema.unlabelled(columns)
            : Schema.classification(columns, "label", new Dictionary());
  }

  /** Whether content begins like a file in this format. */
  public static boolean isIdx(byte[] head) {
    return IdxFile.isHeader(head);
  }

  private static boolean hasLabels(Parameters p) {
    if (p.label() == null || p.label().equals("none")) {
      return false;
    }
    if (p.label().equals("file")) {
      return true;
    }
    throw new ConfigException("", "'label' of idx is '" + p.label() + "', allowed file, none");
  }

  private static String labelPath(Parameters p) {
    if (p.labelFile() != null) {
      return p.labelFile();
    }
    if (p.path().equals(Content.STDIN)) {
      throw new ConfigException(
          "",
          "idx reads images from standard input: name the file of the labels with 'label_file'");
    }
    Path images = Path.of(p.path());
    String file = images.getFileName().toString();
    String guess = file.replace("images", "labels").replace("idx3", "idx1");
    String other = guess.endsWith(".gz") ? guess.substring(0, guess.length() - 3) : guess + ".gz";
    for (String name : List.of(guess, other)) {
      Path beside = images.resolveSibling(name);
      if (!name.equals(file) && Files.isRegularFile(beside)) {
        return beside.toString();
      }
    }
    throw new DataException(
        p.path(),
        0,
        null,
        (guess.equals(file)
                ? "its name does not tell the file of the labels"
                : "no " + guess + " beside it")
            + "; name it with 'label_file', or set 'label: none'");
  }

  private void check() {
    if (labels == null) {
      return;
    }
    if (labels.width() != 1 || !labels.isWhole()) {
      throw new DataException(
          labels.name(),
          0,
          null,
          "has no whole number an item, expected labels; is it the file of the images?");
    }
    if (labels.items() != images.items()) {
      throw new DataException(
          labels.name(),
          0,
          null,
          "has "
              + labels.items()
              + " labels, "
              + images.name()
              + " has "
              + images.items()
              + " images; give files that belong together");
    }
  }

  @Override
  public int read(Batch batch, int max) {
    batch.clear();
    int most = Math.min(max, batch.capacity());
    while (batch.size() < most && next()) {
      batch.beginRow();
      values(batch.block(), batch.size() * images.width());
      if (labels != null) {
        batch.setLabel(label());
      }
      batch.endRow();
      records++;
    }
    return batch.size();
  }

  private boolean next() {
    return images.next() & (labels == null || labels.next());
  }

  private void values(double[] to, int at) {
    int n = images.width();
    if (table == null) {
      for (int k = 0; k < n; k++) {
        to[at + k] = images.value(k);
      }
      return;
    }
    byte[] bytes = images.item();
    for (int k = 0; k < n; k++) {
      to[at + k] = table[bytes[k] & 0xff];
    }
  }

  private double label() {
    int code = schema.labels().code(Integer.toString((int) labels.value(0)));
    return code == Dictionary.FULL ? Double.NaN : code;
  }

  @Override
  public String name() {
    return images.name();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Position position() {
    return new Position(records, images.fingerprint());
  }

  @Override
  public void seek(Position to) {
    if (to.fingerprint() != images.fingerprint()) {
      throw new StateException(
          StateException.Verdict.OTHER_PARAMETERS,
          name()
              + ": other parameters: the state was made on another stream; give the file it was made on");
    }
    for (; records < to.record() && next(); records++) {
      if (labels != null) {
        label();
      }
    }
  }

  @Override
  public void close() {
    images.close();
    if (labels != null) {
      labels.close();
    }
  }
}
