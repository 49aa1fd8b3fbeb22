package org.freshet.learn.bayes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Kernels;
import org.freshet.core.component.Components;
import org.freshet.learn.BundledStreams;
import org.junit.jupiter.api.Test;

/** Against the recorded predictions of an independent implementation, see resources/moa. */
class MoaAgreementTest {
  /**
   * The events it differs on are those where the product of densities underflows for both classes
   * there, so that class 0 is answered whatever the densities are.
   */
  @Test
  void predictsWhatMoaPredictsOnElectricity() throws Exception {
    Batch stream = BundledStreams.electricity();
    byte[] bits;
    try (InputStream in = getClass().getResourceAsStream("/moa/naive_bayes-electricity.bits.gz")) {
      bits = new GZIPInputStream(in).readAllBytes();
    }
    Classifier nb = Components.classifier("gaussian_nb", stream.schema(), 1);
    double[] scores = new double[2];
    int same = 0;
    int right = 0;
    for (int r = 0; r < stream.size(); r++) {
      nb.testThenLearn(stream.row(r), stream.labelCode(r), 1, scores);
      int predicted = Kernels.argmax(scores, 2);
      same += predicted == (bits[r >> 3] >> (r & 7) & 1) ? 1 : 0;
      right += predicted == stream.labelCode(r) ? 1 : 0;
    }
    assertThat(same).isGreaterThanOrEqualTo(45_312 - 15); // 99.97 %
    assertThat(right / 45_312.0).isBetween(0.7360, 0.7370); // MOA: 73.63 %
  }
}
