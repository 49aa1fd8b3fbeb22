package org.freshet.onnx;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Features;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Turns texts, images or numbers into vectors with a frozen pre-trained network, so that a small
 * head behind it has little left to learn. Any model in the ONNX format, your own as well; nothing
 * is downloaded.
 *
 * <p>How it works: {@code input} says how an event becomes what the model takes: {@code wordpiece}
 * cuts a text into tokens, {@code image} decodes and scales a picture, {@code numbers} gives the
 * numeric columns. The columns that go into the model leave the row, and {@code encoding0 …} come
 * behind the others. Of a model that gives a vector for each token, {@code pooling} makes one. The
 * network runs on ONNX Runtime; what was encoded last is kept in a cache and not encoded again. As
 * the first step of a pipeline with {@code batch} over 1, events that wait are encoded together:
 * those of equal length, so that nothing is padded.
 *
 * <p>Paper: N. Reimers, I. Gurevych, "Sentence-BERT", EMNLP 2019, section 3 (pooling).
 *
 * <p>Where we differ: nowhere; the numbers are the model's own. Rows encoded together were the same
 * bit for bit as rows encoded alone wherever we looked, but ONNX Runtime does not promise it: with
 * {@code batch} 1 it cannot be otherwise.
 *
 * <p>Takes dense rows. The file is checked when the pipeline is built: it is run once. A snapshot
 * holds the checksums of model and vocabulary, and is refused with others; weights that a model
 * keeps in files beside it (external data) are part of it. An encoding that is not finite is
 * refused with a {@code DataException}. Costs what the model costs; memory is about that of the
 * file, shared by all encoders of it, and the cache.
 *
 * <pre>
 * pipeline:
 *   - onnx_encoder: { file: model.onnx, input: { wordpiece: { vocabulary: vocab.txt } }, normalize: true }
 *   - softmax_regression: {}
 * </pre>
 */
@Component(
    name = "onnx_encoder",
    kinds = Kind.TRANSFORMER,
    family = "onnx",
    traits = {Trait.MISSING, Trait.CATEGORICAL, Trait.NUMERIC, Trait.TEXT, Trait.BOUNDED_MEMORY})
public final class OnnxEncoder implements Transformer {
  /**
   * @param file the model
   * @param input how an event becomes what the model takes
   * @param output of the model
   * @param pooling of vectors of tokens
   * @param normalize to length 1
   * @param batch most events encoded together
   * @param cache bytes of encodings kept
   * @param threads of a run of the model
   */
  public record Parameters(
      @Param("the model, a file in the ONNX format") String file,
      @Param(
              value = "how an event becomes what the model takes: wordpiece, image or numbers",
              def = "numbers",
              origin = "needs no other file")
          Spec input,
      @Param(
              value = "name of the output; none takes the first",
              def = "none",
              origin = "models mostly have one, or the vectors of tokens first")
          String output,
      @Param(
              value = "how vectors of tokens become one",
              def = "mean",
              origin = "Reimers and Gurevych 2019, table 6")
          Pooling pooling,
      @Param(
              value = "whether encodings are scaled to Euclidean length 1",
              def = "false",
              origin = "as the model gives them")
          boolean normalize,
      @Param(
              value = "most events encoded together, where several wait",
              def = "1",
              range = "[1, 64]",
              unit = "events",
              origin = "the same bits whatever waits")
          int batch,
      @Param(
              value = "memory of encodings used last; 0 keeps none",
              def = "16MB",
              range = "[0, 1e12]",
              unit = "bytes",
              origin = "ten thousand encodings of 384 numbers")
          long cache,
      @Param(
              value = "threads of a run of the model",
              def = "1",
              range = "[1, 64]",
              origin = "the others are left to the pipeline")
          int threads) {}

  private static final int WIDEST = 1 << 16;

  private final Parameters p;
  private final Model model;
  private final String output;
  private final EncoderInput.Preparation input;
  private final Schema schema;
  private final int[] kept; // columns that stay in the row
  private final int keptCount;
  private final int[] texts; // slots of those of them that are text
  private final Object[] attachments;
  private final int width;
  private final Cache cache;
  private final Map<Object, float[]> ahead = new HashMap<>(); // events that come next
  private long runs;

  public OnnxEncoder(Parameters p, Build build) {
    this.p = p;
    Schema in = build.schema();
    EncoderInput settings = build.create(p.input(), EncoderInput.class);
    model = Model.load(Path.of(p.file()), p.threads());
    input = settings.prepare(in, model.shape(settings.tokens()));
    kept = new int[in.width()];
    int[] slots = new int[in.width()];
    List<Column> columns = new ArrayList<>();
    int t = 0;
    for (int i = 0; i < in.width(); i++) {
      if (!input.takes(i)) {
        kept[columns.size()] = i;
        columns.add(in.column(i));
        if (in.attachmentOf(i) >= 0) {
          slots[t++] = in.attachmentOf(i);
        }
      }
    }
    texts = Arrays.copyOf(slots, t);
    attachments = new Object[t];
    try {
      output = model.output(p.output());
    } catch (OrtException refused) {
      throw failed(refused);
    }
    width = probe();
    int n = columns.size();
    for (int i = 0; i < width; i++) {
      columns.add(Column.numeric("encoding" + i));
    }
    schema = in.withColumns(columns);
    keptCount = n;
    cache = new Cache(p.cache());
  }

  /** Encodes an empty event, which tells the width and whether the model runs at all. */
  private int probe() {
    Example empty =
        input.shape().length == 0
            ? Example.tokens(new int[] {0, 0})
            : Example.values(new float[size(input.shape())]);
    try {
      runs++;
      Model.Answer a = model.run(List.of(empty), input.shape(), output);
      int found = width(a.shape(), 1, empty);
      if (found < 1 || found > WIDEST) {
        throw new ConfigException(
            "",
            "onnx_encoder: model '"
                + model
                + "' gives "
                + output
                + " of shape "
                + Arrays.toString(a.shape())
                + ", expected 1 to "
                + WIDEST
                + " numbers for each event");
      }
      return found;
    } catch (OrtException refused) {
      throw failed(refused);
    }
  }

  private ConfigException failed(OrtException refused) {
    return new ConfigException(
        "", "onnx_encoder: model '" + model + "' does not run: " + Model.line(refused));
  }

  private static int size(long[] shape) {
    long size = 1;
    for (long d : shape) {
      size *= d;
    }
    return Math.toIntExact(size);
  }

  /** Numbers of an encoding by the shape of an answer; 0 when it is of no use. */
  private static int width(long[] shape, int rows, Example example) {
    if (shape.length < 1 || shape[0] != rows) {
      return 0;
    }
    boolean perToken = isPerToken(shape, example);
    long w = 1;
    for (int i = perToken ? 2 : 1; i < shape.length; i++) {
      w *= shape[i];
    }
    return (int) Math.min(w, Integer.MAX_VALUE);
  }

  private static boolean isPerToken(long[] shape, Example example) {
    return example.tokens() != null && shape.length == 3;
  }

  @Override
  public Schema output() {
    return schema;
  }

  @Override
  public void expect(Batch rows, int from, int to) {
    if (p.batch() == 1) {
      return;
    }
    ahead.clear();
    Map<Integer, List<Object>> byLength = new HashMap<>();
    Map<Object, Example> examples = new HashMap<>();
    for (int r = from; r < to; r++) {
      if (rows.kind(r) == Batch.Kind.EVENT) {
        Object key = input.key(rows.row(r));
        if (!examples.containsKey(key) && cache.get(key) == null) {
          Example e = input.example(key);
          examples.put(key, e);
          byLength.computeIfAbsent(e.length(), n -> new ArrayList<>()).add(key);
        }
      }
    }
    for (List<Object> keys : byLength.values()) {
      for (int at = 0; at < keys.size(); at += p.batch()) {
        List<Object> some = keys.subList(at, Math.min(keys.size(), at + p.batch()));
        List<float[]> encodings = encode(some.stream().map(examples::get).toList());
        for (int i = 0; i < some.size(); i++) {
          ahead.put(some.get(i), encodings.get(i));
        }
      }
    }
  }

  /** Encodings of examples of equal length. */
  private List<float[]> encode(List<Example> examples) {
    Example first = examples.get(0);
    if (first.length() == 0) {
      return examples.stream().map(e -> new float[width]).toList();
    }
    int rows = examples.size();
    Model.Answer a;
    try {
      runs++;
      a = model.run(examples, input.shape(), output);
    } catch (OrtException refused) {
      throw new DataException("onnx_encoder", 0, null, "the model failed: " + Model.line(refused));
    }
    if (width(a.shape(), rows, first) != width) {
      throw new DataException(
          "onnx_encoder",
          0,
          null,
          "the model gave " + Arrays.toString(a.shape()) + " numbers, " + width + " at first");
    }
    int tokens = isPerToken(a.shape(), first) ? (int) a.shape()[1] : 1;
    List<float[]> encodings = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      float[] e = new float[width];
      p.pooling().pool(a.values(), r * tokens * width, tokens, e);
      finish(e);
      encodings.add(e);
    }
    return encodings;
  }

  private void finish(float[] e) {
    double sum = 0;
    for (float v : e) {
      if (!Float.isFinite(v)) {
        throw new DataException(
            "onnx_encoder", 0, null, "the model gave " + v + ", expected finite numbers");
      }
      sum += (double) v * v;
    }
    if (p.normalize() && sum > 0) {
      double scale = 1 / Math.sqrt(sum);
      for (int i = 0; i < e.length; i++) {
        e[i] = (float) (e[i] * scale);
      }
    }
  }

  /** How often the model has run. */
  long runs() {
    return runs;
  }

  private float[] encoding(Features x) {
    Object key = input.key(x);
    float[] e = ahead.get(key);
    if (e == null) {
      e = cache.get(key);
    }
    if (e == null) {
      e = encode(List.of(input.example(key))).get(0);
    }
    cache.put(key, e);
    return e;
  }

  @Override
  public void transform(Features x, Row out) {
    float[] e = encoding(x);
    double[] y = out.values();
    for (int j = 0; j < keptCount; j++) {
      y[j] = x.get(kept[j]);
    }
    for (int i = 0; i < width; i++) {
      y[keptCount + i] = e[i];
    }
    if (texts.length > 0) {
      for (int t = 0; t < texts.length; t++) {
        attachments[t] = x.attachment(texts[t]);
      }
      out.attach(attachments);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("model", model.checksum());
    out.put("input", input.fingerprint());
  }

  @Override
  public void load(StateReader in) {
    String saved = in.string("model");
    if (!saved.equals(model.checksum())) {
      throw other(in, "model '" + p.file() + "' is not the one", saved, model.checksum());
    }
    if (in.longValue("input") != input.fingerprint()) {
      throw other(
          in,
          "vocabulary is not the one",
          Long.toHexString(in.longValue("input")),
          Long.toHexString(input.fingerprint()));
    }
  }

  private static StateException other(StateReader in, String what, String saved, String now) {
    return new StateException(
        Verdict.OTHER_PARAMETERS,
        in.source()
            + ": the "
            + what
            + " this was saved with (checksum "
            + brief(saved)
            + " then, "
            + brief(now)
            + " now): what was learnt behind it would be wrong; restore the file, or learn anew");
  }

  private static String brief(String checksum) {
    return checksum.length() <= 12 ? checksum : checksum.substring(0, 12);
  }

  @Override
  public long memoryBytes() {
    long waiting = 0;
    for (Map.Entry<Object, float[]> e : ahead.entrySet()) {
      waiting += Cache.bytes(e.getKey(), e.getValue());
    }
    return 600
        + model.bytes()
        + 4L * (kept.length + 2L * texts.length)
        + input.memoryBytes()
        + cache.memoryBytes()
        + waiting;
  }
}
