package org.freshet.connectors.flink;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.FreshetException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.SavedSchema;

/**
 * Files, generators and whatever else is read to its end, in order, by the readers of the single
 * process; one task, because the order is what makes the answers those of the single process. The
 * file must be at the same place for every task manager.
 *
 * <p>Its one split is the stream; what a checkpoint keeps of it is the number of records read and
 * the names that had codes then.
 */
final class FileStream implements Source<Item, FileStream.Split, FileStream.Split> {
  private static final long serialVersionUID = 1;

  /** Rows handed on between two looks at what else is to be done. */
  private static final int BLOCK = 64;

  private final Plan plan;

  FileStream(Plan plan) {
    this.plan = plan;
  }

  /**
   * Where a stream goes on.
   *
   * @param state position and names; null for the beginning
   */
  record Split(byte[] state) implements SourceSplit {
    @Override
    public String splitId() {
      return "stream";
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<Item, Split> createReader(SourceReaderContext context) {
    return new Reader(plan, context);
  }

  @Override
  public SplitEnumerator<Split, Split> createEnumerator(SplitEnumeratorContext<Split> context) {
    return new Enumerator(context, new Split(null));
  }

  /** A checkpoint of the enumerator holds the split while no reader has it. */
  @Override
  public SplitEnumerator<Split, Split> restoreEnumerator(
      SplitEnumeratorContext<Split> context, Split left) {
    return new Enumerator(context, left.state() != null && left.state().length == 0 ? null : left);
  }

  @Override
  public SimpleVersionedSerializer<Split> getSplitSerializer() {
    return new Form();
  }

  @Override
  public SimpleVersionedSerializer<Split> getEnumeratorCheckpointSerializer() {
    return new Form();
  }

  /** A split as bytes: a mark, then what it holds. */
  private static final class Form implements SimpleVersionedSerializer<Split> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(Split split) {
      if (split.state() == null) {
        return new byte[0];
      }
      byte[] whole = new byte[split.state().length + 1];
      System.arraycopy(split.state(), 0, whole, 1, split.state().length);
      return whole;
    }

    @Override
    public Split deserialize(int version, byte[] bytes) throws IOException {
      if (version != 1) {
        throw new IOException("a stream's position of version " + version);
      }
      return new Split(
          bytes.length == 0 ? null : java.util.Arrays.copyOfRange(bytes, 1, bytes.length));
    }
  }

  /** Gives the split to the first reader that asks. */
  private static final class Enumerator implements SplitEnumerator<Split, Split> {
    private static final Split GONE = new Split(new byte[0]);

    private final SplitEnumeratorContext<Split> context;
    private Split left; // null once a reader has it

    Enumerator(SplitEnumeratorContext<Split> context, Split left) {
      this.context = context;
      this.left = left;
    }

    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtask, String host) {
      if (left != null) {
        context.assignSplit(left, subtask);
        left = null;
      }
      context.signalNoMoreSplits(subtask);
    }

    @Override
    public void addSplitsBack(List<Split> splits, int subtask) {
      left = splits.isEmpty() ? left : splits.get(0);
    }

    @Override
    public void addReader(int subtask) {}

    @Override
    public Split snapshotState(long checkpoint) {
      return left == null ? GONE : left;
    }

    @Override
    public void close() {}
  }

  /** Reads the stream. */
  private static final class Reader implements SourceReader<Item, Split> {
    private final Plan plan;
    private final SourceReaderContext context;
    private final Queue<Split> given = new ArrayDeque<>();
    private org.freshet.core.Source source;
    private Schema schema;
    private Batch batch;
    private int[] told; // names handed on, by dictionary
    private boolean noMore;
    private CompletableFuture<Void> available = new CompletableFuture<>();

    Reader(Plan plan, SourceReaderContext context) {
      this.plan = plan;
      this.context = context;
    }

    @Override
    public void start() {
      context.sendSplitRequest();
    }

    @Override
    public void addSplits(List<Split> splits) {
      given.addAll(splits);
      available.complete(null);
    }

    @Override
    public void notifyNoMoreSplits() {
      noMore = true;
      available.complete(null);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<Item> out) {
      if (source == null) {
        if (given.isEmpty()) {
          if (noMore) {
            return InputStatus.END_OF_INPUT;
          }
          available = new CompletableFuture<>();
          return InputStatus.NOTHING_AVAILABLE;
        }
        try {
          open(given.remove());
        } catch (FreshetException e) {
          throw new LastingFault(e);
        }
      }
      long first = source.position().record();
      int n = read();
      for (int r = 0; r < n; r++) {
        Item item = item(r);
        item.number = first + r;
        if (item.time == Features.NO_TIME) {
          out.collect(item);
        } else {
          out.collect(item, item.time);
        }
      }
      return n == 0 ? InputStatus.END_OF_INPUT : InputStatus.MORE_AVAILABLE;
    }

    private int read() {
      try {
        return source.read(batch, BLOCK);
      } catch (FreshetException e) {
        throw new LastingFault(e);
      }
    }

    private void open(Split split) {
      PipelineFile file = plan.file();
      source =
          Components.create(
              file.source(), Build.of(null).withSeed(file.seed()), org.freshet.core.Source.class);
      schema = source.schema();
      SavedSchema.restoreInto(plan.schema(), schema, "the columns of the job");
      batch = new Batch(schema, BLOCK);
      told = new int[schema.width() + 1];
      for (int d = 0; d < told.length; d++) {
        told[d] = declared(d);
      }
      if (split.state() != null) {
        StateReader in = StateReader.open("position of " + source.name(), split.state());
        source.seek(
            new org.freshet.core.Source.Position(
                in.longValue("record", 0, Long.MAX_VALUE), in.longValue("fingerprint")));
        for (int d = 0; d < told.length; d++) {
          if (in.has("names" + d)) {
            dictionary(d).restore(List.of(in.strings("names" + d)));
          }
        }
        told = in.ints("told", told.length);
      }
    }

    private org.freshet.core.Dictionary dictionary(int number) {
      return number == schema.width() ? schema.labels() : schema.column(number).dictionary();
    }

    /** Names the plan's columns have already. */
    private int declared(int number) {
      Schema known = plan.schema();
      boolean named =
          number == known.width() ? known.labels() != null : known.column(number).isCategory();
      if (!named) {
        return 0;
      }
      return number == known.width()
          ? known.labels().size()
          : known.column(number).dictionary().size();
    }

    private Item item(int r) {
      Item item = new Item();
      item.kind = batch.kind(r);
      item.id = batch.id(r);
      item.key = batch.key(r);
      item.time = batch.time(r);
      item.labelTime = batch.labelTime(r);
      item.weight = batch.weight(r);
      item.label = batch.label(r);
      if (item.kind == Batch.Kind.EVENT) {
        Features x = batch.row(r);
        item.values = new double[schema.width()];
        x.copyTo(item.values, 0);
        if (schema.attachments() > 0) {
          item.names = new String[schema.width()];
          for (int c = 0; c < schema.width(); c++) {
            if (schema.column(c).kind() == Column.Kind.TEXT) {
              item.names[c] = (String) x.attachment(schema.attachmentOf(c));
            }
          }
        }
      }
      names(item);
      return item;
    }

    /** The names that got codes since the last row travel with this one. */
    private void names(Item item) {
      List<String> added = null;
      List<Integer> of = null;
      for (int d = 0; d < told.length; d++) {
        boolean named =
            d == schema.width() ? schema.labels() != null : schema.column(d).isCategory();
        if (!named || told[d] == dictionary(d).size()) {
          continue;
        }
        int need = needed(item, d);
        for (; told[d] < need; told[d]++) {
          if (added == null) {
            added = new ArrayList<>();
            of = new ArrayList<>();
          }
          added.add(dictionary(d).name(told[d]));
          of.add(d);
        }
      }
      if (added != null) {
        item.added = added.toArray(new String[0]);
        item.dictionaries = of.stream().mapToInt(Integer::intValue).toArray();
      }
    }

    /** Names that were known once this row was read: a block is read before its first is out. */
    private int needed(Item item, int d) {
      double code =
          d == schema.width() ? item.label : item.values == null ? Double.NaN : item.values[d];
      return Double.isNaN(code) ? told[d] : Math.max(told[d], (int) code + 1);
    }

    @Override
    public List<Split> snapshotState(long checkpoint) {
      if (source == null) {
        return new ArrayList<>(given);
      }
      StateWriter out = new StateWriter();
      out.put("record", source.position().record());
      out.put("fingerprint", source.position().fingerprint());
      out.put("told", told);
      for (int d = 0; d < told.length; d++) {
        boolean named =
            d == schema.width() ? schema.labels() != null : schema.column(d).isCategory();
        if (named) {
          out.put("names" + d, dictionary(d).names().toArray(new String[0]));
        }
      }
      return List.of(new Split(out.toBytes()));
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return source != null ? CompletableFuture.completedFuture(null) : available;
    }

    @Override
    public void close() {
      if (source != null) {
        source.close();
      }
    }
  }
}
