package io.normact.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.JobFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stream goes on as it has begun: files of one format in folders by one rule. */
@Tag("thorough")
class StreamOutputTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in, schema: "x DOUBLE, k STRING, j STRING"}
      features: [x]
      stages: [activation: relu]
      model: DIR/model
      output: {path: DIR/out, checkpoint: DIR/checkpoint}
      """;

  private Result stream(String... overrides) {
    List<String> options = new ArrayList<>(List.of("--set", "input.streaming=true"));
    for (String override : overrides) {
      options.addAll(List.of("--set", override));
    }
    return run("transform", SPEC, options);
  }

  private void assertRefused(String message, String... overrides) {
    Result expected = new Result(2, "", "Error: " + message + "\n");
    assertThat(stream(overrides)).isEqualTo(expected);
    List<String> options = new ArrayList<>(List.of("--set", "input.streaming=true"));
    for (String override : overrides) {
      options.addAll(List.of("--set", override));
    }
    assertThat(run("validate", SPEC, options)).as("validate").isEqualTo(expected);
  }

  @Test
  void formatAndFoldersStay() throws Exception {
    write("in/1.json", "{\"x\":-1,\"k\":\"a\",\"j\":\"c\"}\n{\"x\":3,\"k\":\"b\",\"j\":\"c\"}\n");
    assertThat(run("fit", SPEC, List.of()).err()).isEmpty();
    for (String format : List.of("parquet", "json")) {
      String to = "output.path=" + path(format);
      String kept = "output.checkpoint=" + path(format + "-checkpoint");
      String by = "output.partitionBy=" + (format.equals("json") ? "[k, j]" : "");
      String as = "output.format=" + format;
      assertThat(stream(to, kept, by, as))
          .isEqualTo(
              new Result(
                  0,
                  "Wrote 2 rows to DIR/" + format + "; the stream's last batch was number 0.\n",
                  ""));
      for (String other : List.of("orc", "csv", "json", "parquet")) {
        if (!other.equals(format)) {
          assertRefused(
              "Key 'output.format' is '"
                  + other
                  + "', but the stream has written "
                  + format
                  + " to 'DIR/"
                  + format
                  + "'; choose another path and another checkpoint.",
              to,
              kept,
              by,
              "output.format=" + other);
        }
      }
      for (String other : List.of("[]", "[k]", "[j, k]", "[k, j]")) {
        String before = format.equals("json") ? "[k, j]" : "[]";
        if (!other.equals(before)) {
          assertRefused(
              "Key 'output.partitionBy' is "
                  + other
                  + ", but the stream has written 'DIR/"
                  + format
                  + "' by "
                  + before
                  + "; choose another path and another checkpoint.",
              to,
              kept,
              as,
              "output.partitionBy=" + (other.equals("[]") ? "" : other));
        }
      }
      assertThat(stream(to, kept, as, by.replace("k", "K")).out())
          .as("nothing is changed by what was refused, and a column by its other spelling is that")
          .isEqualTo("The stream had nothing new.\n");
    }
    write("in/2.json", "{\"x\":5,\"k\":\"a\",\"j\":\"c\"}\n");
    assertThat(
            stream(
                    "output.path=" + path("parquet"),
                    "output.checkpoint=" + path("parquet-checkpoint"))
                .out())
        .isEqualTo("Wrote 1 row to DIR/parquet; the stream's last batch was number 1.\n");
    assertThat(parquet("parquet").count()).isEqualTo(3);
  }

  /** Sources that are no files know their own schema, and are asked for none. */
  @Test
  void sourceWithItsOwnSchemaIsRead() {
    write("in/1.json", "{\"x\":1}\n");
    assertThat(run("fit", SPEC, List.of()).err()).isEmpty();
    Result result =
        stream(
            "input={format: RATE-micro-batch, streaming: true, options: {rowsPerBatch: 3, numPartitions: 1}}",
            "model=" + path("model"));
    assertThat(result.err())
        .isEqualTo(
            "Error: Key 'input': Column 'x' does not exist; known are 'timestamp', 'value'.\n");
  }
}
