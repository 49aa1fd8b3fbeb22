package org.freshet.streams.image;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A decoded image: bytes, row by row, the colours of a pixel side by side. */
record Picture(int width, int height, int channels, int[] values) {
  /** The most pixels of an image: its header is asked before memory is taken. */
  static final long MAX_PIXELS = 1 << 24;

  /** What cannot be decoded, in words that follow the name of the file. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Decodes a JPEG or PNG file, to three colours or to grey. */
  static Picture decode(byte[] content, boolean grey) throws Unreadable {
    String format = format(content);
    if (format == null) {
      throw new Unreadable("is neither JPEG nor PNG by its first bytes", null);
    }
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    ImageReader reader = readers.next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      reader.setInput(in, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MAX_PIXELS) {
        throw new Unreadable(
            "has " + pixels + " pixels, at most " + MAX_PIXELS + " are taken", null);
      }
      return of(reader.read(0), grey);
    } catch (IOException damaged) {
      throw new Unreadable("cannot be decoded: " + damaged.getMessage(), damaged);
    } catch (RuntimeException damaged) {
      // The decoders of the JDK run into their own bounds on damaged bytes.
      throw new Unreadable("cannot be decoded: " + damaged, damaged);
    } finally {
      reader.dispose();
    }
  }

  private static String format(byte[] b) {
    if (b.length > 3 && (b[0] & 0xff) == 0xff && (b[1] & 0xff) == 0xd8) {
      return "jpeg";
    }
    return b.length > 8 && (b[0] & 0xff) == 0x89 && b[1] == 'P' && b[2] == 'N' && b[3] == 'G'
        ? "png"
        : null;
  }

  private static Picture of(BufferedImage image, boolean grey) {
    int w = image.getWidth();
    int h = image.getHeight();
    int channels = grey ? 1 : 3;
    int[] values = new int[Math.multiplyExact(w * h, channels)];
    boolean isGrey =
        image.getColorModel() instanceof ComponentColorModel
            && image.getRaster().getNumBands() <= 2;
    int[] rgb = isGrey ? null : image.getRGB(0, 0, w, h, null, 0, w);
    Raster raster = image.getRaster();
    int shift = isGrey ? Math.max(0, image.getColorModel().getComponentSize(0) - 8) : 0;
    for (int i = 0; i < w * h; i++) {
      // Grey samples are taken as they are: getRGB would brighten them.
      int g = isGrey ? raster.getSample(i % w, i / w, 0) >> shift : 0;
      int c = isGrey ? g << 16 | g << 8 | g : rgb[i];
      int red = c >> 16 & 0xff;
      int green = c >> 8 & 0xff;
      int blue = c & 0xff;
      if (grey) {
        values[i] = (299 * red + 587 * green + 114 * blue + 500) / 1000;
      } else {
        values[3 * i] = red;
        values[3 * i + 1] = green;
        values[3 * i + 2] = blue;
      }
    }
    return new Picture(w, h, channels, values);
  }

  /** The image in another size: each pixel is the mean of the area it covers, rounded. */
  Picture scaled(int toWidth, int toHeight) {
    if (toWidth == width && toHeight == height) {
      return this;
    }
    int[] to = new int[toWidth * toHeight * channels];
    double[] sums = new double[channels];
    for (int y = 0; y < toHeight; y++) {
      double top = (double) y * height / toHeight;
      double bottom = (double) (y + 1) * height / toHeight;
      for (int x = 0; x < toWidth; x++) {
        double left = (double) x * width / toWidth;
        double right = (double) (x + 1) * width / toWidth;
        mean(left, right, top, bottom, sums);
        for (int c = 0; c < channels; c++) {
          to[(y * toWidth + x) * channels + c] = (int) Math.round(sums[c]);
        }
      }
    }
    return new Picture(toWidth, toHeight, channels, to);
  }

  private void mean(double left, double right, double top, double bottom, double[] into) {
    java.util.Arrays.fill(into, 0);
    double area = (right - left) * (bottom - top);
    for (int v = (int) top; v < Math.min(height, Math.ceil(bottom)); v++) {
      double tall = Math.min(v + 1, bottom) - Math.max(v, top);
      for (int u = (int) left; u < Math.min(width, Math.ceil(right)); u++) {
        double share = tall * (Math.min(u + 1, right) - Math.max(u, left)) / area;
        for (int c = 0; c < channels; c++) {
          into[c] += share * values[(v * width + u) * channels + c];
        }
      }
    }
  }
}
