package org.freshet.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Features;
import org.freshet.core.FreshetException;
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

/** The encoder against models whose answers are worked out here. */
class OnnxEncoderTest {
  private static final Schema NUMBERS =
      Schema.unlabelled(
          List.of(
              Column.numeric("a"), Column.numeric("b"), Column.numeric("c"), Column.numeric("d")));
  private static final Schema TEXTS =
      Schema.unlabelled(List.of(Column.numeric("n"), Column.text("t"), Column.text("other")));

  @TempDir Path folder;

  private OnnxEncoder make(String spec, Schema schema) {
    return Components.create(
        Spec.parse(spec.replace("DIR", folder.toString())), Build.of(schema), OnnxEncoder.class);
  }

  private static Features transform(OnnxEncoder encoder, Features x) {
    Row out = Row.of(encoder.output());
    out.begin(x);
    encoder.transform(x, out);
    return out.view().copy();
  }

  private static Batch texts(String... all) {
    Batch b = new Batch(TEXTS, all.length);
    for (int i = 0; i < all.length; i++) {
      b.beginRow();
      b.set(0, i);
      b.attach(0, all[i]);
      b.attach(1, "kept " + i);
      b.endRow();
    }
    return b;
  }

  private void words() {
    Models.vocabulary(folder.resolve("v.txt"), "[UNK]", "free", "money", "home", "late");
    Models.write(folder.resolve("e.onnx"), Models.embedding(5, 3, 7));
    Models.write(folder.resolve("m.onnx"), Models.embeddingMean(5, 3, 7));
  }

  private static final String WORDS = "input=wordpiece(vocabulary='DIR/v.txt', column=t)";

  @Test
  void numbersGoThroughTheModel() {
    Models.write(folder.resolve("d.onnx"), Models.dense(4, 3, 5));
    OnnxEncoder plain = make("onnx_encoder(file='DIR/d.onnx')", NUMBERS);
    Features x = Features.of(0.5, -1, Double.NaN, 2);
    float[] w = Models.random(12, 5);
    float[] b = Models.random(3, 6);
    Features y = transform(plain, x);
    assertThat(plain.output().width()).isEqualTo(3);
    double[] want = new double[3];
    for (int o = 0; o < 3; o++) {
      want[o] = Math.max(0, b[o] + 0.5 * w[o] - w[3 + o] + 2 * w[9 + o]);
      assertThat(y.get(o)).isCloseTo(want[o], within(1e-6));
    }
    assertThat(want).as("something is left of it").matches(v -> v[0] + v[1] + v[2] > 0.1);
    OnnxEncoder scaled =
        make("onnx_encoder(file='DIR/d.onnx', input=numbers(shift=-1, scale=2))", NUMBERS);
    Features same = transform(scaled, Features.of(1.25, 0.5, 1, 2));
    for (int o = 0; o < 3; o++) {
      assertThat(same.get(o)).isCloseTo(want[o], within(1e-6));
    }
  }

  @Test
  void pixelsWithTheirColoursSideBySideAreTurned() {
    Models.write(folder.resolve("i.onnx"), Models.channelMeans(2));
    Schema pixels =
        Schema.unlabelled(IntStream.range(0, 12).mapToObj(i -> Column.numeric("x" + i)).toList());
    Features red = Features.of(0.1, 5, 9, 0.2, 5, 9, 0.3, 5, 9, 0.4, 5, 9);
    Features turned =
        transform(
            make("onnx_encoder(file='DIR/i.onnx', input=numbers(channels_last=true))", pixels),
            red);
    assertThat(turned.get(0)).isCloseTo(0.25, within(1e-6));
    assertThat(turned.get(1)).isCloseTo(5, within(1e-6));
    assertThat(turned.get(2)).isCloseTo(9, within(1e-6));
    Features plain = transform(make("onnx_encoder(file='DIR/i.onnx')", pixels), red);
    assertThat(plain.get(0)).as("the first four columns").isCloseTo(14.3 / 4, within(1e-6));
    Models.write(folder.resolve("d.onnx"), Models.dense(4, 3, 5));
    refused(
        "onnx_encoder(file='DIR/d.onnx', input=numbers(channels_last=true))",
        NUMBERS,
        "is for pictures, the model takes [4]");
  }

  @Test
  void textsBecomeTheMeanOfTheirTokens() {
    words();
    float[] table = Models.random(15, 7);
    OnnxEncoder pooled = make("onnx_encoder(file='DIR/e.onnx', " + WORDS + ")", TEXTS);
    OnnxEncoder inside = make("onnx_encoder(file='DIR/m.onnx', " + WORDS + ")", TEXTS);
    OnnxEncoder first =
        make("onnx_encoder(file='DIR/e.onnx', pooling=first, " + WORDS + ")", TEXTS);
    OnnxEncoder most = make("onnx_encoder(file='DIR/e.onnx', pooling=max, " + WORDS + ")", TEXTS);
    assertThat(pooled.output().columns().stream().map(Column::name))
        .containsExactly("n", "other", "encoding0", "encoding1", "encoding2");
    Batch b = texts("Free MONEY home", null);
    Features y = transform(pooled, b.row(0));
    assertThat(y.get(0)).isZero();
    assertThat(y.attachment(0)).isEqualTo("kept 0");
    for (int i = 0; i < 3; i++) {
      double mean = (table[3 + i] + table[6 + i] + table[9 + i]) / 3;
      assertThat(y.get(2 + i)).isCloseTo(mean, within(1e-6));
      assertThat(transform(inside, b.row(0)).get(2 + i)).isCloseTo(mean, within(1e-6));
      assertThat(transform(first, b.row(0)).get(2 + i)).isEqualTo(table[3 + i]);
      assertThat(transform(most, b.row(0)).get(2 + i))
          .isEqualTo(Math.max(table[3 + i], Math.max(table[6 + i], table[9 + i])));
      assertThat(transform(pooled, b.row(1)).get(2 + i)).as("no text, no token").isZero();
    }
    OnnxEncoder unit =
        make("onnx_encoder(file='DIR/e.onnx', normalize=true, " + WORDS + ")", TEXTS);
    Features u = transform(unit, b.row(0));
    double length = 0;
    for (int i = 0; i < 3; i++) {
      length += u.get(2 + i) * u.get(2 + i);
    }
    assertThat(length).isCloseTo(1, within(1e-6));
    assertThat(u.get(2) / u.get(3)).isCloseTo(y.get(2) / y.get(3), within(1e-5));
  }

  @Test
  void eventsThatWaitAreEncodedTogetherAndTheSame() {
    int wide = 200; // enough numbers for the order of their sum to show
    Models.write(folder.resolve("d.onnx"), Models.dense(wide, 33, 5));
    Schema schema =
        Schema.unlabelled(IntStream.range(0, wide).mapToObj(i -> Column.numeric("x" + i)).toList());
    OnnxEncoder one = make("onnx_encoder(file='DIR/d.onnx', cache=0)", schema);
    OnnxEncoder many = make("onnx_encoder(file='DIR/d.onnx', batch=16, cache=0)", schema);
    Batch rows = new Batch(schema, 37);
    float[] values = Models.random(wide * 37, 3);
    for (int r = 0; r < 37; r++) {
      rows.beginRow();
      for (int i = 0; i < wide; i++) {
        rows.set(i, values[wide * r + i]);
      }
      rows.endRow();
    }
    many.expect(rows, 0, 37);
    long before = many.runs();
    for (int r = 0; r < 37; r++) {
      assertThat(transform(many, rows.row(r)).toString())
          .isEqualTo(transform(one, rows.row(r)).toString());
    }
    assertThat(many.runs()).as("nothing is left to be encoded").isEqualTo(before);
    assertThat(before).as("37 rows by 16, and the one when it was made").isEqualTo(4);
    assertThat(one.runs()).isEqualTo(38);
  }

  @Test
  void textsOfOneLengthShareARunAndNothingIsPadded() {
    words();
    OnnxEncoder many =
        make("onnx_encoder(file='DIR/m.onnx', batch=8, cache=0, " + WORDS + ")", TEXTS);
    OnnxEncoder alone = make("onnx_encoder(file='DIR/m.onnx', cache=0, " + WORDS + ")", TEXTS);
    Batch b = texts("free", "money late home", "home", "free", "late free money", "");
    many.expect(b, 0, 6);
    assertThat(many.runs()).as("lengths 1 and 3, and the one when it was made").isEqualTo(3);
    for (int r = 0; r < 6; r++) {
      Features got = transform(many, b.row(r));
      Features want = transform(alone, b.row(r));
      for (int i = 0; i < 3; i++) {
        assertThat(got.get(2 + i)).isCloseTo(want.get(2 + i), within(1e-6));
      }
    }
  }

  @Test
  void masksTypesAndPositionsAreGivenWhereTheModelTakesThem() {
    Models.vocabulary(folder.resolve("v.txt"), "[UNK]", "[CLS]", "[SEP]", "free", "money");
    OnnxFile largest = new OnnxFile();
    String[] inputs = {"input_ids", "attention_mask", "token_type_ids", "position_ids"};
    String[] parts = new String[4];
    for (int i = 0; i < 4; i++) {
      parts[i] = "part" + i;
      largest
          .input(inputs[i], i == 0 ? OnnxFile.INT64 : OnnxFile.INT32, -1, -1)
          .node("Cast", inputs[i], "cast" + i, "to", OnnxFile.FLOAT)
          .node("ReduceMax", "cast" + i, parts[i], "axes", new long[] {1}, "keepdims", 1);
    }
    Models.write(
        folder.resolve("four.onnx"),
        largest
            .node("Concat", parts, "largest", "axis", 1)
            .output("largest", OnnxFile.FLOAT, -1, 4)
            .bytes());
    OnnxEncoder e = make("onnx_encoder(file='DIR/four.onnx', " + WORDS + ")", TEXTS);
    Features y = transform(e, texts("free money free").row(0));
    assertThat(new double[] {y.get(2), y.get(3), y.get(4), y.get(5)})
        .as("the largest of codes 1 3 4 3 2, of ones, of zeros, of places 0 to 4")
        .containsExactly(4, 1, 0, 4);
  }

  @Test
  void theCacheKeepsWhatWasUsedLastWithinItsBound() {
    words();
    // an entry of these texts takes about 115 bytes
    OnnxEncoder e = make("onnx_encoder(file='DIR/e.onnx', cache=300, " + WORDS + ")", TEXTS);
    Batch b = texts("free", "money", "home");
    transform(e, b.row(0));
    transform(e, b.row(1));
    long runs = e.runs();
    transform(e, b.row(0));
    assertThat(e.runs()).as("known").isEqualTo(runs);
    transform(e, b.row(2)); // money goes, which was used longest ago
    transform(e, b.row(0));
    assertThat(e.runs()).isEqualTo(runs + 1);
    transform(e, b.row(1));
    assertThat(e.runs()).isEqualTo(runs + 2);
    OnnxEncoder none = make("onnx_encoder(file='DIR/e.onnx', cache=0, " + WORDS + ")", TEXTS);
    transform(none, b.row(0));
    transform(none, b.row(0));
    assertThat(none.runs()).isEqualTo(3);
  }

  @Test
  void picturesAreCutScaledAndNormalised() throws Exception {
    Models.write(folder.resolve("i.onnx"), Models.channelMeans(8));
    BufferedImage wide = new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = wide.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 64, 32); // the margins, which are cut off
    g.setColor(new Color(255, 51, 0));
    g.fillRect(16, 0, 32, 32);
    g.dispose();
    ImageIO.write(wide, "png", new File(folder.toFile(), "wide.png"));
    Schema schema = Schema.unlabelled(List.of(Column.text("photo")));
    String image = "onnx_encoder(file='DIR/i.onnx', input=image(folder='DIR'";
    OnnxEncoder raw = make(image + ", mean=[0, 0, 0], deviation=[1, 1, 1]))", schema);
    Batch b = new Batch(schema, 3);
    for (Object o : new Object[] {"wide.png", wide, "none.png"}) {
      b.beginRow();
      b.attach(0, o);
      b.endRow();
    }
    for (int r = 0; r < 2; r++) {
      Features y = transform(raw, b.row(r));
      assertThat(y.get(0)).isCloseTo(1, within(1e-6));
      assertThat(y.get(1)).isCloseTo(0.2, within(1e-6));
      assertThat(y.get(2)).isCloseTo(0, within(1e-6));
    }
    Features usual = transform(make(image + "))", schema), b.row(0));
    assertThat(usual.get(1)).isCloseTo((0.2 - 0.456) / 0.224, within(1e-5));
    assertThatThrownBy(() -> transform(raw, b.row(2)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none.png' does not exist");
    refused(image + ", resize=4))", schema, "'resize' is 4, less than the square of 8");
  }

  @Test
  void wrongFilesAreToldInALine() throws Exception {
    words();
    Models.write(folder.resolve("d.onnx"), Models.dense(4, 3, 5));
    Files.writeString(folder.resolve("text.onnx"), "this is no model");
    Files.write(folder.resolve("bytes.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    refused("onnx_encoder(file='DIR/none.onnx')", NUMBERS, "file '", "none.onnx' does not exist; ");
    refused("onnx_encoder(file='DIR')", NUMBERS, "is a folder; looked for");
    refused("onnx_encoder(file='DIR/text.onnx')", NUMBERS, "is no model ONNX Runtime can run: ");
    refused(
        "onnx_encoder(file='DIR/e.onnx')",
        NUMBERS,
        "model 'e.onnx' takes input_ids (int64 [-1, -1]), but 'input' makes 32-bit floats",
        "set input=wordpiece(vocabulary=vocab.txt)");
    refused(
        "onnx_encoder(file='DIR/d.onnx', " + WORDS + ")",
        TEXTS,
        "model 'd.onnx' takes x (float [-1, 4]), but 'input' makes tokens");
    refused(
        "onnx_encoder(file='DIR/d.onnx')",
        TEXTS,
        "the model takes 4 numbers [4], the rows have 1 numeric columns");
    refused(
        "onnx_encoder(file='DIR/d.onnx', output=pooled)",
        NUMBERS,
        "model 'd.onnx' has no output 'pooled'; there is y");
    refused(
        "onnx_encoder(file='DIR/e.onnx', input=wordpiece(vocabulary='DIR/bytes.txt'))",
        TEXTS,
        "bytes.txt' is not UTF-8 text");
    refused(
        "onnx_encoder(file='DIR/e.onnx', input=wordpiece(vocabulary='DIR/v.txt'))",
        TEXTS,
        "wordpiece needs 'column': the text columns are t, other");
    refused(
        "onnx_encoder(file='DIR/e.onnx', input=wordpiece(vocabulary='DIR/v.txt', column=othr))",
        TEXTS,
        "there is no text column 'othr'; did you mean 'other'?");
  }

  private void refused(String spec, Schema schema, String... words) {
    assertThatThrownBy(() -> make(spec, schema))
        .isInstanceOf(FreshetException.class)
        .hasMessageContainingAll(words)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void anEncodingThatIsNotFiniteIsRefused() {
    Models.write(
        folder.resolve("log.onnx"),
        new OnnxFile()
            .input("x", OnnxFile.FLOAT, -1, 4)
            .node("Log", "x", "y")
            .output("y", OnnxFile.FLOAT, -1, 4)
            .bytes());
    OnnxEncoder e = make("onnx_encoder(file='DIR/log.onnx')", NUMBERS);
    assertThat(transform(e, Features.of(1, 1, 1, 1)).get(0)).isZero();
    assertThatThrownBy(() -> transform(e, Features.of(1, -1, 1, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the model gave NaN, expected finite numbers");
  }

  @Test
  void aTokenBeyondTheModelsTableIsRefused() {
    words();
    Models.write(folder.resolve("e.onnx"), Models.embedding(3, 3, 7));
    OnnxEncoder e = make("onnx_encoder(file='DIR/e.onnx', " + WORDS + ")", TEXTS);
    assertThatThrownBy(() -> transform(e, texts("late").row(0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the model failed: ")
        .satisfies(t -> assertThat(t.getMessage().lines()).hasSize(1));
  }

  @Test
  void aSnapshotIsRefusedWithAnotherModelOrVocabulary() {
    words();
    String spec = "onnx_encoder(file='DIR/e.onnx', " + WORDS + ")";
    StateWriter out = new StateWriter();
    out.put("it", make(spec, TEXTS));
    byte[] state = out.toBytes();
    StateReader.open("s.frs", state).load("it", make(spec, TEXTS));
    Models.write(folder.resolve("e.onnx"), Models.embedding(5, 3, 8));
    OnnxEncoder other = make(spec, TEXTS);
    assertThatThrownBy(() -> StateReader.open("s.frs", state).load("it", other))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("e.onnx' is not the one this was saved with (checksum ")
        .hasMessageStartingWith("s.frs: ");
    words();
    Models.vocabulary(folder.resolve("v.txt"), "[UNK]", "money", "free", "home", "late");
    OnnxEncoder mixed = make(spec, TEXTS);
    assertThatThrownBy(() -> StateReader.open("s.frs", state).load("it", mixed))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("vocabulary is not the one this was saved with");
  }

  @Test
  void textIsCutAsBertCutsIt() {
    Map<String, Integer> codes = new java.util.HashMap<>();
    for (String token :
        List.of(
            "[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]", "want", "##want", "##ed", "wa", "un",
            "runn", "##ing", ",", "low", "lowest", "中")) {
      codes.put(token, codes.size());
    }
    Tokenizer t = new Tokenizer(codes, true, 256);
    assertThat(t.tokens("UNwant\u00c9d,running")).containsExactly(1, 9, 6, 7, 12, 10, 11, 2);
    assertThat(t.words(" \tHeLLo!how  \n Are yoU?  "))
        .containsExactly("hello", "!", "how", "are", "you", "?");
    assertThat(t.tokens("unwanted中X")).containsExactly(1, 9, 6, 7, 15, 0, 2);
    assertThat(new Tokenizer(codes, true, 4).tokens("unwanted want")).containsExactly(1, 9, 6, 2);
    assertThat(new Tokenizer(codes, false, 9).tokens("Low low")).containsExactly(1, 0, 13, 2);
    assertThat(t.words("don't \u2014 caf\u00e9\u0000s"))
        .containsExactly("don", "'", "t", "\u2014", "cafes");
    assertThat(t.tokens("x".repeat(200))).containsExactly(1, 0, 2);
    List<int[]> empty = new ArrayList<>(List.of(t.tokens("")));
    assertThat(empty.get(0)).containsExactly(1, 2);
  }

  @Test
  void parametersAreChecked() {
    assertThatThrownBy(() -> make("onnx_encoder", NUMBERS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'file'");
  }
}
