package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.freshet.serve.Service.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Open Inference Protocol as its specification has it. */
class InferenceTest {
  private static final String NUMBERS =
      """
      name: mymodel
      source: { http: { numeric: [a, b], labels: [low, high] } }
      pipeline: [standard_scaler, logistic_regression]
      """;

  @TempDir Path folder;

  private static void teach(Service s) throws Exception {
    for (int i = 0; i < 100; i++) {
      s.post(
          "/v1/events",
          "{\"id\":\"e%d\",\"features\":{\"a\":%d,\"b\":1},\"label\":\"%s\"}"
              .formatted(i, i % 2 == 0 ? 1 : 9, i % 2 == 0 ? "low" : "high"));
    }
  }

  @Test
  void healthAndMetadata() throws Exception {
    try (Service s = new Service(folder, NUMBERS)) {
      assertThat(s.get("/v2").body())
          .isEqualTo("{\"name\":\"freshet\",\"version\":\"1.2.3\",\"extensions\":[]}");
      assertThat(s.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
      assertThat(s.get("/v2/health/ready").body()).isEqualTo("{\"ready\":true}");
      assertThat(s.get("/v2/models/mymodel/ready").body())
          .isEqualTo("{\"name\":\"mymodel\",\"ready\":true}");
      assertThat(s.get("/v2/models/mymodel").body())
          .isEqualTo(
              "{\"name\":\"mymodel\",\"platform\":\"freshet\",\"inputs\":["
                  + "{\"name\":\"a\",\"datatype\":\"FP64\",\"shape\":[-1]},"
                  + "{\"name\":\"b\",\"datatype\":\"FP64\",\"shape\":[-1]}],\"outputs\":["
                  + "{\"name\":\"prediction\",\"datatype\":\"BYTES\",\"shape\":[-1]},"
                  + "{\"name\":\"scores\",\"datatype\":\"FP64\",\"shape\":[-1,-1]}]}");
      Answer other = s.get("/v2/models/yours");
      assertThat(other.status()).isEqualTo(404);
      assertThat(other.body())
          .isEqualTo("{\"error\":\"there is no model 'yours'; this service has 'mymodel'\"}");
    }
  }

  /** The tensor of the specification's "Tensor Data" section: [2, 2], flat and nested. */
  @Test
  void inferPredictsWhatAnEventWouldGetAndLeavesNoTrace() throws Exception {
    try (Service s = new Service(folder, NUMBERS)) {
      teach(s);
      String before = s.state();
      String flat =
          "{\"id\":\"42\",\"inputs\":[{\"name\":\"input0\",\"shape\":[2,2],\"datatype\":\"UINT32\","
              + "\"data\":[1,1,9,1]}]}";
      JsonNode answer = s.post("/v2/models/mymodel/infer", flat).json();
      assertThat(answer.get("model_name").asText()).isEqualTo("mymodel");
      assertThat(answer.get("id").asText()).isEqualTo("42");
      assertThat(answer.get("outputs").get(0).toString())
          .isEqualTo(
              "{\"name\":\"prediction\",\"shape\":[2],\"datatype\":\"BYTES\","
                  + "\"data\":[\"low\",\"high\"]}");
      JsonNode scores = answer.get("outputs").get(1);
      assertThat(scores.get("shape").toString()).isEqualTo("[2,2]");
      assertThat(scores.at("/parameters/classes").asText()).isEqualTo("[\"low\",\"high\"]");
      String nested = flat.replace("[1,1,9,1]", "[[1,1],[9,1]]");
      assertThat(s.post("/v2/models/mymodel/infer", nested).json()).isEqualTo(answer);
      String columns =
          "{\"id\":\"42\",\"inputs\":[{\"name\":\"b\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1,1]},"
              + "{\"name\":\"a\",\"shape\":[2,1],\"datatype\":\"INT64\",\"data\":[1,9]}]}";
      assertThat(s.post("/v2/models/mymodel/infer", columns).json()).isEqualTo(answer);
      assertThat(s.state()).isEqualTo(before);
      JsonNode event = s.post("/v1/events", "{\"features\":{\"a\":9,\"b\":1}}").json();
      assertThat(event.at("/scores/high").asDouble()).isEqualTo(scores.at("/data/3").asDouble());
    }
  }

  /**
   * Requests of the forms that the protocol's specification and the guides of servers and clients
   * of it show: a matrix under a name of its own, parameters that are null or of another server, an
   * id, columns of texts and booleans, outputs chosen.
   */
  @Test
  void theFormsThatArePublishedAreTaken() throws Exception {
    String iris =
        """
        name: iris
        source: { http: { numeric: [sl, sw, pl, pw], labels: [setosa, other] } }
        pipeline: [gaussian_nb]
        """;
    try (Service s = new Service(folder, iris)) {
      for (int i = 0; i < 40; i++) {
        s.post(
            "/v1/events",
            "{\"id\":\"e%d\",\"features\":{\"sl\":%d,\"sw\":3,\"pl\":%d,\"pw\":1},\"label\":\"%s\"}"
                .formatted(
                    i, i % 7, i % 2 == 0 ? i % 3 : 7 + i % 3, i % 2 == 0 ? "setosa" : "other"));
      }
      String matrix =
          "{\"id\":null,\"parameters\":null,\"inputs\":[{\"name\":\"input-0\",\"shape\":[2,4],"
              + "\"datatype\":\"FP32\",\"parameters\":null,"
              + "\"data\":[[6.5,2.9,0.9,1.1],[6.1,3.3,8.8,0.7]]}]}";
      JsonNode two = s.post("/v2/models/iris/infer", matrix).json();
      assertThat(two.has("id")).isFalse();
      assertThat(two.at("/outputs/0/data").toString()).isEqualTo("[\"setosa\",\"other\"]");
      String wrapped =
          matrix
              .replace("\"id\":null", "\"id\":\"b1b5-01\"")
              .replace(
                  "\"parameters\":null,\"inputs\"",
                  "\"parameters\":{\"content_type\":\"np\"},\"inputs\"")
              .replace(
                  "}]}",
                  "}],\"outputs\":[{\"name\":\"prediction\",\"parameters\":{\"binary_data\":false}}]}");
      JsonNode named = s.post("/v2/models/iris/infer", wrapped).json();
      assertThat(named.get("id").asText()).isEqualTo("b1b5-01");
      assertThat(named.get("outputs")).hasSize(1);
      assertThat(named.at("/outputs/0")).isEqualTo(two.at("/outputs/0"));
      assertThat(s.get("/v2/").status()).isEqualTo(200);
      assertThat(s.get("/v2/models/iris/versions/1").status()).isEqualTo(404);
    }
    String mixed =
        """
        name: mixed
        source: { http: { numeric: [age], categorical: [country, member], labels: [no, yes] } }
        pipeline: [gaussian_nb]
        """;
    try (Service s = new Service(folder.resolve("mixed"), mixed)) {
      for (int i = 0; i < 40; i++) {
        s.post(
            "/v1/events",
            "{\"features\":{\"age\":%d,\"country\":\"%s\",\"member\":%s},\"label\":\"%s\"}"
                .formatted(
                    30 + i % 9, i % 2 == 0 ? "PT" : "NO", i % 2 == 0, i % 2 == 0 ? "yes" : "no"));
      }
      String columns =
          "{\"parameters\":{\"content_type\":\"pd\"},\"inputs\":["
              + "{\"name\":\"country\",\"shape\":[2,1],\"datatype\":\"BYTES\","
              + "\"parameters\":{\"content_type\":\"str\"},\"data\":[\"PT\",\"NO\"]},"
              + "{\"name\":\"member\",\"shape\":[2],\"datatype\":\"BOOL\",\"data\":[true,false]},"
              + "{\"name\":\"age\",\"shape\":[2],\"datatype\":\"UINT32\",\"data\":[33,34]}]}";
      Answer a = s.post("/v2/models/mixed/infer", columns);
      assertThat(a.status()).as(a.body()).isEqualTo(200);
      assertThat(a.json().at("/outputs/0/data").toString()).isEqualTo("[\"yes\",\"no\"]");
    }
  }

  @Test
  void binaryTensorsAreRefusedInWords() throws Exception {
    try (Service s = new Service(folder, NUMBERS)) {
      String body =
          "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP64\","
              + "\"parameters\":{\"binary_data_size\":8}}]}";
      Answer header =
          s.post(
              "/v2/models/mymodel/infer",
              body + "01234567",
              "Inference-Header-Content-Length",
              "" + body.length());
      Answer parameter = s.post("/v2/models/mymodel/infer", body);
      for (Answer a : new Answer[] {header, parameter}) {
        assertThat(a.status()).isEqualTo(400);
        assertThat(a.json().get("error").asText())
            .isEqualTo(
                "the binary tensor extension is not spoken here (see 'extensions' of /v2); send"
                    + " 'data' as JSON");
      }
    }
  }

  /** While time is short the fallback answers events, and also these. */
  @Test
  void theStageThatAnswersEventsAnswers() throws Exception {
    String yaml =
        NUMBERS.replace("logistic_regression", "hoeffding_tree: { grace_period: 20 }")
            + "limits: { latency: 1h, fallback: { hoeffding_tree: { grace_period: 1000000, leaf_prediction: majority } } }\n";
    try (Service s = new Service(folder, yaml)) {
      for (int i = 0; i < 400; i++) {
        s.post(
            "/v1/events",
            "{\"features\":{\"a\":%d,\"b\":1},\"label\":\"%s\"}"
                .formatted(i % 3 == 0 ? 9 : 1, i % 3 == 0 ? "high" : "low"));
      }
      String request =
          "{\"inputs\":[{\"name\":\"input0\",\"shape\":[1,2],\"datatype\":\"FP64\",\"data\":[9,1]}]}";
      assertThat(
              s.post("/v2/models/mymodel/infer", request).json().at("/outputs/0/data/0").asText())
          .isEqualTo("high");
      s.live.ask("fallback on").get();
      assertThat(s.post("/v1/events", "{\"features\":{\"a\":9,\"b\":1}}").json().get("prediction"))
          .isEqualTo(s.post("/v2/models/mymodel/infer", request).json().at("/outputs/0/data/0"));
      assertThat(
              s.post("/v2/models/mymodel/infer", request).json().at("/outputs/0/data/0").asText())
          .isEqualTo("low");
    }
  }

  @Test
  void onlyTheOutputsAskedForAreGiven() throws Exception {
    try (Service s = new Service(folder, NUMBERS)) {
      teach(s);
      String request =
          "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]}],"
              + "\"outputs\":[{\"name\":\"scores\"}]}";
      JsonNode outputs = s.post("/v2/models/mymodel/infer", request).json().get("outputs");
      assertThat(outputs).hasSize(1);
      assertThat(outputs.get(0).get("name").asText()).isEqualTo("scores");
      assertThat(s.post("/v2/models/mymodel/infer", request.replace("scores", "output0")).body())
          .isEqualTo(
              "{\"error\":\"there is no output 'output0'; there is prediction and scores\"}");
    }
  }

  @Test
  void aCategoryNeverSeenIsMissingAndStaysUnknown() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      s.post("/v1/events", "{\"features\":{\"amount\":1,\"country\":\"PT\"}}");
      String request =
          "{\"inputs\":[{\"name\":\"country\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"ZZ\"]}]}";
      assertThat(s.post("/v2/models/payments/infer", request).status()).isEqualTo(200);
      assertThat(s.live.schema().column(1).dictionary().names()).containsExactly("PT");
    }
  }

  @Test
  void wrongTensorsAreToldSo() throws Exception {
    try (Service s = new Service(folder, NUMBERS)) {
      String[][] wrong = {
        {"{}", "has no 'inputs'"},
        {
          "{\"inputs\":[{\"name\":\"a\",\"shape\":[2],\"datatype\":\"FP64\",\"data\":[1]}]}",
          "input 'a' has 1 values, expected 2"
        },
        {
          "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[\"x\"]}]}",
          "input 'a' of FP64 has the value \"x\", expected a number"
        },
        {
          "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"REAL\",\"data\":[1]}]}",
          "input 'a' has the datatype 'REAL', which the protocol has not"
        },
        {
          "{\"inputs\":[{\"name\":\"c\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]}]}",
          "input 'c' is no column; there are a, b"
        },
        {
          "{\"inputs\":[{\"name\":\"a\",\"shape\":[99999999],\"datatype\":\"FP64\",\"data\":[1]}]}",
          "input 'a' has 99999999 rows, allowed 0 to 1000 (serve.max_batch)"
        },
      };
      for (String[] w : wrong) {
        Answer a = s.post("/v2/models/mymodel/infer", w[0]);
        assertThat(a.status()).isEqualTo(400);
        assertThat(a.json().get("error").asText()).isEqualTo(w[1]);
      }
    }
  }
}
