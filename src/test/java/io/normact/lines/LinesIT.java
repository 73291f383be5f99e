package io.normact.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packaged jar on each line of Spark, in a JVM that the line's own launcher starts, gives the
 * same bits. {@code golden.properties} has them; where a change of the bits is meant, the results
 * of a run under {@code target/lines} take its place.
 */
@Tag("lines")
class LinesIT {

  private static final Path MODELS =
      Path.of("src/test/resources/io/normact/lines/models").toAbsolutePath();
  private static final String WITHOUT_VECTORS =
      "Java was started without --add-modules=jdk.incubator.vector";

  @ParameterizedTest
  @CsvSource({
    "spark-3.5-scala-2.12, 17, ",
    "spark-3.5-scala-2.13, 17, --add-modules=jdk.incubator.vector",
    "spark-4.0, 17, -Duser.language=ar -Duser.country=EG -Duser.extensions=u-nu-arab",
    "spark-4.1, 17, -XX:TieredStopAtLevel=1",
    "spark-4.2, 25, "
  })
  void jarGivesTheSameBits(String line, int version, String options) throws Exception {
    Optional<Path> java = Jdk.java(version);
    assumeTrue(
        java.isPresent(),
        () -> "NOT RUN on " + line + ": there is no JDK " + version + " on this machine.");
    TourRun run =
        TourRun.of(
            Tour.class,
            line,
            java.get(),
            options == null ? "" : options,
            List.of(),
            Stream.of("spark-3.5", "spark-4.2")
                .map(saved -> MODELS.resolve(saved).toString())
                .toList());
    assertThat(run.results()).isEqualTo(golden());
    assertThat(Files.readString(run.log()).contains(WITHOUT_VECTORS))
        .as("%s says what makes it faster", run.log())
        .isEqualTo(line.equals("spark-3.5-scala-2.12"));
  }

  private static Map<String, String> golden() throws IOException {
    try (InputStream in = LinesIT.class.getResourceAsStream("golden.properties")) {
      return TourRun.read(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
    }
  }
}
