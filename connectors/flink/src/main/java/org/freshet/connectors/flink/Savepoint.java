package org.freshet.connectors.flink;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.shaded.guava33.com.google.common.hash.Hashing;
import org.freshet.core.ConfigException;
import org.freshet.core.StateException;

/** A savepoint or a retained checkpoint, looked at before a job that goes on from it starts. */
final class Savepoint {
  private Savepoint() {}

  /**
   * Refuses a pipeline that cannot go on from a savepoint. An address that only the cluster can
   * read is left to the job, which looks at the same when it starts.
   *
   * @throws org.freshet.core.StateException with what is different
   */
  static void check(String address, Plan plan) {
    byte[] saved;
    try {
      saved = plan(address);
    } catch (UnsupportedFileSystemSchemeException e) {
      return;
    } catch (IOException | UncheckedIOException e) {
      throw new ConfigException(
          "--from",
          "there is no savepoint at "
              + address
              + " ("
              + e.getMessage()
              + "); give the folder that 'flink stop' printed, or one named 'chk-' with a file"
              + " '_metadata'");
    }
    if (saved == null) {
      throw new ConfigException(
          "--from", address + " holds the state of a job that is none of 'freshet flink'");
    }
    SavedPlan.check(address, saved, plan);
  }

  /** What the job was made of; null where it is none of ours. */
  private static byte[] plan(String address) throws IOException {
    OperatorState codes = operator(address, Codes.UID);
    if (codes == null) {
      return null;
    }
    for (OperatorSubtaskState task : codes.getStates()) {
      for (OperatorStateHandle handle : task.getManagedOperatorState()) {
        byte[] plan = plan(handle);
        if (plan != null) {
          return plan;
        }
      }
    }
    return null;
  }

  /** What the coordinator of an operator saved. */
  static byte[] coordinator(String address, String uid) throws IOException {
    OperatorState operator = operator(address, uid);
    ByteStreamStateHandle saved = operator == null ? null : operator.getCoordinatorState();
    if (saved == null) {
      throw new ConfigException("--from", address + " holds no state of the merged model");
    }
    return saved.getData();
  }

  /** What is said of a savepoint that Flink cannot read: it has no checksums. */
  static StateException damaged(String address, Throwable e) {
    return new StateException(
        StateException.Verdict.CORRUPT,
        address
            + ": corrupt: it is cut off or was changed ("
            + Failures.line(e)
            + "); go on from an older savepoint or checkpoint",
        e);
  }

  private static OperatorState operator(String address, String uid) throws IOException {
    CompletedCheckpointStorageLocation at =
        AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(address);
    CheckpointMetadata metadata;
    try (DataInputStream in = new DataInputStream(at.getMetadataHandle().openInputStream())) {
      metadata = Checkpoints.loadCheckpointMetadata(in, Savepoint.class.getClassLoader(), address);
    } catch (IOException | RuntimeException | OutOfMemoryError e) { // by lengths that are none
      throw damaged(address, e);
    }
    OperatorID id =
        new OperatorID(Hashing.murmur3_128(0).hashString(uid, StandardCharsets.UTF_8).asBytes());
    return metadata.getOperatorStates().stream()
        .filter(operator -> operator.getOperatorID().equals(id))
        .findFirst()
        .orElse(null);
  }

  private static byte[] plan(OperatorStateHandle handle) throws IOException {
    OperatorStateHandle.StateMetaInfo where =
        handle.getStateNameToPartitionOffsets().get(SavedPlan.state());
    if (where == null || where.getOffsets().length == 0) {
      return null;
    }
    try (FSDataInputStream in = handle.openInputStream()) {
      in.seek(where.getOffsets()[0]);
      DataInputStream data = new DataInputStream(in);
      int length = data.readInt(); // as Flink writes an array of bytes
      if (length < 0 || length > 1 << 28) {
        return null;
      }
      return data.readNBytes(length);
    }
  }
}
