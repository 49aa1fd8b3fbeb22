package org.freshet.serve;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Takes the pictures of the page for the documentation, of a service that runs: the example of the
 * payments, fed for some time with {@code ./freshet generate payments --to http://127.0.0.1:8080}.
 * With {@code job} behind the words: that of {@code freshet flink … --watch}.
 *
 * <pre>{@code
 * mvn -q -pl serve -am test-compile
 * mvn -q -pl serve dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp serve/target/test-classes:serve/target/classes:$(cat serve/target/classpath) \
 *     org.freshet.serve.PageShots http://127.0.0.1:8080 docs/images
 * }</pre>
 */
final class PageShots {
  private PageShots() {}

  /**
   * @param args the address of the service, the folder for the pictures, and perhaps 'job'
   */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[1]);
    Path profile = Files.createTempDirectory("freshet-page");
    try (Browser b = new Browser(Browser.find(), profile)) {
      if (args.length > 2) {
        shot(b, args[0], 1240, 1330, false, false, folder.resolve("flink.png"));
      } else {
        shot(b, args[0], 1240, 1750, false, false, folder.resolve("live.png"));
        shot(b, args[0], 1240, 1750, true, false, folder.resolve("live-dark.png"));
        shot(b, args[0], 390, 3300, false, true, folder.resolve("live-phone.png"));
      }
      b.complaints.forEach(System.err::println);
    }
  }

  private static void shot(
      Browser b, String address, int width, int height, boolean dark, boolean phone, Path to)
      throws Exception {
    b.look(width, height, dark, phone);
    b.open(address);
    b.until("document.getElementById('quality')?.textContent.includes('%')");
    Thread.sleep(2500); // two looks at the service
    Files.write(to, b.picture(false));
  }
}
