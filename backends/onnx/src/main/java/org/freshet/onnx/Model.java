package org.freshet.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.freshet.core.ConfigException;

/**
 * A model that is loaded: what it takes and what it gives. Encoders of the same file share one,
 * since its weights may be large; it is closed when none of them is left.
 */
final class Model {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final Map<String, WeakReference<Model>> LOADED = new HashMap<>();

  private final String name;
  private final String checksum;
  private final long bytes;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Map<String, TensorInfo> inputs = new LinkedHashMap<>();

  private Model(Path file, List<Path> weights, String checksum, int threads)
      throws OrtException, IOException {
    this.name = String.valueOf(file.getFileName());
    this.checksum = checksum;
    long size = Files.size(file);
    for (Path w : weights) {
      size += Files.size(w);
    }
    this.bytes = size;
    environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    environment.setTelemetry(false);
    OrtSession opened;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setDeterministicCompute(true);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      opened = environment.createSession(file.toString(), options);
    }
    session = opened;
    CLEANER.register(this, () -> close(opened));
    for (Map.Entry<String, NodeInfo> e : session.getInputInfo().entrySet()) {
      if (!(e.getValue().getInfo() instanceof TensorInfo t)) {
        throw wrong("takes '" + e.getKey() + "', which is no tensor");
      }
      inputs.put(e.getKey(), t);
    }
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException alreadyGone) {
      // nothing is left to be done
    }
  }

  /**
   * @throws ConfigException when the file is missing or no model
   */
  static Model load(Path file, int threads) {
    try {
      List<Path> weights = WeightFiles.of(file);
      String checksum = checksum(file, weights);
      String key = checksum + " " + threads;
      synchronized (LOADED) {
        LOADED.values().removeIf(w -> w.get() == null);
        WeakReference<Model> known = LOADED.get(key);
        Model model = known == null ? null : known.get();
        if (model == null) {
          model = new Model(file, weights, checksum, threads);
          LOADED.put(key, new WeakReference<>(model));
        }
        return model;
      }
    } catch (IOException failed) {
      throw new ConfigException("", "onnx_encoder: " + missing("file", file));
    } catch (OrtException refused) {
      throw new ConfigException(
          "",
          "onnx_encoder: file '" + file + "' is no model ONNX Runtime can run: " + line(refused));
    } catch (LinkageError none) {
      throw new ConfigException(
          "",
          "onnx_encoder: ONNX Runtime has no library for "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch")
              + " that runs here: "
              + line(none));
    }
  }

  /** In words, why a file cannot be read. */
  static String missing(String what, Path file) {
    String why =
        Files.isDirectory(file)
            ? "is a folder"
            : Files.exists(file) ? "cannot be read" : "does not exist";
    return what + " '" + file + "' " + why + "; looked for " + file.toAbsolutePath().normalize();
  }

  /** The first line of what was said. */
  static String line(Throwable t) {
    String message = String.valueOf(t.getMessage()).strip();
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end).strip();
  }

  private static String checksum(Path file, List<Path> weights) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(file, digest);
      for (Path w : weights) {
        add(w, digest);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void add(Path file, MessageDigest digest) throws IOException {
    byte[] block = new byte[1 << 16];
    try (var in = Files.newInputStream(file)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        digest.update(block, 0, n);
      }
    }
  }

  /** SHA-256 of the file and of those beside it that hold its weights. */
  String checksum() {
    return checksum;
  }

  /** Size of the files, which is about what its weights take. */
  long bytes() {
    return bytes;
  }

  private ConfigException wrong(String what) {
    return new ConfigException("", "onnx_encoder: model '" + name + "' " + what);
  }

  /** The output of a name, or the first one where that is null. */
  String output(String wanted) throws OrtException {
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    String found = wanted == null ? outputs.keySet().iterator().next() : wanted;
    NodeInfo info = outputs.get(found);
    if (info == null) {
      throw wrong("has no output '" + found + "'; there is " + String.join(", ", outputs.keySet()));
    }
    if (!(info.getInfo() instanceof TensorInfo t) || t.type != OnnxJavaType.FLOAT) {
      throw wrong("gives '" + found + "' as " + info.getInfo() + ", expected 32-bit floats");
    }
    return found;
  }

  /**
   * What it takes of an event, checked against what it is to be given.
   *
   * @return lengths of the numbers it takes, -1 where open; empty for tokens
   */
  long[] shape(boolean tokens) {
    boolean whole =
        inputs.values().stream()
            .allMatch(t -> t.type == OnnxJavaType.INT64 || t.type == OnnxJavaType.INT32);
    if (tokens) {
      if (!whole || inputs.keySet().stream().filter(n -> role(n) == Role.TOKENS).count() != 1) {
        throw wrong("takes " + inputs() + ", but 'input' makes tokens, which are whole numbers");
      }
      return new long[0];
    }
    TensorInfo only = inputs.size() == 1 ? inputs.values().iterator().next() : null;
    if (only == null || only.type != OnnxJavaType.FLOAT || only.getShape().length == 0) {
      throw wrong(
          "takes "
              + inputs()
              + ", but 'input' makes 32-bit floats"
              + (whole ? "; for tokens set input=wordpiece(vocabulary=vocab.txt)" : ""));
    }
    return Arrays.copyOfRange(only.getShape(), 1, only.getShape().length);
  }

  private String inputs() {
    List<String> all =
        inputs.entrySet().stream()
            .map(
                e ->
                    e.getKey()
                        + " ("
                        + e.getValue().type.toString().toLowerCase(Locale.ROOT)
                        + " "
                        + Arrays.toString(e.getValue().getShape())
                        + ")")
            .toList();
    return String.join(", ", all);
  }

  private enum Role {
    TOKENS,
    MASK,
    TYPES,
    POSITIONS
  }

  /** What an input of whole numbers holds, by its name. */
  private static Role role(String input) {
    String n = input.toLowerCase(Locale.ROOT);
    return n.contains("mask")
        ? Role.MASK
        : n.contains("type") || n.contains("segment")
            ? Role.TYPES
            : n.contains("position") ? Role.POSITIONS : Role.TOKENS;
  }

  /**
   * Encodes examples of one length, together.
   *
   * @param shape of numbers, without the batch
   * @return what the model gives for all of them, one behind the other
   */
  Answer run(List<Example> examples, long[] shape, String output) throws OrtException {
    Map<String, OnnxTensor> given = new HashMap<>();
    try {
      for (Map.Entry<String, TensorInfo> e : inputs.entrySet()) {
        boolean numbers = e.getValue().type == OnnxJavaType.FLOAT;
        given.put(
            e.getKey(),
            numbers ? numbers(examples, shape) : tokens(e.getKey(), e.getValue().type, examples));
      }
      try (OrtSession.Result result = session.run(given, Set.of(output))) {
        OnnxTensor t = (OnnxTensor) result.get(0);
        FloatBuffer values = t.getFloatBuffer();
        float[] all = new float[values.remaining()];
        values.get(all);
        return new Answer(all, t.getInfo().getShape());
      }
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  /**
   * @param shape with the batch
   */
  record Answer(float[] values, long[] shape) {}

  private OnnxTensor numbers(List<Example> examples, long[] shape) throws OrtException {
    int length = examples.get(0).length();
    float[] all = new float[Math.multiplyExact(examples.size(), length)];
    for (int r = 0; r < examples.size(); r++) {
      System.arraycopy(examples.get(r).values(), 0, all, r * length, length);
    }
    long[] dimensions = new long[shape.length + 1];
    dimensions[0] = examples.size();
    System.arraycopy(shape, 0, dimensions, 1, shape.length);
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(all), dimensions);
  }

  private OnnxTensor tokens(String input, OnnxJavaType type, List<Example> examples)
      throws OrtException {
    int length = examples.get(0).length();
    long[] all = new long[Math.multiplyExact(examples.size(), length)];
    Role role = role(input);
    for (int r = 0; r < examples.size(); r++) {
      int[] tokens = examples.get(r).tokens();
      for (int i = 0; i < length; i++) {
        all[r * length + i] =
            switch (role) {
              case TOKENS -> tokens[i];
              case MASK -> 1;
              case TYPES -> 0;
              case POSITIONS -> i;
            };
      }
    }
    long[] dimensions = {examples.size(), length};
    if (type == OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(all), dimensions);
    }
    int[] narrow = Arrays.stream(all).mapToInt(v -> (int) v).toArray();
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), dimensions);
  }

  @Override
  public String toString() {
    return name;
  }
}
