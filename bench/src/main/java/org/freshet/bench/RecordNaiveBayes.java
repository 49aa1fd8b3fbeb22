package org.freshet.bench;

import java.io.IOException;
import java.nio.file.Path;
import moa.classifiers.bayes.NaiveBayes;

/**
 * Records the predictions of MOA's naive Bayes on a two-class ARFF file, see {@link MoaTrace}. The
 * committed trace was made, from the root of the repository, by
 *
 * <pre>
 * mvn -P bench -pl bench -am package -DskipTests
 * java -cp "bench/target/bench-0.1.0.jar:bench/target/lib/*" org.freshet.bench.RecordNaiveBayes \
 *   examples/data/electricity.arff.gz learn/src/test/resources/moa/naive_bayes-electricity.bits.gz
 * </pre>
 */
public final class RecordNaiveBayes {
  private RecordNaiveBayes() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("usage: RecordNaiveBayes STREAM.arff[.gz] TRACE.bits.gz");
      System.exit(2);
    }
    MoaTrace.record(new NaiveBayes(), Path.of(args[0]), Path.of(args[1]));
  }
}
