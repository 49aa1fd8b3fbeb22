package org.freshet.connectors.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Asks the REST interface of a cluster; an answer that is too long or comes too slowly is none. */
final class Rest {
  private static final int LARGEST = 4 << 20;
  private static final int PATIENCE = 5_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String address;

  /**
   * @param hostAndPort of the job manager's REST interface
   */
  Rest(String hostAndPort) {
    this.address = hostAndPort;
  }

  String address() {
    return address;
  }

  /**
   * @throws IOException in words, when there is no answer or none that makes sense
   */
  JsonNode get(String path) throws IOException {
    HttpURLConnection c =
        (HttpURLConnection) URI.create("http://" + address + path).toURL().openConnection();
    try {
      c.setConnectTimeout(PATIENCE);
      c.setReadTimeout(PATIENCE);
      c.setInstanceFollowRedirects(false);
      c.setUseCaches(false);
      int status = c.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException("it answers " + status + " to " + path);
      }
      JsonNode node = JSON.readTree(read(c.getInputStream()));
      if (node == null || !node.isContainerNode()) {
        throw new IOException("it answers no JSON object to " + path);
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new IOException("it answers no JSON to " + path, e);
    } finally {
      c.disconnect();
    }
  }

  private static byte[] read(InputStream in) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2L * PATIENCE);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[1 << 14];
    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
      all.write(piece, 0, n);
      if (all.size() > LARGEST || System.nanoTime() > end) {
        throw new IOException("its answer is too long or too slow");
      }
    }
    return all.toByteArray();
  }
}
