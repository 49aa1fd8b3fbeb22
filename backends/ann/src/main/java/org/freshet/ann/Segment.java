package org.freshet.ann;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Rows in the order they came, with their labels: the first of them in a graph, the last, which are
 * few, looked through one by one. Up to {@link #SCANNED} rows there is no graph; from then on two
 * rows go to it with each that comes, until only the last is left. So the graph depends on the rows
 * and their order alone, and nothing ever has to be built at once.
 */
final class Segment implements RandomAccessVectorValues {
  static final int SCANNED = 1000;

  /** It would say at every start that this Java has no Vector API, and how many cores there are. */
  private static final Logger QUIET = Logger.getLogger("io.github.jbellis.jvector");

  private static final VectorTypeSupport VECTORS;

  static {
    QUIET.setLevel(Level.SEVERE);
    VECTORS = VectorizationProvider.getInstance().getVectorTypeSupport();
  }

  private final int width;
  private final VectorSimilarityFunction similarity;
  private final int degree;
  private final int construction;
  private float[][] rows = new float[16][];
  private VectorFloat<?>[] vectors = new VectorFloat<?>[16];
  private int[] labels = new int[16];
  private int count;
  private int inGraph;
  private GraphIndexBuilder builder;
  private GraphSearcher searcher;

  Segment(int width, VectorSimilarityFunction similarity, int degree, int construction) {
    this.width = width;
    this.similarity = similarity;
    this.degree = degree;
    this.construction = construction;
  }

  void add(float[] row, int label) {
    if (count == rows.length) {
      rows = Arrays.copyOf(rows, 2 * count);
      vectors = Arrays.copyOf(vectors, 2 * count);
      labels = Arrays.copyOf(labels, 2 * count);
    }
    rows[count] = row;
    vectors[count] = VECTORS.createFloatVector(row);
    labels[count++] = label;
    if (count > SCANNED) {
      for (int end = Math.min(count, inGraph + 2); inGraph < end; inGraph++) {
        if (builder == null) {
          begin();
        }
        builder.addGraphNode(inGraph, vectors[inGraph]);
      }
    }
  }

  private void begin() {
    BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(this, similarity);
    builder = new GraphIndexBuilder(scores, width, degree, construction, 1.2f, 1.2f, true, false);
    searcher = new GraphSearcher(builder.getGraph());
  }

  /**
   * Puts the nearest rows among those of {@code found}.
   *
   * @param beam rows the search keeps in sight
   */
  void search(float[] row, Neighbours found, int beam) {
    VectorFloat<?> query = VECTORS.createFloatVector(row);
    if (inGraph > 0) {
      searcher.setView(builder.getGraph().getView());
      var scores = DefaultSearchScoreProvider.exact(query, similarity, this);
      int k = Math.min(found.capacity(), inGraph);
      SearchResult result = searcher.search(scores, k, Math.max(k, beam), 0f, 0f, Bits.ALL);
      for (SearchResult.NodeScore n : result.getNodes()) {
        found.offer(n.score, labels[n.node]);
      }
    }
    for (int i = inGraph; i < count; i++) {
      found.offer(similarity.compare(query, vectors[i]), labels[i]);
    }
  }

  int count() {
    return count;
  }

  float[] row(int i) {
    return rows[i];
  }

  int[] labels() {
    return labels;
  }

  long memoryBytes() {
    long each = 16 + 4L * width + 7 & -8;
    long graph = builder == null ? 0 : builder.getGraph().ramBytesUsed();
    return 80 + 12L * rows.length + 48 + count * (each + 24) + graph;
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public int dimension() {
    return width;
  }

  @Override
  public VectorFloat<?> getVector(int node) {
    return vectors[node];
  }

  @Override
  public boolean isValueShared() {
    return false;
  }

  @Override
  public RandomAccessVectorValues copy() {
    return this;
  }
}
