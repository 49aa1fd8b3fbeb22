package org.freshet.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose weights are in a file beside them. */
class WeightFilesTest {
  private static final Schema TWO =
      Schema.unlabelled(List.of(Column.numeric("a"), Column.numeric("b")));

  @TempDir Path folder;

  /** y_i = x_i w_i, with w in a file and 1,000 more bytes of weights inside. */
  private Path model(String in, String file) throws IOException {
    return Models.write(
        folder.resolve(in).resolve("m.onnx"),
        new OnnxFile()
            .weights("unused", new float[250], 250)
            .input("x", OnnxFile.FLOAT, -1, 2)
            .weightsIn(file, "w", 2)
            .node("Mul", new String[] {"x", "w"}, "y")
            .output("y", OnnxFile.FLOAT, -1, 2)
            .bytes());
  }

  private Path weights(String in, float... w) throws IOException {
    ByteBuffer raw = ByteBuffer.allocate(4 * w.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : w) {
      raw.putFloat(v);
    }
    return Files.write(folder.resolve(in).resolve("w.bin"), raw.array());
  }

  private OnnxEncoder encoder(String in) {
    return Components.create(
        Spec.parse("onnx_encoder(file='" + folder.resolve(in).resolve("m.onnx") + "')"),
        Build.of(TWO),
        OnnxEncoder.class);
  }

  private static double first(OnnxEncoder encoder) {
    Row out = Row.of(encoder.output());
    Features x = Features.of(1, 1);
    out.begin(x);
    encoder.transform(x, out);
    return out.view().get(0);
  }

  @Test
  void areFoundInTheModel() throws IOException {
    Path model = model("a", "w.bin");
    assertThat(WeightFiles.of(model)).as("none is there yet").isEmpty();
    Path file = weights("a", 2, 3);
    assertThat(WeightFiles.of(model)).containsExactly(file);
    Files.write(model, Arrays.copyOf(Files.readAllBytes(model), 1100));
    assertThat(WeightFiles.of(model)).as("of what is torn").isEmpty();
    Files.write(model, new byte[] {1, 2, 3});
    assertThat(WeightFiles.of(model)).as("of what is no model").isEmpty();
  }

  @Test
  void modelsThatDifferOnlyThereAreTwo() throws IOException {
    model("a", "w.bin");
    weights("a", 2, 3);
    model("b", "w.bin");
    weights("b", 5, 7);
    OnnxEncoder a = encoder("a");
    OnnxEncoder b = encoder("b");
    assertThat(first(a)).isEqualTo(2);
    assertThat(first(b)).isEqualTo(5);
  }

  @Test
  void aSnapshotIsRefusedWithOthers() throws IOException {
    model("a", "w.bin");
    weights("a", 2, 3);
    StateWriter out = new StateWriter();
    out.put("it", encoder("a"));
    byte[] state = out.toBytes();
    StateReader.open("s.frs", state).load("it", encoder("a"));
    weights("a", 2, 4);
    OnnxEncoder other = encoder("a");
    assertThatThrownBy(() -> StateReader.open("s.frs", state).load("it", other))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("m.onnx' is not the one this was saved with (checksum ");
  }

  @Test
  void oneThatIsMissingIsNamed() throws IOException {
    model("a", "w.bin");
    assertThatThrownBy(() -> encoder("a"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("m.onnx", "w.bin")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }
}
