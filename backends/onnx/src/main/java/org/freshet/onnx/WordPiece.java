package org.freshet.onnx;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Cuts a text into the tokens of a vocabulary for an encoder, as BERT and the models that descend
 * from it do: MiniLM, BGE, E5, GTE and others whose folder holds a {@code vocab.txt}.
 *
 * <p>How it works: control characters go, ideographs and punctuation become words of their own, and
 * with {@code lower_case} case and accents go. Each word is cut from the left into the longest
 * pieces that the vocabulary holds, where a piece that continues a word begins with {@code ##}; a
 * word that cannot be cut is {@code [UNK]}. {@code [CLS]} goes before the tokens and {@code [SEP]}
 * behind them, where the vocabulary has these; no more than {@code max_tokens} are given. A
 * vocabulary of whole words is read the same way.
 *
 * <p>Paper: J. Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
 * Understanding", NAACL 2019, section 3; Y. Wu et al., "Google's Neural Machine Translation
 * System", 2016, section 4.1 (word pieces).
 *
 * <p>Where we differ: names of special tokens inside a text are cut like any other text.
 *
 * <p>Takes rows with a text column; a missing text is an empty one. Other columns stay in the row.
 * Memory is that of the vocabulary, about 100 bytes a token.
 *
 * <pre>
 * --model 'onnx_encoder(file=model.onnx, input=wordpiece(vocabulary=vocab.txt)) | softmax_regression'
 * </pre>
 */
@Component(name = "wordpiece", kinds = Kind.PART, family = "onnx")
public final class WordPiece implements EncoderInput {
  /**
   * @param vocabulary file of tokens
   * @param column the text column
   * @param lowerCase whether case and accents are ignored
   * @param maxTokens most tokens given
   */
  public record Parameters(
      @Param("file with a token a line, its code the number of the line from 0") String vocabulary,
      @Param(
              value = "the text column; none takes the only one",
              def = "none",
              origin = "streams of text mostly have one")
          String column,
      @Param(
              value = "whether case and accents are ignored",
              def = "true",
              origin = "models named 'uncased', and most encoders of sentences")
          boolean lowerCase,
      @Param(
              value = "most tokens given, special ones included; the rest of a text is left out",
              def = "256",
              range = "[3, 8192]",
              unit = "tokens",
              origin = "all-MiniLM-L6-v2")
          int maxTokens) {}

  private static final int MOST_TOKENS = 4 << 20;

  private final Parameters p;
  private final Map<String, Integer> codes = new HashMap<>();
  private final Tokenizer tokenizer;
  private long fingerprint = 1;

  public WordPiece(Parameters p, Build build) {
    this.p = p;
    List<String> lines = lines(Path.of(p.vocabulary()));
    for (int i = 0; i < lines.size(); i++) {
      codes.putIfAbsent(lines.get(i), i);
      fingerprint = 0x100000001b3L * fingerprint + lines.get(i).hashCode();
    }
    tokenizer = new Tokenizer(codes, p.lowerCase(), p.maxTokens());
  }

  private static List<String> lines(Path file) {
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      if (lines.isEmpty() || lines.size() > MOST_TOKENS || lines.get(0).startsWith("{")) {
        throw new ConfigException(
            "",
            "wordpiece: vocabulary '"
                + file
                + "' is no list of tokens, one a line; expected the model's vocab.txt");
      }
      return lines;
    } catch (MalformedInputException binary) {
      throw new ConfigException("", "wordpiece: vocabulary '" + file + "' is not UTF-8 text");
    } catch (IOException failed) {
      throw new ConfigException("", "wordpiece: " + Model.missing("vocabulary", file));
    }
  }

  @Override
  public boolean tokens() {
    return true;
  }

  @Override
  public Preparation prepare(Schema schema, long[] shape) {
    int found = TextColumn.find(schema, p.column(), "wordpiece");
    return new Prepared(tokenizer, codes, fingerprint, found, schema.attachmentOf(found));
  }

  private record Prepared(
      Tokenizer tokenizer, Map<String, Integer> codes, long fingerprint, int column, int slot)
      implements Preparation {
    @Override
    public boolean takes(int i) {
      return i == column;
    }

    @Override
    public Object key(Features x) {
      Object text = x.attachment(slot);
      return text == null ? "" : text.toString();
    }

    @Override
    public Example example(Object key) {
      return Example.tokens(tokenizer.tokens((String) key));
    }

    @Override
    public long[] shape() {
      return new long[0];
    }

    @Override
    public long fingerprint() {
      return fingerprint;
    }

    @Override
    public long memoryBytes() {
      long bytes = 160;
      for (String token : codes.keySet()) {
        bytes += 38 + 24 + 20 + token.length() + 16;
      }
      return bytes;
    }
  }
}
