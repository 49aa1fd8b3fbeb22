package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.freshet.serve.Service.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds what the service answers against its own document. */
class DocumentTest {
  private static final String YAML =
      Service.PAYMENTS + "challengers: [ { name: bayes, pipeline: [gaussian_nb] } ]\n";

  private static final String QUEUED = Service.PAYMENTS + "labels: { budget: 100%, queue: {} }\n";

  /** Request and path in the document, body or -, status; in this order. */
  private static final String CALLS =
      """
      POST /v1/events /v1/events {"id":"a","time":1767225600000,"key":"k","features":{"amount":1.5,"country":"PT"}} 200
      POST /v1/events /v1/events [{"id":"b","time":"2026-05-31T13:45:00Z"},{"features":{"amount":null}},{"id":"c"}] 200
      POST /v1/events /v1/events {"id":"d","features":{"amount":3},"label":"ok"} 200
      POST /v1/events /v1/events [] 200
      POST /v1/events /v1/events {"features":{"amount":"x"}} 400
      POST /v1/labels /v1/labels {"id":"a","label":"fraud"} 200
      POST /v1/labels /v1/labels [{"id":"a","label":"fraud"},{"id":"new","label":"ok"},{"id":"a","label":"ok"}] 200
      POST /v1/labels /v1/labels {"id":"a"} 400
      GET /v1/questions /v1/questions - 200
      GET /v1/questions?limit=0 /v1/questions - 400
      POST /v1/questions/b /v1/questions/{id} {"label":"ok"} 200
      POST /v1/questions/none /v1/questions/{id} {"label":"ok"} 404
      POST /v1/questions/c /v1/questions/{id} {} 400
      GET /v1/model /v1/model - 200
      POST /v1/model/promote /v1/model/promote {"challenger":"bayes"} 200
      POST /v1/model/promote /v1/model/promote {"challenger":"none"} 409
      POST /v1/model/rollback /v1/model/rollback - 200
      POST /v1/model/rollback /v1/model/rollback {"version":99} 409
      POST /v1/model/publish /v1/model/publish {"note":"now"} 200
      GET /v1/model /v1/model - 200
      POST /v1/model/pause /v1/model/pause - 200
      GET /health/ready /health/ready - 503
      GET /v2/health/ready /v2/health/ready - 503
      POST /v1/events /v1/events {"id":"e"} 503
      POST /v1/model/resume /v1/model/resume - 200
      POST /v1/snapshots /v1/snapshots - 200
      GET /health/live /health/live - 200
      GET /health/ready /health/ready - 200
      GET /metrics /metrics - 200
      GET /openapi.json /openapi.json - 200
      GET /v1/history /v1/history - 200
      GET /v1/history?after=x /v1/history - 400
      GET / / - 200
      GET /page/page.js /page/{file} - 200
      GET /page/none.js /page/{file} - 404
      GET /v2 /v2 - 200
      GET /v2/health/live /v2/health/live - 200
      GET /v2/health/ready /v2/health/ready - 200
      GET /v2/models/payments /v2/models/{name} - 200
      GET /v2/models/other /v2/models/{name} - 404
      GET /v2/models/payments/ready /v2/models/{name}/ready - 200
      POST /v2/models/payments/infer /v2/models/{name}/infer {"inputs":[{"name":"amount","shape":[1],"datatype":"FP64","data":[2]}]} 200
      POST /v2/models/payments/infer /v2/models/{name}/infer {"inputs":[{"name":"amount","shape":[2],"datatype":"FP64","data":[2]}]} 400
      POST /v1/drain /v1/drain - 202
      """;

  /** Of a pipeline with a queue; LEASE is the one given last. */
  private static final String QUEUE_CALLS =
      """
      POST /v1/events /v1/events [{"id":"a","features":{"amount":1.5}},{"id":"b","features":{"country":"PT"}}] 200
      POST /v1/leases /v1/leases {"most":1,"annotator":"anna"} 200
      POST /v1/questions/a /v1/questions/{id} {"reply":"extend","lease":"LEASE","annotator":"anna"} 200
      POST /v1/questions/a /v1/questions/{id} {"label":"ok","lease":"LEASE","annotator":"anna"} 200
      POST /v1/questions/a /v1/questions/{id} {"label":"fraud","lease":"LEASE","annotator":"anna"} 409
      POST /v1/leases /v1/leases {"annotator":"anna"} 200
      POST /v1/questions/b /v1/questions/{id} {"reply":"skip","lease":"LEASE","annotator":"anna"} 200
      POST /v1/leases /v1/leases {"most":0} 400
      GET /v1/questions /v1/questions - 200
      GET /v1/questions?state=answered /v1/questions - 200
      GET /v1/questions.csv /v1/questions.csv - 200
      POST /v1/questions.csv /v1/questions.csv - 400
      GET /v1/annotators /v1/annotators - 200
      GET /v1/audit /v1/audit - 200
      GET /v1/audit?last=2 /v1/audit - 200
      GET /v1/audit?from=x /v1/audit - 400
      """;

  @TempDir Path folder;

  @Test
  void everyOperationAnswersAsItIsDocumented() throws Exception {
    List<String> faults = new ArrayList<>();
    Set<String> called = new TreeSet<>();
    try (Service s = new Service(folder, YAML)) {
      hold(s, CALLS, faults, called);
      Set<String> served = new TreeSet<>();
      s.server.routes().forEach(r -> served.add(r.method() + " " + r.path()));
      try (Service queued = new Service(folder.resolve("queue"), QUEUED)) {
        hold(queued, QUEUE_CALLS, faults, called);
      }
      assertThat(String.join("\n", faults)).isEmpty();
      assertThat(called).isEqualTo(served);
    }
  }

  private static void hold(Service s, String calls, List<String> faults, Set<String> called)
      throws Exception {
    Document document = new Document(s.get("/openapi.json").json());
    String lease = "";
    for (String line : calls.lines().toList()) {
      String[] words = line.replace("LEASE", lease).split(" ");
      String method = words[0];
      String path = words[2];
      int status = Integer.parseInt(words[words.length - 1]);
      String body = words[3];
      called.add(method + " " + path);
      if (!body.equals("-") && status < 300) {
        for (String f : document.request(method, path, Service.JSON.readTree(body))) {
          faults.add(line + "\n" + f);
        }
      }
      Answer a =
          method.equals("GET") ? s.get(words[1]) : s.post(words[1], body.equals("-") ? "" : body);
      assertThat(a.status()).as(line + a.body()).isEqualTo(status);
      String type = a.http().headers().firstValue("Content-Type").orElse("none");
      type = type.replaceFirst(";.*", "");
      JsonNode json = type.equals("application/json") ? a.json() : null;
      for (String f : document.answer(method, path, status, type, json)) {
        faults.add(line + "\n" + f);
      }
      if (path.equals("/v1/leases") && status == 200) {
        lease = json.at("/questions/0/lease").asText();
      }
    }
  }
}
