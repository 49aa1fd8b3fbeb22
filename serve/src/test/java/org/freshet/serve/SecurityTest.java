package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.EnumSet;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.freshet.core.ConfigException;
import org.freshet.serve.Service.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in. */
class SecurityTest {
  @TempDir Path folder;

  @Test
  void whatOthersCanReachWantsTokens() {
    assertThatThrownBy(
            () ->
                new Service(
                    folder, Service.PAYMENTS, ", host: 0.0.0.0", HttpClient.newHttpClient()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "serve.host: is 0.0.0.0, which others can reach, so serve.tokens must name a file of"
                + " tokens; 'freshet token NAME --rights predict,label' makes one");
  }

  @Test
  void aTokenLetsInForItsRights() throws Exception {
    Tokens.Made web = Tokens.make("web", EnumSet.of(Access.PREDICT));
    Tokens.Made boss = Tokens.make("boss", EnumSet.of(Access.LABEL, Access.ADMIN));
    Files.writeString(
        folder.resolve("tokens.txt"),
        "# who may what\n\n" + web.line() + "\n" + boss.line() + "\n");
    assertThat(web.line()).startsWith("predict web sha256:").doesNotContain(web.token());
    assertThat(boss.line()).startsWith("label,admin boss sha256:");
    try (Service s =
        new Service(folder, Service.PAYMENTS, ", tokens: tokens.txt", HttpClient.newHttpClient())) {
      Answer none = s.post("/v1/events", "{}");
      assertThat(none.status()).isEqualTo(401);
      assertThat(none.body())
          .isEqualTo("{\"error\":\"needs a token: the header 'Authorization: Bearer TOKEN'\"}");
      assertThat(none.http().headers().firstValue("WWW-Authenticate")).contains("Bearer");
      String auth = "Authorization";
      Answer wrong = s.post("/v1/events", "{}", auth, "Bearer " + web.token() + "x");
      assertThat(wrong.status()).isEqualTo(401);
      assertThat(wrong.body()).isEqualTo("{\"error\":\"the token is not known\"}");
      assertThat(s.post("/v1/events", "{}", auth, "Bearer " + web.token()).status()).isEqualTo(200);
      Answer label =
          s.post("/v1/labels", "{\"id\":\"a\",\"label\":\"ok\"}", auth, "Bearer " + web.token());
      assertThat(label.status()).isEqualTo(403);
      assertThat(label.body())
          .isEqualTo("{\"error\":\"the token of 'web' has not the right 'label'\"}");
      assertThat(s.post("/v1/model/pause", "", auth, "Bearer " + web.token()).status())
          .isEqualTo(403);
      assertThat(s.post("/v1/snapshots", "", auth, "Bearer " + boss.token()).status())
          .isEqualTo(200);
      assertThat(s.post("/v1/events", "{}", auth, "Bearer " + boss.token()).status())
          .isEqualTo(403);
      assertThat(s.get("/v1/model").status()).isEqualTo(401);
      assertThat(s.get("/v1/model", web.token()).status()).isEqualTo(200);
      assertThat(s.get("/metrics").status()).isEqualTo(401);
      String head = "HEAD /v1/model HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      assertThat(s.raw(head)).startsWith("HTTP/1.1 401 ");
      assertThat(s.get("/health/live").status()).isEqualTo(200);
      assertThat(s.get("/health/ready").status()).isEqualTo(200);
      assertThat(s.get("/openapi.json").status()).isEqualTo(200);
      assertThat(s.get("/v1/model", boss.token()).json().get("events").asInt()).isEqualTo(1);
    }
  }

  @Test
  void whoGuessesTokensIsToldToWaitAndWhoHasOneIsNot() throws Exception {
    Tokens.Made web = Tokens.make("web", EnumSet.of(Access.PREDICT));
    Files.writeString(folder.resolve("tokens.txt"), web.line() + "\n");
    try (Service s =
        new Service(
            folder,
            Service.PAYMENTS,
            ", tokens: tokens.txt, rate: 5",
            HttpClient.newHttpClient())) {
      int held = 0;
      for (int i = 0; i < 30; i++) {
        int status = s.post("/v1/events", "{}", "Authorization", "Bearer guess" + i).status();
        assertThat(status).isIn(401, 429);
        held += status == 429 ? 1 : 0;
      }
      assertThat(held).isPositive();
      assertThat(s.get("/v1/model", web.token()).status()).isEqualTo(200);
      assertThat(s.get("/health/live").status()).isEqualTo(200);
    }
  }

  @Test
  void faultsOfTheTokensFileAreToldAtOnce() throws Exception {
    Path file = folder.resolve("tokens.txt");
    Files.writeString(file, "predict web\nread web sha256:00\nadmin web md5:00\n");
    assertThatThrownBy(() -> Tokens.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            file
                + ":1: has 2 words, expected 'rights name hash'\n"
                + file
                + ":2: 'read' is no right; there are predict, label and admin\n"
                + file
                + ":3: the hash is no 'sha256:' with 64 digits 0-9a-f");
    Files.writeString(file, "\n");
    assertThatThrownBy(() -> Tokens.read(file))
        .hasMessage(file + ": has no tokens; 'freshet token NAME --rights ...' makes one");
  }

  /** A page of elsewhere whose name points to this address, and one that posts to it. */
  @Test
  void aBrowserCannotBeUsedFromElsewhere() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      String rebound =
          s.raw("GET /v1/model HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n");
      assertThat(rebound)
          .startsWith("HTTP/1.1 421 ")
          .endsWith(
              "{\"error\":\"the host 'evil.example:80' is not served here; ask for localhost\"}");
      String body = "{}";
      Answer other = s.post("/v1/model/pause", body, "Origin", "http://evil.example");
      assertThat(other.status()).isEqualTo(403);
      assertThat(other.body())
          .isEqualTo("{\"error\":\"pages of 'http://evil.example' may not ask this service\"}");
      assertThat(s.live.paused()).isFalse();
      assertThat(s.post("/v1/events", body, "Origin", s.address).status()).isEqualTo(200);
    }
  }

  @Test
  void tlsWithAPemCertificateAndKey() throws Exception {
    Path store = folder.resolve("store.p12");
    run(
        "keytool",
        "-genkeypair",
        "-alias",
        "server",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost,ip:127.0.0.1",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        "secret",
        "-validity",
        "30");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "secret".toCharArray());
    }
    pem("cert.pem", "CERTIFICATE", keys.getCertificate("server").getEncoded());
    pem("key.pem", "PRIVATE KEY", keys.getKey("server", "secret".toCharArray()).getEncoded());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    trust.init(trusted);
    SSLContext ssl = SSLContext.getInstance("TLS");
    ssl.init(null, trust.getTrustManagers(), null);
    try (Service s =
        new Service(
            folder,
            Service.PAYMENTS,
            ", certificate: cert.pem, private_key: key.pem",
            HttpClient.newBuilder().sslContext(ssl).build())) {
      assertThat(s.address).startsWith("https://127.0.0.1:");
      assertThat(s.post("/v1/events", "{\"features\":{\"amount\":1}}").status()).isEqualTo(200);
      URI at = URI.create(s.address);
      assertThatThrownBy(
              () ->
                  HttpClient.newHttpClient()
                      .send(
                          HttpRequest.newBuilder(
                                  URI.create("http://127.0.0.1:" + at.getPort() + "/v1/model"))
                              .build(),
                          java.net.http.HttpResponse.BodyHandlers.ofString()))
          .isInstanceOf(java.io.IOException.class);
    }
  }

  @Test
  void wrongFilesOfTlsAreToldSo() throws Exception {
    Files.writeString(folder.resolve("cert.pem"), "no certificate");
    Files.writeString(folder.resolve("key.pem"), "-----BEGIN RSA PRIVATE KEY-----\n");
    assertThatThrownBy(() -> Tls.of(folder.resolve("cert.pem"), folder.resolve("key.pem")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("serve.private_key: the file ")
        .hasMessageEndingWith(
            " has no '-----BEGIN PRIVATE KEY-----'; 'openssl pkcs8 -topk8 -nocrypt -in KEY -out"
                + " FILE' writes a key so");
    assertThatThrownBy(
            () ->
                new Service(
                    folder,
                    Service.PAYMENTS,
                    ", certificate: cert.pem",
                    HttpClient.newHttpClient()))
        .hasMessage("serve: has one of 'certificate' and 'private_key'; TLS needs both");
  }

  private void pem(String name, String what, byte[] der) throws Exception {
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN "
            + what
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END "
            + what
            + "-----\n");
  }

  private static void run(String... command) throws Exception {
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(p.getInputStream().readAllBytes());
    assertThat(p.waitFor()).as(out).isZero();
  }
}
