package org.freshet.serve;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.freshet.core.ConfigException;

/** TLS of a certificate and its key, as PEM files have them. */
final class Tls {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private Tls() {}

  /**
   * @param certificate file of the certificate, those that signed it behind it
   * @param key file of the private key, PKCS #8 without a password
   */
  static SslContextFactory.Server of(Path certificate, Path key) {
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setKeyStore(store(certificate, key));
    ssl.setKeyStorePassword("");
    ssl.setKeyManagerPassword("");
    ssl.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    return ssl;
  }

  private static KeyStore store(Path certificate, Path key) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key(key), new char[0], chain(certificate));
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigException(
          "serve.private_key", "and serve.certificate cannot be used together: " + e.getMessage());
    }
  }

  private static Certificate[] chain(Path file) {
    try {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes(file)));
      if (!all.isEmpty()) {
        return all.toArray(new Certificate[0]);
      }
    } catch (GeneralSecurityException e) {
      // the same message
    }
    throw new ConfigException("serve.certificate", "the file " + file + " has no PEM certificate");
  }

  private static PrivateKey key(Path file) {
    String text = new String(bytes(file), StandardCharsets.US_ASCII);
    int from = text.indexOf(BEGIN);
    int to = text.indexOf(END);
    if (from < 0 || to < from) {
      throw new ConfigException(
          "serve.private_key",
          "the file "
              + file
              + " has no '"
              + BEGIN
              + "'; 'openssl pkcs8 -topk8 -nocrypt -in KEY -out FILE' writes a key so");
    }
    PKCS8EncodedKeySpec spec;
    try {
      spec =
          new PKCS8EncodedKeySpec(
              Base64.getMimeDecoder().decode(text.substring(from + BEGIN.length(), to)));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "serve.private_key", "the key in the file " + file + " is no base64");
    }
    for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException other) {
        continue;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new ConfigException(
        "serve.private_key", "the key in the file " + file + " is no RSA or EC key");
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
