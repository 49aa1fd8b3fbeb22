package org.freshet.bench;

import java.io.IOException;
import java.nio.file.Path;
import moa.classifiers.trees.HoeffdingAdaptiveTree;
import moa.classifiers.trees.HoeffdingTree;

/**
 * Records the predictions of MOA's Hoeffding tree and Hoeffding adaptive tree, default options, on
 * a two-class ARFF file, see {@link MoaTrace}. The committed traces were made, from the root of the
 * repository, by
 *
 * <pre>
 * mvn -P bench -pl bench -am package -DskipTests
 * java -cp "bench/target/bench-0.1.0.jar:bench/target/lib/*" org.freshet.bench.RecordTrees \
 *   examples/data/electricity.arff.gz learn/src/test/resources/moa electricity
 * </pre>
 */
public final class RecordTrees {
  private RecordTrees() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: RecordTrees STREAM.arff[.gz] FOLDER STREAM_NAME");
      System.exit(2);
    }
    Path arff = Path.of(args[0]);
    Path folder = Path.of(args[1]);
    MoaTrace.record(
        new HoeffdingTree(), arff, folder.resolve("hoeffding_tree-" + args[2] + ".bits.gz"));
    MoaTrace.record(
        new HoeffdingAdaptiveTree(),
        arff,
        folder.resolve("hoeffding_adaptive_tree-" + args[2] + ".bits.gz"));
  }
}
