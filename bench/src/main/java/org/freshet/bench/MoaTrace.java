package org.freshet.bench;

import com.yahoo.labs.samoa.instances.Instance;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import moa.classifiers.Classifier;
import moa.core.Utils;
import moa.streams.ArffFileStream;

/**
 * Records what a learner of MOA predicts on a stream of two classes, test then train in file order:
 * gzip of one bit an event, event i in bit i mod 8 of byte i div 8. Tests of the learn module hold
 * our learners against these files, so that the default build needs no MOA.
 */
final class MoaTrace {
  private MoaTrace() {}

  /** Runs the learner over the whole ARFF file, writes the bits and prints the accuracy. */
  static void record(Classifier learner, Path arff, Path bits) throws IOException {
    Path plain = Files.createTempFile("stream", ".arff");
    try {
      try (InputStream in = open(arff)) {
        Files.copy(in, plain, StandardCopyOption.REPLACE_EXISTING);
      }
      ArffFileStream stream = new ArffFileStream(plain.toString(), -1);
      stream.prepareForUse();
      learner.setModelContext(stream.getHeader());
      learner.prepareForUse();
      write(learner, stream, bits);
    } finally {
      Files.delete(plain);
    }
  }

  private static InputStream open(Path arff) throws IOException {
    InputStream in = Files.newInputStream(arff);
    return arff.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
  }

  private static void write(Classifier learner, ArffFileStream stream, Path bits)
      throws IOException {
    int events = 0;
    int right = 0;
    int pending = 0;
    Files.createDirectories(bits.toAbsolutePath().getParent());
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bits))) {
      while (stream.hasMoreInstances()) {
        Instance x = stream.nextInstance().getData();
        // As MOA's own evaluation does: no votes at all count as class 0.
        double[] votes = learner.getVotesForInstance(x);
        int predicted = votes.length == 0 ? 0 : Utils.maxIndex(votes);
        learner.trainOnInstance(x);
        right += predicted == (int) x.classValue() ? 1 : 0;
        pending |= predicted << (events++ & 7);
        if ((events & 7) == 0) {
          out.write(pending);
          pending = 0;
        }
      }
      if ((events & 7) != 0) {
        out.write(pending);
      }
    }
    System.out.printf(
        "%s: %d events, accuracy %.2f %%, written to %s%n",
        learner.getClass().getSimpleName(), events, 100.0 * right / events, bits);
  }
}
