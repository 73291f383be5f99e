package io.normact.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.fuzz.Fuzz.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders of saved models with damage in them, in bytes, files and contents: the job transforms by
 * one or says in a line what is wrong with it.
 */
@Tag("thorough")
class ModelFuzzTest {

  /**
   * What leaves a model that may load, but as another one: there the numbers themselves changed.
   */
  private static final Set<ModelMutation> EDITS =
      EnumSet.of(
          ModelMutation.FLIPPED_BIT_WITHOUT_CHECKSUM,
          ModelMutation.COPIED_OVER_ANOTHER,
          ModelMutation.EDITED_PARAM,
          ModelMutation.DROPPED_PARAM,
          ModelMutation.EDITED_KEY,
          ModelMutation.EDITED_CLASS);

  private static final String SPEC =
      """
      {input: {format: csv, path: 'DIR/in.csv', schema: 'id INT, x DOUBLE, y DOUBLE'},
       features: [x, y], stages: [{batchNorm: {activation: sigmoid}}, {activation: relu}],
       model: 'MODEL', output: {path: 'DIR/out'}}
      """;

  @TempDir static Path folder;

  private static List<Row> undamaged;

  @BeforeAll
  static void fit() throws IOException {
    Path dir = newFolder("undamaged");
    String spec = dir.resolve("spec.yaml").toString();
    assertThat(JobAnswer.of(dir, List.of("fit", spec))).isEqualTo(new JobAnswer(0, ""));
    assertThat(JobAnswer.of(dir, List.of("transform", spec))).isEqualTo(new JobAnswer(0, ""));
    undamaged = output(dir);
  }

  @Test
  void everyDamagedModelIsRefusedOrWorks() throws Exception {
    Fuzz.run(getClass(), 6, Duration.ofMinutes(1), ModelFuzzTest::tryModel);
  }

  private static Outcome tryModel(SplittableRandom random, List<String> trail) throws Exception {
    Path dir = newFolder("case-" + random.nextInt(1, Integer.MAX_VALUE));
    try {
      copy(folder.resolve("undamaged/model"), dir.resolve("model"));
      ModelMutation mutation = Texts.one(List.of(ModelMutation.values()), random);
      trail.add(mutation.toString());
      mutation.change(dir.resolve("model"), random);
      JobAnswer answer =
          JobAnswer.of(dir, List.of("transform", dir.resolve("spec.yaml").toString()));
      if (answer.status() == 0) {
        if (!EDITS.contains(mutation)) {
          assertThat(output(dir)).isEqualTo(undamaged);
        }
        return Outcome.ACCEPTED;
      }
      // A model may ask for columns that the input lacks, or have been fitted with something else
      // than the spec says; and one that is gone is not damaged.
      boolean blamesTheSpec =
          EDITS.contains(mutation)
              ? answer.error().startsWith("Error: Key 'input': ")
                  || answer.error().matches("(?s)Error: Key .* but the model at .* was fitted .*")
              : answer.error().startsWith("Error: Key 'model' ");
      assertThat(answer.status()).as(answer.error()).isEqualTo(blamesTheSpec ? 2 : 1);
      return Outcome.REFUSED;
    } finally {
      FileUtil.fullyDelete(dir.toFile());
    }
  }

  private static Path newFolder(String name) throws IOException {
    Path dir = Files.createDirectory(folder.resolve(name));
    Files.writeString(dir.resolve("in.csv"), "1,1,10\n2,2,20.5\n3,-3,60\n");
    Files.writeString(
        dir.resolve("spec.yaml"),
        SPEC.replace("DIR", dir.toString()).replace("MODEL", dir.resolve("model").toString()));
    return dir;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static List<Row> output(Path dir) {
    return LocalSpark.session()
        .read()
        .parquet(dir.resolve("out").toString())
        .orderBy("id")
        .collectAsList();
  }
}
