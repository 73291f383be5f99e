package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.ClusterJob.Outputs;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;

/**
 * A job in local mode, by which its runs on a cluster are judged.
 *
 * @param outputs what it wrote
 * @param stages the names of its stages, by their numbers, which count on alike wherever it runs
 */
record LocalRun(Outputs outputs, TreeMap<Integer, String> stages) {

  static LocalRun of(ClusterJob job) throws Exception {
    TreeMap<Integer, String> stages = new TreeMap<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onStageCompleted(SparkListenerStageCompleted completed) {
            stages.put(completed.stageInfo().stageId(), completed.stageInfo().name());
          }
        };
    SparkContext context = LocalSpark.session().sparkContext();
    context.addSparkListener(listener);
    assertThat(job.runHere("run").status()).isZero();
    context.listenerBus().waitUntilEmpty();
    context.removeSparkListener(listener);
    return new LocalRun(job.outputs(), stages);
  }

  /** The stage that takes the moments. */
  int stageOfMoments() {
    return stagesAt("BatchNorm.fit").get(0);
  }

  /** The stage of a pass of the learning; pass 0 packs the rows and looks at the label. */
  int stageOfLearning(int pass) {
    return stagesAt("BatchNorm.learn").get(pass);
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
            // The session may have had other jobs before.
            numbers.add(number - stages.firstKey());
          }
        });
    assertThat(numbers).as("stages at %s among %s", place, stages).isNotEmpty();
    return numbers;
  }
}
