package org.freshet.runtime;

import java.nio.file.Path;
import java.util.List;
import org.freshet.runtime.contest.Version;

/**
 * A version in the registry.
 *
 * @param made when it was noted, by the wall clock, milliseconds since 1970
 * @param file with its model, in the folder of versions; null where it is not kept, or no more
 * @param checksum of the file
 * @param bytes of the file
 */
public record KeptVersion(Version version, long made, String file, String checksum, long bytes) {
  /** Those of a state folder, the newest last; none where there is no registry. */
  public static List<KeptVersion> of(Path state) {
    return VersionIndex.of(state);
  }

  KeptVersion withoutFile() {
    return new KeptVersion(version, made, null, null, 0);
  }
}
