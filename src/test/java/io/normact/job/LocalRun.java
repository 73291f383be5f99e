package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.job.ClusterJob.Outputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A job in local mode, by which its runs on a cluster are judged.
 *
 * @param outputs what it wrote
 * @param stages the names of its stages, by their numbers, which are the same wherever it runs
 */
record LocalRun(Outputs outputs, TreeMap<Integer, String> stages) {

  static LocalRun of(ClusterJob job) throws Exception {
    Path log = Files.createDirectories(job.folder().resolve("events"));
    List<String> options =
        List.of(
            "--master",
            "local[2]",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.eventLog.enabled=true",
            "--conf",
            "spark.eventLog.compress=false",
            "--conf",
            "spark.eventLog.dir=" + log.toUri());
    assertThat(job.start("run", options).waitFor().status()).isZero();
    return new LocalRun(job.outputs(), stages(log));
  }

  private static TreeMap<Integer, String> stages(Path folder) throws Exception {
    TreeMap<Integer, String> stages = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          if (line.contains("\"SparkListenerStageCompleted\"")) {
            JsonNode info = new ObjectMapper().readTree(line).path("Stage Info");
            stages.put(info.path("Stage ID").asInt(), info.path("Stage Name").asText());
          }
        }
      }
    }
    return stages;
  }

  /** The stage that takes the moments. */
  int stageOfMoments() {
    return stagesAt("MomentsAggregation").get(0);
  }

  /** The stage of a pass of the learning; pass 0 packs the rows and looks at the label. */
  int stageOfLearning(int pass) {
    return stagesAt("RowBlocks").get(pass);
  }

  /** The stage that transforms the rows and writes them. */
  int stageOfTransform() {
    return stagesAt("OutputWriter").get(0);
  }

  private List<Integer> stagesAt(String place) {
    List<Integer> numbers = new ArrayList<>();
    stages.forEach(
        (number, name) -> {
          if (name.contains(place)) {
            numbers.add(number);
          }
        });
    assertThat(numbers).as("stages at %s among %s", place, stages).isNotEmpty();
    return numbers;
  }
}
