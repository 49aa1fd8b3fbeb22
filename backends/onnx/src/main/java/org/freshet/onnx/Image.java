package org.freshet.onnx;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Decodes a picture for an encoder: the text column holds the name of its file, PNG, JPEG, GIF or
 * BMP.
 *
 * <p>How it works: the picture is scaled so that its shorter side has {@code resize} pixels, and
 * the square of {@code size} pixels in its middle is taken. Each colour v of 0 … 255 becomes (v /
 * 255 − mean) / deviation; a model of one channel is given the brightness 0.299 R + 0.587 G + 0.114
 * B. Whether channels come first or last, and how many there are, is read from the model.
 *
 * <p>Paper: none; mean and deviation are those of ImageNet, with which most models were trained.
 *
 * <p>Where we differ: pictures are scaled bilinearly by halves, which differs in the last digit of
 * a colour from other libraries.
 *
 * <p>Takes rows with a text column; other columns stay in the row. A file that cannot be read is
 * refused with a {@code DataException}. In Java, an attachment may also be the bytes of a file or a
 * {@code BufferedImage}.
 *
 * <pre>
 * onnx_encoder: { file: resnet18.onnx, input: { image: { column: photo, folder: photos } } }
 * </pre>
 */
@Component(name = "image", kinds = Kind.PART, family = "onnx")
public final class Image implements EncoderInput {
  /**
   * @param column the text column
   * @param folder of the files
   * @param size side of the square that is taken
   * @param resize the shorter side before that
   * @param mean of each channel
   * @param deviation of each channel
   */
  public record Parameters(
      @Param(
              value = "the text column with names of files; none takes the only one",
              def = "none",
              origin = "streams of pictures mostly have one")
          String column,
      @Param(
              value = "folder that names of files are looked for in",
              def = "'.'",
              origin = "the folder one works in")
          String folder,
      @Param(
              value = "side of the square that is taken; 0 is what the model says",
              def = "0",
              range = "[0, 4096]",
              unit = "pixels",
              origin = "models mostly know")
          int size,
      @Param(
              value = "shorter side of the picture before the square is taken; 0 is that side",
              def = "0",
              range = "[0, 8192]",
              unit = "pixels",
              origin = "nothing is cut off a square picture")
          int resize,
      @Param(
              value = "mean of each channel, of colours 0 … 1",
              def = "[0.485, 0.456, 0.406]",
              origin = "ImageNet")
          List<Double> mean,
      @Param(
              value = "deviation of each channel, of colours 0 … 1",
              def = "[0.229, 0.224, 0.225]",
              range = "(0, inf)",
              origin = "ImageNet")
          List<Double> deviation) {}

  private static final long MOST_BYTES = 64L << 20;

  private final Parameters p;

  public Image(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public boolean tokens() {
    return false;
  }

  @Override
  public Preparation prepare(Schema schema, long[] model) {
    int column = TextColumn.find(schema, p.column(), "image");
    boolean first = model.length == 3 && (model[0] == 1 || model[0] == 3);
    boolean last = model.length == 3 && (model[2] == 1 || model[2] == 3);
    if (!first && !last) {
      throw new SchemaException(
          "image: the model takes "
              + Arrays.toString(model)
              + ", expected three lengths with 1 or 3 channels first or last");
    }
    int channels = (int) (first ? model[0] : model[2]);
    long height = first ? model[1] : model[0];
    long width = first ? model[2] : model[1];
    long side = p.size() > 0 ? p.size() : height;
    if (side < 1 || height > 0 && height != side || width > 0 && width != side) {
      throw new SchemaException(
          "image: the model takes pictures of "
              + height
              + " x "
              + width
              + " (-1 is open), 'size' is "
              + p.size()
              + "; set it to the side of the square the model was made for");
    }
    if (p.mean().size() < channels || p.deviation().size() < channels) {
      throw new ConfigException(
          "", "image: 'mean' and 'deviation' need a number for each of " + channels + " channels");
    }
    if (p.resize() > 0 && p.resize() < side) {
      throw new ConfigException(
          "", "image: 'resize' is " + p.resize() + ", less than the square of " + side);
    }
    return new Prepared(p, column, schema.attachmentOf(column), (int) side, channels, first);
  }

  private record Prepared(Parameters p, int column, int slot, int side, int channels, boolean first)
      implements Preparation {
    @Override
    public boolean takes(int i) {
      return i == column;
    }

    /** The pixels: a file may hold another picture the next time, so its name is no key. */
    @Override
    public Object key(Features x) {
      return new Numbers.Values(pixels(square(picture(x.attachment(slot)))));
    }

    @Override
    public Example example(Object key) {
      return Example.values(((Numbers.Values) key).values());
    }

    @Override
    public long[] shape() {
      return first ? new long[] {channels, side, side} : new long[] {side, side, channels};
    }

    @Override
    public long memoryBytes() {
      return 256;
    }

    private BufferedImage picture(Object given) {
      if (given instanceof BufferedImage ready) {
        return ready;
      }
      String name = given instanceof byte[] ? "the picture" : String.valueOf(given);
      try {
        byte[] bytes = given instanceof byte[] b ? b : read(Path.of(p.folder()).resolve(name));
        BufferedImage found = ImageIO.read(new ByteArrayInputStream(bytes));
        if (found != null) {
          return found;
        }
        throw refused(name, "is no PNG, JPEG, GIF or BMP");
      } catch (IOException | RuntimeException broken) {
        if (broken instanceof DataException known) {
          throw known;
        }
        throw refused(name, "cannot be read: " + Model.line(broken));
      }
    }

    private byte[] read(Path file) throws IOException {
      if (!Files.isRegularFile(file)) {
        throw refused(file.toString(), "does not exist");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw refused(file.toString(), "is larger than 64 MB");
      }
      return Files.readAllBytes(file);
    }

    private static DataException refused(String name, String why) {
      return new DataException("image", 0, null, "picture '" + name + "' " + why);
    }

    /** The square in the middle of the picture, scaled. */
    private BufferedImage square(BufferedImage from) {
      double shorter = Math.min(from.getWidth(), from.getHeight());
      double target = p.resize() > 0 ? p.resize() : side;
      double cut = shorter * side / target; // side of the square in pixels of the picture
      BufferedImage at = from;
      double x = (from.getWidth() - cut) / 2;
      double y = (from.getHeight() - cut) / 2;
      while (cut >= 2.0 * side) { // by halves, or pixels in between would not count
        at = draw(at, x, y, cut, (int) Math.ceil(cut / 2));
        cut = at.getWidth();
        x = 0;
        y = 0;
      }
      return draw(at, x, y, cut, side);
    }

    private static BufferedImage draw(
        BufferedImage from, double x, double y, double cut, int side) {
      BufferedImage to = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
      Graphics2D g = to.createGraphics();
      g.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      g.scale(side / cut, side / cut);
      g.translate(-x, -y);
      g.drawImage(from, 0, 0, null);
      g.dispose();
      return to;
    }

    private float[] pixels(BufferedImage square) {
      float[] all = new float[channels * side * side];
      int area = side * side;
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          int rgb = square.getRGB(x, y);
          int at = y * side + x;
          for (int c = 0; c < channels; c++) {
            double v = channels == 1 ? brightness(rgb) : rgb >> (16 - 8 * c) & 0xff;
            double scaled = (v / 255 - p.mean().get(c)) / p.deviation().get(c);
            all[first ? c * area + at : at * channels + c] = (float) scaled;
          }
        }
      }
      return all;
    }

    private static double brightness(int rgb) {
      return 0.299 * (rgb >> 16 & 0xff) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff);
    }
  }
}
